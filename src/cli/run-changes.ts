import { endRun, type Run } from '../apply/run.ts';
import { holdInterrupts } from '../host/interrupts.ts';
import { openPrompt } from '../host/prompt.ts';
import type { CleanedItem } from '../model/repair/cleaning-plan.ts';
import { endsRun } from '../model/repair/journal.ts';
import { renderCleanSummary } from '../render/clean-summary.ts';
import type { Block, Page } from '../render/page.ts';
import { hang } from '../render/wrap.ts';
import { askOnTerminal, LETTERS } from './questions.ts';
import { runSession, type SessionResult, type Unit } from './session.ts';
import type { SteadyOutput } from './steady-output.ts';

/** How `clean` and `undo` speak with whoever called them. */
export interface ChangesCall {
  /** False: every answer is yes. */
  readonly isAsked: boolean;
  /** Of a plan that was reviewed the first step that does not go ends the run. */
  readonly isReviewed: boolean;
  readonly output: SteadyOutput;
  /** What is for people. */
  readonly print: (lines: Block) => Promise<void>;
  /** Anew for each block, since the terminal may have got another width. */
  readonly page: () => Page;
}

export interface Changes extends SessionResult {
  /** In the journal; null where none was begun. */
  readonly run: string | null;
  readonly exitCode: number;
}

/**
 * One run that changes the node, from its first record to its summary. Until it begins nothing was changed, and a signal ends it at once.
 * `left`: what stays without being asked about.
 */
export async function runChanges(
  units: readonly Unit[],
  left: readonly CleanedItem[],
  start: () => Promise<Run>,
  call: ChangesCall,
): Promise<Changes> {
  const { isAsked, isReviewed, print, page } = call;
  const interrupts = holdInterrupts();
  const prompt = isAsked ? openPrompt() : null;
  try {
    const run = await start();
    if (isAsked) await print(['', ...hang('', LETTERS, page().width)]);
    const ask = (text: string) => askOnTerminal(text, { ...call, prompt, interrupts });
    const interrupted = () => interrupts.caught()?.signal ?? null;
    const io = { print, page, ask, interrupted };
    const { items: tried, ended } = await runSession(units, { run, io, assumeYes: !isAsked, isReviewed });
    const items = [...tried, ...left];
    await endRun(run, items, ended);
    await print(['', ...renderCleanSummary(items, ended, run.id, page())]);
    return { items, ended, run: run.id, exitCode: exitCode({ items, ended }, interrupts.caught()?.exitCode) };
  } finally {
    prompt?.close();
    interrupts.release();
  }
}

/** 2: a step failed, or nobody knows what came of it; 130 and the like: the user ended it; 1: something is left; 0: nothing is. */
function exitCode({ items, ended }: SessionResult, bySignal = 130): number {
  if (items.some(endsRun)) return 2;
  if (ended === 'quit' || ended.startsWith('interrupted')) return bySignal;
  return Number(items.some(({ state, reason }) => state === 'unchanged' && reason !== 'already'));
}
