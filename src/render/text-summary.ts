import type { Report } from '../model/report.ts';
import { counted } from './counted.ts';
import { padEnd, padStart } from './display-width.ts';
import { type Block, heading, type Page, row } from './page.ts';
import { marked } from './severity-mark.ts';
import { hang } from './wrap.ts';

type SummaryRow = readonly [label: string, count: number | null, note: string];

function rowsOf({ summary }: Report): readonly SummaryRow[] {
  const running = summary.runningGuests === null ? 'how many run is not known' : `${summary.runningGuests} running`;
  return [
    ['Total entries', summary.totalEntries, 'device-mapper entries of guest volumes'],
    ['Valid', summary.valid, ''],
    ['Duplicates', summary.duplicates, summary.duplicates > 0 ? marked('critical', 'critical') : ''],
    ['Orphans', summary.orphans, summary.orphans > 0 ? marked('warning', 'warning') : ''],
    ['Busy', summary.busy, summary.busy > 0 ? 'not judged: a lock, task or migration is in flight' : ''],
    ...(summary.notJudged > 0
      ? [['Not judged', summary.notJudged, marked('unknown', 'guests could not be read')] as const]
      : []),
    ['In use', summary.inUse, ''],
    ['Idle', summary.idle, 'active while the guest is stopped: normal'],
    ['Total issues', summary.totalIssues, severities(summary)],
    ['Guests on this node', summary.guests, summary.guests === null ? '' : running],
  ];
}

const severities = (summary: Report['summary']): string =>
  `${summary.critical} critical, ${counted(summary.warnings, 'warning')}, ${counted(summary.notices, 'notice')}`;

export function renderSummary(report: Report, page: Page): Block {
  const rows = rowsOf(report);
  const label = Math.max(...rows.map(([name]) => name.length)) + 2;
  const digits = Math.max(9, ...rows.map(([, count]) => String(count).length));
  return [
    heading('Summary', page),
    ...rows.flatMap(([name, count, note]) =>
      hang(
        `  ${padEnd(name, label)}${padStart(count === null ? 'not known' : `${count}`, digits)}   `,
        note,
        page.width,
      ),
    ),
  ];
}

/** The same in two lines, for a node on which nothing was found. */
export function renderHealthySummary({ summary, guests }: Report, page: Page): Block {
  const idle = summary.idle === null ? [] : [`${summary.idle} idle`];
  const entries = [`${summary.valid} valid`, `${summary.inUse} in use`, ...idle, `${summary.busy} busy`].join(', ');
  const running = summary.runningGuests === null ? '' : `, ${summary.runningGuests} running`;
  const clean = guests.length > 0 ? '; no finding names one' : '';
  return [
    ...row(2, 'Entries', `${summary.totalEntries} of guest volumes: ${entries}`, page),
    ...row(2, 'Guests', summary.guests === null ? 'not known' : `${summary.guests}${running}${clean}`, page),
  ];
}
