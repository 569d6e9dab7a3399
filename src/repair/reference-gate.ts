import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { SOURCE } from '../model/evidence.ts';
import type { Reference } from '../model/guests/guest-entries.ts';
import { describeHostName, type HostVolume } from '../model/needs/host-names.ts';
import { describeReference, type ReferenceIndex } from '../model/needs/references.ts';
import { defineGate, no, yes } from './gates.ts';
import type { RepairCase } from './repair-gates.ts';
import type { RepairSubject } from './repair-subject.ts';

/** What configurations say of a device: of the entry itself, and of the name of its volume. */
export interface DeviceReferences {
  readonly direct: readonly Reference[];
  readonly byName: readonly Reference[];
  /** What means nobody knows what, and may mean its volume. */
  readonly unplaced: readonly Reference[];
}

export function deviceReferences(device: DmDevice, subject: RepairSubject, index: ReferenceIndex): DeviceReferences {
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

/** By the name of the entry, by what metadata calls its volume, and by the device; of an extra entry by the device alone. */
function hostVolume({ code }: RepairCase['finding'], device: DmDevice, subject: RepairSubject): HostVolume {
  const names =
    subject.is === 'entry' && !isExtra(code, subject.entry.device)
      ? [subject.entry, ...(subject.lv === null ? [] : [subject.lv])]
      : [];
  return { names, uuid: device.uuid, device };
}

/** Not referenced and not maybe-referenced, by what that means for this kind of device. */
export const referenceGate = defineGate(
  'not referenced',
  SOURCE.guests,
  ['references', 'hostNeeds'],
  ({ finding, device, subject }: RepairCase, { references: index, hostNeeds }) => {
    const needed = hostNeeds.find(hostVolume(finding, device, subject));
    if (needed !== null) return no(describeHostName(needed));
    if (hostNeeds.unclear !== null) return no(hostNeeds.unclear);
    if (subject.is === 'entry' && index.incompleteHere !== null) return no(index.incompleteHere);
    const references = deviceReferences(device, subject, index);
    const hit = references.direct.find(({ local }) => local) ?? hitByName(finding, subject, references);
    if (hit) return no(describeReference(hit));
    if (finding.certainty !== 'certain') return no('some text may refer to it, although PVE does not read it so');
    if (subject.is === 'partition-map') return yes('no configuration refers to the partition map');
    const [first] = references.byName;
    return yes(
      first === undefined
        ? 'no section of any configuration on any node refers to it'
        : `what refers to its name does not mean this entry on this node: ${describeReference(first)}`,
    );
  },
);

/** Beside the entry that LVM made of the volume. */
const isExtra = (code: string, { uuid }: DmDevice): boolean => (code === 'DM001' || code === 'DM002') && uuid === '';

/**
 * An extra entry of a volume is not what its name refers to: the entry that stays is. A ghost is not either, since its
 * LV is gone; but a path leads to whatever has the name. Everything else is the volume itself.
 */
function hitByName(
  { code }: RepairCase['finding'],
  subject: RepairSubject,
  { byName, unplaced }: DeviceReferences,
): Reference | undefined {
  if (subject.is !== 'entry') return undefined;
  if (isExtra(code, subject.entry.device)) return undefined;
  const certain = byName.filter(({ certainty }) => certainty === 'certain');
  const maybe = byName.find(({ certainty, local }) => certainty === 'maybe' && (local || certain.length === 0));
  if (maybe) return maybe;
  const here = certain.find(({ local, text }) => local && (!subject.ghost || text.startsWith('/')));
  return here ?? (certain.length === 0 ? unplaced[0] : undefined);
}
