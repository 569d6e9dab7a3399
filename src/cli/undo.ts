import { collect } from '../engine/collect.ts';
import { hasTerminal } from '../host/prompt.ts';
import { UsageError } from '../model/faults.ts';
import type { Journal, JournalStep } from '../model/repair/journal.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Block, Page } from '../render/page.ts';
import { renderGates } from '../render/plan.ts';
import { printable } from '../render/printable.ts';
import { shellWords } from '../render/shell-words.ts';
import { hang } from '../render/wrap.ts';
import { isStepRange, planUndo, selectUndo, tableDifference, type UndoRequest } from '../repair/plan-undo.ts';
import { findInterrupted, type OpenSteps, withExplained } from '../repair/step-verdict.ts';
import { openSteps, readChanges } from './changing-run.ts';
import { openSource } from './source.ts';
import { steadyOutput } from './steady-output.ts';
import { pageFor, type Terminal } from './terminal.ts';

export interface UndoOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
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
  const isAsked = options.yes !== true;
  if (isAsked && !hasTerminal()) throw new UsageError(NOBODY_TO_ASK);
  const { runUndoing } = await import('./undo-run.ts');
  return await runUndoing(
    { request, isAsked, output, print: output.print, page: () => pageFor(terminal, true) },
    terminal,
  );
}

const NOBODY_TO_ASK =
  'nothing was changed: undo asks before each step, and there is no terminal to ask on; --yes asks nothing, --dry-run shows what it would do';

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

export function entriesOf(journal: Journal, request: UndoRequest): readonly JournalStep[] {
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
