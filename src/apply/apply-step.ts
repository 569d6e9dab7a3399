import type { CommandResult } from '../model/command-result.ts';
import {
  type ConditionResult,
  deviceDifference,
  lookUpAll,
  stepDifferences,
  type VolumeSections,
  volumeSections,
} from '../model/conditions.ts';
import { messageOf } from '../model/faults.ts';
import { withoutOwnLocks } from '../model/guests/own-locks.ts';
import { fails, type Gate, passes } from '../model/repair/gate.ts';
import type { Intent, StateNow } from '../model/repair/journal.ts';
import { identityOf, type PlannedFinding, type Step } from '../model/repair/plan.ts';
import { stepFacts } from '../model/repair/step-facts.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { auditLine } from './audit-line.ts';
import type { GuestLocks } from './doors.ts';
import type { Run } from './run.ts';

/** A step as it was shown, and how to plan it again on a new snapshot. */
export interface Intended {
  readonly finding: PlannedFinding;
  readonly step: Step;
  /** The step of the journal that this one takes back. */
  readonly undoes: number | null;
  readonly planAgain: (snapshot: Snapshot) => Replanned;
}

export type Replanned =
  | { readonly step: Step; readonly gates: readonly Gate[] }
  | { readonly because: string; readonly gates: readonly Gate[] };

/**
 * `done`: as intended, and read again. `refused`: a gate does not hold now, nothing was changed. `surprise`: the node is
 * not what was expected, before or after; the run must stop.
 */
export type StepResult =
  | { readonly status: 'done'; readonly id: number; readonly seen: string }
  | { readonly status: 'refused'; readonly because: string }
  | { readonly status: 'surprise'; readonly id: number | null; readonly because: string };

const refused = (because: string): StepResult => ({ status: 'refused', because });
const surprise = (because: string, id: number | null = null): StepResult => ({ status: 'surprise', id, because });

/** Applies one step: lock, look, plan again, compare, look once more, write the intent, act, look, write the outcome. */
export async function applyStep(intended: Intended, run: Run): Promise<StepResult> {
  const locks = await run.doors.lockGuests(intended.step.locks);
  if ('refused' in locks) return refused(locks.refused);
  try {
    const ready = await prepare(intended, locks, run);
    if ('status' in ready) return ready;
    return await act(intended, ready, run);
  } finally {
    await locks.release();
  }
}

interface Ready {
  readonly gates: readonly Gate[];
  readonly snapshot: Snapshot;
}

async function prepare(intended: Intended, locks: GuestLocks, run: Run): Promise<Ready | StepResult> {
  const { doors } = run;
  const { step } = intended;
  const unsettled = await doors.settle();
  if (unsettled !== null) return refused(unsettled);
  const snapshot = withoutOwnLocks(await doors.look(), locks.pids);
  const again = intended.planAgain(snapshot);
  if (!('step' in again)) return whyNotAgain(step, again.because, snapshot);
  const unmet = lookUpAll(step.before, volumeSections(snapshot)).find(({ holds }) => holds !== 'yes');
  if (unmet) return surprise(unmet.seen);
  const differences = stepDifferences(step, again.step);
  if (differences.length > 0) return surprise(`the plan has changed since it was shown: ${differences.join('; ')}`);
  const still = locks.stillHeld();
  const lost = step.locks.find((path) => !still.includes(path));
  const lockGate =
    lost === undefined
      ? passes('guest lock', `held by this run: ${step.locks.join(', ') || 'none needed'}`, '/proc/locks')
      : fails('guest lock', `${lost} is not held`, '/proc/locks');
  const failed = [lockGate, ...again.gates].find(({ holds }) => !holds);
  if (failed) return refused(failed.fact);
  const last = await lastLook(step, run);
  if (last !== null) return last;
  return { gates: [...again.gates.filter(({ name }) => name !== 'guest lock'), lockGate], snapshot };
}

/** A gate that closed is a refusal; a device that is not the one that was shown is a surprise. */
function whyNotAgain(step: Step, because: string, snapshot: Snapshot): StepResult {
  const unmet = lookUpAll(step.before, volumeSections(snapshot)).find(({ holds }) => holds === 'no');
  return unmet ? surprise(unmet.seen) : refused(because);
}

/** The second look at the open count, with udev settled in between, as short as possible before the command. */
async function lastLook(step: Step, { doors }: Run): Promise<StepResult | null> {
  const unsettled = await doors.settle();
  if (unsettled !== null) return refused(unsettled);
  const reading = await doors.glance();
  if (reading.state !== 'known') return refused('device-mapper could not be read again');
  const { name, uuid } = step.device;
  const found = reading.value.devices.filter((device) => device.name === name || (uuid !== '' && device.uuid === uuid));
  const makes = step.kind === 'activate-volume' || step.kind === 'create-device';
  const [device] = found;
  if (makes) return device === undefined ? null : surprise(`${device.name} has appeared meanwhile`);
  if (device === undefined) return surprise(`${name} is gone`);
  const difference = found.length > 1 ? 'two entries share its name and UUID' : deviceDifference(step.device, device);
  if (difference !== null) return surprise(`${name} is another one now: ${difference}`);
  if (device.suspended) return refused(`${name} is suspended`);
  return device.openCount === 0 ? null : refused(`${name} was opened meanwhile (open count ${device.openCount})`);
}

async function act(intended: Intended, ready: Ready, run: Run): Promise<StepResult> {
  const { doors } = run;
  const { step, finding, undoes } = intended;
  const id = run.takeId();
  const intent: Intent = {
    ...run.head(),
    record: 'intent',
    ...{ id, undoes, finding, step },
    ...stepFacts(step.device, ready.snapshot),
    gates: ready.gates,
  };
  try {
    await doors.append(intent);
  } catch (error) {
    return surprise(`the journal cannot be written (${messageOf(error)}), so nothing was changed`);
  }
  const result = await doors.mutate(step.mutation);
  await doors.settle();
  const after = await doors.lookAtVolumes();
  const verdict = judge(step, result, after);
  await doors.audit(auditLine(intent, verdict, run.actor));
  try {
    await recordOutcome(id, step, result, verdict, after, run);
  } catch (error) {
    return surprise(`${verdict.seen}${verdict.said}; the journal cannot be written any more (${messageOf(error)})`, id);
  }
  return verdict.result === 'done'
    ? { status: 'done', id, seen: verdict.seen }
    : surprise(`${verdict.seen}${verdict.said}`, id);
}

interface Verdict {
  readonly result: 'done' | 'refused' | 'failed';
  readonly state: StateNow;
  readonly seen: string;
  /** What the command printed, for a person. */
  readonly said: string;
}

/** The node decides, not the exit status: `lvchange -an` can answer 0 and leave the entry. */
function judge(step: Step, result: CommandResult, after: VolumeSections): Verdict {
  const ended = result.outcome === 'exited' && result.exitCode === 0;
  const stderr = result.stderr.trim().split('\n')[0] ?? '';
  const how = result.outcome === 'exited' ? `exit status ${result.exitCode}` : result.outcome;
  const said = ended ? '' : `; ${step.argv[0]} ended with ${how}${stderr === '' ? '' : `: ${stderr}`}`;
  const state = stateOf(step, after);
  const seen = seenOf(lookUpAll(step.after, after));
  if (state === 'changed') return { result: ended ? 'done' : 'failed', state, seen, said };
  // EBUSY and the like: what was to be changed is exactly what it was.
  return { result: state === 'unchanged' && !ended ? 'refused' : 'failed', state, seen, said };
}

/** Whether the node is as the step wanted it, as it was before, or something else. */
export function stateOf(step: Step, sections: VolumeSections): StateNow {
  const after = lookUpAll(step.after, sections);
  if (after.every(({ holds }) => holds === 'yes')) return 'changed';
  const before = lookUpAll(step.before, sections);
  if (before.every(({ holds }) => holds === 'yes')) return 'unchanged';
  return [...after, ...before].some(({ holds }) => holds === 'unknown') ? 'unknown' : 'different';
}

/** What was seen of the conditions that do not hold; of all where all hold. */
export function seenOf(results: readonly ConditionResult[]): string {
  const unmet = results.filter(({ holds }) => holds !== 'yes');
  return (unmet.length > 0 ? unmet : results).map(({ seen }) => seen).join('; ');
}

async function recordOutcome(
  id: number,
  step: Step,
  result: CommandResult,
  { result: verdict, state, seen }: Verdict,
  { deviceMapper }: VolumeSections,
  run: Run,
): Promise<void> {
  const devices = deviceMapper.state === 'known' ? deviceMapper.value.devices : [];
  const device = devices.find(({ name }) => name === step.device.name);
  await run.doors.append({
    ...run.head(),
    record: 'outcome',
    id,
    result: verdict,
    argv: result.argv,
    outcome: result.outcome,
    exitCode: result.exitCode,
    stderr: result.stderr.slice(0, 4000),
    ...{ state, seen },
    device: device ? identityOf(device) : null,
  });
}
