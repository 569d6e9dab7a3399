import { applyStep } from '../apply/apply-step.ts';
import { endRun, type Run } from '../apply/run.ts';
import { collect } from '../engine/collect.ts';
import { type GaveUp, holdInterrupts } from '../host/interrupts.ts';
import { UsageError } from '../model/faults.ts';
import { endsRun, type Journal, type JournalStep, type StepResult } from '../model/repair/journal.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Block, Page } from '../render/page.ts';
import { renderGates, STEP_WORDS } from '../render/plan.ts';
import { printable } from '../render/printable.ts';
import { shellWords } from '../render/shell-words.ts';
import { hang } from '../render/wrap.ts';
import { isStepRange, planUndo, selectUndo, tableDifference, type UndoRequest } from '../repair/plan-undo.ts';
import { findInterrupted, type OpenSteps, withExplained } from '../repair/step-verdict.ts';
import { type ChangingRun, openSteps, readChanges, withNode } from './changing-run.ts';
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
    const open = openSteps(journal);
    const explained = withExplained(journal, findInterrupted(journal, snapshot, open));
    const call = { snapshot, running: open.running, page, print: output.print };
    return output.exitCode(await printPlans(entriesOf(explained, request), call));
  }
  return await withNode(terminal, async (node) =>
    output.exitCode(await undoSteps({ request, node, page, print: output.print })),
  );
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
  readonly running: OpenSteps['running'];
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
}

async function undoSteps(call: UndoCall): Promise<number> {
  const { request, node, page, print } = call;
  const { snapshot, interrupted, isBusy } = await node.begin(print, () => page);
  if (isBusy) return 1;
  const chosen = entriesOf(withExplained(node.journal, interrupted), request);
  // Until here nothing was changed, and a signal ends it at once.
  const interrupts = holdInterrupts();
  try {
    const run = await node.start(['undo', ...(request.last ? ['--last'] : []), ...wordsOf(request)], interrupted);
    const results: StepResult[] = [];
    let ended = 'finished';
    for (const entry of chosen) {
      const now = results.length === 0 ? snapshot : await run.access.beforeCommand(node.look);
      const result = await undoStep(entry, now, run);
      results.push(result);
      await print(hang('', resultText(entry, result), page.width));
      const signal = interrupts.caught();
      if (endsRun(result)) ended = 'stopped by a surprise';
      else if (signal !== null && (result.reason === 'interrupted' || results.length < chosen.length))
        ended = `interrupted by ${signal.signal}`;
      if (ended !== 'finished') break;
    }
    await endRun(run, results, ended);
    if (results.some(endsRun)) return 2;
    if (ended !== 'finished') return interrupts.caught()?.exitCode ?? 130;
    return Number(results.some(({ state }) => state !== 'changed'));
  } finally {
    interrupts.release();
  }
}

const wordsOf = ({ ids, run }: UndoRequest): readonly string[] => (run === null ? ids : ['--run', run]);

async function undoStep(entry: JournalStep, snapshot: Snapshot | GaveUp, run: Run): Promise<StepResult> {
  if ('gaveUp' in snapshot) return { state: 'unchanged', reason: snapshot.reason, id: null, seen: snapshot.gaveUp };
  const plan = planUndo(entry, snapshot);
  if ('because' in plan) return { state: 'unchanged', reason: 'refused', id: null, seen: plan.because };
  const { finding, id } = entry.intent;
  const planAgain = (again: Snapshot) => planUndo(entry, again);
  return await applyStep({ finding, step: plan.step, undoes: id, planAgain }, run);
}

function resultText({ intent: { id, step } }: JournalStep, { state, reason, seen, id: as }: StepResult): string {
  const name = printable(step.device.name);
  if (reason === 'already') return `Step ${id}: nothing to do, ${printable(seen)}.`;
  if (state === 'unchanged') return `Step ${id} is not taken back: ${printable(seen)}.`;
  if (state !== 'changed') return `Step ${id}: what came of taking it back is open (step ${as}). ${printable(seen)}.`;
  const kind = step.undo.by === 'irreversible' ? step.kind : step.undo.by;
  return `${name}: ${STEP_WORDS[kind].done}, step ${as}. ${printable(seen)}.`;
}
