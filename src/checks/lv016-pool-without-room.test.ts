import { describe, expect, it } from 'vitest';
import {
  device,
  hidden,
  lvmReport,
  mapper,
  target,
  textOf,
  volume,
  volumeGroup,
  wanted,
} from '../../test/checks/examples.ts';
import { withDerived } from '../model/derived.ts';
import type { Autoextend } from '../model/lvm/autoextend.ts';
import { type Lvm, lvDmUuid } from '../model/lvm/lvm.ts';
import type { ThinPool } from '../model/lvm/thin-pools.ts';
import { known, type Reading } from '../model/reading.ts';
import { lv016 } from './lv016-pool-without-room.ts';

const MIB = 1024 ** 2;

interface Example {
  readonly pool?: Partial<ThinPool>;
  readonly autoextend?: Partial<Autoextend>;
  readonly freeBytes?: number;
  readonly promisedMib?: number;
  readonly poolProfile?: string;
  readonly lvm?: Reading<Lvm>;
}

/** A pool of 1000 MiB in a VG with 196 MiB free; LVM adds 20 percent above 80. */
function derived({ pool, autoextend, freeBytes = 196 * MIB, promisedMib = 2000, poolProfile = '', lvm }: Example) {
  const data = volume('pve', 'data', {
    ...{ sizeBytes: 1000 * MIB, layout: ['thin', 'pool'], ...(poolProfile === '' ? {} : { profile: poolProfile }) },
  });
  const thin = volume('pve', 'vm-100-disk-0', { sizeBytes: promisedMib * MIB, poolLv: 'data' });
  const uuid = `${lvDmUuid(data)}-tpool`;
  const seen: ThinPool = {
    ...{ name: 'pve-data-tpool', devNo: '253:5', usedDataBlocks: 200, totalDataBlocks: 1000, usedMetadataBlocks: 10 },
    ...{ totalMetadataBlocks: 4096, mode: 'rw', needsCheck: false, errorsWhenFull: false, ...pool },
  };
  return withDerived({
    ...wanted(lv016.wants ?? []),
    thinPools: known({ pools: [seen] }),
    deviceMapper: known(mapper(device('pve-data-tpool', 5, { uuid, table: [target('thin-pool', 8192)] }))),
    lvm: lvm ?? known(lvmReport([data, thin], { vgs: [volumeGroup('pve', { freeBytes })] })),
    autoextend: known({
      ...{ thinPoolAutoextendThreshold: 80, thinPoolAutoextendPercent: 20, monitoring: true },
      ...autoextend,
    }),
  } as never);
}

function examine(example: Example) {
  const readings = derived(example);
  const { growingPools } = readings;
  if (growingPools.state !== 'known') throw new Error(`no pool is extended: ${JSON.stringify(growingPools)}`);
  return lv016.examine({ growingPools: growingPools.value }, readings);
}

describe('LV016', () => {
  it('gives notice of a pool that could not be extended when it gets there', () => {
    const [finding] = examine({});
    expect(finding).toMatchObject({
      harm: 'housekeeping',
      subject: { kind: 'thin-pool', id: 'pve/data' },
      title: 'thin pool pve/data: the next extension of its data needs 200 MiB, VG pve has only 196 MiB free',
    });
    expect(finding && textOf(finding)).toContain('data 20.00 % used; above 80 % LVM extends it, by 200 MiB now');
    expect(finding && textOf(finding)).toContain('its volumes may take 2 GiB of its 1000 MiB');
  });

  it('warns once the pool is past the threshold', () => {
    expect(examine({ pool: { usedDataBlocks: 800 } })).toMatchObject([{ harm: 'housekeeping' }]);
    expect(examine({ pool: { usedDataBlocks: 801 } })).toMatchObject([{ harm: 'room' }]);
  });

  it('reckons what brings a pool below the threshold again, where that is more', () => {
    const used = { pool: { usedDataBlocks: 900 }, autoextend: { thinPoolAutoextendThreshold: 60 } };
    expect(examine({ ...used, freeBytes: 496 * MIB })[0]?.title).toContain('needs 500 MiB');
    expect(examine({ ...used, freeBytes: 500 * MIB })).toEqual([]);
  });

  it('adds whole extents', () => {
    const autoextend = { thinPoolAutoextendPercent: 1 };
    expect(examine({ autoextend, freeBytes: 11 * MIB })[0]?.title).toContain('needs 12 MiB');
    expect(examine({ autoextend, freeBytes: 12 * MIB })).toEqual([]);
  });

  it('takes a threshold below half for half, as LVM does', () => {
    const autoextend = { thinPoolAutoextendThreshold: 20 };
    expect(examine({ autoextend, pool: { usedDataBlocks: 500 } })).toMatchObject([{ harm: 'housekeeping' }]);
    expect(examine({ autoextend, pool: { usedDataBlocks: 501 } })).toMatchObject([{ harm: 'room' }]);
  });

  it('warns of metadata that is due, and only then', () => {
    // 16 MiB: LVM wants a quarter of it free, so it is due above 75 percent, and gets 21.
    const over = { promisedMib: 500, freeBytes: 0 };
    expect(examine({ ...over, pool: { usedMetadataBlocks: 3072 } })).toEqual([]);
    const [finding] = examine({ ...over, pool: { usedMetadataBlocks: 3073 } });
    expect(finding).toMatchObject({ harm: 'room' });
    expect(finding?.title).toBe(
      'thin pool pve/data: the next extension of its metadata needs 4 MiB, VG pve has no room',
    );
  });

  it('adds one percent more to metadata than to data, and wants 4 MiB of a large one free', () => {
    const large = { totalMetadataBlocks: 262_144 };
    const over = { promisedMib: 500, freeBytes: 0 };
    expect(examine({ ...over, pool: { ...large, usedMetadataBlocks: 209_715 } })).toEqual([]);
    const [finding] = examine({ ...over, pool: { ...large, usedMetadataBlocks: 209_716 } });
    expect(finding?.title).toContain('of its metadata needs 216 MiB');
  });

  it('warns of a pool past the threshold whatever its volumes may take', () => {
    expect(examine({ promisedMib: 500, pool: { usedDataBlocks: 801 } })).toMatchObject([{ harm: 'room' }]);
    expect(examine({ promisedMib: 500, pool: { usedDataBlocks: 800 } })).toEqual([]);
  });

  it('says first what is due', () => {
    const [finding] = examine({ freeBytes: 0, pool: { usedMetadataBlocks: 4000 } });
    expect(finding?.title).toContain('of its metadata');
    expect(finding?.evidence.filter(({ fact }) => fact.includes('LVM extends it'))).toHaveLength(2);
  });

  it.each<[string, Example]>([
    ['whose VG has room', { freeBytes: 200 * MIB }],
    ['whose volumes never get there', { promisedMib: 800 }],
    ['that has failed and tells nothing', { pool: { totalDataBlocks: 0, totalMetadataBlocks: 0 } }],
    ['that no VG has', { pool: { name: 'made-by-hand' } }],
    ['of which LVM does not know', { lvm: known(lvmReport([])) }],
    [
      'whose metadata has the size that LVM stops at',
      {
        freeBytes: 0,
        promisedMib: 500,
        pool: { totalMetadataBlocks: 4_145_152, usedMetadataBlocks: 4_000_000 },
      },
    ],
  ])('is silent about a pool %s', (_, example) => {
    expect(examine(example)).toEqual([]);
  });

  it('does not judge a pool with a profile, and says so', () => {
    const readings = derived({ poolProfile: 'grow' });
    const growing = readings.growingPools.state === 'known' ? readings.growingPools.value : [];
    expect(lv016.examine({ growingPools: growing }, readings)).toEqual([]);
    expect(lv016.notCompared?.({ growingPools: growing })).toEqual([
      'pve/data may have other settings, of the profile grow',
    ]);
  });

  it.each<[string, Partial<Autoextend>]>([
    ['the threshold is 100', { thinPoolAutoextendThreshold: 100 }],
    ['it would add nothing', { thinPoolAutoextendPercent: 0 }],
    ['pools are not monitored', { monitoring: false }],
  ])('does not apply where %s', (_, autoextend) => {
    expect(derived({ autoextend }).growingPools.state).toBe('absent');
    expect(derived({ autoextend, lvm: hidden() }).growingPools.state).toBe('absent');
  });

  it('is unknown where LVM could not be read', () => {
    expect(derived({ lvm: hidden() }).growingPools.state).toBe('unreadable');
  });
});
