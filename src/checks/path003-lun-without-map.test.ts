import { describe, expect, it } from 'vitest';
import { given, mapper, wanted } from '../../test/checks/examples.ts';
import { blocksOf, disk, disksWith, entryOn, map, WWID } from '../../test/checks/path-examples.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { ABOVE } from '../model/paths/carried.ts';
import { path003 } from './path003-lun-without-map.ts';

const check = given(path003);

function look(devices: readonly DmDevice[], disks = [disk('sda'), disk('sdb')]) {
  const sections = {
    deviceMapper: mapper(...devices),
    blockDevices: blocksOf(disks, devices),
    disks: disksWith(disks),
  };
  return check.examine(sections, wanted(ABOVE));
}

describe('PATH003', () => {
  it('is silent about a LUN with one map over all its ways, and what lies on the map', () => {
    expect(look([map(), entryOn('253:0')])).toEqual([]);
  });

  it('warns where volumes lie on one way of several and no map is there, as of the VG', () => {
    expect(look([entryOn('8:0')])[0]).toMatchObject({ harm: 'redundancy', subject: { id: WWID }, about: 'san' });
  });

  it('notes a LUN without a map that nothing uses', () => {
    expect(look([])[0]).toMatchObject({ harm: 'housekeeping' });
  });

  it('warns of a volume on a path beside the map, and of two maps', () => {
    const [bypass] = look([map(), entryOn('8:16')]);
    expect(bypass?.title).toBe('san-vm--100--disk--0 on sdb directly, although map mpatha is over it');
    expect(bypass?.about).toBeUndefined();
    const [two] = look([map(['8:0']), map(['8:16'], { name: 'mpathb', minor: 1 })]);
    expect(two?.title).toBe('maps mpatha, mpathb are over one LUN');
  });

  it('notes a way that the map leaves out', () => {
    expect(look([map(['8:0'])])[0]).toMatchObject({ harm: 'housekeeping', title: expect.stringContaining('sdb') });
  });

  it.each([
    ['of another name', { wwid: 'naa.33333330000007d1' }],
    ['without a name', { wwid: '' }],
    ['whose name nobody could read', { wwid: null }],
    ['of another size under the same name', { sizeSectors: 1 }],
  ])('is silent about a disk %s', (_, over) => {
    expect(look([], [disk('sda'), disk('sdb', over)])).toEqual([]);
  });
});
