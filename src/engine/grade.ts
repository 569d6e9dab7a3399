import type { Severity } from '../model/finding.ts';
import { type CheckResult, type Grade, isUnjudged, type OverallStatus } from '../model/report.ts';

export interface Counts {
  readonly critical: number;
  readonly warnings: number;
}

export function countFindings(findings: readonly { readonly severity: Severity }[]): Counts & { notices: number } {
  const of = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  return { critical: of('critical'), warnings: of('warning'), notices: of('notice') };
}

/** The seeds' score: 100, minus 20 for each critical (at most 60), minus 5 for each warning (at most 40). */
export const scoreOf = ({ critical, warnings }: Counts): number =>
  100 - Math.min(60, 20 * critical) - Math.min(40, 5 * warnings);

/** The seeds' grade: A+ nothing; B 1-5 warnings; C 6-20; D 21-50; F more than 50, or any critical. */
export function gradeOf({ critical, warnings }: Counts): Grade {
  if (critical > 0 || warnings > 50) return 'F';
  if (warnings > 20) return 'D';
  if (warnings > 5) return 'C';
  return warnings > 0 ? 'B' : 'A+';
}

/** Exit status of `check`, which Nagios and Checkmk read: an unknown hides nothing but a critical one. */
export function statusOf(
  counts: Counts,
  checks: readonly CheckResult[],
): { status: OverallStatus; exitCode: 0 | 1 | 2 | 3 } {
  if (counts.critical > 0) return { status: 'critical', exitCode: 2 };
  if (checks.some(isUnjudged)) return { status: 'unknown', exitCode: 3 };
  if (counts.warnings > 0) return { status: 'warning', exitCode: 1 };
  return { status: 'healthy', exitCode: 0 };
}
