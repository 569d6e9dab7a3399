import type { HostFacts } from '../model/host-facts.ts';
import type { Report } from '../model/report/report.ts';
import { instant } from './counted.ts';
import { examinedOf, gradeOf, machineRows, versionsOf } from './head-words.ts';
import { type Block, type Page, row } from './page.ts';
import { printable } from './printable.ts';
import { mark, paintAs } from './severity-mark.ts';

/** Node, PVE version, time, overall status, grade and score, and how many checks had their say. */
export function renderHead(report: Report, page: Page): Block {
  const title = `pve-doctor ${printable(report.toolVersion)}: storage report of node ${printable(report.node)}`;
  return [
    page.style.bold(title),
    '',
    ...row(2, 'Taken', printable(instant(report.takenAt)), page),
    ...(report.source === 'live' ? [] : row(2, 'Source', `recorded in ${printable(report.source)}`, page)),
    ...row(2, 'PVE', versionsOf(report.host), page),
    `  ${page.style.dim('Status'.padEnd(10))}${paintAs(report.status, page.style)(mark(report.status))}`,
    ...row(2, 'Grade', `${gradeOf(report)}${report.score === null ? '' : `; score ${report.score} of 100`}`, page),
    ...row(2, 'Checks', examinedOf(report), page),
    ...(page.verbose && report.host !== null ? renderMachine(report.host, page) : []),
  ];
}

const renderMachine = (host: HostFacts, page: Page): Block =>
  machineRows(host).flatMap(([label, text]) =>
    text === null || text === '' ? [] : row(2, label, printable(text), page),
  );
