import type { HeldLocks } from '../host/held-lock.ts';
import type { CommandResult } from '../model/command-result.ts';
import { sectionsOf } from '../model/derived.ts';
import type { DeviceMapper, DmDevice } from '../model/device-mapper/device-mapper.ts';
import { messageOf } from '../model/faults.ts';
import { withoutOwnLocks } from '../model/guests/in-flight.ts';
import { knownOrNull, type Reading } from '../model/reading.ts';
import {
  type Intent,
  type StateNow,
  type StepProcess,
  type StepResult,
  stepToken,
  type Unchanged,
  unchanged,
} from '../model/repair/journal.ts';
import { identityOf, type PlannedFinding, passes, type Step, type StepPlan } from '../model/repair/plan.ts';
import type { Snapshot } from '../model/snapshot.ts';
import {
  type ConditionResult,
  lookUpAll,
  lookUpDevices,
  stepDifferences,
  volumeSections,
} from '../repair/conditions.ts';
import { stepFacts } from '../repair/step-facts.ts';
import { isDoneAlready, judgeStep, lockOfGroup, stillRuns } from '../repair/step-verdict.ts';
import type { NodeAccess } from './node-access.ts';
import { auditLine, type Run } from './run.ts';

/** A step as it was shown, and how to plan it again on a new snapshot. */
export interface Intended {
  readonly finding: PlannedFinding;
  readonly step: Step;
  /** The step of the journal that this one takes back. */
  readonly undoes: number | null;
  readonly planAgain: (snapshot: Snapshot) => StepPlan;
}

/** Applies one step: lock, look, plan again, compare, write the intent, look once more, act, look, write the outcome. */
export const applyStep = (intended: Intended, run: Run): Promise<StepResult> =>
  run.access.withStepOpen(async () => {
    const locks = run.access.lockGuests(intended.step.locks);
    if ('refused' in locks) return unchanged('refused', locks.refused);
    try {
      const ready = await run.access.beforeCommand(() => prepare(intended, locks, run));
      return 'record' in ready ? await act(ready, locks, run) : ready;
    } finally {
      locks.release();
    }
  });

/** Reads the whole node again; the intent, or why there is none. */
async function prepare(intended: Intended, locks: HeldLocks, run: Run): Promise<Intent | Unchanged> {
  const { access } = run;
  const { step, finding, undoes } = intended;
  const unsettled = await access.settle();
  if (unsettled !== null) return unchanged('refused', unsettled);
  const snapshot = withoutOwnLocks(await access.look(), step.locks);
  const volumes = volumeSections(snapshot);
  const done = isDoneAlready(step, volumes.deviceMapper);
  if (done !== null) return unchanged('already', done);
  const again = intended.planAgain(snapshot);
  // A gate that closed is a refusal; a device that is not the one that was shown ends the run.
  const unmet = lookUpAll(step.before, volumes).find(
    ({ holds }) => holds === 'no' || ('step' in again && holds !== 'yes'),
  );
  if (unmet) return notAsShown(unmet);
  if (!('step' in again)) return unchanged('refused', again.because);
  const differences = stepDifferences(step, again.step);
  if (differences.length > 0)
    return unchanged('failed', `the plan has changed since it was shown: ${differences.join('; ')}`);
  const held = locks.stillHeld();
  const lost = step.locks.find((path) => !held.includes(path));
  if (lost !== undefined) return unchanged('refused', `${lost} is not held`);
  const lockGate = passes('guest lock', `held by this run: ${step.locks.join(', ') || 'none needed'}`, '/proc/locks');
  return {
    ...{ ...run.head(), record: 'intent', id: run.takeId(), undoes, finding, step },
    ...stepFacts(step.device, sectionsOf(snapshot)),
    ...{ gates: [...again.gates.filter(({ name }) => name !== 'guest lock'), lockGate], bootId: access.bootId() },
  };
}

/** Another node may have removed the volume meanwhile; what cannot be read is no surprise either. */
const notAsShown = ({ holds, seen, isVolumeGone = false }: ConditionResult): Unchanged =>
  isVolumeGone
    ? unchanged('refused', `${seen}: it was removed meanwhile, so plan again`)
    : unchanged(holds === 'no' ? 'failed' : 'refused', seen);

async function act(intent: Intent, locks: HeldLocks, run: Run): Promise<StepResult> {
  const { access } = run;
  const { step, id } = intent;
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
  const after = await access.readDeviceMapper();
  const { said, ...verdict } = judgeStep(step, result, after);
  const came: StepResult<StateNow> =
    because !== null && verdict.state === 'unchanged'
      ? unchanged('refused', because, id)
      : { ...verdict, id, seen: `${verdict.seen}${said}` };
  return await close(came, { result, device: deviceNamed(step.device.name, after) }, intent, run);
}

/** pvestatd asks LVM every ten seconds, and each report holds the lock of the VG for a moment. */
const ATTEMPTS = 10;
const BETWEEN_ATTEMPTS_MS = 500;

/** Looks once more and runs the command; where LVM's own lock is taken, again. Answers a result of the step where none ran. */
async function command(intent: Intent, locks: HeldLocks, run: Run): Promise<CommandResult | Unchanged> {
  const { access } = run;
  const { step } = intent;
  for (let attempt = 1; ; attempt += 1) {
    const stop = (await access.beforeCommand(() => lastLook(step, access))) ?? (await access.whyNotAct());
    if (stop !== null) return stop;
    const result = await access.mutate(step.mutation, locks, stepToken(intent));
    if (lockOfGroup(step, result) === null || attempt === ATTEMPTS) return result;
    await access.pause(BETWEEN_ATTEMPTS_MS);
  }
}

/** The second look at the open count, with udev settled in between, as short as possible before the command. */
async function lastLook(step: Step, access: NodeAccess): Promise<Unchanged | null> {
  const unsettled = await access.settle();
  if (unsettled !== null) return unchanged('refused', unsettled);
  const deviceMapper = await access.readDeviceMapper();
  const done = isDoneAlready(step, deviceMapper);
  if (done !== null) return unchanged('already', done);
  const unmet = lookUpDevices(step.before, deviceMapper).find(({ holds }) => holds !== 'yes');
  if (unmet) return notAsShown(unmet);
  const device = deviceNamed(step.device.name, deviceMapper);
  if (device?.suspended) return unchanged('refused', `${device.name} is suspended`);
  if (device === undefined || device.openCount === 0) return null;
  return unchanged('refused', `${device.name} was opened meanwhile (open count ${device.openCount})`);
}

/** What the journal says of a command beside the state: null where none ran. */
interface Ended {
  readonly result: CommandResult;
  readonly device: DmDevice | undefined;
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
      device: ended === null ? step.device : ended.device === undefined ? null : identityOf(ended.device),
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

const deviceNamed = (name: string, reading: Reading<DeviceMapper>): DmDevice | undefined =>
  knownOrNull(reading)?.devices.find((device) => device.name === name);
