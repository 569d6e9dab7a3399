import type { ReportedFinding } from '../../model/finding.ts';
import type { Report, ReportedEntry } from '../../model/report/report.ts';
import { findingKey, type StandingFinding } from '../../model/report/report-history.ts';
import { type FindingBucket, type FindingGroup, firstOf, groupFindings } from '../finding-groups.ts';
import { guestsWereJudged } from '../what-was-read.ts';

/** Findings of one code and severity that are shown; the others are counted. So a page has its largest size. */
export const MOST_OF_A_CODE = 200;

export interface ShownBucket extends FindingBucket {
  readonly shown: readonly FindingGroup[];
  readonly title: string;
}

/** What several parts of the page ask for. */
export interface Lookup {
  readonly report: Report;
  /** Without a grade nothing may be called clean. */
  readonly judged: boolean;
  readonly buckets: readonly ShownBucket[];
  /** The fragment of a finding; null where it is only counted. */
  readonly anchorOf: (finding: ReportedFinding) => string | null;
  /** What history says of a finding; null where it says nothing. */
  readonly standingOf: (finding: ReportedFinding) => StandingFinding | null;
  readonly entryOf: (deviceName: string) => ReportedEntry | null;
  readonly findingsOfGuest: (vmid: number) => readonly ReportedFinding[];
  readonly findingsAbout: (kind: ReportedFinding['subject']['kind'], id: string) => readonly ReportedFinding[];
}

function byKey<K, T>(items: readonly T[], keyOf: (item: T) => K): (key: K) => readonly T[] {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return (key) => groups.get(key) ?? [];
}

export function lookupOf(report: Report): Lookup {
  const titles = new Map<string, string>(report.checks.map(({ code, title }) => [code, title]));
  const buckets = groupFindings(report.findings).map((bucket) => ({
    ...bucket,
    shown: firstOf(bucket, MOST_OF_A_CODE),
    title: titles.get(bucket.code) ?? '',
  }));
  const shown = buckets.flatMap((bucket) => bucket.shown.flatMap(({ findings }) => findings));
  const anchors = new Map(shown.map((finding, at) => [finding, `f${at + 1}`]));
  const standing = new Map(report.history?.findings.map((one) => [one.key, one]));
  const entries = new Map(report.entries.map((entry) => [entry.name, entry]));
  const subjects = byKey(report.findings, ({ subject }) => `${subject.kind} ${subject.id}`);
  return {
    report,
    judged: guestsWereJudged(report),
    buckets,
    anchorOf: (finding) => anchors.get(finding) ?? null,
    standingOf: (finding) => standing.get(findingKey(finding)) ?? null,
    entryOf: (deviceName) => entries.get(deviceName) ?? null,
    findingsOfGuest: byKey(report.findings, ({ vmid }) => vmid ?? -1),
    findingsAbout: (kind, id) => subjects(`${kind} ${id}`),
  };
}
