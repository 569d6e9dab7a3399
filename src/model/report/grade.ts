import type { Severity } from '../finding.ts';
import { type Acknowledgement, acknowledge } from './acknowledgement.ts';
import type { Problem } from './problem.ts';
import { type CheckResult, type Grade, isUnjudged, type OverallStatus, type Report } from './report.ts';
import type { PastProblem } from './report-history.ts';

/** Problems by severity; one that somebody acknowledged counts nowhere. */
export function countProblems(
  problems: readonly Pick<Problem, 'severity' | 'acknowledged'>[],
): Counts & { notices: number } {
  const of = (severity: Severity) =>
    problems.filter((problem) => problem.severity === severity && problem.acknowledged === null).length;
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

/** The report as its counts make it. A report without a grade gets none by this. */
export function graded(report: Report, counts: ReturnType<typeof countProblems>): Report {
  return {
    ...report,
    ...statusOf(counts, report.checks),
    ...(report.score === null ? {} : { grade: gradeOf(counts), score: scoreOf(counts) }),
    summary: { ...report.summary, ...counts, totalIssues: counts.critical + counts.warnings },
  };
}

/** What stood and cannot be seen now counts as it was last known: the grade does not rise because nobody could look. */
export function withUnseen(report: Report, unseen: readonly PastProblem[]): Report {
  if (unseen.length === 0) return report;
  const past = unseen.map(({ severity }) => ({ severity, acknowledged: null }));
  return graded(report, countProblems([...report.problems, ...past]));
}

/** The report with what somebody said of its problems: those count neither in status nor in grade. */
export function withAcknowledgements(report: Report, said: readonly Acknowledgement[]): Report {
  const problems = acknowledge(report.problems, said, report.takenAt);
  if (problems.every(({ acknowledged }) => acknowledged === null)) return report;
  return graded({ ...report, problems }, countProblems(problems));
}

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
