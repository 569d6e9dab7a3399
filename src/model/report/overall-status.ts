import { type CheckResult, isUnjudged, type OverallStatus } from './report.ts';

export interface Counts {
  readonly critical: number;
  readonly warnings: number;
}

/** Exit status of `check`, which Nagios and Checkmk read: an unknown hides nothing but a critical one. */
export function statusOf(
  counts: Counts,
  checks: readonly Pick<CheckResult, 'outcome' | 'because'>[],
): { status: OverallStatus; exitCode: 0 | 1 | 2 | 3 } {
  if (counts.critical > 0) return { status: 'critical', exitCode: 2 };
  if (checks.some(isUnjudged)) return { status: 'unknown', exitCode: 3 };
  if (counts.warnings > 0) return { status: 'warning', exitCode: 1 };
  return { status: 'healthy', exitCode: 0 };
}
