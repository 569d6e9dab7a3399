import type { CheckCode, ReportedFinding, Severity } from '../model/finding.ts';

/** Findings of one code and severity with one cause: what is said of them differs in numbers only. */
export interface FindingGroup {
  /** What is said of all of them in the same words; null where the words differ. */
  readonly impact: string | null;
  readonly remedy: string | null;
  readonly findings: readonly ReportedFinding[];
  /** How many there are, shown or not. */
  readonly total: number;
}

export interface FindingBucket {
  readonly code: CheckCode;
  readonly severity: Severity;
  readonly groups: readonly FindingGroup[];
  readonly total: number;
}

const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'notice'];

/** Values under their keys, both in the order of their first appearance. */
function byKey<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return [...groups.values()];
}

/** VMIDs, disk numbers and sizes do not make another cause. */
const cause = ({ impact, remedy }: ReportedFinding): string =>
  JSON.stringify([impact, remedy.text]).replaceAll(/\d+/g, '#');

function shared(texts: readonly string[]): string | null {
  const [first = null] = texts;
  return texts.every((text) => text === first) ? first : null;
}

function bucketOf(findings: readonly ReportedFinding[]): readonly FindingBucket[] {
  const [first] = findings;
  if (first === undefined) return [];
  const groups = byKey(findings, cause).map((same) => ({
    impact: shared(same.map(({ impact }) => impact)),
    remedy: shared(same.map(({ remedy }) => remedy.text)),
    findings: same,
    total: same.length,
  }));
  return [{ code: first.code, severity: first.severity, groups, total: findings.length }];
}

/** Findings as they are shown: by severity, then by code, then by cause. */
export const groupFindings = (findings: readonly ReportedFinding[]): readonly FindingBucket[] =>
  SEVERITIES.flatMap((severity) =>
    byKey(
      findings.filter((finding) => finding.severity === severity),
      (finding) => finding.code,
    ).flatMap(bucketOf),
  );

/** The first `limit` findings of a bucket, in their groups. */
export function firstOf(bucket: FindingBucket, limit: number): readonly FindingGroup[] {
  let left = limit;
  return bucket.groups.flatMap((group) => {
    const findings = group.findings.slice(0, left);
    left -= findings.length;
    return findings.length === 0 ? [] : [{ ...group, findings }];
  });
}
