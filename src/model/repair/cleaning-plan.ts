import type { CheckCode } from '../finding.ts';
import type { CheckResult } from '../report/report.ts';
import type { StepResult } from './journal.ts';
import type { Gate, Kept, Plan, StepKind } from './plan.ts';

/** What a person decides with, beside the finding. */
export interface EntryFacts {
  /** Of the volume, where there is one; else of the entry's table. */
  readonly sizeBytes: number;
  /** When LVM made the volume; empty where nobody recorded it. */
  readonly createdAt: string;
  readonly tags: readonly string[];
  /** What the entry is to LVM. */
  readonly is: 'volume' | 'ghost' | 'hand-made' | 'partition-map';
  /** Who names its volume in a configuration, or did something to its guest last; empty where nobody is known. */
  readonly lastNamedBy: string;
}

/** One command, as it is shown and asked about. */
export interface CleaningStep extends Plan {
  /** Its place in the plan, from 1. */
  readonly number: number;
  /** Entries that have to be gone first; each has a step before this one. */
  readonly after: readonly string[];
  readonly facts: EntryFacts;
}

/** Steps that one answer is about: all of a set whose guest is gone, or one alone. */
export type CleaningUnit = readonly [CleaningStep, ...CleaningStep[]];

/** An entry that stays because something forbids to take it away, or because nobody could judge it. */
export interface LeftAlone {
  readonly deviceName: string;
  readonly volume: string;
  readonly vmid: number | null;
  readonly codes: readonly CheckCode[];
  /** The finding's own words; empty where there is none. */
  readonly title: string;
  readonly because: string;
  readonly holders: readonly string[];
  readonly advice: string;
  readonly gates: readonly Gate[];
}

/** What `clean` would ask, keep and leave alone. */
export interface CleaningPlan {
  readonly takenAt: string;
  readonly units: readonly CleaningUnit[];
  /** Entries of sets that stay while their copies go. */
  readonly kept: readonly Kept[];
  readonly leftAlone: readonly LeftAlone[];
  /** Checks that could not judge, so that something may be missing here. */
  readonly blind: readonly CheckResult[];
  /** Names that were asked for and that mean nothing here, each with why. */
  readonly unknownNames: readonly { readonly name: string; readonly because: string }[];
}

export const stepsOf = ({ units }: Pick<CleaningPlan, 'units'>): readonly CleaningStep[] => units.flat();

/** What became of one entry in a run of `clean`. */
export interface CleanedItem extends StepResult {
  readonly deviceName: string;
  /** What was done or tried; null where nothing was. */
  readonly kind: StepKind | null;
}
