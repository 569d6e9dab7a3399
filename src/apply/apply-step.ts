import type { CommandResult } from '../model/command-result.ts';
import { sectionsOf } from '../model/derived.ts';
import { messageOf } from '../model/faults.ts';
import { withoutOwnLocks } from '../model/guests/in-flight.ts';
import { type Intent, type StepProcess, stepToken } from '../model/repair/journal.ts';
import { fails, type Gate, identityOf, type PlannedFinding, passes, type Step } from '../model/repair/plan.ts';
import type { Snapshot } from '../model/snapshot.ts';
import {
  deviceDifference,
  lookUpAll,
  stepDifferences,
  type VolumeSections,
  volumeSections,
} from '../repair/conditions.ts';
import { stepFacts } from '../repair/step-facts.ts';
import { isDoneAlready, judgeStep, type StepVerdict, stillRuns } from '../repair/step-verdict.ts';
import type { GuestLocks } from './node-access.ts';
import { auditLine, type Run } from './run.ts';

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
 * `done`: as intended, and read again. `already`: somebody else had done it, nothing was tried. `refused`: a gate does not hold
 * now, nothing was changed. `running`: the command was given up and goes on, nobody knows its end. `surprise`: the node is
 * not what was expected, before or after. After the last two the run must stop.
 */
export type StepResult =
  | { readonly status: 'done'; readonly id: number; readonly seen: string }
  | { readonly status: 'already'; readonly seen: string }
  | { readonly status: 'refused'; readonly because: string }
  | { readonly status: 'running'; readonly id: number; readonly because: string }
  | { readonly status: 'surprise'; readonly id: number | null; readonly because: string };

const already = (seen: string): StepResult => ({ status: 'already', seen });
const refused = (because: string): StepResult => ({ status: 'refused', because });
const surprise = (because: string, id: number | null = null): StepResult => ({ status: 'surprise', id, because });

/** Applies one step: lock, look, plan again, compare, look once more, write the intent, act, look, write the outcome. */
export const applyStep = (intended: Intended, run: Run): Promise<StepResult> =>
  run.access.withStepOpen(async () => {
    const locks = await run.access.lockGuests(intended.step.locks);
    if ('refused' in locks) return refused(locks.refused);
    try {
      const ready = await prepare(intended, locks, run);
      if ('status' in ready) return ready;
      return await act(intended, ready, locks, run);
    } finally {
      locks.release();
    }
  });

interface Ready {
  readonly gates: readonly Gate[];
  readonly snapshot: Snapshot;
}

async function prepare(intended: Intended, locks: GuestLocks, run: Run): Promise<Ready | StepResult> {
  const { access } = run;
  const { step } = intended;
  const unsettled = await access.settle();
  if (unsettled !== null) return refused(unsettled);
  const snapshot = withoutOwnLocks(await access.look(), locks.pids);
  const done = isDoneAlready(step, volumeSections(snapshot));
  if (done !== null) return already(done);
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
  const stop = await access.whyNotAct();
  if (stop !== null) return refused(stop);
  return { gates: [...again.gates.filter(({ name }) => name !== 'guest lock'), lockGate], snapshot };
}

/** A gate that closed is a refusal; a device that is not the one that was shown is a surprise. */
function whyNotAgain(step: Step, because: string, snapshot: Snapshot): StepResult {
  const unmet = lookUpAll(step.before, volumeSections(snapshot)).find(({ holds }) => holds === 'no');
  return unmet ? surprise(unmet.seen) : refused(because);
}

/** The second look at the open count, with udev settled in between, as short as possible before the command. */
async function lastLook(step: Step, { access }: Run): Promise<StepResult | null> {
  const unsettled = await access.settle();
  if (unsettled !== null) return refused(unsettled);
  const reading = await access.readDeviceMapper();
  if (reading.state !== 'known') return refused('device-mapper could not be read again');
  const { name, uuid } = step.device;
  const found = reading.value.devices.filter((device) => device.name === name || (uuid !== '' && device.uuid === uuid));
  const makes = step.kind === 'activate-volume' || step.kind === 'create-device';
  const [device] = found;
  if (makes) return device === undefined ? null : surprise(`${device.name} has appeared meanwhile`);
  if (device === undefined) return already(`${name} is gone`);
  const difference = found.length > 1 ? 'two entries share its name and UUID' : deviceDifference(step.device, device);
  if (difference !== null) return surprise(`${name} is another one now: ${difference}`);
  if (device.suspended) return refused(`${name} is suspended`);
  return device.openCount === 0 ? null : refused(`${name} was opened meanwhile (open count ${device.openCount})`);
}

async function act(intended: Intended, ready: Ready, locks: GuestLocks, run: Run): Promise<StepResult> {
  const { access } = run;
  const { step, finding, undoes } = intended;
  const id = run.takeId();
  const intent: Intent = {
    ...run.head(),
    record: 'intent',
    id,
    undoes,
    finding,
    step,
    ...stepFacts(step.device, sectionsOf(ready.snapshot)),
    gates: ready.gates,
  };
  try {
    await access.append(intent);
  } catch (error) {
    return surprise(`the journal cannot be written (${messageOf(error)}), so nothing was changed`);
  }
  const stop = await access.whyNotAct();
  if (stop !== null) return await doNot(intent, stop, run);
  const token = stepToken(intent);
  const result = await access.mutate(step.mutation, locks, token);
  if (result.outcome === 'timed-out') return await leaveOpen(intent, access.processesOf(token), run);
  await access.settle();
  const after = await access.lookAtVolumes();
  const verdict = judgeStep(step, result, after);
  await access.audit(auditLine(intent, verdict, run.actor));
  try {
    await recordOutcome(id, step, result, verdict, after, run);
  } catch (error) {
    return surprise(`${verdict.seen}${verdict.said}; the journal cannot be written any more (${messageOf(error)})`, id);
  }
  return verdict.result === 'done'
    ? { status: 'done', id, seen: `${verdict.seen}${verdict.said}` }
    : surprise(`${verdict.seen}${verdict.said}`, id);
}

/** Between the last look and the command something came that speaks against it. */
async function doNot({ id, step }: Intent, because: string, run: Run): Promise<StepResult> {
  const answer = { outcome: 'not-run', exitCode: null, stderr: '', state: 'unchanged', seen: because } as const;
  const outcome = { ...run.head(), record: 'outcome', id, result: 'refused', argv: step.argv, ...answer } as const;
  await run.access.append({ ...outcome, device: step.device }).catch(() => undefined);
  return refused(because);
}

/** The command was given up and goes on: it keeps the guest's lock, and the step has no outcome. */
async function leaveOpen(intent: Intent, processes: readonly StepProcess[], run: Run): Promise<StepResult> {
  const { id } = intent;
  const { access } = run;
  await access.audit(auditLine(intent, { result: 'still running', state: 'unknown' }, run.actor));
  // Its intent is there; that it runs is seen without this record too.
  await access
    .append({ ...run.head(), record: 'running', id, bootId: access.bootId(), processes })
    .catch(() => undefined);
  return { status: 'running', id, because: stillRuns(intent.step.argv, processes) };
}

async function recordOutcome(
  id: number,
  step: Step,
  result: CommandResult,
  { result: verdict, state, seen }: StepVerdict,
  { deviceMapper }: VolumeSections,
  run: Run,
): Promise<void> {
  const devices = deviceMapper.state === 'known' ? deviceMapper.value.devices : [];
  const device = devices.find(({ name }) => name === step.device.name);
  await run.access.append({
    ...run.head(),
    record: 'outcome',
    id,
    result: verdict,
    argv: result.argv,
    outcome: result.outcome,
    exitCode: result.exitCode,
    stderr: result.stderr.slice(0, 4000),
    state,
    seen,
    device: device ? identityOf(device) : null,
  });
}
