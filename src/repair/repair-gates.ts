import { takesAway } from '../model/command/device-changes.ts';
import { type SectionReadings, sectionsOf } from '../model/derived.ts';
import { type DmDevice, devNo } from '../model/device-mapper/device-mapper.ts';
import { describeHolder, deviceUse } from '../model/device-mapper/device-use.ts';
import type { Finding, Remedy, Repair, RepairAction } from '../model/finding.ts';
import { knownOrNull, whyNot } from '../model/reading.ts';
import { takeAwayComplaint } from '../model/repair/mutation.ts';
import type { Gate } from '../model/repair/plan.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { defineGate, firstFailed, no, yes } from './gates.ts';
import { type Concern, guestLockGate, inFlightGate, runningGate } from './in-flight-gates.ts';
import { deviceReferences, referenceGate } from './reference-gate.ts';
import {
  entryOf,
  type RepairFinding,
  type RepairSubject,
  repairSubject,
  repairTargets,
  volumeOf,
} from './repair-subject.ts';

/** A device that the repair of a finding would take away, with the guests and VGs that this concerns. */
export interface RepairCase extends Concern {
  readonly finding: RepairFinding;
  readonly device: DmDevice;
  readonly subject: RepairSubject;
}

/** Concerned are the guest that owns it by name, the one that the finding is about, and those of this node that refer to it. */
export function repairCase(finding: RepairFinding, device: DmDevice, sections: SectionReadings): RepairCase {
  const subject = repairSubject(device, finding, sections);
  const index = knownOrNull(sections.references);
  const { direct, byName } = index === null ? NO_REFERENCES : deviceReferences(device, subject, index);
  const referring = [...direct, ...byName].filter(({ local }) => local);
  const entry = entryOf(subject);
  const vmids = [finding.vmid, entry?.vmid ?? null, ...referring.map(({ vmid }) => vmid)];
  const vgNames = [entry, volumeOf(subject)].flatMap((named) => named?.vgName ?? []);
  return {
    finding,
    device,
    subject,
    vmids: [...new Set(vmids.filter((vmid) => vmid !== null))].sort((a, b) => a - b),
    vgNames: [...new Set(vgNames)],
  };
}

const NO_REFERENCES = { direct: [], byName: [] };

/** A repair as this snapshot allows it, with its commands. */
interface OfferedRepair {
  readonly repair: Repair;
  readonly commands: Remedy['commands'];
}

/**
 * Whether this snapshot allows the repair of a finding; the first gate that does not hold is the answer. The commands are those
 * that it would run now; none where a gate forbids it, since whoever pastes them later has no gate before them. Guidance keeps
 * its own.
 */
export function offerRepair({ remedy, ...finding }: Finding, snapshot: Snapshot): OfferedRepair {
  const refuse = (because: string, commands: Remedy['commands'] = []): OfferedRepair => ({
    repair: { offered: false, because },
    commands,
  });
  if (finding.repairAction === null) return refuse('guidance only', remedy.commands);
  const sections = sectionsOf(snapshot);
  const cases = repairTargets(finding, sections).map((device) => repairCase(finding, device, sections));
  const [first] = cases;
  if (first === undefined) return refuse('the device is not in the snapshot');
  for (const one of cases) {
    const failed = firstFailed(repairGates(one, sections));
    if (failed) return refuse(failed.fact);
  }
  return {
    repair: { offered: true, action: actionFor(finding.repairAction, first.subject) },
    commands: cases.map(({ device, subject }) => takesAway(device, volumeOf(subject))),
  };
}

/** `lvchange -an` if the volume (same UUID) is in metadata, `dmsetup remove` only if it is not. */
function actionFor(action: RepairAction, subject: RepairSubject): RepairAction {
  if (subject.is !== 'entry') return action;
  return subject.lv === null ? 'remove-device' : 'deactivate-volume';
}

/** All eight gates as this snapshot answers them, in the order in which they are shown. */
export const repairGates = (one: RepairCase, sections: SectionReadings): readonly Gate[] =>
  [
    sameDeviceGate,
    guestVolumeGate,
    useGate,
    runningGate,
    inFlightGate,
    referenceGate,
    suspendedGate,
    guestLockGate,
  ].map((gate) => gate(one, sections));

const sameDeviceGate = defineGate(
  'same device',
  'dmsetup info -c, dmsetup table',
  ['stack'],
  ({ device }: RepairCase, { stack }) => {
    if (stack.sharing(device) !== 1 || stack.changedMeanwhile.includes(device.name))
      return no(`${device.name} changed while the node was read`);
    const uuid = device.uuid === '' ? 'no UUID' : `UUID ${device.uuid}`;
    const lines = device.table.length === 1 ? '1 table line' : `${device.table.length} table lines`;
    return yes(`${device.name} is ${devNo(device)}, ${uuid}, ${lines}`);
  },
);

/** Targets that one command takes away whole, and that can be put back line by line. Layers of LVM are none of them. */
const PLAIN_TARGETS: Readonly<Record<'volume' | 'entry', readonly string[]>> = {
  volume: ['linear', 'striped', 'thin'],
  entry: ['linear', 'striped', 'thin', 'error', 'zero'],
};

const guestVolumeGate = defineGate(
  'guest volume',
  'dmsetup info -c, lvm fullreport',
  [],
  ({ device, subject }: RepairCase, _, { lvm }) => {
    if (lvm.state === 'unreadable') return no(whyNot(lvm));
    if (subject.is === 'nothing-of-ours') return no(subject.because);
    const lv = volumeOf(subject);
    const plain = PLAIN_TARGETS[lv === null ? 'entry' : 'volume'];
    const odd = device.table.find(({ type }) => !plain.includes(type));
    if (odd) return no(`its table is of type ${odd.type}: guidance only`);
    if (device.table.length === 0) return no('it has no live table, so somebody may be making it just now');
    const complaint = takeAwayComplaint(device, lv);
    if (complaint !== null) return no(complaint);
    if (subject.is === 'partition-map')
      return yes(`a partition map of ${subject.parent.device.name}, guest ${subject.parent.vmid}`);
    const { vgName, lvName, vmid } = subject.entry;
    if (lv !== null) return yes(`LV ${lv.vgName}/${lv.lvName} has its UUID, guest ${vmid}`);
    const made = subject.ghost ? 'no LV in its VG has its UUID' : 'made by hand, no UUID';
    return yes(`named as ${vgName}/${lvName} of guest ${vmid}; ${made}`);
  },
);

const useGate = defineGate(
  'not in use',
  'dmsetup info -c, /sys/dev/block, /proc',
  [],
  ({ device }: RepairCase, _, sections) => {
    const use = deviceUse(device, sections);
    if (use.inUse === 'no') return yes('open count 0, no holder, no mount in any namespace, no swap, no descriptor');
    if (use.inUse === 'unknown') return no(use.because);
    const holders = use.holders.map(describeHolder).join('; ');
    return no(`open count ${device.openCount}${holders === '' ? '' : `; ${holders}`}`);
  },
);

/** LVM would wait for ever on any suspended device that it scans, while it holds its own locks. */
const suspendedGate = defineGate(
  'not suspended',
  'dmsetup info -c',
  ['stack'],
  ({ device, subject }: RepairCase, { stack }) => {
    if (device.suspended) return no(`${device.name} is suspended`);
    const other = volumeOf(subject) === null ? null : stack.firstSuspended;
    if (other) return no(`${other.name} is suspended, and LVM would wait for it`);
    return yes('neither it nor anything that the command would wait for is suspended');
  },
);
