import type { CommandResult } from '../model/command-result.ts';
import type { DeviceMapper } from '../model/device-mapper/device-mapper.ts';
import type { Reading } from '../model/reading.ts';
import type {
  Journal,
  JournalStep,
  StateNow,
  StepProcess,
  StepState,
  UnchangedReason,
} from '../model/repair/journal.ts';
import type { Step } from '../model/repair/plan.ts';
import { type ConditionResult, lookUpDevices } from './conditions.ts';

/** What a look says of a step whose command has ended. */
interface Verdict {
  readonly state: StateNow;
  readonly reason: UnchangedReason | null;
  readonly seen: string;
}

/**
 * The node decides, not the exit status: `lvchange -an` can answer 0 and leave the entry, and a command that fails because
 * the entry has just gone has nothing to mend. `said`: what the command printed, for a person.
 */
export function judgeStep(
  step: Step,
  result: CommandResult,
  after: Reading<DeviceMapper>,
): Verdict & { readonly said: string } {
  const ended = result.outcome === 'exited' && result.exitCode === 0;
  const stderr = result.stderr.trim().split('\n')[0] ?? '';
  const how = result.outcome === 'exited' ? `exit status ${result.exitCode}` : result.outcome;
  const said = ended ? '' : `; ${step.argv[0]} ended with ${how}${stderr === '' ? '' : `: ${stderr}`}`;
  const { state, seen } = stateOf(step, after);
  if (state !== 'unchanged') return { state, reason: null, seen, said };
  return { state, reason: 'failed', seen, said: ended ? `; ${saidYesDidNothing(step)}` : said };
}

/** The file that LVM locks for a VG (global/locking_dir), where the command ended because somebody else has it; else null. */
export const lockOfGroup = ({ mutation }: Step, { outcome, exitCode, stderr }: CommandResult): string | null =>
  'vgName' in mutation && outcome === 'exited' && exitCode !== 0 && stderr.includes("Can't get lock for ")
    ? `/run/lock/lvm/V_${mutation.vgName}`
    : null;

/** A filter of lvm.conf, a lock manager, or a program in its place: what it is, only its own words tell. */
const saidYesDidNothing = ({ argv: [name = '', ...args] }: Step): string =>
  `${name} reported success and changed nothing. Run \`${[name, '-vvv', ...args].join(' ')}\` and read why; nothing here ` +
  'takes the entry away in another manner while its volume is there';

/** Whether what a step would take away is gone, or what it would make is there: somebody else has done it. */
export function isDoneAlready(step: Step, deviceMapper: Reading<DeviceMapper>): string | null {
  const [wanted] = lookUpDevices(step.after, deviceMapper);
  return wanted?.holds === 'yes' ? wanted.seen : null;
}

/**
 * Whether the node is as the step wanted it, as it was before, or something else. Device-mapper alone says it: what a step changes is
 * an entry, and what another node does to the volume meanwhile is none of its doing.
 */
export function stateOf(step: Step, deviceMapper: Reading<DeviceMapper>): Pick<Verdict, 'state' | 'seen'> {
  const [after, before] = [step.after, step.before].map((conditions) => lookUpDevices(conditions, deviceMapper));
  const are = (results: readonly ConditionResult[] = []) => results.every(({ holds }) => holds === 'yes');
  const isUnknown = [...(after ?? []), ...(before ?? [])].some(({ holds }) => holds === 'unknown');
  const state = are(after) ? 'changed' : are(before) ? 'unchanged' : isUnknown ? 'unknown' : 'different';
  const told = (state === 'changed' ? after : before) ?? [];
  const unmet = told.filter(({ holds }) => holds !== 'yes');
  return { state, seen: (unmet.length > 0 ? unmet : told).map(({ seen }) => seen).join('; ') };
}

/** What to know and to do about a command that lives. */
export function stillRuns([name = '']: readonly string[], processes: readonly StepProcess[]): string {
  const [first] = processes;
  const who = first === undefined ? name : `process ${first.pid} (${first.commandLine})`;
  return (
    `the command still runs: ${who}. It may still do what it was started for, and holds its guest’s lock until it ends. ` +
    'Find out what it waits for; pve-doctor changes nothing before it has ended'
  );
}

/** A step that is open, and what the node looks like now. */
export interface Interrupted extends Omit<Verdict, 'state'> {
  readonly step: JournalStep;
  readonly state: StepState;
}

/** What is asked of the node beside a snapshot. */
export interface OpenSteps {
  /** By the id of a step, the processes of its command that live. */
  readonly running: ReadonlyMap<number, readonly StepProcess[]>;
  readonly bootId: string;
}

const STARTED_AGAIN =
  'the machine was started again since, and nothing that a step changes outlasts that; what is there now was made by the start';

export const findInterrupted = (
  journal: Journal,
  deviceMapper: Reading<DeviceMapper>,
  { running, bootId }: OpenSteps,
): readonly Interrupted[] =>
  journal.open.map((step) => {
    const { id, step: intended, bootId: begun = '' } = step.intent;
    const living = running.get(id) ?? [];
    if (living.length > 0) return { step, state: 'running', reason: null, seen: stillRuns(intended.argv, living) };
    if (begun !== '' && bootId !== '' && begun !== bootId)
      return { step, state: 'unchanged', reason: 'interrupted', seen: STARTED_AGAIN };
    const now = stateOf(intended, deviceMapper);
    return { step, ...now, reason: now.state === 'unchanged' ? 'interrupted' : null };
  });

/** The journal as it is once what was seen of such steps is recorded; one whose command lives stays open. */
export function withExplained(journal: Journal, interrupted: readonly Interrupted[]): Journal {
  const found = new Map(interrupted.map((each) => [each.step, each]));
  const explain = (entry: JournalStep): JournalStep => {
    const { actor, intent } = entry;
    const now = found.get(entry);
    if (now === undefined || now.state === 'running' || actor === null) return entry;
    const { schemaVersion, run, at, id } = intent;
    const { state, reason, seen } = now;
    return { ...entry, explained: { schemaVersion, run, at, record: 'explained', id, actor, state, reason, seen } };
  };
  return { ...journal, steps: journal.steps.map(explain) };
}
