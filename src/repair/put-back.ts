import type { SectionReadings } from '../model/derived.ts';
import type { DiskIdentity } from '../model/device-mapper/block-devices.ts';
import { type DevNo, devNo } from '../model/device-mapper/device-mapper.ts';
import { splitDmName } from '../model/device-mapper/dm-name.ts';
import { lvDmUuid, volumePath } from '../model/lvm/lvm.ts';
import { knownOrNull, whyNot } from '../model/reading.ts';
import type { Intent, JournalStep, Underlying } from '../model/repair/journal.ts';
import { type Mutation, mutationArgv, putBack, putBackComplaint } from '../model/repair/mutation.ts';
import type { Condition, Gate, Step, StepPlan } from '../model/repair/plan.ts';
import { defineGate, firstFailed, no, yes } from './gates.ts';
import { type Concern, guestLockGate, guestLockPaths, inFlightGate, runningGate } from './in-flight-gates.ts';
import { whyMayHaveVolume } from './repair-subject.ts';
import { coMappersOf, underlyingOf } from './step-facts.ts';

/** `lvchange -ay` of a volume that was deactivated, `dmsetup create` with the recorded table of what was removed. */
export function planPutBack(entry: JournalStep, sections: SectionReadings): StepPlan {
  const intent = relocated(entry.intent, sections);
  const concern = concernOf(intent);
  const activates = intent.step.undo.by === 'activate-volume';
  const gates: readonly Gate[] = [
    ...(activates ? [activationGate, notThereGate] : [creationGate, notThereGate, belowGate, sectorsGate]).map((gate) =>
      gate(intent, sections),
    ),
    runningGate(concern, sections),
    inFlightGate(concern, sections),
    suspendedGate(intent, sections),
    guestLockGate(concern, sections),
  ];
  const failed = firstFailed(gates);
  return failed ? { because: failed.fact, gates } : { step: putBackStep(intent, sections), gates };
}

/**
 * A device-mapper device below that went and came back may have another number, while its UUID says that it is the same
 * one: then the recorded table is read with the new number.
 */
function relocated(intent: Intent, { deviceMapper }: SectionReadings): Intent {
  const devices = knownOrNull(deviceMapper)?.devices ?? [];
  const moved = new Map<DevNo, DevNo>();
  for (const { devNo: was, dmUuid } of intent.below) {
    const same = dmUuid === '' ? undefined : devices.find(({ uuid }) => uuid === dmUuid);
    if (same !== undefined) moved.set(was, devNo(same));
  }
  const now = (number: string): string => moved.get(number) ?? number;
  const { device } = intent.step;
  const table = device.table.map((target) => ({ ...target, args: target.args.map(now) }));
  return {
    ...intent,
    step: { ...intent.step, device: { ...device, table } },
    below: intent.below.map((below) => ({ ...below, devNo: now(below.devNo) })),
  };
}

function concernOf({ step, volume }: Intent): Concern {
  const name = volume?.vgName ?? splitDmName(step.device.name)?.vgName;
  return { vmids: step.guests, vgNames: name === undefined ? [] : [name] };
}

function putBackStep({ step }: Intent, sections: SectionReadings): Step {
  const { device, undo, guests } = step;
  const { name, uuid, readOnly, table } = device;
  const mutation = mutationOf(step);
  const gone: Condition = { is: 'device-gone', name, uuid };
  const made = {
    ...{ device, mutation, argv: mutationArgv(mutation), guests },
    // A guest of that number may be of another kind by now.
    locks: guests.flatMap((vmid) => guestLockPaths(vmid, sections)),
  };
  if (undo.by === 'activate-volume') {
    const { vgName, lvName } = undo;
    const volume: Condition = { is: 'volume-in-metadata', vgName, lvName, dmUuid: uuid };
    return {
      ...{ kind: 'activate-volume', ...made, before: [gone, volume] },
      // LVM gives the volume the table that metadata says now, which may have grown since.
      after: [{ is: 'device-named', name, uuid }],
      undo: { by: 'deactivate-volume' },
    };
  }
  return {
    ...{ kind: 'create-device', ...made },
    before: [gone, ...(uuid.startsWith('LVM-') ? [{ is: 'volume-not-in-metadata', dmUuid: uuid } as const] : [])],
    after: [{ is: 'device-back', device: { name, uuid, readOnly, table } }],
    undo: { by: 'remove-device', as: step.kind === 'remove-partition-map' ? 'remove-partition-map' : 'remove-device' },
  };
}

const mutationOf = ({ undo, device }: Step): Mutation =>
  undo.by === 'activate-volume'
    ? { does: 'activate-volume', vgName: undo.vgName, lvName: undo.lvName, dmUuid: device.uuid }
    : putBack(device);

const activationGate = defineGate(
  'can be put back',
  'lvm fullreport',
  ['lvm'],
  ({ step: { undo, device } }: Intent, { lvm: { lvs } }) => {
    const lv = lvs.find((candidate) => lvDmUuid(candidate) === device.uuid);
    if (lv === undefined) return no('the volume is no longer in LVM metadata');
    const path = volumePath(lv);
    if (undo.by !== 'activate-volume' || path !== volumePath(undo)) return no(`the volume is called ${path} now`);
    if (lvs.filter((other) => volumePath(other) === path).length > 1) return no(`${path} names more than one volume`);
    return yes(`${path} is in metadata with the recorded UUID`);
  },
);

const creationGate = defineGate(
  'can be put back',
  'the journal, lvm fullreport',
  [],
  ({ step }: Intent, _, sections) => {
    const complaint = putBackComplaint(step.device);
    if (complaint !== null) return no(complaint);
    if (sections.lvm.state === 'unreadable') return no(whyNot(sections.lvm));
    const because = whyMayHaveVolume(step.device, sections);
    if (because !== null) return no(because);
    return yes('the recorded table can be loaded again, and no volume in metadata has its UUID');
  },
);

const notThereGate = defineGate(
  'not there yet',
  'dmsetup info -c',
  ['deviceMapper'],
  ({ step }: Intent, { deviceMapper }) => {
    const { name, uuid } = step.device;
    const there = deviceMapper.devices.find((device) => device.name === name || (uuid !== '' && device.uuid === uuid));
    if (there) return no(`${there.name} is there, with that ${there.name === name ? 'name' : 'UUID'}`);
    if (deviceMapper.changedMeanwhile.includes(name)) return no(`${name} changed while the node was read`);
    return yes('no entry has its name or its UUID');
  },
);

/** A number says nothing by itself: after a reboot or a rescan it may belong to another disk. */
const belowGate = defineGate(
  'same devices below',
  '/sys/dev/block, lvm fullreport',
  ['blockDevices', 'deviceMapper'],
  ({ step, below }: Intent, _, sections) => {
    const now = new Map(underlyingOf(step.device, sections).map((device) => [device.devNo, device]));
    const changed = below.map((was) => whyNotSame(was, now.get(was.devNo))).find((why) => why !== null) ?? null;
    if (changed !== null) return no(changed);
    return yes(`${below.length === 0 ? 'none' : below.map(({ devNo }) => devNo).join(', ')}: as recorded`);
  },
);

function whyNotSame(was: Underlying, is: Underlying | undefined): string | null {
  const device = `device ${was.devNo}`;
  const name = was.dmName || was.kernelName;
  if (is === undefined || is.kernelName === '') return `${device} (${name}) is gone`;
  // The kernel name of a device-mapper device is only its number; its UUID says more.
  const sameName = was.dmUuid !== '' || is.kernelName === was.kernelName;
  if (!sameName || is.dmName !== was.dmName || is.dmUuid !== was.dmUuid || is.vgName !== was.vgName) {
    const called = ({ dmName, kernelName, vgName }: Underlying) =>
      [dmName || kernelName, vgName].filter(Boolean).join(', VG ');
    return `${device} was ${called(was)} and is ${called(is)} now`;
  }
  const another = was.dmUuid === '' ? whyAnotherDisk(was.disk, is.disk ?? undefined) : null;
  return another === null ? null : `${device} (${name}): ${another}`;
}

/** Words that a disk keeps over a restart of the machine. */
const LASTING = [
  ['wwid', 'WWID'],
  ['serial', 'serial number'],
  ['partUuid', 'partition UUID'],
] as const;

/**
 * Why what stands at a number now is not, or may not be, the disk that stood there; null when it is the same. `diskseq` is
 * another one after each change of the medium or the image, and begins anew with each boot (kernel block/genhd.c, inc_diskseq).
 */
function whyAnotherDisk(was: DiskIdentity | undefined | null, is: DiskIdentity | undefined): string | null {
  if (was === undefined || was === null) return 'what tells that disk from another was not recorded';
  if (is === undefined) return 'what tells this disk from another could not be read';
  if (was.sizeSectors !== is.sizeSectors) return `it had ${was.sizeSectors} sectors and has ${is.sizeSectors} now`;
  for (const [key, name] of LASTING)
    if (was[key] !== is[key]) return `its ${name} was ${was[key] || 'none'} and is ${is[key] || 'none'} now`;
  const isSameBoot = was.bootId !== '' && was.bootId === is.bootId;
  if (isSameBoot && was.diskSeq !== '')
    return was.diskSeq === is.diskSeq
      ? null
      : `another disk or image has taken its place since (diskseq ${is.diskSeq})`;
  if (LASTING.some(([key]) => was[key] !== '')) return null;
  return isSameBoot
    ? 'it has no WWID, no serial number and no diskseq that would tell it from another'
    : 'the machine was started again, and it has no WWID or serial number that would tell it from another';
}

/** Who maps the same sectors now must have done so before, and must not be open. */
const sectorsGate = defineGate(
  'sectors not used',
  'dmsetup table, lvm fullreport',
  ['stack'],
  ({ step, coMappers }: Intent, { stack }, sections) => {
    if (sections.lvm.state === 'unreadable') return no(whyNot(sections.lvm));
    const partial = knownOrNull(sections.lvm)?.vgs.find(({ missingPvCount }) => missingPvCount > 0);
    if (partial) return no(`VG ${partial.vgName} misses a physical volume`);
    const known = new Set(coMappers.map(({ kind, name, uuid }) => `${kind} ${name} ${uuid}`));
    for (const { kind, name, uuid } of coMappersOf(step.device, sections)) {
      const what = kind === 'device' ? name : `volume ${name}`;
      if (!known.has(`${kind} ${name} ${uuid}`)) return no(`${what} uses sectors of it now`);
      if (stack.devices.some((device) => device.name === name && device.openCount > 0))
        return no(`${what} maps the same sectors and is open`);
    }
    return yes('no device and no volume uses its sectors that did not when it was removed');
  },
);

const suspendedGate = defineGate(
  'not suspended',
  'dmsetup info -c',
  ['stack'],
  ({ step }: Intent, { stack: { firstSuspended } }) => {
    if (firstSuspended === null) return yes('no device is suspended');
    const who = step.undo.by === 'activate-volume' ? 'LVM' : 'udev';
    return no(`${firstSuspended.name} is suspended, and ${who} would wait for it`);
  },
);
