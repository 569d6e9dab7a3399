import type { StepKind } from './plan.ts';

/** What became of one entry in a run of `clean` or `undo`. */
export interface CleanedItem {
  readonly deviceName: string;
  /** `already`: somebody else had done it. */
  readonly status: 'done' | 'already' | 'skipped' | 'failed';
  readonly kind: StepKind | null;
  /** The step in the journal; null where nothing was tried. */
  readonly id: number | null;
  /** Why it was skipped or failed; what was seen where it was done. */
  readonly because: string;
}
