import type { CommandResult } from '../model/command-result.ts';
import { sectionsOf } from '../model/derived.ts';
import { messageOf } from '../model/faults.ts';
import { withoutOwnLocks } from '../model/guests/in-flight.ts';
import {
  type Intent,
  type StateNow,
  type StepProcess,
  type StepResult,
  stepToken,
  type UnchangedReason,
} from '../model/repair/journal.ts';
import {
  type DeviceIdentity,
  fails,
  type Gate,
  identityOf,
  type PlannedFinding,
  passes,
  type Step,
  type StepPlan,
} from '../model/repair/plan.ts';
import type { Snapshot } from '../model/snapshot.ts';
import {
  type ConditionResult,
  deviceDifference,
  lookUpAll,
  stepDifferences,
  type VolumeSections,
  volumeSections,
} from '../repair/conditions.ts';
import { stepFacts } from '../repair/step-facts.ts';
import { isDoneAlready, judgeStep, lockOfGroup, stillRuns } from '../repair/step-verdict.ts';
import type { GuestLocks } from './node-access.ts';
import { auditLine, type Run } from './run.ts';

/** A step as it was shown, and how to plan it again on a new snapshot. */
export interface Intended {
  readonly finding: PlannedFinding;
  readonly step: Step;
  /** The step of the journal that this one takes back. */
  readonly undoes: number | null;
  readonly planAgain: (snapshot: Snapshot) => StepPlan;
}

type Unchanged = StepResult<'unchanged'>;

const unchanged = (reason: UnchangedReason, seen: string, id: number | null = null): Unchanged => ({
  ...{ state: 'unchanged', reason, id, seen },
});

/** Applies one step: lock, look, plan again, compare, look once more, write the intent, act, look, write the outcome. */
export const applyStep = (intended: Intended, run: Run): Promise<StepResult> =>
  run.access.withStepOpen(async () => {
    const { access } = run;
    const locks = await access.lockGuests(intended.step.locks);
    if ('refused' in locks) return unchanged('refused', locks.refused);
    try {
      const ready = await access.beforeCommand(() => prepare(intended, locks, run));
      if ('gaveUp' in ready) return unchanged(ready.reason, ready.gaveUp);
      if ('state' in ready) return ready;
      return await act(intended, ready, locks, run);
    } finally {
      locks.release();
    }
  });

interface Ready {
  readonly gates: readonly Gate[];
  readonly snapshot: Snapshot;
}

async function prepare(intended: Intended, locks: GuestLocks, run: Run): Promise<Ready | Unchanged> {
  const { access } = run;
  const { step } = intended;
  const unsettled = await access.settle();
  if (unsettled !== null) return unchanged('refused', unsettled);
  const snapshot = withoutOwnLocks(await access.look(), step.locks);
  const done = isDoneAlready(step, volumeSections(snapshot));
  if (done !== null) return unchanged('already', done);
  const again = intended.planAgain(snapshot);
  if (!('step' in again)) return whyNotAgain(step, again.because, snapshot);
  const unmet = lookUpAll(step.before, volumeSections(snapshot)).find(({ holds }) => holds !== 'yes');
  if (unmet) return notAsShown(unmet);
  const differences = stepDifferences(step, again.step);
  if (differences.length > 0)
    return unchanged('failed', `the plan has changed since it was shown: ${differences.join('; ')}`);
  const still = locks.stillHeld();
  const lost = step.locks.find((path) => !still.includes(path));
  const lockGate =
    lost === undefined
      ? passes('guest lock', `held by this run: ${step.locks.join(', ') || 'none needed'}`, '/proc/locks')
      : fails('guest lock', `${lost} is not held`, '/proc/locks');
  const failed = [lockGate, ...again.gates].find(({ holds }) => !holds);
  if (failed) return unchanged('refused', failed.fact);
  const last = await lastLook(step, run);
  if (last !== null) return last;
  const stop = await access.whyNotAct();
  if (stop !== null) return unchanged('interrupted', stop);
  return { gates: [...again.gates.filter(({ name }) => name !== 'guest lock'), lockGate], snapshot };
}

/** A gate that closed is a refusal; a device that is not the one that was shown ends the run. */
function whyNotAgain(step: Step, because: string, snapshot: Snapshot): Unchanged {
  const unmet = lookUpAll(step.before, volumeSections(snapshot)).find(({ holds }) => holds === 'no');
  return unmet === undefined ? unchanged('refused', because) : notAsShown(unmet);
}

/** Another node may have removed the volume meanwhile; what cannot be read is no surprise either. */
const notAsShown = ({ holds, seen, isVolumeGone = false }: ConditionResult): Unchanged =>
  isVolumeGone
    ? unchanged('refused', `${seen}: it was removed meanwhile, so plan again`)
    : unchanged(holds === 'no' ? 'failed' : 'refused', seen);

/** The second look at the open count, with udev settled in between, as short as possible before the command. */
async function lastLook(step: Step, { access }: Run): Promise<Unchanged | null> {
  const unsettled = await access.settle();
  if (unsettled !== null) return unchanged('refused', unsettled);
  const reading = await access.readDeviceMapper();
  if (reading.state !== 'known') return unchanged('refused', 'device-mapper could not be read again');
  const { name, uuid } = step.device;
  const found = reading.value.devices.filter((device) => device.name === name || (uuid !== '' && device.uuid === uuid));
  const makes = step.kind === 'activate-volume' || step.kind === 'create-device';
  const [device] = found;
  if (makes) return device === undefined ? null : unchanged('failed', `${device.name} has appeared meanwhile`);
  if (device === undefined) return unchanged('already', `${name} is gone`);
  const difference = found.length > 1 ? 'two entries share its name and UUID' : deviceDifference(step.device, device);
  if (difference !== null) return unchanged('failed', `${name} is another one now: ${difference}`);
  if (device.suspended) return unchanged('refused', `${name} is suspended`);
  if (device.openCount === 0) return null;
  return unchanged('refused', `${name} was opened meanwhile (open count ${device.openCount})`);
}

async function act(intended: Intended, ready: Ready, locks: GuestLocks, run: Run): Promise<StepResult> {
  const { access } = run;
  const { step, finding, undoes } = intended;
  const id = run.takeId();
  const intent: Intent = {
    ...{ ...run.head(), record: 'intent', id, undoes, finding, step },
    ...stepFacts(step.device, sectionsOf(ready.snapshot)),
    ...{ gates: ready.gates, bootId: access.bootId() },
  };
  try {
    await access.append(intent);
  } catch (error) {
    return unchanged('failed', `the journal cannot be written (${messageOf(error)}), so nothing was changed`);
  }
  const result = await command(intent, locks, run);
  if ('state' in result) return await close({ ...result, id }, null, intent, run);
  const lock = lockOfGroup(step, result);
  const because = lock === null ? null : `LVM’s lock of its VG, ${lock}, is held${access.holderOf(lock)}`;
  const processes = access.processesOf(stepToken(intent));
  if (processes.length > 0) return await leaveOpen(intent, processes, run);
  await access.settle();
  const after = await access.lookAtVolumes();
  const { said, ...verdict } = judgeStep(step, result, after);
  const came: StepResult<StateNow> =
    because !== null && verdict.state === 'unchanged'
      ? unchanged('refused', because, id)
      : { ...verdict, id, seen: `${verdict.seen}${said}` };
  return await close(came, { result, device: deviceAfter(step, after) }, intent, run);
}

/** pvestatd asks LVM every ten seconds, and each report holds the lock of the VG for a moment. */
const ATTEMPTS = 10;
const BETWEEN_ATTEMPTS_MS = 500;

/** Runs the command; where LVM's own lock is taken, after a new look again. Answers a result of the step where it did not run. */
async function command(intent: Intent, locks: GuestLocks, run: Run): Promise<CommandResult | Unchanged> {
  const { access } = run;
  const { step } = intent;
  for (let attempt = 1; ; attempt += 1) {
    const stop = await access.whyNotAct();
    if (stop !== null) return unchanged('interrupted', stop);
    const result = await access.mutate(step.mutation, locks, stepToken(intent));
    if (lockOfGroup(step, result) === null || attempt === ATTEMPTS) return result;
    await access.pause(BETWEEN_ATTEMPTS_MS);
    const last = await access.beforeCommand(async () => (await lastLook(step, run)) ?? 'as before');
    if (last === 'as before') continue;
    return 'gaveUp' in last ? unchanged(last.reason, last.gaveUp) : last;
  }
}

/** What the journal says of a command beside the state: null where none ran. */
interface Ended {
  readonly result: CommandResult;
  readonly device: DeviceIdentity | null;
}

/** Writes the outcome, and tells the system's log of a command that ran. */
async function close(came: StepResult<StateNow>, ended: Ended | null, intent: Intent, run: Run): Promise<StepResult> {
  const { id, step } = intent;
  const ran = ended?.result ?? { argv: step.argv, outcome: 'not-run', exitCode: null, stderr: '' };
  if (ended !== null) await run.access.audit(auditLine(intent, came, run.actor));
  try {
    await run.access.append({
      ...{ ...run.head(), record: 'outcome', id, argv: ran.argv, outcome: ran.outcome, exitCode: ran.exitCode },
      ...{ stderr: ran.stderr.slice(0, 4000), state: came.state, reason: came.reason, seen: came.seen },
      device: ended === null ? step.device : ended.device,
    });
  } catch (error) {
    const words = `${came.seen}; the journal cannot be written any more (${messageOf(error)})`;
    return { ...came, seen: words, isRecorded: false };
  }
  return came;
}

/** The command goes on: it keeps the guest's lock, and the step has no outcome. */
async function leaveOpen(intent: Intent, processes: readonly StepProcess[], run: Run): Promise<StepResult> {
  const { id } = intent;
  const { access } = run;
  const came = { state: 'running', reason: null, id, seen: stillRuns(intent.step.argv, processes) } as const;
  await access.audit(auditLine(intent, came, run.actor));
  // Its intent is there; that it runs is seen without this record too.
  await access
    .append({ ...run.head(), record: 'running', id, bootId: access.bootId(), processes })
    .catch(() => undefined);
  return came;
}

function deviceAfter(step: Step, { deviceMapper }: VolumeSections): DeviceIdentity | null {
  const devices = deviceMapper.state === 'known' ? deviceMapper.value.devices : [];
  const device = devices.find(({ name }) => name === step.device.name);
  return device ? identityOf(device) : null;
}
