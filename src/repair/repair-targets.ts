import { indexDevices } from '../model/device-mapper/device-index.ts';
import type { DeviceMapper, DmDevice } from '../model/device-mapper/device-mapper.ts';
import { heldVolumes, partitionMaps } from '../model/device-mapper/held-volumes.ts';
import type { Finding } from '../model/finding.ts';
import { oncePer } from '../model/once-per.ts';
import type { Snapshot } from '../model/snapshot.ts';

const volumesHeld = oncePer(
  (deviceMapper: DeviceMapper) => new Map(heldVolumes(deviceMapper).map((held) => [held.entry.device, held])),
);

/** The devices that the repair of a finding would change: its subject; of a volume that is held, its partition maps, the highest first. */
export function repairTargets(
  finding: Pick<Finding, 'subject' | 'repairAction'>,
  { sections }: Snapshot,
): readonly DmDevice[] {
  const { reading } = sections.deviceMapper;
  if (finding.subject.kind !== 'device' || reading.state !== 'known') return [];
  const subject = indexDevices(reading.value).named(finding.subject.id);
  if (subject === null) return [];
  if (finding.repairAction !== 'remove-partition-map') return [subject];
  if (!indexDevices(reading.value).isGuestEntry(subject)) return [subject];
  const held = volumesHeld(reading.value).get(subject);
  return held === undefined ? [] : partitionMaps(held.children);
}
