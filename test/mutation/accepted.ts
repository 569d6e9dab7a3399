/** A change that no test can or need tell from the code, with the reason. */
export interface Accepted {
  readonly path: string;
  /** The code that is changed, white space as one space. */
  readonly code: string;
  /** What it becomes; every change of that code where this is left out. */
  readonly becomes?: readonly string[];
  readonly why: string;
}

export const ACCEPTED: readonly Accepted[] = [];
