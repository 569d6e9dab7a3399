import { listed } from '../model/evidence.ts';
import type { Severity } from '../model/finding.ts';
import type { MountRow } from '../model/mounts/judged-mounts.ts';
import { guestLabel } from '../model/mounts/mount-dependents.ts';
import { isUnhealthy } from '../model/mounts/mount-rows.ts';
import type { Report } from '../model/report/report.ts';
import { columnWidths, displayWidth, padCells } from './display-width.ts';
import { type MountVerdict, roomOf, subjectIdOf, troubleOf, verdictOf, whereOf } from './mount-words.ts';
import { type Block, heading, type Page } from './page.ts';
import { printable } from './printable.ts';
import { MARKS, marked } from './severity-mark.ts';
import { hang } from './wrap.ts';

const TITLES = ['STATUS', 'WHERE', 'MOUNT POINT', 'TYPE', 'USED'] as const;

const BAR = 10;

/** `[#######---]  71 %`: readable without colour and without block characters. */
function capacityBar(usedPercent: number): string {
  const filled = Math.min(BAR, Math.max(0, Math.round((usedPercent * BAR) / 100)));
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR - filled)}] ${String(Math.floor(usedPercent)).padStart(3)} %`;
}

const usedOf = ({ usedPercent }: MountRow): string => (usedPercent === null ? 'n/a' : capacityBar(usedPercent));

const MOST = 40;

const cut = (text: string): string => (displayWidth(text) > MOST ? `${[...text].slice(0, MOST - 1).join('')}…` : text);

/** What stands below a row: always the source, and what is wrong. */
function detailsOf(row: MountRow, page: Page): Block {
  const room = roomOf(row);
  const storage = row.storeid === null ? '' : `storage ${printable(row.storeid)}`;
  const trouble = troubleOf(row);
  const behind = isUnhealthy(row) ? behindOf(row) : '';
  const dim = (text: string) => hang('      ', text, page.width, undefined, page.style.dim);
  return [
    ...dim([printable(row.source), storage, room].filter((part) => part !== '').join(', ')),
    ...[trouble, behind].filter((text) => text !== '').flatMap((text) => hang('      ', text, page.width)),
    ...(page.verbose ? dim(printable(row.options)) : []),
  ];
}

/** Since when, and who has to do with it. */
function behindOf({ since, guests, backupJobs, vmid }: MountRow): string {
  const parts = [
    ...(since === null ? [] : [`since ${since}`]),
    ...(vmid !== null || guests.length === 0
      ? []
      : [`guests behind it: ${listed(guests.map(guestLabel), MOST_BEHIND)}`]),
    ...(backupJobs.length === 0 ? [] : [`backup jobs that write to it: ${listed(backupJobs, MOST_BEHIND)}`]),
  ];
  return printable(parts.join('; '));
}

const MOST_BEHIND = 10;

/** The mount table, one row and its details for each; a row has the worst severity of what is wrong with it. */
export function mountTable(rows: readonly MountRow[], page: Page, verdict: VerdictOf = verdictOf): Block {
  const verdicts = rows.map((row) => verdict(row));
  const cells = rows.map((row, at) => [
    marked(verdicts[at]?.tone ?? 'unknown', verdicts[at]?.word ?? ''),
    whereOf(row),
    cut(printable(row.target)),
    printable(row.fstype),
    usedOf(row),
  ]);
  const widths = columnWidths([TITLES, ...cells]);
  return [
    `  ${padCells(TITLES, widths).join('  ')}`.trimEnd(),
    ...rows.flatMap((row, at) => {
      const [status = '', ...rest] = padCells(cells[at] ?? [], widths);
      const paint = page.style[MARKS[verdicts[at]?.tone ?? 'unknown'].paint];
      return [`  ${paint(status)}  ${rest.join('  ')}`.trimEnd(), ...detailsOf(row, page)];
    }),
  ];
}

type VerdictOf = (row: MountRow) => MountVerdict;

/** By what findings say too: data beneath it or stuck processes are seen in no row. */
function verdictIn({ findings }: Pick<Report, 'findings'>): VerdictOf {
  const about = new Map<string, Severity[]>();
  for (const { subject, severity } of findings)
    if (subject.kind === 'mount') about.set(subject.id, [...(about.get(subject.id) ?? []), severity]);
  return (row) => verdictOf(row, about.get(subjectIdOf(row)));
}

export const renderMounts = (report: Pick<Report, 'mounts' | 'findings'>, page: Page): Block =>
  report.mounts.length === 0 ? [] : [heading('Mounts', page), ...mountTable(report.mounts, page, verdictIn(report))];
