import { type Acknowledgement, acknowledge } from '../model/report/acknowledgement.ts';
import { countProblems, graded } from '../model/report/grade.ts';
import type { Report } from '../model/report/report.ts';

/** The report with what somebody said of its problems: those count neither in status nor in grade. */
export function withAcknowledgements(report: Report, said: readonly Acknowledgement[]): Report {
  const problems = acknowledge(report.problems, said, report.takenAt);
  if (problems.every(({ acknowledged }) => acknowledged === null)) return report;
  return graded({ ...report, problems }, countProblems(problems));
}
