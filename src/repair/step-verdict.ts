import type { CommandResult } from '../model/command-result.ts';
import type { Journal, JournalStep, StateNow, StepProcess } from '../model/repair/journal.ts';
import type { Step } from '../model/repair/plan.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { type ConditionResult, lookUp, lookUpAll, type VolumeSections, volumeSections } from './conditions.ts';

/** What came of a step. */
export interface StepVerdict {
  readonly result: 'done' | 'refused' | 'failed';
  readonly state: StateNow;
  readonly seen: string;
  /** What the command printed, for a person. */
  readonly said: string;
}

/**
 * The node decides, not the exit status: `lvchange -an` can answer 0 and leave the entry, and a command that fails because
 * the entry has just gone has nothing to mend.
 */
export function judgeStep(step: Step, result: CommandResult, after: VolumeSections): StepVerdict {
  const ended = result.outcome === 'exited' && result.exitCode === 0;
  const stderr = result.stderr.trim().split('\n')[0] ?? '';
  const how = result.outcome === 'exited' ? `exit status ${result.exitCode}` : result.outcome;
  const said = ended ? '' : `; ${step.argv[0]} ended with ${how}${stderr === '' ? '' : `: ${stderr}`}`;
  const state = stateOf(step, after);
  const seen = seenOf(lookUpAll(step.after, after));
  if (state === 'changed') return { result: result.outcome === 'exited' ? 'done' : 'failed', state, seen, said };
  if (state === 'unchanged' && ended) return { result: 'failed', state, seen, said: `; ${saidYesDidNothing(step)}` };
  // EBUSY and the like: what was to be changed is exactly what it was.
  return { result: state === 'unchanged' ? 'refused' : 'failed', state, seen, said };
}

/** A filter of lvm.conf, a lock manager, or a program in its place: what it is, only its own words tell. */
const saidYesDidNothing = ({ argv: [name = '', ...args] }: Step): string =>
  `${name} reported success and changed nothing. Run \`${[name, '-vvv', ...args].join(' ')}\` and read why; nothing here ` +
  'takes the entry away in another manner while its volume is there';

/** Whether what a step would take away is gone, or what it would make is there: somebody else has done it. */
export function isDoneAlready(step: Step, sections: VolumeSections): string | null {
  const [wanted] = step.after;
  if (wanted === undefined) return null;
  const { holds, seen } = lookUp(wanted, sections);
  return holds === 'yes' ? seen : null;
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
function seenOf(results: readonly ConditionResult[]): string {
  const unmet = results.filter(({ holds }) => holds !== 'yes');
  return (unmet.length > 0 ? unmet : results).map(({ seen }) => seen).join('; ');
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

/** A step whose end nobody saw, and what the node looks like now. */
export interface Interrupted {
  readonly step: JournalStep;
  /** Its command lives: nothing is known before it ends. */
  readonly running: readonly StepProcess[];
  readonly state: StateNow;
  readonly seen: string;
}

/** `running`: by the id of a step, the processes of its command that live. */
export const findInterrupted = (
  journal: Journal,
  snapshot: Snapshot,
  running: ReadonlyMap<number, readonly StepProcess[]>,
): readonly Interrupted[] =>
  journal.open.map((step) => {
    const { id, step: intended } = step.intent;
    const living = running.get(id) ?? [];
    if (living.length > 0) return { step, running: living, state: 'unknown', seen: stillRuns(intended.argv, living) };
    const sections = volumeSections(snapshot);
    const state = stateOf(intended, sections);
    const conditions = state === 'unchanged' ? intended.before : intended.after;
    return { step, running: living, state, seen: seenOf(lookUpAll(conditions, sections)) };
  });

/** The journal as it is once what was seen of such steps is recorded; one whose command lives stays open. */
export function withExplained(journal: Journal, interrupted: readonly Interrupted[]): Journal {
  const found = new Map(interrupted.map((each) => [each.step, each]));
  const explain = (entry: JournalStep): JournalStep => {
    const { actor, intent } = entry;
    const seen = found.get(entry);
    if (seen === undefined || seen.running.length > 0 || actor === null) return entry;
    const { schemaVersion, run, at, id } = intent;
    const { state, seen: what } = seen;
    return { ...entry, explained: { schemaVersion, run, at, record: 'explained', id, actor, state, seen: what } };
  };
  return { ...journal, steps: journal.steps.map(explain) };
}
