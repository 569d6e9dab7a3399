import type { Gate } from '../model/repair/gate.ts';
import { type JournalStep, tookEffect } from '../model/repair/journal.ts';
import type { Step } from '../model/repair/plan.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { planPutBack } from './put-back.ts';
import { planTakeAwayAgain } from './take-away-again.ts';

export type UndoPlan =
  | { readonly step: Step; readonly gates: readonly Gate[] }
  | { readonly because: string; readonly gates: readonly Gate[] };

/** How a step of the journal would be taken back on this snapshot, or why not. Pure. */
export function planUndo(entry: JournalStep, snapshot: Snapshot): UndoPlan {
  const { intent, undoneBy } = entry;
  const refuse = (because: string): UndoPlan => ({ because, gates: [] });
  if (undoneBy !== null) return refuse(`step ${undoneBy} has taken it back already`);
  if (!tookEffect(entry)) return refuse('as far as the journal knows, that step changed nothing');
  const { undo } = intent.step;
  switch (undo.by) {
    case 'irreversible':
      return refuse(undo.because);
    case 'activate-volume':
    case 'create-device':
      return planPutBack(entry, snapshot);
    case 'deactivate-volume':
    case 'remove-device':
      return planTakeAwayAgain(entry, snapshot);
  }
}
