import { applyStep, type StepResult } from '../apply/apply-step.ts';
import { endRun, type Run } from '../apply/run.ts';
import { collect } from '../engine/collect.ts';
import { holdInterrupts } from '../host/interrupts.ts';
import { UsageError } from '../model/faults.ts';
import type { Journal, JournalStep } from '../model/repair/journal.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Block, Page } from '../render/page.ts';
import { renderGates, STEP_WORDS } from '../render/plan.ts';
import { printable } from '../render/printable.ts';
import { shellWords } from '../render/shell-words.ts';
import { hang } from '../render/wrap.ts';
import { isStepRange, planUndo, selectUndo, tableDifference, type UndoRequest } from '../repair/plan-undo.ts';
import { findInterrupted, withExplained } from '../repair/step-verdict.ts';
import { type ChangingRun, readChanges, runningSteps, withNode } from './changing-run.ts';
import { openSource } from './source.ts';
import { steadyOutput } from './steady-output.ts';
import { pageFor, type Terminal } from './terminal.ts';

export interface UndoOptions {
  readonly dryRun?: boolean;
  readonly last?: boolean;
  readonly run?: string;
}

type Print = (lines: Block) => Promise<void>;

/** Takes back steps of the journal, newest first, each through gates of its own and as a step of the journal again. */
export async function runUndo(ids: readonly string[], options: UndoOptions, terminal: Terminal): Promise<number> {
  const request = requestOf(ids, options);
  const { host } = await openSource({}, terminal);
  const page = pageFor(terminal, true);
  const output = steadyOutput(terminal);
  if (options.dryRun === true) {
    const journal = await readChanges();
    const snapshot = await collect(host, null);
    const running = runningSteps(journal);
    const explained = withExplained(journal, findInterrupted(journal, snapshot, running));
    const call = { snapshot, running, page, print: output.print };
    return output.exitCode(await printPlans(entriesOf(explained, request), call));
  }
  return await withNode(host, terminal, async (node) => {
    const interrupts = holdInterrupts();
    try {
      const stopped = () => interrupts.caught();
      return output.exitCode(await undoSteps({ request, node, page, print: output.print, stopped }));
    } finally {
      interrupts.release();
    }
  });
}

function requestOf(ids: readonly string[], { last = false, run }: UndoOptions): UndoRequest {
  const ways = [ids.length > 0, last, run !== undefined].filter(Boolean).length;
  const strange = ids.find((id) => !isStepRange(id));
  if (strange !== undefined)
    throw new UsageError(`${strange} is no step; \`pve-doctor history\` numbers them, and --last is the last run`);
  if (ways === 1) return { ids, last, run: run ?? null };
  throw new UsageError(
    ways === 0
      ? 'say what to take back: numbers of steps, --run ID or --last; `pve-doctor history` lists them'
      : 'numbers of steps, --run and --last exclude each other',
  );
}

function entriesOf(journal: Journal, request: UndoRequest): readonly JournalStep[] {
  const entries = selectUndo(journal, request);
  if (typeof entries !== 'string') return entries;
  throw new UsageError(
    journal.steps.length === 0 && journal.problems.length === 0
      ? 'nothing was ever changed by pve-doctor on this node, so there is nothing to undo'
      : `${entries}; \`pve-doctor history\` lists those that there are`,
  );
}

interface PlansCall {
  readonly snapshot: Snapshot;
  readonly running: ReturnType<typeof runningSteps>;
  readonly page: Page;
  readonly print: Print;
}

async function printPlans(
  entries: readonly JournalStep[],
  { snapshot, running, page, print }: PlansCall,
): Promise<number> {
  let impossible = 0;
  for (const entry of entries) {
    const { id } = entry.intent;
    const isRunning = (running.get(id) ?? []).length > 0;
    const plan = isRunning ? { because: 'its command still runs', gates: [] } : planUndo(entry, snapshot);
    if (entries.length > 1) await print([`Step ${id}: ${printable(entry.intent.step.device.name)}`]);
    await print(renderGates(plan, page));
    if ('because' in plan) impossible += 1;
    await print(
      'because' in plan
        ? hang('', `Not possible: ${printable(plan.because)}.`, page.width)
        : [`Would run: ${shellWords(plan.step.argv)}`, ...tableDifference(plan.step, snapshot).map(printable)],
    );
  }
  return impossible === 0 ? 0 : 1;
}

interface UndoCall {
  readonly request: UndoRequest;
  readonly node: ChangingRun;
  readonly page: Page;
  readonly print: Print;
  readonly stopped: () => { readonly signal: string; readonly exitCode: number } | null;
}

async function undoSteps(call: UndoCall): Promise<number> {
  const { request, node, page, print, stopped } = call;
  const { snapshot, interrupted, isBusy } = await node.begin(print, () => page);
  if (isBusy) return 1;
  const chosen = entriesOf(withExplained(node.journal, interrupted), request);
  const run = await node.start(['undo', ...(request.last ? ['--last'] : []), ...wordsOf(request)], interrupted);
  const counts = { done: 0, skipped: 0, failed: 0 };
  let ended = 'finished';
  for (const [at, entry] of chosen.entries()) {
    const signal = stopped();
    if (signal !== null) ended = `interrupted by ${signal.signal}`;
    if (ended !== 'finished') break;
    const now = at === 0 ? snapshot : await node.look();
    const result = await undoStep(entry, now, run);
    await print(hang('', resultText(entry, result), page.width));
    counts[COUNTED[result.status]] += 1;
    if (COUNTED[result.status] === 'failed') ended = 'stopped by a surprise';
  }
  await endRun(run, { ...counts, ended });
  if (counts.failed > 0) return 2;
  return ended === 'finished' ? Number(counts.skipped > 0) : (stopped()?.exitCode ?? 130);
}

const wordsOf = ({ ids, run }: UndoRequest): readonly string[] => (run === null ? ids : ['--run', run]);

const COUNTED = {
  done: 'done',
  already: 'skipped',
  refused: 'skipped',
  running: 'failed',
  surprise: 'failed',
} as const;

async function undoStep(entry: JournalStep, snapshot: Snapshot, run: Run): Promise<StepResult> {
  const plan = planUndo(entry, snapshot);
  if ('because' in plan) return { status: 'refused', because: plan.because };
  const { finding, id } = entry.intent;
  const planAgain = (again: Snapshot) => planUndo(entry, again);
  return await applyStep({ finding, step: plan.step, undoes: id, planAgain }, run);
}

function resultText({ intent: { id, step } }: JournalStep, result: StepResult): string {
  const name = printable(step.device.name);
  if (result.status === 'already') return `Step ${id}: nothing to do, ${printable(result.seen)}.`;
  if (result.status !== 'done') return `Step ${id} is not taken back: ${printable(result.because)}.`;
  const kind = step.undo.by === 'irreversible' ? step.kind : step.undo.by;
  return `${name}: ${STEP_WORDS[kind].done}, step ${result.id}. ${printable(result.seen)}.`;
}
