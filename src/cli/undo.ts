import { planUndo } from '../actions/plan-undo.ts';
import { applyStep } from '../apply/apply-step.ts';
import { explainInterrupted, findInterrupted } from '../apply/explain-interrupted.ts';
import { endRun } from '../apply/run.ts';
import { collect } from '../engine/collect.ts';
import { holdInterrupts } from '../host/interrupts.ts';
import { UsageError } from '../model/faults.ts';
import type { Journal, JournalStep } from '../model/repair/journal.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { styles } from '../render/colour.ts';
import { renderInterrupted, renderJournalDamage } from '../render/history.ts';
import type { Block, Page } from '../render/page.ts';
import { renderGates, STEP_WORDS } from '../render/plan.ts';
import { printable } from '../render/printable.ts';
import { shellWords } from '../render/shell-words.ts';
import { hang } from '../render/wrap.ts';
import { type ChangingRun, withNode } from './changing-run.ts';
import { readChanges } from './read-changes.ts';
import { openSource } from './source.ts';
import { type Terminal, textWidth, wantsColour } from './terminal.ts';

export interface UndoOptions {
  readonly dryRun?: boolean;
}

/** Takes back one step of the journal, through gates of its own, as a step of the journal again. */
export async function runUndo(id: number, options: UndoOptions, terminal: Terminal): Promise<number> {
  const { host } = await openSource(undefined, terminal);
  const page: Page = { width: textWidth(terminal), style: styles(wantsColour(terminal, 'auto', false)), verbose: true };
  const print = (lines: Block) => terminal.stdout.write(lines.map((line) => `${line}\n`).join(''));
  if (options.dryRun === true) {
    const entry = entryOf(await readChanges(), id);
    return await printPlan(entry, await collect(host, null), page, print);
  }
  return await withNode(host, terminal, async (node) => {
    const interrupts = holdInterrupts();
    try {
      return await undoStep(id, node, page, print);
    } finally {
      interrupts.release();
    }
  });
}

function entryOf(journal: Journal, id: number): JournalStep {
  const entry = journal.steps.find(({ intent }) => intent.id === id);
  if (entry === undefined)
    throw new UsageError(
      journal.steps.length === 0 && journal.problems.length === 0
        ? 'nothing was ever changed by pve-doctor on this node, so there is nothing to undo'
        : `there is no step ${id} to undo; \`pve-doctor history\` lists those that there are`,
    );
  return entry;
}

async function printPlan(
  entry: JournalStep,
  snapshot: Snapshot,
  page: Page,
  print: (lines: Block) => Promise<void>,
): Promise<number> {
  const plan = planUndo(entry, snapshot);
  await print(renderGates(plan, page));
  if ('because' in plan) {
    await print(hang('', `Not possible: ${printable(plan.because)}.`, page.width));
    return 1;
  }
  await print([`Would run: ${shellWords(plan.step.argv)}`]);
  return 0;
}

async function undoStep(
  id: number,
  node: ChangingRun,
  page: Page,
  print: (lines: Block) => Promise<void>,
): Promise<number> {
  entryOf(node.journal, id);
  const snapshot = await node.look();
  const interrupted = findInterrupted(node.journal, snapshot);
  await print(renderJournalDamage(node.journal, page));
  for (const { step, seen } of interrupted) await print([...renderInterrupted(step, seen, page), '']);
  const run = await node.start(['undo', `${id}`]);
  await explainInterrupted(interrupted, run);
  const entry = explainedEntry(entryOf(node.journal, id), interrupted);
  const plan = planUndo(entry, snapshot);
  if ('because' in plan) {
    await endRun(run, { done: 0, skipped: 1, failed: 0, ended: 'finished' });
    await print(hang('', `Step ${id} is not taken back: ${printable(plan.because)}.`, page.width));
    return 1;
  }
  const { step } = plan;
  const planAgain = (again: Snapshot) => planUndo(entry, again);
  const result = await applyStep({ finding: entry.intent.finding, step, undoes: id, planAgain }, run);
  const count = (status: string) => Number(result.status === status);
  await endRun(run, { done: count('done'), skipped: count('refused'), failed: count('surprise'), ended: 'finished' });
  if (result.status === 'done') {
    await print(
      hang(
        '',
        `${printable(step.device.name)}: ${STEP_WORDS[step.kind].done}, step ${result.id}. ${printable(result.seen)}.`,
        page.width,
      ),
    );
    return 0;
  }
  await print(hang('', `Step ${id} is not taken back: ${printable(result.because)}.`, page.width));
  return result.status === 'refused' ? 1 : 2;
}

/** A step that was interrupted and explained a moment ago counts as explained. */
function explainedEntry(entry: JournalStep, interrupted: ReturnType<typeof findInterrupted>): JournalStep {
  const found = interrupted.find(({ step }) => step.intent.id === entry.intent.id);
  if (found === undefined || entry.actor === null) return entry;
  const { run, at, id } = entry.intent;
  const { state, seen } = found;
  return {
    ...entry,
    explained: { schemaVersion: 1, run, at, record: 'explained', id, actor: entry.actor, state, seen },
  };
}
