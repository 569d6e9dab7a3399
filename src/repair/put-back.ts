import { type DevNo, devNo } from '../model/device-mapper/device-mapper.ts';
import { splitDmName } from '../model/device-mapper/dm-name.ts';
import { describeTarget } from '../model/evidence.ts';
import { lvDmUuid } from '../model/lvm/lvm.ts';
import { whyNot } from '../model/reading.ts';
import { fails, type Gate, type GateName, passes } from '../model/repair/gate.ts';
import type { Intent, JournalStep } from '../model/repair/journal.ts';
import { type Mutation, mutationArgv, mutationComplaint } from '../model/repair/mutation.ts';
import type { Condition, Step } from '../model/repair/plan.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { type Concern, guestLockGate, inFlightGate, runningGate } from './in-flight-gates.ts';
import type { UndoPlan } from './plan-undo.ts';
import { whyMayHaveVolume } from './repair-subject.ts';
import { whyAnotherDisk } from './same-disk.ts';
import { coMappersOf, underlyingOf } from './step-facts.ts';

/** `lvchange -ay` of a volume that was deactivated, `dmsetup create` with the recorded table of what was removed. */
export function planPutBack(entry: JournalStep, snapshot: Snapshot): UndoPlan {
  const intent = relocated(entry.intent, snapshot);
  const concern = concernOf(intent);
  const activates = intent.step.undo.by === 'activate-volume';
  const gates: readonly Gate[] = [
    activates ? activationGate(intent, snapshot) : creationGate(intent, snapshot),
    notThereGate(intent, snapshot),
    ...(activates ? [] : [belowGate(intent, snapshot), sectorsGate(intent, snapshot)]),
    runningGate(concern, snapshot),
    inFlightGate(concern, snapshot),
    suspendedGate(intent, snapshot),
    guestLockGate(concern, snapshot),
  ];
  const failed = gates.find(({ holds }) => !holds);
  return failed ? { because: failed.fact, gates } : { step: putBackStep(intent), gates };
}

/**
 * A device-mapper device below that went and came back may have another number, while its UUID says that it is the same
 * one: then the recorded table is read with the new number.
 */
function relocated(intent: Intent, { sections }: Snapshot): Intent {
  const { reading } = sections.deviceMapper;
  if (reading.state !== 'known') return intent;
  const moved = new Map<DevNo, DevNo>();
  for (const { devNo: was, dmUuid } of intent.below) {
    const same = dmUuid === '' ? undefined : reading.value.devices.find(({ uuid }) => uuid === dmUuid);
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

function putBackStep({ step }: Intent): Step {
  const { device, undo } = step;
  const { name, uuid, readOnly, table } = device;
  const mutation = mutationOf(step);
  const gone: Condition = { is: 'device-gone', name, uuid };
  const activates = undo.by === 'activate-volume';
  const back: Condition = { is: 'device-back', device: { name, uuid, readOnly, table } };
  const volume: readonly Condition[] = activates
    ? [{ is: 'volume-in-metadata', vgName: undo.vgName, lvName: undo.lvName, dmUuid: uuid }]
    : uuid.startsWith('LVM-')
      ? [{ is: 'volume-not-in-metadata', dmUuid: uuid }]
      : [];
  return {
    kind: activates ? 'activate-volume' : 'create-device',
    device,
    mutation,
    argv: mutationArgv(mutation),
    guests: step.guests,
    locks: step.locks,
    before: [gone, ...volume],
    // LVM gives the volume the table that metadata says now, which may have grown since.
    after: activates ? [{ is: 'device-named', name, uuid }, ...volume] : [back, ...volume],
    undo: activates
      ? { by: 'deactivate-volume' }
      : { by: 'remove-device', as: step.kind === 'remove-partition-map' ? 'remove-partition-map' : 'remove-device' },
  };
}

function mutationOf({ undo, device }: Step): Mutation {
  if (undo.by === 'activate-volume')
    return { does: 'activate-volume', vgName: undo.vgName, lvName: undo.lvName, dmUuid: device.uuid };
  const { name, uuid, readOnly } = device;
  return { does: 'create-device', name, uuid, readOnly, table: device.table.map(describeTarget) };
}

const CAN: GateName = 'can be put back';

function activationGate({ step }: Intent, { sections }: Snapshot): Gate {
  const { reading } = sections.lvm;
  const source = 'lvm fullreport';
  if (reading.state !== 'known') return fails(CAN, whyNot(reading), source);
  const { undo, device } = step;
  const lv = reading.value.lvs.find((candidate) => lvDmUuid(candidate) === device.uuid);
  if (lv === undefined) return fails(CAN, 'the volume is no longer in LVM metadata', source);
  if (undo.by !== 'activate-volume' || lv.vgName !== undo.vgName || lv.lvName !== undo.lvName)
    return fails(CAN, `the volume is called ${lv.vgName}/${lv.lvName} now`, source);
  const namesakes = reading.value.lvs.filter(({ vgName, lvName }) => vgName === lv.vgName && lvName === lv.lvName);
  if (namesakes.length > 1) return fails(CAN, `${lv.vgName}/${lv.lvName} names more than one volume`, source);
  return passes(CAN, `${lv.vgName}/${lv.lvName} is in metadata with the recorded UUID`, source);
}

function creationGate({ step }: Intent, snapshot: Snapshot): Gate {
  const source = 'the journal, lvm fullreport';
  const complaint = mutationComplaint(mutationOf(step));
  if (complaint !== null) return fails(CAN, complaint, source);
  const { reading } = snapshot.sections.lvm;
  if (reading.state === 'unreadable') return fails(CAN, whyNot(reading), source);
  const because = whyMayHaveVolume(step.device, snapshot);
  if (because !== null) return fails(CAN, because, source);
  return passes(CAN, 'the recorded table can be loaded again, and no volume in metadata has its UUID', source);
}

function notThereGate({ step }: Intent, { sections }: Snapshot): Gate {
  const { reading } = sections.deviceMapper;
  const source = 'dmsetup info -c';
  if (reading.state !== 'known') return fails('not there yet', whyNot(reading), source);
  const { name, uuid } = step.device;
  const there = reading.value.devices.find((device) => device.name === name || (uuid !== '' && device.uuid === uuid));
  if (there)
    return fails('not there yet', `${there.name} is there, with that ${there.name === name ? 'name' : 'UUID'}`, source);
  if (reading.value.changedMeanwhile.includes(name))
    return fails('not there yet', `${name} changed while the node was read`, source);
  return passes('not there yet', 'no entry has its name or its UUID', source);
}

/** A number says nothing by itself: after a reboot or a rescan it may belong to another disk. */
function belowGate({ step, below }: Intent, snapshot: Snapshot): Gate {
  const source = '/sys/dev/block, lvm fullreport';
  const { blockDevices, deviceMapper } = snapshot.sections;
  for (const { reading } of [blockDevices, deviceMapper])
    if (reading.state !== 'known') return fails('same devices below', whyNot(reading), source);
  const now = new Map(underlyingOf(step.device, snapshot).map((device) => [device.devNo, device]));
  for (const was of below) {
    const is = now.get(was.devNo);
    if (is === undefined || is.kernelName === '')
      return fails('same devices below', `device ${was.devNo} (${was.dmName || was.kernelName}) is gone`, source);
    // The kernel name of a device-mapper device is only its number; its UUID says more.
    const sameName = was.dmUuid !== '' || is.kernelName === was.kernelName;
    if (!sameName || is.dmName !== was.dmName || is.dmUuid !== was.dmUuid || is.vgName !== was.vgName) {
      const called = (device: typeof was) =>
        [device.dmName || device.kernelName, device.vgName].filter(Boolean).join(', VG ');
      return fails('same devices below', `device ${was.devNo} was ${called(was)} and is ${called(is)} now`, source);
    }
    const another = was.dmUuid === '' ? whyAnotherDisk(was.disk, is.disk ?? undefined) : null;
    if (another !== null)
      return fails('same devices below', `device ${was.devNo} (${was.dmName || was.kernelName}): ${another}`, source);
  }
  return passes(
    'same devices below',
    `${below.length === 0 ? 'none' : below.map(({ devNo }) => devNo).join(', ')}: as recorded`,
    source,
  );
}

/** Who maps the same sectors now must have done so before, and must not be open. */
function sectorsGate({ step, coMappers }: Intent, snapshot: Snapshot): Gate {
  const source = 'dmsetup table, lvm fullreport';
  const { deviceMapper, lvm } = snapshot.sections;
  if (deviceMapper.reading.state !== 'known') return fails('sectors not used', whyNot(deviceMapper.reading), source);
  if (lvm.reading.state === 'unreadable') return fails('sectors not used', whyNot(lvm.reading), source);
  const partial =
    lvm.reading.state === 'known' && lvm.reading.value.vgs.find(({ missingPvCount }) => missingPvCount > 0);
  if (partial) return fails('sectors not used', `VG ${partial.vgName} misses a physical volume`, source);
  const known = new Set(coMappers.map(({ kind, name, uuid }) => `${kind} ${name} ${uuid}`));
  for (const mapper of coMappersOf(step.device, snapshot)) {
    const what = mapper.kind === 'device' ? mapper.name : `volume ${mapper.name}`;
    if (!known.has(`${mapper.kind} ${mapper.name} ${mapper.uuid}`))
      return fails('sectors not used', `${what} uses sectors of it now`, source);
    const open = deviceMapper.reading.value.devices.find(
      ({ name, openCount }) => name === mapper.name && openCount > 0,
    );
    if (open) return fails('sectors not used', `${what} maps the same sectors and is open`, source);
  }
  return passes(
    'sectors not used',
    'no device and no volume uses its sectors that did not when it was removed',
    source,
  );
}

function suspendedGate({ step }: Intent, { sections }: Snapshot): Gate {
  const source = 'dmsetup info -c';
  const { reading } = sections.deviceMapper;
  if (reading.state !== 'known') return fails('not suspended', whyNot(reading), source);
  const suspended = reading.value.devices.find((device) => device.suspended);
  return suspended
    ? fails(
        'not suspended',
        `${suspended.name} is suspended, and ${step.undo.by === 'activate-volume' ? 'LVM' : 'udev'} would wait for it`,
        source,
      )
    : passes('not suspended', 'no device is suspended', source);
}
