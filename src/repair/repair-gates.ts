import { sectionsOf } from '../model/derived.ts';
import { type DmDevice, devNo } from '../model/device-mapper/device-mapper.ts';
import { describeHolder, deviceUse } from '../model/device-mapper/device-use.ts';
import type { Finding, Remedy, Repair, RepairAction } from '../model/finding.ts';
import { whyNot } from '../model/reading.ts';
import { fails, type Gate, passes } from '../model/repair/gate.ts';
import { mutationArgv, mutationComplaint, takeAway } from '../model/repair/mutation.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { type Concern, guestLockGate, inFlightGate, runningGate } from './in-flight-gates.ts';
import { deviceReferences, referenceGate } from './reference-gate.ts';
import { type RepairFinding, type RepairSubject, repairSubject } from './repair-subject.ts';
import { repairTargets } from './repair-targets.ts';

/** Whether this snapshot allows the repair of a finding; the first gate that does not hold is the answer. */
export function offerRepair(finding: Finding, snapshot: Snapshot): Repair {
  if (finding.repairAction === null) return { offered: false, because: 'guidance only' };
  const targets = repairTargets(finding, snapshot);
  const [first] = targets;
  if (first === undefined) return { offered: false, because: 'the device is not in the snapshot' };
  const failed = targets.flatMap((device) => repairGates(finding, device, snapshot)).find(({ holds }) => !holds);
  if (failed) return { offered: false, because: failed.fact };
  return { offered: true, action: actionFor(finding.repairAction, repairSubject(first, finding, snapshot)) };
}

/**
 * The commands that the repair of a finding would run now; none where a gate forbids it, since whoever pastes them later
 * has no gate before them. Guidance keeps its own.
 */
export function remedyCommands(finding: Finding, repair: Repair, snapshot: Snapshot): Remedy['commands'] {
  if (finding.repairAction === null) return finding.remedy.commands;
  if (!repair.offered) return [];
  return repairTargets(finding, snapshot).map((device) => {
    const subject = repairSubject(device, finding, snapshot);
    return mutationArgv(takeAway(device, subject.is === 'entry' ? subject.lv : null));
  });
}

/** `lvchange -an` if the volume (same UUID) is in metadata, `dmsetup remove` only if it is not. */
export function actionFor(action: RepairAction, subject: RepairSubject): RepairAction {
  if (subject.is !== 'entry') return action;
  return subject.lv === null ? 'remove-device' : 'deactivate-volume';
}

/** All eight gates as this snapshot answers them, in the order in which they are shown. */
export function repairGates(finding: RepairFinding, device: DmDevice, snapshot: Snapshot): readonly Gate[] {
  const subject = repairSubject(device, finding, snapshot);
  const concern = concernOf(finding, device, subject, snapshot);
  return [
    sameDeviceGate(device, snapshot),
    guestVolumeGate(device, subject, snapshot),
    useGate(device, snapshot),
    runningGate(concern, snapshot),
    inFlightGate(concern, snapshot),
    referenceGate(finding, device, subject, snapshot),
    suspendedGate(device, subject, snapshot),
    guestLockGate(concern, snapshot),
  ];
}

/** The guest that owns it by name, the one that the finding is about, and those of this node that refer to it. */
export function concernOf(
  finding: RepairFinding,
  device: DmDevice,
  subject: RepairSubject,
  snapshot: Snapshot,
): Concern {
  const entry = subject.is === 'entry' ? subject.entry : subject.is === 'partition-map' ? subject.parent : null;
  const references = deviceReferences(device, subject, snapshot);
  const referring = [...(references?.direct ?? []), ...(references?.byName ?? [])].filter(({ local }) => local);
  const vmids = [finding.vmid, entry?.vmid ?? null, ...referring.map(({ vmid }) => vmid)];
  const lv = subject.is === 'entry' ? subject.lv : null;
  const vgNames = [...(entry ? [entry.vgName] : []), ...(lv ? [lv.vgName] : [])];
  return {
    vmids: [...new Set(vmids.filter((vmid) => vmid !== null))].sort((a, b) => a - b),
    vgNames: [...new Set(vgNames)],
  };
}

function sameDeviceGate(device: DmDevice, snapshot: Snapshot): Gate {
  const { stack } = sectionsOf(snapshot);
  const source = 'dmsetup info -c, dmsetup table';
  if (stack.state !== 'known') return fails('same device', whyNot(stack), source);
  if (stack.value.sharing(device) !== 1 || stack.value.changedMeanwhile.includes(device.name))
    return fails('same device', `${device.name} changed while the node was read`, source);
  const uuid = device.uuid === '' ? 'no UUID' : `UUID ${device.uuid}`;
  return passes('same device', `${device.name} is ${devNo(device)}, ${uuid}, ${lines(device)}`, source);
}

const lines = ({ table }: DmDevice): string => (table.length === 1 ? '1 table line' : `${table.length} table lines`);

/** Targets that one command takes away whole, and that can be put back line by line. Layers of LVM are none of them. */
const PLAIN_TARGETS: Readonly<Record<'volume' | 'entry', readonly string[]>> = {
  volume: ['linear', 'striped', 'thin'],
  entry: ['linear', 'striped', 'thin', 'error', 'zero'],
};

function guestVolumeGate(device: DmDevice, subject: RepairSubject, { sections }: Snapshot): Gate {
  const source = 'dmsetup info -c, lvm fullreport';
  const fail = (fact: string) => fails('guest volume', fact, source);
  if (sections.lvm.reading.state === 'unreadable') return fail(whyNot(sections.lvm.reading));
  if (subject.is === 'nothing-of-ours') return fail(subject.because);
  const lv = subject.is === 'entry' ? subject.lv : null;
  const plain = PLAIN_TARGETS[lv === null ? 'entry' : 'volume'];
  const odd = device.table.find(({ type }) => !plain.includes(type));
  if (odd) return fail(`its table is of type ${odd.type}: guidance only`);
  if (device.table.length === 0) return fail('it has no live table, so somebody may be making it just now');
  const complaint = mutationComplaint(takeAway(device, lv));
  if (complaint !== null) return fail(complaint);
  if (subject.is === 'partition-map')
    return passes(
      'guest volume',
      `a partition map of ${subject.parent.device.name}, guest ${subject.parent.vmid}`,
      source,
    );
  const { vgName, lvName, vmid } = subject.entry;
  if (lv !== null) return passes('guest volume', `LV ${lv.vgName}/${lv.lvName} has its UUID, guest ${vmid}`, source);
  const made = subject.ghost ? 'no LV in its VG has its UUID' : 'made by hand, no UUID';
  return passes('guest volume', `named as ${vgName}/${lvName} of guest ${vmid}; ${made}`, source);
}

function useGate(device: DmDevice, { sections }: Snapshot): Gate {
  const source = 'dmsetup info -c, /sys/dev/block, /proc';
  const use = deviceUse(device, { usage: sections.usage.reading, blockDevices: sections.blockDevices.reading });
  if (use.inUse === 'no')
    return passes('not in use', 'open count 0, no holder, no mount in any namespace, no swap, no descriptor', source);
  if (use.inUse === 'unknown') return fails('not in use', use.because, source);
  const holders = use.holders.map(describeHolder).join('; ');
  return fails('not in use', `open count ${device.openCount}${holders === '' ? '' : `; ${holders}`}`, source);
}

/** LVM would wait for ever on any suspended device that it scans, while it holds its own locks. */
function suspendedGate(device: DmDevice, subject: RepairSubject, { sections }: Snapshot): Gate {
  const source = 'dmsetup info -c';
  const { reading } = sections.deviceMapper;
  if (device.suspended) return fails('not suspended', `${device.name} is suspended`, source);
  const needsLvm = subject.is === 'entry' && subject.lv !== null;
  const other = reading.state === 'known' ? reading.value.devices.find(({ suspended }) => suspended) : undefined;
  if (needsLvm && other) return fails('not suspended', `${other.name} is suspended, and LVM would wait for it`, source);
  return passes('not suspended', 'neither it nor anything that the command would wait for is suspended', source);
}
