import { describe, expect, it } from 'vitest';
import { device, mapper, target, textOf, wanted } from '../../test/checks/examples.ts';
import { lookOf, trendOf } from '../../test/checks/trend-examples.ts';
import type { GrowingPool, NextExtension } from '../model/lvm/growing-pools.ts';
import type { ThinPool } from '../model/lvm/thin-pools.ts';
import type { TrendLook } from '../model/trend/trend.ts';
import { lv015 } from './lv015-pool-growth.ts';

const NAME = 'pve-data-tpool';
const UUID = `LVM-${'v'.repeat(32)}${'l'.repeat(32)}-tpool`;

const seen = (hoursAgo: number, data: number, metadata = 100) =>
  lookOf(hoursAgo, { pools: new Map([[UUID, { data, metadata }]]) });

function find(looks: readonly TrendLook[], over: Partial<ThinPool> = {}, uuid = UUID, grown?: Partial<GrowingPool>) {
  const pool: ThinPool = {
    ...{ name: NAME, devNo: null, usedDataBlocks: 700, totalDataBlocks: 1000, usedMetadataBlocks: 100 },
    ...{ totalMetadataBlocks: 1000, mode: 'rw', needsCheck: false, errorsWhenFull: false, ...over },
  };
  const devices = mapper(device(NAME, 5, { uuid, table: [target('thin-pool', 8192, '8:0', '8:16')] }));
  const growing: GrowingPool = {
    ...{ pool, vgName: 'pve', lvName: 'data', freeBytes: 0, sizeBytes: 1000 * 65_536, promisedBytes: 0 },
    ...{ extensions: [], profile: '', ...grown },
  };
  const extendedPools = grown === undefined ? [] : [growing];
  const facts = { thinPools: { pools: [pool] }, deviceMapper: devices, trend: trendOf(...looks), extendedPools };
  return lv015.examine(facts, wanted(lv015.wants ?? []));
}

describe('LV015', () => {
  it('warns of data that will be full in less than three days', () => {
    const [finding] = find([seen(48, 400)]);
    expect(finding).toMatchObject({
      harm: 'room',
      subject: { kind: 'thin-pool', id: 'pve/data' },
      title: 'thin pool pve/data: data full in 2 days at its growth of the last days',
    });
    expect(finding && textOf(finding)).toContain('data 400 blocks, 40.00 %, on 2026-11-20 12:00 UTC');
  });

  it('counts the room into which LVM extends the pool by itself', () => {
    const free = (blocks: number) => ({ freeBytes: blocks * 65_536 });
    expect(find([seen(48, 400)], {}, UUID, free(1000))).toEqual([]);
    const [finding] = find([seen(48, 400)], {}, UUID, free(300));
    expect(finding?.title).toContain('data full in 4 days');
    expect(finding && textOf(finding)).toContain('by 300 blocks until the VG is full');
  });

  it('counts none into which the next step does not fit, or that a profile may forbid', () => {
    const step: NextExtension = {
      ...{ part: 'data', usedPercent: 70, atPercent: 80, isDue: false, addedBytes: 9 * 65_536_000, fits: false },
    };
    for (const grown of [{ extensions: [step] }, { profile: 'fixed' }]) {
      const [finding] = find([seen(48, 400)], {}, UUID, { freeBytes: 1000 * 65_536, ...grown });
      expect(finding?.title).toContain('data full in 2 days');
    }
  });

  it('gives notice of what lasts for some days more', () => {
    expect(find([seen(48, 600)])).toMatchObject([
      { harm: 'housekeeping', title: expect.stringContaining('in 6 days') },
    ]);
  });

  it('says first what is full first', () => {
    const over = { usedMetadataBlocks: 950 };
    const [finding] = find([seen(48, 500, 750)], over);
    expect(finding?.title).toContain('metadata full in less than a day');
    expect(finding && textOf(finding)).toContain('data 700 of 1000 blocks');
  });

  it('takes the slower of two paces, so that one restore is no habit', () => {
    expect(find([seen(190, 300), seen(30, 690)])).toEqual([]);
    expect(find([seen(190, 690), seen(30, 300)])).toEqual([]);
    expect(find([seen(96, 100), seen(30, 500)])).toHaveLength(1);
  });

  it.each([
    ['that was looked at less than a day ago', [seen(23, 100)], {}],
    ['that lasts longer than is remembered', [seen(48, 690)], {}],
    ['that gets emptier', [seen(48, 800)], {}],
    ['that is not half full', [seen(25, 10)], { usedDataBlocks: 499 }],
    ['that failed', [seen(48, 100)], { mode: 'ro' }],
    ['that nobody saw before', [lookOf(48)], {}],
    ['that was seen by a clock of the future', [seen(-48, 100)], {}],
    ['that tells nothing', [seen(48, 0, 0)], { totalDataBlocks: 0, totalMetadataBlocks: 0 }],
  ])('is silent about a pool %s', (_, looks, over) => {
    expect(find(looks, over)).toEqual([]);
  });

  it('is silent about another pool of the same name', () => {
    expect(find([seen(48, 400)], {}, UUID.replace('l', 'x'))).toEqual([]);
  });
});
