import { deviceDifference } from '../model/conditions.ts';
import type { DmDevice } from '../model/device-mapper.ts';
import type { RepairAction } from '../model/finding.ts';
import { fails, type Gate, unseen } from '../model/gate.ts';
import type { Intent, JournalStep } from '../model/journal.ts';
import { repairGates } from '../model/repair-gates.ts';
import { repairSubject } from '../model/repair-subject.ts';
import type { RepairFinding } from '../model/repair-targets.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { deactivateVolumeStep } from './deactivate-volume.ts';
import type { UndoPlan } from './plan-undo.ts';
import { removeDeviceStep } from './remove-device.ts';
import { removePartitionMapStep } from './remove-partition-map.ts';

/** Takes back an `undo`: the entry goes again, through every gate of a repair. */
export function planTakeAwayAgain(entry: JournalStep, snapshot: Snapshot): UndoPlan {
  const { intent } = entry;
  const found = findDevice(entry, snapshot);
  if ('because' in found)
    return { because: found.because, gates: [fails('same device', found.because, 'dmsetup info -c')] };
  const finding = findingOf(intent);
  const gates: readonly Gate[] = repairGates(finding, found, snapshot);
  const failed = gates.find(({ holds }) => !holds);
  if (failed) return { because: failed.fact, gates };
  const subject = repairSubject(found, finding, snapshot);
  const frame = { guests: intent.step.guests, locks: intent.step.locks, stays: [] };
  if (subject.is === 'partition-map') return { step: removePartitionMapStep(found, frame), gates };
  const lv = subject.is === 'entry' ? subject.lv : null;
  return { step: lv === null ? removeDeviceStep(found, frame) : deactivateVolumeStep(found, lv, frame), gates };
}

function findDevice({ intent, outcome }: JournalStep, { sections }: Snapshot): DmDevice | { readonly because: string } {
  const { reading } = sections.deviceMapper;
  if (reading.state !== 'known') return { because: unseen(reading) ?? '' };
  const { name, uuid, readOnly, table } = outcome?.device ?? intent.step.device;
  const device = reading.value.devices.find((candidate) => candidate.name === name);
  if (device === undefined) return { because: `${name} is not there` };
  const difference = deviceDifference({ name, uuid, readOnly, table }, device);
  return difference === null ? device : { because: `${name} is another one now: ${difference}` };
}

function findingOf({ finding, step }: Intent): RepairFinding {
  const action: RepairAction = step.undo.by === 'remove-device' ? step.undo.as : 'deactivate-volume';
  const subject = { kind: 'device', id: step.device.name } as const;
  return {
    ...{ code: finding.code, subject, vmid: finding.vmid, certainty: 'certain', repairAction: action },
    remedy: { text: '', commands: [] },
  };
}
