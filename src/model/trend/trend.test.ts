import { describe, expect, it } from 'vitest';
import { device, lvmReport, mapper, target, uuid, volume } from '../../../test/checks/examples.ts';
import { disk, disksWith, map, WWID } from '../../../test/checks/path-examples.ts';
import { BOOT, lookOf, NOW, trendOf } from '../../../test/checks/trend-examples.ts';
import { lookOfNow, looksAfter, looksBefore, type TrendLook } from './trend.ts';

const NOTHING = { disks: null, deviceMapper: null, thinPools: null, lvm: null };

/** The hours of what is kept after runs at these hours. */
function keptAfter(hours: readonly number[]): readonly number[] {
  let looks: readonly TrendLook[] = [];
  for (const hour of hours) {
    const takenAt = new Date(Date.parse(NOW) + hour * 3_600_000).toISOString();
    looks = looksAfter({ takenAt, bootId: BOOT, looks }, lookOf(-hour));
  }
  return looks.map(({ takenAt }) => (Date.parse(takenAt) - Date.parse(NOW)) / 3_600_000);
}

describe('what is kept', () => {
  it('is two looks of a day and the last one, whatever the timer does', () => {
    expect(keptAfter([0, 1, 2, 3])).toEqual([0, 3]);
    const hourly = keptAfter(Array.from({ length: 400 }, (_, hour) => hour));
    expect(hourly.length).toBeLessThan(20);
    expect(hourly.at(-1)).toBe(399);
    expect(hourly[0]).toBeGreaterThanOrEqual(399 - 8 * 24);
    expect(keptAfter([0, 24, 48])).toEqual([0, 24, 48]);
  });

  it('is no look of the future, as after a clock was set back, and none of long ago', () => {
    expect(keptAfter([0, 100, 10])).toEqual([0, 10]);
    expect(keptAfter([0, 193])).toEqual([193]);
    expect(looksBefore(trendOf(lookOf(193), lookOf(2), lookOf(-1)))).toEqual([lookOf(2)]);
  });
});

describe('the look of now', () => {
  it('has the counters of each way to a disk, the paths of each map and the blocks of each pool', () => {
    const pool = { name: 'pve-data-tpool', devNo: null, mode: 'rw', needsCheck: false, errorsWhenFull: false };
    const blocks = { usedDataBlocks: 5, totalDataBlocks: 9, usedMetadataBlocks: 3, totalMetadataBlocks: 8 };
    const tpool = device(pool.name, 5, { uuid: 'LVM-x-tpool', table: [target('thin-pool', 8192, '8:0', '8:16')] });
    const seen = {
      disks: disksWith([
        disk('sda', { ioErrors: 3, ioTimeouts: 1 }),
        disk('sdb', { wwid: null }),
        disk('nvme0n1', { address: '' }),
        disk('sdc', { ioErrors: null, ioTimeouts: null }),
      ]),
      deviceMapper: mapper(map(), tpool),
      thinPools: {
        pools: [
          { ...pool, ...blocks },
          { ...pool, ...blocks, name: 'gone' },
        ],
      },
      lvm: lvmReport([volume('san', 'vm-100-disk-0')]),
    };
    expect(lookOfNow({ takenAt: NOW, bootId: BOOT }, seen)).toEqual(
      lookOf(0, {
        disks: new Map([[`0:0:0:0 ${WWID}`, { ioErrors: 3, ioTimeouts: 1 }]]),
        maps: new Map([[`mpath-${WWID}`, 2]]),
        pools: new Map([['LVM-x-tpool', { data: 5, metadata: 3 }]]),
        groups: new Map([[uuid('vgsan'), 'san']]),
      }),
    );
  });

  it('holds nothing of what could not be read', () => {
    expect(lookOfNow({ takenAt: NOW, bootId: BOOT }, NOTHING)).toEqual(lookOf(0));
  });
});
