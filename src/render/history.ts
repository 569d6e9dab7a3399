import { shellWords } from '../model/command/shell-words.ts';
import {
  describeActor,
  isSettled,
  type Journal,
  type JournalStep,
  type Outcome,
  type StepState,
  stateOfStep,
  tookEffect,
} from '../model/repair/journal.ts';
import { putBackComplaint } from '../model/repair/mutation.ts';
import { instant } from './counted.ts';
import { type Block, type Page, row } from './page.ts';
import { STEP_WORDS } from './plan.ts';
import { printable } from './printable.ts';
import { hang } from './wrap.ts';

const STATE_WORDS: Readonly<Record<StepState, string>> = {
  changed: 'changed as intended',
  unchanged: 'nothing was changed',
  different: 'the node is neither as before nor as intended',
  unknown: 'what it came to is not known',
  running: 'its command still ran when its run ended',
};

/** Every step that was ever begun, newest last. */
export function renderHistory(journal: Journal, page: Page): Block {
  const problems = journal.problems.flatMap((problem) => hang('  ? ', printable(problem), page.width));
  if (journal.steps.length === 0) {
    const nothing = 'Nothing was ever changed by pve-doctor on this node.';
    return [problems.length === 0 ? nothing : 'No step can be read from the journal.', ...problems];
  }
  return [...journal.steps.flatMap((step) => [...renderStep(step, page), '']), ...problems].slice(
    0,
    problems.length === 0 ? -1 : undefined,
  );
}

/** For those who go on beside a damaged journal: nothing else shows a step that stands there. */
export function renderJournalDamage({ problems: [first, ...others] }: Journal, page: Page): Block {
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  const what = `${printable(first)}${more}. A step that was interrupted may stand there; \`pve-doctor history\` has the rest.`;
  return [...hang('? ', what, page.width), ''];
}

function renderStep(entry: JournalStep, page: Page): Block {
  const { intent, actor, outcome, explained } = entry;
  const { step, finding, undoes } = intent;
  const state = stateOfStep(entry);
  const verb =
    state === 'changed'
      ? STEP_WORDS[step.kind].done
      : `${STEP_WORDS[step.kind].ask.toLowerCase()}: ${STATE_WORDS[state]}`;
  const why = undoes === null ? `${finding.code}: ${finding.title}` : `undo of step ${undoes}`;
  const became = outcome !== null && isSettled(outcome.state) ? outcome : (explained ?? outcome);
  return [
    ...hang(
      `${intent.id}  `,
      `${printable(instant(intent.at))}  ${printable(step.device.name)}, ${verb}`,
      page.width,
      page.style.bold,
      page.style.bold,
    ),
    ...row(3, 'Why', printable(why), page),
    `   ${page.style.dim('Command'.padEnd(10))}${shellWords(step.argv)}`,
    ...row(3, 'By', actor === null ? '' : printable(describeActor(actor)), page),
    ...row(3, 'Result', resultOf(entry), page),
    ...row(3, 'Seen', printable(became?.seen ?? ''), page),
    ...row(3, 'Undo', undoOf(entry), page),
  ];
}

function resultOf({ outcome, explained, running }: JournalStep): string {
  if (outcome === null || !isSettled(outcome.state)) {
    if (explained !== null) return `found later: ${stateWords(explained)}`;
    if (outcome === null) return running === null ? 'not known: the run was interrupted' : STATE_WORDS.running;
  }
  const exit = outcome.exitCode === null ? printable(outcome.outcome) : `exit status ${outcome.exitCode}`;
  return `${stateWords(outcome)}; ${exit}`;
}

const stateWords = ({ state, reason = null }: Pick<Outcome, 'state' | 'reason'>): string =>
  reason === null ? STATE_WORDS[state] : `${STATE_WORDS[state]} (${reason})`;

function undoOf(entry: JournalStep): string {
  if (entry.undoneBy !== null) return `taken back by step ${entry.undoneBy}`;
  const { undo } = entry.intent.step;
  if (!isSettled(stateOfStep(entry))) return 'not before its end is known';
  if (!tookEffect(entry)) return 'nothing to take back';
  const complaint = undo.by === 'create-device' ? putBackComplaint(entry.intent.step.device) : null;
  return complaint === null ? `pve-doctor undo ${entry.intent.id}` : `not possible: ${printable(complaint)}`;
}

/** A step that is open, with what the node looks like now. */
export function renderInterrupted(entry: JournalStep, seen: string, page: Page): Block {
  const { intent, outcome, running } = entry;
  const wasCut = outcome === null && running === null;
  const what = wasCut ? 'was interrupted' : `is open, ${STATE_WORDS[stateOfStep(entry)]}`;
  const text =
    `Step ${intent.id} of ${printable(instant(intent.at))} ${what}: \`${shellWords(intent.step.argv)}\` for ` +
    `${printable(intent.step.device.name)}. Now: ${printable(seen)}.`;
  return hang('! ', text, page.width, page.style.yellow);
}
