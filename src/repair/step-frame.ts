import type { Condition } from '../model/repair/plan.ts';

/** What a step needs beside its device. */
export interface StepFrame {
  /** Guests whose lock is held meanwhile, and its files. */
  readonly guests: readonly number[];
  readonly locks: readonly string[];
  /** What must be there before and after: the entry of a set that is kept, the parent of a partition map. */
  readonly stays: readonly Condition[];
}
