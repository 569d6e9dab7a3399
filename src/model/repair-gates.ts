import type { DmDevice } from './device-mapper.ts';
import { describeHolder, deviceUse } from './device-use.ts';
import { identifyUuid } from './dm-uuid.ts';
import type { Finding, Repair, RepairAction } from './finding.ts';
import { lvDmUuid } from './lvm.ts';
import { describeProblem, type Reading } from './reading.ts';
import type { Snapshot } from './snapshot.ts';

/** One condition of a repair, with the fact that decides it. An unreadable condition never holds. */
export interface Gate {
  readonly name: string;
  readonly holds: boolean;
  readonly fact: string;
}

const gate = (name: string, holds: boolean, fact: string): Gate => ({ name, holds, fact });

/** The reasons why a section cannot support a gate; null when it is known. */
function unseen(reading: Reading<unknown>): string | null {
  if (reading.state === 'unreadable') return describeProblem(reading.problem);
  return reading.state === 'absent' ? reading.reason : null;
}

/** Whether this snapshot allows the repair of a finding; the first gate that does not hold is the answer. */
export function offerRepair(finding: Finding, snapshot: Snapshot): Repair {
  if (finding.repairAction === null) return { offered: false, because: 'pve-doctor gives guidance only for this' };
  const device = findDevice(finding, snapshot);
  if (device === null) return { offered: false, because: 'the device is not in the snapshot' };
  const failed = repairGates(finding, device, snapshot).find((candidate) => !candidate.holds);
  if (failed) return { offered: false, because: failed.fact };
  return { offered: true, action: actionFor(finding.repairAction, device, snapshot) };
}

function findDevice(finding: Finding, { sections }: Snapshot): DmDevice | null {
  const { reading } = sections.deviceMapper;
  if (finding.subject.kind !== 'device' || reading.state !== 'known') return null;
  return reading.value.devices.find((device) => device.name === finding.subject.id) ?? null;
}

/** `lvchange -an` if the volume (same UUID) is in metadata, `dmsetup remove` only if it is not. */
function actionFor(action: RepairAction, device: DmDevice, { sections }: Snapshot): RepairAction {
  if (action === 'remove-partition-map' || device.uuid === '') return action;
  const { reading } = sections.lvm;
  const inMetadata = reading.state === 'known' && reading.value.lvs.some((lv) => lvDmUuid(lv) === device.uuid);
  return inMetadata ? 'deactivate-volume' : 'remove-device';
}

/** Every gate that a snapshot can answer, in the order in which they are shown. */
export function repairGates(finding: Finding, device: DmDevice, snapshot: Snapshot): readonly Gate[] {
  const { sections } = snapshot;
  return [
    gate('certain', finding.certainty === 'certain', 'a configuration may refer to it'),
    identityGate(device, sections.lvm.reading),
    gate('not suspended', !device.suspended, 'the device is suspended'),
    ...(['cluster', 'guests', 'storage', 'running', 'activity'] as const).map((name) => {
      const because = unseen(sections[name].reading);
      return gate(`${name} readable`, because === null, because ?? `${name} was read`);
    }),
    useGate(finding, device, snapshot),
    runningGate(finding, snapshot),
    lockGate(finding, snapshot),
  ];
}

/** Whether an LV of that UUID is in metadata decides between deactivating and removing: unreadable is a refusal. */
function identityGate(device: DmDevice, lvm: Snapshot['sections']['lvm']['reading']): Gate {
  const identity = identifyUuid(device.uuid);
  if (identity.kind === 'hand-made') return gate('identity', true, `${device.name} was made by hand (no UUID)`);
  if (identity.kind !== 'lvm')
    return gate('identity', false, `${device.name} is no guest volume (UUID ${device.uuid})`);
  const because = unseen(lvm);
  if (because !== null) return gate('identity', false, because);
  const vgKnown = lvm.state === 'known' && lvm.value.vgs.some((vg) => vg.vgUuid === identity.vgUuid);
  return vgKnown
    ? gate('identity', true, `its UUID names VG ${identity.vgUuid}, which LVM reports`)
    : gate('identity', false, 'LVM does not report the VG that its UUID names');
}

function useGate(finding: Finding, device: DmDevice, { sections }: Snapshot): Gate {
  const use = deviceUse(device, { usage: sections.usage.reading, blockDevices: sections.blockDevices.reading });
  if (use.inUse === 'no') return gate('not in use', true, `open count 0, no holder, mount, swap or descriptor`);
  if (use.inUse === 'unknown') return gate('not in use', false, use.because);
  if (finding.repairAction === 'remove-partition-map' && use.holders.every(({ kind }) => kind === 'device'))
    return gate('not in use', true, 'only its partition maps hold it');
  const holders = use.holders.map(describeHolder).join('; ');
  return gate('not in use', false, `open count ${device.openCount}${holders === '' ? '' : `; ${holders}`}`);
}

function runningGate(finding: Finding, { sections }: Snapshot): Gate {
  const { reading } = sections.running;
  const guest = reading.state === 'known' && reading.value.guests.find(({ vmid }) => vmid === finding.vmid);
  return guest
    ? gate('guest not running', false, `guest ${guest.vmid} is running here`)
    : gate('guest not running', true, `guest ${finding.vmid ?? ''} is not running here`);
}

function lockGate(finding: Finding, { sections }: Snapshot): Gate {
  const { guests, activity } = sections;
  const config =
    guests.reading.state === 'known' && guests.reading.value.configs.find(({ vmid }) => vmid === finding.vmid);
  if (config && config.lock !== '') return gate('no lock', false, `${config.path} has lock: ${config.lock}`);
  const known = activity.reading.state === 'known' ? activity.reading.value : { tasks: [], locks: [] };
  const task = known.tasks.find(
    ({ vmids }) => vmids.length === 0 || (finding.vmid !== null && vmids.includes(finding.vmid)),
  );
  if (task) return gate('no lock', false, `task ${task.upid} is running`);
  const lock = known.locks.find(({ vmid }) => vmid === null || vmid === finding.vmid);
  return lock ? gate('no lock', false, `${lock.path} is locked`) : gate('no lock', true, 'no lock and no running task');
}
