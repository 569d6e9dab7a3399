import type { CheckCode, ReportedFinding, Severity } from '../model/finding.ts';

/** Findings of one code and severity that one sentence explains and one remedy answers. */
export interface FindingGroup {
  readonly impact: string;
  readonly remedy: string;
  readonly findings: readonly ReportedFinding[];
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

function bucketOf(findings: readonly ReportedFinding[]): readonly FindingBucket[] {
  const [first] = findings;
  if (first === undefined) return [];
  const groups = byKey(findings, (finding) => JSON.stringify([finding.impact, finding.remedy.text])).map((same) => ({
    impact: same[0]?.impact ?? '',
    remedy: same[0]?.remedy.text ?? '',
    findings: same,
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
