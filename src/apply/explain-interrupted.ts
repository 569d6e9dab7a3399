import { lookUpAll, volumeSections } from '../model/conditions.ts';
import type { Journal, JournalStep, StateNow } from '../model/repair/journal.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { seenOf, stateOf } from './apply-step.ts';
import type { Run } from './run.ts';

/** A step whose run was interrupted, and what the node looks like now. */
export interface Interrupted {
  readonly step: JournalStep;
  readonly state: StateNow;
  readonly seen: string;
}

export const findInterrupted = (journal: Journal, snapshot: Snapshot): readonly Interrupted[] =>
  journal.open.map((step) => {
    const sections = volumeSections(snapshot);
    const state = stateOf(step.intent.step, sections);
    const conditions = state === 'unchanged' ? step.intent.step.before : step.intent.step.after;
    return { step, state, seen: seenOf(lookUpAll(conditions, sections)) };
  });

/** Closes them in the journal, each with what was seen. */
export async function explainInterrupted(interrupted: readonly Interrupted[], run: Run): Promise<void> {
  for (const { step, state, seen } of interrupted) {
    const { id } = step.intent;
    await run.doors.append({ ...run.head(), record: 'explained', id, actor: run.actor, state, seen });
  }
}
