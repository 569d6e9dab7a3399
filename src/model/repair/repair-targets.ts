import { indexDevices } from '../device-mapper/device-index.ts';
import type { DeviceMapper, DmDevice } from '../device-mapper/device-mapper.ts';
import { heldVolumes } from '../device-mapper/held-volumes.ts';
import type { Finding } from '../finding.ts';
import { oncePer } from '../once-per.ts';
import type { Snapshot } from '../snapshot.ts';

const volumesHeld = oncePer(
  (deviceMapper: DeviceMapper) => new Map(heldVolumes(deviceMapper).map((held) => [held.entry.device, held])),
);

/**
 * The devices that the repair of a finding would change: its subject; for a volume that is held, the partition maps on
 * it that the finding's own commands name, the highest first.
 */
export function repairTargets(
  finding: Pick<Finding, 'subject' | 'repairAction' | 'remedy'>,
  { sections }: Snapshot,
): readonly DmDevice[] {
  const { reading } = sections.deviceMapper;
  if (finding.subject.kind !== 'device' || reading.state !== 'known') return [];
  const subject = indexDevices(reading.value).named(finding.subject.id);
  if (subject === null) return [];
  if (finding.repairAction !== 'remove-partition-map') return [subject];
  if (!indexDevices(reading.value).isGuestEntry(subject)) return [subject];
  const held = volumesHeld(reading.value).get(subject);
  const named = new Set(finding.remedy.commands.map((argv) => argv.at(-1)));
  return (held?.children ?? [])
    .filter(({ device, kind }) => kind === 'partition-map' && named.has(device.name))
    .map(({ device }) => device)
    .reverse();
}
