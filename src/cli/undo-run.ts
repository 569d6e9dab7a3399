import type { Run } from '../apply/run.ts';
import { shellWords } from '../model/command/shell-words.ts';
import { type JournalStep, type Unchanged, unchanged } from '../model/repair/journal.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { STEP_WORDS } from '../render/plan.ts';
import { printable } from '../render/printable.ts';
import { planUndo, tableDifference, type UndoRequest } from '../repair/plan-undo.ts';
import { withExplained } from '../repair/step-verdict.ts';
import { withNode } from './changing-run.ts';
import { type ChangesCall, runChanges } from './run-changes.ts';
import type { Question, Unit } from './session.ts';
import type { Terminal } from './terminal.ts';
import { entriesOf } from './undo.ts';

/** `undo` where it may change the node. */
export const runUndoing = (request: UndoRequest, call: ChangesCall, terminal: Terminal): Promise<number> =>
  withNode(terminal, async ({ journal, begin, start }) => {
    const { snapshot, interrupted, isBusy } = await begin(call.print, call.page);
    if (isBusy) return call.output.exitCode(1);
    const units = undoUnits(entriesOf(withExplained(journal, interrupted), request), snapshot);
    const { ids, run, last } = request;
    const words = ['undo', ...(last ? ['--last'] : []), ...(run === null ? ids : ['--run', run])];
    const { exitCode } = await runChanges(units, [], () => start(words, interrupted), call);
    return call.output.exitCode(exitCode);
  });

/** What is refused by a look may lie on what was taken back since: then the node is looked at again. */
export function undoUnits(entries: readonly JournalStep[], first: Snapshot): readonly Unit[] {
  let [seen, isOld] = [first, false];
  const question = async (entry: JournalStep, { access }: Run): Promise<Question | Unchanged> => {
    const { finding, id, step: taken } = entry.intent;
    if (isOld && 'because' in planUndo(entry, seen)) {
      const now = await access.beforeCommand(access.look);
      if ('state' in now) return now;
      [seen, isOld] = [now, false];
    }
    const plan = planUndo(entry, seen);
    if ('because' in plan) return unchanged('refused', plan.because);
    const { step } = plan;
    const planAgain = (again: Snapshot) => {
      isOld = true;
      return planUndo(entry, again);
    };
    const table = tableDifference(step, seen).map((line) => `    ${printable(line)}`);
    return {
      lines: ['', `Step ${id}: ${printable(step.device.name)}`, ...table, `    ${shellWords(step.argv)}`],
      text: STEP_WORDS[taken.undo.by].ask,
      steps: [{ finding, step, undoes: id, planAgain }],
    };
  };
  return entries.map((entry) => ({
    ...{ deviceNames: [entry.intent.step.device.name], after: [], question: (run) => question(entry, run) },
  }));
}
