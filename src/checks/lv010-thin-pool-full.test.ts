import { describe, expect, it } from 'vitest';
import { device, hidden, mapper, textOf, wanted } from '../../test/checks/examples.ts';
import { vectorsOf } from '../../test/data/commands.ts';
import type { ThinPool } from '../model/lvm/thin-pools.ts';
import { WANTS_ABOVE } from '../model/paths/carried-words.ts';
import { known } from '../model/reading.ts';
import { lv010 } from './lv010-thin-pool-full.ts';

const LVM_UUID = `LVM-${'v'.repeat(32)}${'l'.repeat(32)}-tpool`;

const POOL: ThinPool = {
  ...{ name: 'pve-data-tpool', devNo: '253:5', usedDataBlocks: 0, totalDataBlocks: 100_000, usedMetadataBlocks: 0 },
  ...{ totalMetadataBlocks: 1000, mode: 'rw', needsCheck: false, errorsWhenFull: false },
};

const examine = (over: Partial<ThinPool>, uuid = LVM_UUID) =>
  lv010.examine(
    {
      thinPools: {
        pools: [{ ...POOL, ...over }],
      },
    },
    { ...wanted(WANTS_ABOVE), deviceMapper: known(mapper(device('pve-data-tpool', 5, { uuid }))), lvm: hidden() },
  );
const severity = (over: Partial<ThinPool>) => examine(over)[0]?.harm;

describe('LV010', () => {
  it('warns from 80 percent on and is critical from 95 on, for data and metadata alike', () => {
    expect(severity({ usedDataBlocks: 79_999 })).toBeUndefined();
    expect(severity({ usedDataBlocks: 80_000 })).toBe('room');
    expect(severity({ usedDataBlocks: 95_000 })).toBe('data');
    expect(severity({ usedMetadataBlocks: 800 })).toBe('room');
    expect(severity({ usedMetadataBlocks: 950 })).toBe('data');
  });

  it('shows exact percentages, never rounded up over a threshold', () => {
    const [finding] = examine({ usedDataBlocks: 94_999 });
    expect(finding).toMatchObject({ harm: 'room', subject: { kind: 'thin-pool', id: 'pve/data' } });
    expect(finding?.title).toBe('thin pool pve/data: data 94.99 %, metadata 0.00 % used');
    expect(finding && textOf(finding)).toContain('data 94999 of 100000 blocks, 94.99 %');
  });

  it('names the pool as LVM does, and asks LVM about its VG', () => {
    const [finding] = examine({ usedDataBlocks: 90_000 });
    expect(vectorsOf(finding?.remedy.commands).map((argv) => [argv[0], argv.at(-1)])).toEqual([['lvs', 'pve']]);
    const [byHand] = examine({ usedDataBlocks: 90_000 }, '');
    expect(byHand).toMatchObject({ subject: { id: 'pve-data-tpool' }, remedy: { commands: [] } });
  });

  it('is the same pool where device-mapper could not be listed', () => {
    const pool = { ...POOL, usedDataBlocks: 90_000 };
    const [unlisted] = lv010.examine(
      { thinPools: { pools: [pool] } },
      { ...wanted(WANTS_ABOVE), deviceMapper: hidden(), lvm: hidden() },
    );
    expect(unlisted?.subject.id).toBe('pve/data');
  });

  it('is critical about a pool that failed, whatever its numbers', () => {
    for (const mode of ['out_of_data_space', 'ro', 'Fail']) expect(severity({ mode })).toBe('data');
    expect(examine({ mode: 'Fail', totalDataBlocks: 0 })[0]?.title).toContain('has failed');
  });

  it('is silent about a pool with room', () => {
    expect(examine({ usedDataBlocks: 10_000, usedMetadataBlocks: 10 })).toEqual([]);
  });
});
