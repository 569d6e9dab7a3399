import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { whyNot } from '../model/reading.ts';
import { fails, type Gate } from '../model/repair/gate.ts';
import type { Intent, JournalStep } from '../model/repair/journal.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { deviceDifference } from './conditions.ts';
import type { UndoPlan } from './plan-undo.ts';
import { repairGates } from './repair-gates.ts';
import { type RepairFinding, repairSubject } from './repair-subject.ts';
import { takeAwayStep } from './take-away-step.ts';

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
  if (subject.is === 'nothing-of-ours') return { because: subject.because, gates };
  return { step: takeAwayStep(found, subject, frame), gates };
}

function findDevice({ intent, outcome }: JournalStep, { sections }: Snapshot): DmDevice | { readonly because: string } {
  const { reading } = sections.deviceMapper;
  if (reading.state !== 'known') return { because: whyNot(reading) };
  const { name, uuid, readOnly, table } = outcome?.device ?? intent.step.device;
  const device = reading.value.devices.find((candidate) => candidate.name === name);
  if (device === undefined) return { because: `${name} is not there` };
  const difference = deviceDifference({ name, uuid, readOnly, table }, device);
  return difference === null ? device : { because: `${name} is another one now: ${difference}` };
}

function findingOf({ finding, step }: Intent): RepairFinding {
  const repairAction = step.undo.by === 'remove-device' ? step.undo.as : 'deactivate-volume';
  return { code: finding.code, vmid: finding.vmid, certainty: 'certain', repairAction };
}
