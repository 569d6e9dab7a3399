import { SEVERITIES, type Severity } from '../model/finding.ts';
import type { OverallStatus, Report } from '../model/report/report.ts';
import { counted } from './counted.ts';
import { wereRead } from './coverage-words.ts';

export interface SummaryRow {
  readonly label: string;
  /** null: not known. */
  readonly count: number | null;
  readonly note: string;
  /** How a note that is a verdict is marked; null where it explains. */
  readonly tone: OverallStatus | Severity | null;
}

function severities(report: Report): string {
  const { critical, warnings, notices } = report.summary;
  const { unseen, leftOut } = notShown(report);
  const words = [
    ...(unseen > 0 ? [`; ${unseen} of them as last judged, since they cannot be seen now`] : []),
    ...(leftOut > 0 ? [`; ${leftOut} of them left out by --severity`] : []),
  ];
  return `${critical} critical, ${counted(warnings, 'warning')}; ${counted(notices, 'notice')}${words.join('')}`;
}

/** What the counts of the node have beside the problems that are shown: what stood and cannot be seen now, and what was asked to be left out. */
export function notShown({ summary, problems, history }: Report): {
  readonly unseen: number;
  readonly leftOut: number;
} {
  const unseen = history?.notJudged.length ?? 0;
  const open = problems.filter(({ acknowledged }) => acknowledged === null).length;
  return { unseen, leftOut: Math.max(0, summary.critical + summary.warnings + summary.notices - unseen - open) };
}

/** As bad as the problems that it counts. */
const judgedRow = (label: string, count: number, worst: Severity | null): SummaryRow => ({
  ...{ label, count, note: worst ?? '', tone: worst },
});

const worstOf = ({ problems }: Report, codes: RegExp): Severity | null =>
  SEVERITIES.find((severity) =>
    problems.some((problem) => problem.severity === severity && problem.codes.some((code) => codes.test(code))),
  ) ?? null;

/** The numbers of a report, in the order in which they are read. */
export function summaryRows(report: Report): readonly SummaryRow[] {
  const { summary } = report;
  const running = summary.runningGuests === null ? 'how many run is not known' : `${summary.runningGuests} running`;
  const row = (label: string, count: number | null, note = '', tone: OverallStatus | null = null) => ({
    ...{ label, count, note, tone },
  });
  const entries = [
    row('Total entries', summary.totalEntries, 'device-mapper entries of guest volumes'),
    row('Valid', summary.valid),
    judgedRow('Duplicates', summary.duplicates, worstOf(report, /^DM00[12]$/)),
    judgedRow('Orphans', summary.orphans, worstOf(report, /^DM01[012]$/)),
    row('Busy', summary.busy, summary.busy > 0 ? 'not judged: a lock, task or migration is in flight' : ''),
    ...(summary.notJudged > 0
      ? [row('Not judged', summary.notJudged, 'not known whether a guest uses them', 'unknown')]
      : []),
    row('In use', summary.inUse),
    row('Idle', summary.idle, 'active while the guest is stopped: normal'),
  ];
  return [
    // No entry was counted because none was seen: that is no zero.
    ...(wereRead(report, 'deviceMapper') ? entries : entries.map((one) => ({ ...one, count: null }))),
    row('Total issues', summary.totalIssues, severities(report)),
    row('Guests on this node', summary.guests, summary.guests === null ? '' : running),
  ];
}
