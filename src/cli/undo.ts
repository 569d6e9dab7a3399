import { collect } from '../engine/collect.ts';
import { hasTerminal } from '../host/prompt.ts';
import { shellWords } from '../model/command/shell-words.ts';
import { UsageError } from '../model/faults.ts';
import type { Journal, JournalStep } from '../model/repair/journal.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Block, Page } from '../render/page.ts';
import { renderGates } from '../render/plan.ts';
import { printable } from '../render/printable.ts';
import { hang } from '../render/wrap.ts';
import { isStepRange, planUndo, selectUndo, tableDifference, type UndoRequest } from '../repair/plan-undo.ts';
import { withExplained } from '../repair/step-verdict.ts';
import { readChanges, reportInterrupted } from './interrupted-runs.ts';
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
    const { print } = output;
    const interrupted = await reportInterrupted(journal, snapshot.sections.deviceMapper.reading, page, print);
    const entries = entriesOf(withExplained(journal, interrupted), request);
    return output.exitCode(await printPlans(entries, snapshot, page, print));
  }
  const isAsked = options.yes !== true;
  if (isAsked && !hasTerminal()) throw new UsageError(NOBODY_TO_ASK);
  const { runUndoing } = await import('./undo-run.ts');
  const call = { isAsked, isReviewed: false, output, print: output.print, page: () => pageFor(terminal, true) };
  return await runUndoing(request, call, terminal);
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

async function printPlans(
  entries: readonly JournalStep[],
  snapshot: Snapshot,
  page: Page,
  print: Print,
): Promise<number> {
  const plans = entries.map((entry) => ({ entry, plan: planUndo(entry, snapshot) }));
  for (const { entry, plan } of plans) {
    const { id, step } = entry.intent;
    if (entries.length > 1) await print([`Step ${id}: ${printable(step.device.name)}`]);
    await print(renderGates(plan, page));
    await print(
      'because' in plan
        ? hang('', `Not possible: ${printable(plan.because)}.`, page.width)
        : [`Would run: ${shellWords(plan.step.argv)}`, ...tableDifference(plan.step, snapshot).map(printable)],
    );
  }
  return Number(plans.some(({ plan }) => 'because' in plan));
}
