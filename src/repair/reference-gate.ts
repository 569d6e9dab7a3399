import { sectionsOf } from '../model/derived.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import type { Reference } from '../model/guests/guest-entries.ts';
import { knownOrNull, whyNot } from '../model/reading.ts';
import { fails, type Gate, passes } from '../model/repair/gate.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { RepairFinding, RepairSubject } from './repair-subject.ts';

const SOURCE = '/etc/pve/nodes/*/{qemu-server,lxc}/*.conf';

/** What configurations say of a device: of the entry itself, and of the name of its volume. */
export interface DeviceReferences {
  readonly direct: readonly Reference[];
  readonly byName: readonly Reference[];
  /** What means nobody knows what, and may mean its volume. */
  readonly unplaced: readonly Reference[];
}

/** null where configurations were not read. */
export function deviceReferences(
  device: DmDevice,
  subject: RepairSubject,
  snapshot: Snapshot,
): DeviceReferences | null {
  const index = knownOrNull(sectionsOf(snapshot).references);
  if (index === null) return null;
  const direct = [
    ...index.findUuid(device.uuid),
    ...index.findMinor(device.minor, device.major),
    ...index.findName(device.name),
  ];
  if (subject.is !== 'entry') return { direct, byName: [], unplaced: [] };
  const { entry, lv } = subject;
  const renamed = lv !== null && (lv.vgName !== entry.vgName || lv.lvName !== entry.lvName);
  return {
    direct,
    byName: [...index.find(entry.vgName, entry.lvName), ...(renamed ? index.find(lv.vgName, lv.lvName) : [])],
    unplaced: index.findUnplaced(entry.vmid, entry.lvName),
  };
}

/** Not referenced and not maybe-referenced, by what that means for this kind of device. */
export function referenceGate(
  finding: RepairFinding,
  device: DmDevice,
  subject: RepairSubject,
  snapshot: Snapshot,
): Gate {
  const { references: index } = sectionsOf(snapshot);
  const references = deviceReferences(device, subject, snapshot);
  if (index.state !== 'known' || references === null) return fails('not referenced', whyNot(index) ?? '', SOURCE);
  const partial = subject.is === 'entry' ? index.value.incompleteHere : null;
  if (partial !== null) return fails('not referenced', partial, SOURCE);
  const hit = references.direct.find(({ local }) => local) ?? hitByName(finding, subject, references);
  if (hit) return fails('not referenced', describe(hit), SOURCE);
  if (finding.certainty !== 'certain')
    return fails('not referenced', 'some text may refer to it, although PVE does not read it so', SOURCE);
  return passes('not referenced', passingFact(subject, references.byName), SOURCE);
}

/**
 * An extra entry of a volume is not what its name refers to: the entry that stays is. A ghost is not either, since its
 * LV is gone; but a path leads to whatever has the name. Everything else is the volume itself.
 */
function hitByName(
  { code }: RepairFinding,
  subject: RepairSubject,
  { byName, unplaced }: DeviceReferences,
): Reference | undefined {
  if (subject.is !== 'entry') return undefined;
  const isExtra = (code === 'DM001' || code === 'DM002') && subject.entry.device.uuid === '';
  if (isExtra) return undefined;
  const certain = byName.filter(({ certainty }) => certainty === 'certain');
  const maybe = byName.find(({ certainty, local }) => certainty === 'maybe' && (local || certain.length === 0));
  if (maybe) return maybe;
  const here = certain.find(({ local, text }) => local && (!subject.ghost || text.startsWith('/')));
  return here ?? (certain.length === 0 ? unplaced[0] : undefined);
}

const passingFact = (subject: RepairSubject, byName: readonly Reference[]): string => {
  if (subject.is === 'partition-map') return 'no configuration refers to the partition map';
  const [first] = byName;
  if (first === undefined) return 'no section of any configuration on any node refers to it';
  return `what refers to its name does not mean this entry on this node: ${describe(first)}`;
};

const describe = ({ vmid, node, key, section, text, certainty }: Reference): string => {
  const verb = certainty === 'certain' ? 'refers to it' : 'may refer to it';
  const where = section === 'current' ? '' : ` [${section}]`;
  return `guest ${vmid} on node ${node} ${verb}: ${key}${where} (${text})`;
};
