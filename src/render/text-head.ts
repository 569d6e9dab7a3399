import type { HostFacts } from '../model/host-facts.ts';
import type { Report } from '../model/report/report.ts';
import { instant } from './counted.ts';
import { padEnd, padStart } from './display-width.ts';
import { examinedOf, gradeOf, machineRows, versionsOf } from './head-words.ts';
import { type Block, heading, type Page, row } from './page.ts';
import { printable } from './printable.ts';
import { mark, marked, paintAs } from './severity-mark.ts';
import { summaryRows } from './summary-rows.ts';
import { hang } from './wrap.ts';

/** Node, PVE version, time, overall status, grade and score, and how many checks had their say. */
export function renderHead(report: Report, page: Page): Block {
  const title = `pve-doctor ${printable(report.toolVersion)}: storage report of node ${printable(report.node)}`;
  return [
    page.style.bold(title),
    '',
    ...row(2, 'Taken', printable(instant(report.takenAt)), page),
    ...row(2, 'Source', report.source === 'live' ? '' : `recorded in ${printable(report.source)}`, page),
    ...row(2, 'PVE', versionsOf(report.host), page),
    `  ${page.style.dim('Status'.padEnd(10))}${paintAs(report.status, page.style)(mark(report.status))}`,
    ...row(2, 'Grade', `${gradeOf(report)}${report.score === null ? '' : `; score ${report.score} of 100`}`, page),
    ...row(2, 'Checks', examinedOf(report), page),
    ...(report.host !== null ? renderMachine(report.host, page) : []),
  ];
}

const renderMachine = (host: HostFacts, page: Page): Block =>
  machineRows(host).flatMap(([label, text]) => row(2, label, printable(text ?? ''), page));

/** The numbers, but those that are 0. */
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
