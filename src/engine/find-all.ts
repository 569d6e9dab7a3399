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

/** Why nothing accuses an entry any more that was to go: what names it now, or what keeps it from being judged. */
export function whyNoFinding(deviceName: string, entries: readonly GuestEntry[]): string {
  const entry = entries.find(({ device }) => device.name === deviceName);
  const reason = entry?.reasons.map(({ fact }) => fact).join('; ') ?? '';
  if (entry === undefined || reason === '') return `no finding names ${deviceName} any more`;
  return entry.class === 'busy' ? `it is not judged now: ${reason}` : `it is no leftover any more: ${reason}`;
}
