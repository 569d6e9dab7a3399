import type { HostFacts } from '../model/host-facts.ts';
import { type CheckOutcome, isUnjudged, type Report } from '../model/report.ts';
import { bytes, counted, instant, uptime } from './counted.ts';
import { type Block, type Page, row } from './page.ts';
import { printable } from './printable.ts';
import { mark, paintAs } from './severity-mark.ts';

function versions(host: HostFacts | null): string {
  if (host === null) return 'not known: the facts of this machine could not be read';
  const pve = host.pveVersion === null ? 'not installed here' : printable(host.pveVersion);
  return host.kernelRelease === null ? pve : `${pve}, kernel ${printable(host.kernelRelease)}`;
}

function grade(report: Report): string {
  if (report.score !== null) return `${report.grade}, score ${report.score} of 100`;
  return `${report.grade} (${printable(report.gradeBecause)})`;
}

function examined({ checks }: Report): string {
  const count = (...outcomes: readonly CheckOutcome[]) =>
    checks.filter((check) => outcomes.includes(check.outcome)).length;
  const others = count('not-applicable');
  return [
    `${count('clean', 'found')} examined`,
    `${checks.filter(isUnjudged).length} could not be judged`,
    ...(others === 0 ? [] : [`${others} ${others === 1 ? 'does' : 'do'} not apply here`]),
  ].join(', ');
}

/** Node, PVE version, time, overall status, grade and score, and how many checks had their say. */
export function renderHead(report: Report, page: Page): Block {
  const title = `pve-doctor ${printable(report.toolVersion)}: storage report of node ${printable(report.node)}`;
  return [
    page.style.bold(title),
    '',
    ...row(2, 'Taken', printable(instant(report.takenAt)), page),
    ...(report.source === 'live' ? [] : row(2, 'Source', `recorded in ${printable(report.source)}`, page)),
    ...row(2, 'PVE', versions(report.host), page),
    `  ${page.style.dim('Status'.padEnd(10))}${paintAs(report.status, page.style)(mark(report.status))}`,
    ...row(2, 'Grade', grade(report), page),
    ...row(2, 'Checks', examined(report), page),
    ...(page.verbose && report.host !== null ? renderMachine(report.host, page) : []),
  ];
}

const share = (available: number | null, total: number | null): string | null =>
  available === null || total === null ? null : `${bytes(available)} available of ${bytes(total)}`;

function renderMachine(host: HostFacts, page: Page): Block {
  const cpus = host.cpuCount === null ? null : counted(host.cpuCount, 'CPU');
  const processor = [host.cpuModel, cpus].filter((part) => part !== null).join(', ');
  const rows: readonly (readonly [string, string | null])[] = [
    ['Model', host.model],
    ['CPU', processor],
    ['Load', host.loadAverages?.join(', ') ?? null],
    ['Memory', share(host.memoryAvailableBytes, host.memoryTotalBytes)],
    ['Root fs', share(host.rootAvailableBytes, host.rootTotalBytes)],
    ['Uptime', host.uptimeSeconds === null ? null : uptime(host.uptimeSeconds)],
  ];
  return rows.flatMap(([label, text]) => (text === null || text === '' ? [] : row(2, label, printable(text), page)));
}
