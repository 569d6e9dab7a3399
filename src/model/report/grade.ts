import type { Severity } from '../finding.ts';
import { type Acknowledgement, acknowledge } from './acknowledgement.ts';
import { leavesOpen, type NotJudged, waitNames, waits } from './not-judged.ts';
import type { Problem } from './problem.ts';
import type { Grade, OverallStatus, Report } from './report.ts';
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

/** What a report says of the whole node. */
type Verdict = Pick<Report, 'status' | 'exitCode' | 'grade' | 'score' | 'gradeBecause'>;

/** All that a verdict depends on. `ungradable`: see `Report`. */
interface VerdictFacts {
  readonly counts: Counts;
  readonly notJudged: readonly NotJudged[];
  readonly ungradable: string;
}

export const verdictOf = (facts: VerdictFacts): Verdict => ({
  ...statusOf(facts.counts, facts.notJudged),
  ...gradingOf(facts),
});

/** No clean grade where anything about guests and devices was not judged: a number would say more than anybody knows. */
function gradingOf({ counts, notJudged, ungradable }: VerdictFacts): Pick<Report, 'grade' | 'score' | 'gradeBecause'> {
  const none = (gradeBecause: string) => ({ grade: '?', score: null, gradeBecause }) as const;
  if (ungradable !== '') return none(ungradable);
  const grade = gradeOf(counts);
  if (grade === 'A+') {
    const open = notJudged.find((one) => leavesOpen(one) && isAboutGuests(one));
    if (open !== undefined)
      return none(
        open.codes === null
          ? 'nothing was found, but not everything could be judged'
          : `nothing was found, but ${open.codes[0]} could not judge everything`,
      );
    const waiting = notJudged.find(waits);
    if (waiting !== undefined)
      return none(`nothing was found, but ${waitNames(waiting)[0]} waits for a task and was never judged`);
  }
  return { grade, score: scoreOf(counts), gradeBecause: '' };
}

const isAboutGuests = ({ codes }: NotJudged): boolean =>
  codes === null || codes.some((code) => /^(?:DM|LV|VOL|PATH|ID)/.test(code));

/** The report as its problems and what was not judged make it. `past`: problems that stand although they cannot be seen now. */
export function graded(report: Report, past: readonly PastProblem[] = []): Report {
  const unseen = past.map(({ severity }) => ({ severity, acknowledged: null }));
  const counts = countProblems([...report.problems, ...unseen]);
  return {
    ...report,
    ...verdictOf({ ...report, counts }),
    summary: { ...report.summary, ...counts, totalIssues: counts.critical + counts.warnings },
  };
}

/** The report with what somebody said of its problems: those count neither in status nor in grade. */
export function withAcknowledgements(report: Report, said: readonly Acknowledgement[]): Report {
  const problems = acknowledge(report.problems, said, report.takenAt);
  return problems.every(({ acknowledged }) => acknowledged === null) ? report : graded({ ...report, problems });
}

export interface Counts {
  readonly critical: number;
  readonly warnings: number;
}

/** Exit status of `check`, which Nagios and Checkmk read: an unknown hides nothing but a critical one. */
export function statusOf(
  counts: Counts,
  notJudged: readonly NotJudged[],
): { status: OverallStatus; exitCode: 0 | 1 | 2 | 3 } {
  if (counts.critical > 0) return { status: 'critical', exitCode: 2 };
  if (notJudged.some(leavesOpen)) return { status: 'unknown', exitCode: 3 };
  if (counts.warnings > 0) return { status: 'warning', exitCode: 1 };
  return { status: notJudged.some(waits) ? 'waiting' : 'healthy', exitCode: 0 };
}
