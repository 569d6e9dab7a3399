import { describe, expect, it } from 'vitest';
import {
  cluster,
  given,
  guest,
  guests,
  mapper,
  mention,
  storage,
  storages,
  wanted,
} from '../../test/checks/examples.ts';
import {
  blocksOf,
  disk,
  disksWith,
  entryOn,
  map,
  mapStatus,
  SECTORS,
  statuses,
} from '../../test/checks/path-examples.ts';
import { changesOf, linesOf } from '../../test/data/commands.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { ABOVE } from '../model/paths/carried.ts';
import type { Sections } from '../model/snapshot.ts';
import { path004 } from './path004-path-size.ts';

const check = given(path004);

type Above = Partial<Sections>;

const LIES_ON_IT: Above = { cluster, storage: storages(storage('san', 'san')), guests: guests() };

/** The map as a disk of guest 100, as udev's link says. */
const GIVEN: Above = {
  ...LIES_ON_IT,
  guests: guests(
    guest(100, {
      mentions: [
        {
          ...mention('scsi1', '', ''),
          target: { kind: 'path', path: '/dev/mapper/mpatha', resolved: '/dev/dm-0' },
        },
      ],
    }),
  ),
};

const LUN_GIVEN: Above = {
  ...LIES_ON_IT,
  guests: guests(
    guest(205, {
      node: 'pve2',
      mentions: [
        {
          ...mention('scsi1', '', ''),
          target: { kind: 'volid', storeid: 'lun', volname: '0.0.1.scsi-36001405a', resolved: '/dev/sdb' },
        },
      ],
    }),
  ),
};

function look(...sizes: readonly (number | null)[]) {
  return lookAbove(LIES_ON_IT, [entryOn('253:0')], ...sizes);
}

function lookAbove(above: Above, entries: readonly DmDevice[], ...sizes: readonly (number | null)[]) {
  const [a = null, b = null] = sizes;
  const disks = [disk('sda', { sizeSectors: a }), disk('sdb', { sizeSectors: b })];
  const sections = {
    deviceMapper: mapper(map(), ...entries),
    targetStatuses: statuses([map()], mapStatus({ '8:0': 'A', '8:16': 'A' })),
    blockDevices: blocksOf(disks, [map(), ...entries]),
    disks: disksWith(disks),
  };
  return check.examine(sections, wanted(ABOVE, above));
}

describe('PATH004', () => {
  it('is silent where all are equal, and where a size could not be read', () => {
    expect(look(SECTORS, SECTORS)).toEqual([]);
    expect(look(2 * SECTORS, null)).toEqual([]);
  });

  it('warns of paths that differ, with the rescans first', () => {
    const [finding] = look(2 * SECTORS, SECTORS);
    expect(finding).toMatchObject({
      harm: 'operation',
      title: 'multipath map mpatha has paths of 64 MiB and 128 MiB',
    });
    expect(changesOf(finding?.remedy.commands)).toEqual(['rescan-disk', 'rescan-disk', 'resize-map']);
    expect(linesOf(finding?.remedy.commands).at(-1)).toContain(
      ` '${SECTORS * 512} ${2 * SECTORS * 512}' -snrbo SIZE -- /dev/mapper/mpatha && `,
    );
  });

  it('notes a map that is smaller than its LUN', () => {
    expect(look(2 * SECTORS, 2 * SECTORS)[0]).toMatchObject({ harm: 'housekeeping' });
  });

  it.each<[string, Above, readonly DmDevice[]]>([
    ['a guest has the map as a disk of its own', GIVEN, [entryOn('253:0')]],
    ['a guest has one of its paths through an iSCSI storage', LUN_GIVEN, [entryOn('253:0')]],
    ['nothing of LVM is active on it', LIES_ON_IT, []],
    ['no storage means the VG on it', { ...LIES_ON_IT, storage: storages() }, [entryOn('253:0')]],
    ['no guest could be read', { storage: storages(storage('san', 'san')) }, [entryOn('253:0')]],
    ['storage.cfg could not be read', { guests: guests() }, [entryOn('253:0')]],
  ])('leaves the growing to whoever uses the LUN where %s', (_, above, entries) => {
    for (const sizes of [
      [2 * SECTORS, SECTORS],
      [2 * SECTORS, 2 * SECTORS],
    ]) {
      const [finding] = lookAbove(above, entries, ...sizes);
      expect(finding?.remedy.text).toContain('without `pvresize`');
    }
  });

  it('is critical about a map that is larger than a path', () => {
    expect(look(SECTORS, SECTORS / 2)[0]).toMatchObject({ harm: 'data' });
  });
});
