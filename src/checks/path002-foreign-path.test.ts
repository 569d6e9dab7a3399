import { describe, expect, it } from 'vitest';
import { given, mapper, wanted } from '../../test/checks/examples.ts';
import { blocksOf, disk, disksWith, map, mapStatus, statuses } from '../../test/checks/path-examples.ts';
import { ABOVE } from '../model/paths/carried.ts';
import { path002 } from './path002-foreign-path.ts';

const check = given(path002);

function look(wwids: readonly (string | null)[]) {
  const [a = '', b = ''] = wwids;
  const disks = [disk('sda', { wwid: a }), disk('sdb', { wwid: b })];
  const sections = {
    deviceMapper: mapper(map()),
    targetStatuses: statuses([map()], mapStatus({ '8:0': 'A', '8:16': 'A' })),
    blockDevices: blocksOf(disks, [map()]),
    disks: disksWith(disks),
  };
  return check.examine(sections, wanted(ABOVE));
}

describe('PATH002', () => {
  it('is critical about paths of two LUNs', () => {
    const [finding] = look(['naa.33333330000007d0', 'naa.33333330000007d1']);
    expect(finding).toMatchObject({ harm: 'data', subject: { id: 'mpatha' } });
    expect(finding?.evidence.map(({ fact }) => fact)).toContain('path sdb has WWID naa.33333330000007d1');
  });

  it('is silent about one LUN, and about a path whose name nobody knows', () => {
    for (const other of ['naa.33333330000007d0', '', null]) expect(look(['naa.33333330000007d0', other])).toEqual([]);
  });
});
