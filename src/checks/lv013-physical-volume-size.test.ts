import { describe, expect, it } from 'vitest';
import { given, lvmReport, mapper, physicalVolume, volume, wanted } from '../../test/checks/examples.ts';
import { blocksOf, entryOn } from '../../test/checks/path-examples.ts';
import { ABOVE } from '../model/paths/carried.ts';
import { lv013 } from './lv013-physical-volume-size.ts';

const check = given(lv013);

const MIB = 1024 * 1024;

function look(sizeBytes: number | undefined, deviceBytes: number | undefined, missing = false, isOnVolume = false) {
  const sizes = { ...(sizeBytes !== undefined && { sizeBytes }), ...(deviceBytes !== undefined && { deviceBytes }) };
  const below = entryOn('8:0');
  const place = isOnVolume ? { major: below.major, minor: below.minor } : {};
  const pvs = [physicalVolume('san', '/dev/mapper/mpatha', { missing, ...sizes, ...place })];
  const sections = {
    deviceMapper: mapper(below),
    lvm: lvmReport([volume('san', 'vm-100-disk-0')], { pvs }),
    blockDevices: blocksOf([], []),
  };
  return check.examine(sections, wanted(ABOVE));
}

describe('LV013', () => {
  it('is silent where less than an extent is left, where it is missing, and in an older report', () => {
    expect(look(60 * MIB, 64 * MIB)).toEqual([]);
    expect(look(60 * MIB, 0, true)).toEqual([]);
    expect(look(undefined, undefined)).toEqual([]);
  });

  it('leaves a guest’s own physical volume alone, which lies on its disk', () => {
    expect(look(60 * MIB, 1024 * MIB, false, true)).toEqual([]);
  });

  it('notes room that pvresize would bring', () => {
    expect(look(60 * MIB, 1024 * MIB)[0]).toMatchObject({ severity: 'notice', bytes: 963 * MIB, about: 'san' });
  });

  it('is critical about a device that is smaller than LVM believes', () => {
    expect(look(1020 * MIB, 32 * MIB)[0]).toMatchObject({ severity: 'critical', bytes: null });
  });
});
