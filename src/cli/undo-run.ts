import { applyStep } from '../apply/apply-step.ts';
import { endRun, type Run } from '../apply/run.ts';
import { type GaveUp, type HeldInterrupts, holdInterrupts } from '../host/interrupts.ts';
import { openPrompt } from '../host/prompt.ts';
import { endsRun, type JournalStep, type StepResult, type UnchangedReason } from '../model/repair/journal.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Block, Page } from '../render/page.ts';
import { STEP_WORDS } from '../render/plan.ts';
import { printable } from '../render/printable.ts';
import { shellWords } from '../render/shell-words.ts';
import { hang } from '../render/wrap.ts';
import { planUndo, tableDifference, type UndoRequest } from '../repair/plan-undo.ts';
import { withExplained } from '../repair/step-verdict.ts';
import { type ChangingRun, withNode } from './changing-run.ts';
import { askAbout, askOnTerminal, LETTERS, type QuestionIo } from './questions.ts';
import type { SteadyOutput } from './steady-output.ts';
import type { Terminal } from './terminal.ts';
import { entriesOf } from './undo.ts';

/** What was asked for, and how it is shown. */
export interface UndoCall {
  readonly request: UndoRequest;
  /** False: every answer is yes. */
  readonly isAsked: boolean;
  readonly output: SteadyOutput;
  readonly print: (lines: Block) => Promise<void>;
  readonly page: () => Page;
}

/** `undo` where it may change the node. */
export const runUndoing = (call: UndoCall, terminal: Terminal): Promise<number> =>
  withNode(terminal, async (node) => call.output.exitCode(await undoSteps(call, node)));

async function undoSteps(call: UndoCall, node: ChangingRun): Promise<number> {
  const { request } = call;
  const { snapshot, interrupted, isBusy } = await node.begin(call.print, call.page);
  if (isBusy) return 1;
  const chosen = entriesOf(withExplained(node.journal, interrupted), request);
  // Until here nothing was changed, and a signal ends it at once.
  const interrupts = holdInterrupts();
  const prompt = call.isAsked ? openPrompt() : null;
  try {
    if (call.isAsked) await call.print([...hang('', LETTERS, call.page().width), '']);
    const run = await node.start(['undo', ...(request.last ? ['--last'] : []), ...wordsOf(request)], interrupted);
    const ask = (text: string) => askOnTerminal(text, { ...call, prompt, interrupts });
    const { results, ended } = await undoEach(chosen, { ...call, node, ask, run, interrupts, first: snapshot });
    await endRun(run, results, ended);
    if (results.some(endsRun)) return 2;
    if (ended !== FINISHED) return interrupts.caught()?.exitCode ?? 130;
    return Number(results.some(({ state }) => state !== 'changed'));
  } finally {
    prompt?.close();
    interrupts.release();
  }
}

interface UndoSession extends UndoCall, QuestionIo {
  readonly node: ChangingRun;
  readonly run: Run;
  readonly interrupts: HeldInterrupts;
  /** The look that the choice was made by. */
  readonly first: Snapshot;
}

const FINISHED = 'finished';

async function undoEach(chosen: readonly JournalStep[], session: UndoSession) {
  const { node, run, interrupts } = session;
  const results: StepResult[] = [];
  let ended = FINISHED;
  let isAsked = session.isAsked;
  for (const [at, entry] of chosen.entries()) {
    const now = at === 0 ? session.first : await run.access.beforeCommand(node.look);
    const answer = await undoStep(entry, now, isAsked ? chosen.length - at : null, session);
    if (answer === 'quit') ended = interrupts.caught() === null ? 'quit' : ended;
    else {
      results.push(answer.result);
      isAsked &&= !answer.isAll;
      await session.print(hang('', resultText(entry, answer.result), session.page().width));
      if (endsRun(answer.result)) ended = 'stopped by a surprise';
    }
    const signal = interrupts.caught();
    const isCut = answer === 'quit' || answer.result.reason === 'interrupted' || results.length < chosen.length;
    if (ended === FINISHED && signal !== null && isCut) ended = `interrupted by ${signal.signal}`;
    if (ended !== FINISHED) break;
  }
  return { results, ended };
}

const wordsOf = ({ ids, run }: UndoRequest): readonly string[] => (run === null ? ids : ['--run', run]);

/** `left`: how many steps are left to be asked about; null where nobody is asked. */
async function undoStep(
  entry: JournalStep,
  now: Snapshot | GaveUp,
  left: number | null,
  session: UndoSession,
): Promise<{ readonly result: StepResult; readonly isAll: boolean } | 'quit'> {
  const unchanged = (reason: UnchangedReason, seen: string) => ({
    ...{ result: { state: 'unchanged', reason, id: null, seen } as const, isAll: false },
  });
  if ('gaveUp' in now) return unchanged(now.reason, now.gaveUp);
  const plan = planUndo(entry, now);
  if ('because' in plan) return unchanged('refused', plan.because);
  const { finding, id, step } = entry.intent;
  if (left !== null) {
    await session.print([
      `Step ${id}: ${printable(step.device.name)}`,
      ...tableDifference(plan.step, now).map((line) => `    ${printable(line)}`),
      `    ${shellWords(plan.step.argv)}`,
    ]);
  }
  const answer = left === null ? 'yes' : await askAbout(STEP_WORDS[step.undo.by].ask, left > 1 ? left : null, session);
  if (answer === 'quit') return 'quit';
  if (answer === 'no') return unchanged('refused', 'answered no');
  const planAgain = (again: Snapshot) => planUndo(entry, again);
  const result = await applyStep({ finding, step: plan.step, undoes: id, planAgain }, session.run);
  return { result, isAll: answer === 'all' };
}

function resultText({ intent: { id, step } }: JournalStep, { state, reason, seen, id: as }: StepResult): string {
  const name = printable(step.device.name);
  if (reason === 'already') return `Step ${id}: nothing to do, ${printable(seen)}.`;
  if (state === 'unchanged') return `Step ${id} is not taken back: ${printable(seen)}.`;
  if (state !== 'changed') return `Step ${id}: what came of taking it back is open (step ${as}). ${printable(seen)}.`;
  return `${name}: ${STEP_WORDS[step.undo.by].done}, step ${as}. ${printable(seen)}.`;
}
