import type { ReportedFinding } from '../../model/finding.ts';
import { isUnjudged, type Report } from '../../model/report/report.ts';
import { counted } from '../counted.ts';
import { reasonsOf } from '../coverage-words.ts';
import { clip, MOST } from '../message/clip.ts';
import { isProblem, type Told } from '../message/told.ts';
import { type Alert, type List, listed } from './mail-content.ts';

const MOST_LINES = 5;

const lineOf =
  (told: Told) =>
  (finding: ReportedFinding): string => {
    const tag = told.tagOf(finding);
    return `${finding.code}: ${clip(finding.title, MOST.title)}${tag === 'new' ? ' (new)' : ''}`;
  };

const bySeverity = (findings: readonly ReportedFinding[], severity: ReportedFinding['severity']) =>
  findings.filter((finding) => finding.severity === severity);

const NONE: List<string> = { rows: [], total: 0 };

/** What could not be judged stands beside whatever else is said: the rest of the report is no health without it. */
function blindness(report: Report): readonly string[] {
  const count = report.checks.filter(isUnjudged).length;
  const { busy, notJudged } = report.summary;
  const blind = count > 0 || report.notSeen.length > 0;
  return [
    ...(count === 0
      ? []
      : [
          `${counted(count, 'check')} could not be judged: what ${count === 1 ? 'it' : 'they'} would have found is not known.`,
        ]),
    ...(count === 0 && blind ? ['Not everything could be seen.'] : []),
    ...(notJudged === 0 ? [] : [`${counted(notJudged, 'entry', 'entries')} could not be judged.`]),
    ...(busy === 0
      ? []
      : [`${counted(busy, 'entry', 'entries')} not judged while a lock, a task or a migration is in flight.`]),
  ];
}

function examined({ checks }: Report): string {
  const looked = checks.filter(({ outcome }) => outcome === 'clean' || outcome === 'found').length;
  const other = checks.filter(({ outcome }) => outcome === 'not-applicable').length;
  const rest = other === 0 ? '' : `, ${other} ${other === 1 ? 'does' : 'do'} not apply here`;
  return `${counted(looked, 'check')} examined the node${rest}.`;
}

/** The box at the top. */
export function alertOf(report: Report, told: Told): Alert {
  const { findings, status } = report;
  const line = lineOf(told);
  const problems = findings.filter(isProblem);
  switch (status) {
    case 'critical': {
      const critical = bySeverity(findings, 'critical');
      const title = counted(critical.length, 'critical finding');
      return { title, lines: listed(critical, MOST_LINES, line), notes: blindness(report) };
    }
    case 'unknown': {
      const reasons = reasonsOf(report.checks.filter(isUnjudged));
      const found = problems.length === 0 ? [] : [`Found beside that: ${counted(problems.length, 'warning')}, below.`];
      return {
        title: 'Not everything could be judged, so nothing says that this node is healthy',
        lines: listed(reasons, MOST_LINES, (reason) => clip(reason, MOST.reason)),
        notes: [...blindness(report), ...found],
      };
    }
    case 'warning': {
      const title = counted(problems.length, 'warning');
      return { title, lines: listed(problems, MOST_LINES, line), notes: blindness(report) };
    }
    case 'healthy': {
      const notices = findings.length === 0 ? [] : [`${counted(findings.length, 'notice')}, below.`];
      const title = 'Nothing at or above warning was found';
      return { title, lines: NONE, notes: [examined(report), ...blindness(report), ...notices] };
    }
  }
}
