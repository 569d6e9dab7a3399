import type { Report } from '../model/report/report.ts';
import { padEnd, padStart } from './display-width.ts';
import { type Block, heading, type Page, row } from './page.ts';
import { marked } from './severity-mark.ts';
import { summaryRows } from './summary-rows.ts';
import { hang } from './wrap.ts';

export function renderSummary(report: Report, page: Page): Block {
  const rows = summaryRows(report);
  const width = Math.max(...rows.map(({ label }) => label.length)) + 2;
  const digits = Math.max(9, ...rows.map(({ count }) => String(count).length));
  return [
    heading('Summary', page),
    ...rows.flatMap(({ label, count, note, tone }) =>
      hang(
        `  ${padEnd(label, width)}${padStart(count === null ? 'not known' : `${count}`, digits)}   `,
        tone === null ? note : marked(tone, note),
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
