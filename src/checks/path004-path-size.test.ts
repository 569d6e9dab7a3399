import { describe, expect, it } from 'vitest';
import { given, mapper, wanted } from '../../test/checks/examples.ts';
import { blocksOf, disk, disksWith, map, mapStatus, SECTORS, statuses } from '../../test/checks/path-examples.ts';
import { ABOVE } from '../model/paths/carried.ts';
import { path004 } from './path004-path-size.ts';

const check = given(path004);

function look(...sizes: readonly (number | null)[]) {
  const [a = null, b = null] = sizes;
  const disks = [disk('sda', { sizeSectors: a }), disk('sdb', { sizeSectors: b })];
  const sections = {
    deviceMapper: mapper(map()),
    targetStatuses: statuses([map()], mapStatus({ '8:0': 'A', '8:16': 'A' })),
    blockDevices: blocksOf(disks, [map()]),
    disks: disksWith(disks),
  };
  return check.examine(sections, wanted(ABOVE));
}

describe('PATH004', () => {
  it('is silent where all are equal, and where a size could not be read', () => {
    expect(look(SECTORS, SECTORS)).toEqual([]);
    expect(look(2 * SECTORS, null)).toEqual([]);
  });

  it('warns of paths that differ, with the rescans first', () => {
    const [finding] = look(2 * SECTORS, SECTORS);
    expect(finding).toMatchObject({
      severity: 'warning',
      title: 'multipath map mpatha has paths of 64 MiB and 128 MiB',
    });
    expect(finding?.remedy.commands.map((argv) => argv[0])).toEqual(['sh', 'sh', 'multipathd', 'pvresize']);
  });

  it('notes a map that is smaller than its LUN', () => {
    expect(look(2 * SECTORS, 2 * SECTORS)[0]).toMatchObject({ severity: 'notice' });
  });

  it('is critical about a map that is larger than a path', () => {
    expect(look(SECTORS, SECTORS / 2)[0]).toMatchObject({ severity: 'critical' });
  });
});
