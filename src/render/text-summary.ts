import type { Report } from '../model/report/report.ts';
import { padEnd, padStart } from './display-width.ts';
import { type Block, heading, type Page } from './page.ts';
import { marked } from './severity-mark.ts';
import { summaryRows } from './summary-rows.ts';
import { hang } from './wrap.ts';

export function renderSummary(report: Report, page: Page): Block {
  const rows = summaryRows(report).filter(({ count }, at) => at === 0 || count !== 0);
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
