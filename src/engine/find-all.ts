import { CHECKS } from '../checks/index.ts';
import { sectionsOf } from '../model/derived.ts';
import type { Finding } from '../model/finding.ts';
import type { GuestEntry } from '../model/guests/guest-entries.ts';
import { knownOrNull } from '../model/reading.ts';
import type { CheckResult } from '../model/report/report.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { examine } from './examine.ts';

/** What every check finds in a snapshot, those checks that could not judge, and the class of every entry. */
interface FoundAll {
  readonly findings: readonly Finding[];
  readonly unknown: readonly CheckResult[];
  readonly entries: readonly GuestEntry[];
}

export function findAll(snapshot: Snapshot): FoundAll {
  const { findings, checks } = examine(snapshot, CHECKS);
  return {
    findings,
    unknown: checks.filter(({ outcome }) => outcome === 'unknown'),
    entries: knownOrNull(sectionsOf(snapshot).guestEntries)?.entries ?? [],
  };
}
