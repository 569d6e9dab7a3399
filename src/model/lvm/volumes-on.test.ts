import { describe, expect, it } from 'vitest';
import { lvmReport, volume, volumeGroup } from '../../../test/checks/examples.ts';
import type { LogicalVolume } from './lvm.ts';
import { volumesOn } from './volumes-on.ts';

const on = (lvName: string, names: readonly string[], over: Partial<LogicalVolume> = {}): LogicalVolume => {
  const lv = volume('san', lvName, over);
  const devices = names.map((name) => ({ name, firstExtent: 0 }));
  return { ...lv, segments: lv.segments.map((segment) => ({ ...segment, devices })) };
};
const INTERNAL = { role: ['private'] };

const names = (reach: 'has data on it' | 'needs it', ...lvs: readonly LogicalVolume[]) =>
  volumesOn(volumeGroup('san'), lvmReport(lvs), (name) => name === '/dev/sdb', reach).map(({ lvName }) => lvName);

describe('volumes on a device', () => {
  it('are those with a part on it, directly, through volumes of LVM’s own and through their pool', () => {
    const pool = on('data', ['data_tdata'], INTERNAL);
    const data = on('data_tdata', ['/dev/sda', '/dev/sdb'], INTERNAL);
    const thin = on('thin', [], { poolLv: 'data' });
    expect(names('needs it', pool, data, thin, on('here', ['/dev/sdb']), on('there', ['/dev/sda']))).toEqual([
      'thin',
      'here',
    ]);
  });

  it('are thick snapshots of what is on it, and not those whose origin is in their own pool', () => {
    const snapshot = on('snap', ['/dev/sda'], { origin: 'here' });
    expect(names('needs it', on('here', ['/dev/sdb']), snapshot)).toEqual(['here', 'snap']);
  });

  it.each([
    ['raid1', 1, []],
    ['raid1', 2, ['raid']],
    ['raid5', 1, []],
    ['raid5', 2, ['raid']],
    ['raid6', 2, []],
    ['raid0', 1, ['raid']],
  ])('%s with %d legs on it', (level, lost, needs) => {
    const count = level === 'raid1' ? 2 : 4;
    const legs = Array.from({ length: count }, (_, at) =>
      on(`raid_rimage_${at}`, [at < lost ? '/dev/sdb' : '/dev/sda'], INTERNAL),
    );
    const raid = on(
      'raid',
      legs.map(({ lvName }) => lvName),
      { layout: ['raid', level] },
    );
    expect(names('needs it', ...legs, raid)).toEqual(needs);
    expect(names('has data on it', ...legs, raid)).toEqual(['raid']);
  });
});
