import { sectionsOf } from '../model/derived.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { partitionMaps } from '../model/device-mapper/held-volumes.ts';
import type { Finding } from '../model/finding.ts';
import { knownOrNull } from '../model/reading.ts';
import type { Snapshot } from '../model/snapshot.ts';

/** The devices that the repair of a finding would change: its subject; of a volume that is held, its partition maps, the highest first. */
export function repairTargets(
  { subject, repairAction }: Pick<Finding, 'subject' | 'repairAction'>,
  snapshot: Snapshot,
): readonly DmDevice[] {
  const sections = sectionsOf(snapshot);
  const stack = knownOrNull(sections.stack);
  const device = subject.kind === 'device' ? stack?.named(subject.id) : null;
  if (stack === null || !device) return [];
  if (repairAction !== 'remove-partition-map' || !stack.isEntry(device)) return [device];
  const held = knownOrNull(sections.heldVolumes)?.get(device);
  return held === undefined ? [] : partitionMaps(held.children);
}
