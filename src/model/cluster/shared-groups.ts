import { type AcrossNodes, inPairs, type Paired, type Sighting, sightings } from './across-nodes.ts';
import type { GroupPrint } from './node-record.ts';
import { sameGroup } from './same-disk.ts';

/** Every VG that a node told of. */
export const groupSightings = ({ view }: Pick<AcrossNodes, 'view'>): readonly Sighting<GroupPrint>[] =>
  sightings(view, 'groups', (groups) => groups);

/** Nodes that see one VG on one disk, of those that told of a VG with this name. */
export function seenTogether(vgName: string, all: readonly Sighting<GroupPrint>[]): Paired<GroupPrint> {
  return inPairs(
    all.filter(({ item }) => item.vgName === vgName),
    (a, b) => {
      if (a.item.vgUuid !== b.item.vgUuid) return 'no';
      const same = sameGroup(a.item, b.item);
      if (same !== 'unknown') return same === 'same' ? 'yes' : 'no';
      return { open: `whether VG ${vgName} of ${a.node} and of ${b.node} is on one disk could not be told` };
    },
  );
}

/** The disks of a VG, for evidence. */
export const disksOf = ({ pvs }: GroupPrint): string =>
  pvs.map(({ disk, pvUuid }) => disk.wwid || disk.serial || `the PV ${pvUuid}`).join(', ');
