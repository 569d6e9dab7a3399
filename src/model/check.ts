import type { CheckCode, Finding } from './finding.ts';
import type { SectionName, Sections } from './snapshot.ts';

/** The sections a check asked for, already known. */
export type Facts<N extends SectionName> = { readonly [K in N]: Sections[K] };

/**
 * A check is a pure function of the sections that it declares. It never sees an unreadable section: the engine answers
 * `unknown` (or `not-applicable` for an absent one) in its place, so "not known" cannot be read as "no".
 */
export interface Check<N extends SectionName = SectionName> {
  readonly code: CheckCode;
  /** The file is `<code>-<slug>.ts`. */
  readonly slug: string;
  /** What it finds, a few words. */
  readonly title: string;
  readonly needs: readonly N[];
  readonly examine: (facts: Facts<N>) => readonly Finding[];
}

/** Declares a check with its needs inferred, so that reading an undeclared section does not compile. */
export const defineCheck = <const N extends SectionName>(check: Check<N>): Check<N> => check;
