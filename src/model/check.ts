import { readsFirst } from './command/command.ts';
import type { CheckCode, Finding, Remedy, Subject } from './finding.ts';
import type { Harm, Harms } from './harm.ts';
import type { Reading } from './reading.ts';
import type { LeftOut } from './report/not-judged.ts';
import type { SectionName, Sections } from './snapshot.ts';

/** The sections a check asked for, already known. */
export type Facts<N extends SectionName> = { readonly [K in N]: Sections[K] };

/** Sections as they were read, whatever came of it. */
export type Readings<W extends SectionName> = { readonly [K in W]: Reading<Sections[K]> };

/**
 * A check is a pure function of the sections that it declares. It never sees an unreadable section among its needs: the
 * engine answers `unknown` (or `not-applicable` for an absent one) in its place, so "not known" cannot be read as "no". A check of
 * the reading itself needs nothing and gets its sections as they are, by what it wants.
 */
export interface Check<N extends SectionName = SectionName, W extends SectionName = SectionName> {
  readonly code: CheckCode;
  /** What it finds, a few words. */
  readonly title: string;
  /** What that does: the rows of the table of severities. */
  readonly harms: Harms;
  /** What the finding itself depends on. */
  readonly needs: readonly N[];
  /**
   * Sections that add words or raise the severity. The check finds the same subjects, with the same repair, whether
   * they are known or not.
   */
  readonly wants?: readonly W[];
  readonly examine: (facts: Facts<N>, wanted: Readings<W>) => readonly Diagnosis[];
  /** What it did not judge although its needs are known. A sentence alone: something is hidden, and may be any of what it looks at. */
  readonly unjudged?: (facts: Facts<N>) => readonly (string | LeftOut | LeftOutOfAll)[];
  /**
   * What lies outside this node and could not be compared with it, each as a sentence: without a finding the check is
   * `not-applicable`, never clean, and the verdict of this node stands without it.
   */
  readonly notCompared?: (facts: Facts<N>) => readonly string[];
  /** What it says of one device depends on what lies on it, or on the map over it. */
  readonly dependsOnStack?: true;
}

/** Left out by every check of a subject, or by these, and said by one of them. */
export interface LeftOutOfAll extends LeftOut {
  readonly codes: readonly CheckCode[] | null;
}

/** What to do, where there may be no command to give. */
export type Advice = Pick<Remedy, 'text'> & Partial<Remedy>;

/** What a check says of whom it hits, and not how bad that is. */
export interface Diagnosis extends Omit<Finding, 'severity' | 'guests' | 'guestsKnown' | 'lost'> {
  readonly harm: Harm;
  /** Where guests lose their disks by it: why, as the end of a sentence about them. */
  readonly lost?: string;
  /** Guests that it names, `vmid` among them. */
  readonly vmids: readonly number[];
  /** What is hit, where that is not the subject: those of its volumes that are lost. */
  readonly hits: readonly Subject[] | null;
}

/** A finding as its check makes it: what is left out is guidance only, certain, and of no guest. */
export interface Found
  extends Omit<Diagnosis, 'code' | 'remedy' | 'repairAction' | 'certainty' | 'vmid' | 'vmids' | 'hits' | 'about'>,
    Partial<Pick<Diagnosis, 'repairAction' | 'certainty' | 'vmid' | 'vmids' | 'hits'>> {
  readonly remedy: Advice;
  readonly about?: string | undefined;
}

function complete(code: CheckCode, found: Found): Diagnosis {
  const { repairAction = null, certainty = 'certain', vmid = null, vmids, hits = null, about, ...said } = found;
  const remedy = { text: found.remedy.text, commands: readsFirst(found.remedy.commands ?? []) };
  const named = [...new Set([...(vmid === null ? [] : [vmid]), ...(vmids ?? [])])];
  return {
    ...{ code, ...said, remedy, repairAction, certainty, vmid, vmids: named, hits },
    ...(about !== undefined && { about }),
  };
}

/** Declares a check with its sections inferred, so that reading an undeclared section does not compile. */
export const defineCheck = <const N extends SectionName, const W extends SectionName = never>(
  check: Omit<Check<N, W>, 'examine'> & {
    readonly examine: (facts: Facts<N>, wanted: Readings<W>) => readonly Found[];
  },
): Check<N, W> => ({
  ...check,
  examine: (facts, wanted) => check.examine(facts, wanted).map((found) => complete(check.code, found)),
});
