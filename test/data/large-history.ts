import type { CheckCode, Severity } from '../../src/model/finding.ts';
import type { Report } from '../../src/model/report/report.ts';
import {
  findingKey,
  type PastProblem,
  type PastRun,
  type ReportHistory,
} from '../../src/model/report/report-history.ts';
import { FIRST_GONE, makeChance, times } from './made-up-numbers.ts';
import { orphan } from './sample-report.ts';

const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'notice'];

export function historyOf(runs: number, report: Report): ReportHistory | null {
  if (runs === 0) return null;
  const chance = makeChance();
  const last = Date.parse(report.takenAt);
  const trend = times(runs, (at): PastRun => {
    const takenAt = new Date(last - (runs - 1 - at) * 86_400_000).toISOString();
    const { critical, warnings, notices } = report.summary;
    const share = at === runs - 1 ? 1 : (at + chance(20)) / (runs + 20);
    const counts = {
      critical: Math.floor(critical * share),
      warnings: Math.floor(warnings * share),
      notices: Math.floor(notices * share),
    };
    const graded = at % 31 !== 30;
    const score = 100 - Math.min(60, 20 * counts.critical) - Math.min(40, 5 * counts.warnings);
    const grade =
      counts.critical > 0 || counts.warnings > 50
        ? 'F'
        : counts.warnings > 20
          ? 'D'
          : counts.warnings > 5
            ? 'C'
            : counts.warnings > 0
              ? 'B'
              : 'A+';
    return {
      ...{ id: at + 1, takenAt, ...counts },
      status: !graded ? 'unknown' : counts.critical > 0 ? 'critical' : counts.warnings > 0 ? 'warning' : 'healthy',
      exitCode: !graded ? 3 : counts.critical > 0 ? 2 : counts.warnings > 0 ? 1 : 0,
      grade: graded ? grade : '?',
      score: graded ? score : null,
    };
  });
  const past = (at: number, code: CheckCode): PastProblem => {
    const finding = { ...orphan(FIRST_GONE + 900 + at), code };
    return {
      ...{
        ...{ id: `device:${finding.subject.id}`, kind: 'device', severity: SEVERITIES[at % 3] ?? 'notice' },
        ...{ who: `Guest ${finding.vmid}`, what: finding.title, codes: [code], vmids: [finding.vmid ?? 0] },
        findings: [findingKey(finding)],
      },
      ...{ since: trend.at(0)?.takenAt ?? report.takenAt, lastSeen: trend.at(-2)?.takenAt ?? report.takenAt },
    };
  };
  return {
    previous: trend.at(-2) ?? null,
    problems: report.problems.map(({ id }, at) => {
      const isNew = at % 12 === 0;
      return {
        id,
        since: isNew ? report.takenAt : (trend.at(-2 - (at % 60))?.takenAt ?? report.takenAt),
        isNew,
      };
    }),
    resolved: times(Math.min(runs, 12), (at) => past(at, 'DM010')),
    notJudged: times(Math.min(runs, 5), (at) => past(20 + at, 'DM020')),
    trend,
    problem: '',
  };
}
