import type { MountRow, MountStatus } from '../model/mounts/judged-mounts.ts';
import { counted } from './counted.ts';
import { displayWidth, padEnd } from './display-width.ts';
import { MOUNT_MARKS, roomOf, troubleOf, whereOf } from './mount-words.ts';
import { type Block, heading, type Page, row } from './page.ts';
import { printable } from './printable.ts';
import { hang } from './wrap.ts';

const TITLES = ['STATUS', 'WHERE', 'MOUNT POINT', 'TYPE', 'USED'] as const;

const BAR = 10;

/** `[#######---]  71 %`: readable without colour and without block characters. */
function capacityBar(usedPercent: number): string {
  const filled = Math.min(BAR, Math.max(0, Math.round((usedPercent * BAR) / 100)));
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR - filled)}] ${String(Math.floor(usedPercent)).padStart(3)} %`;
}

const statusOf = ({ status }: MountRow): string => `${MOUNT_MARKS[status].symbol} ${MOUNT_MARKS[status].word}`;

const usedOf = ({ usedPercent }: MountRow): string => (usedPercent === null ? 'n/a' : capacityBar(usedPercent));

const MOST = 40;

const cut = (text: string): string => (displayWidth(text) > MOST ? `${[...text].slice(0, MOST - 1).join('')}…` : text);

/** What stands below a row: always the source, and what is wrong. */
function detailsOf(row: MountRow, page: Page): Block {
  const room = roomOf(row) === '' ? '' : `, ${roomOf(row)}`;
  const storage = row.storeid === null ? '' : `, storage ${printable(row.storeid)}`;
  const trouble = troubleOf(row);
  return [
    ...hang('      ', `${printable(row.source)}${storage}${room}`, page.width, undefined, page.style.dim),
    ...(trouble === '' ? [] : hang('      ', trouble, page.width)),
    ...(page.verbose ? hang('      ', printable(row.options), page.width, undefined, page.style.dim) : []),
  ];
}

/** The mount table, one row and its details for each. */
export function mountTable(rows: readonly MountRow[], page: Page): Block {
  const paint = (status: MountStatus): ((text: string) => string) => {
    if (status === 'ok') return page.style.green;
    if (status === 'stale') return page.style.red;
    return status === 'readonly' ? page.style.dim : page.style.yellow;
  };
  const cells = rows.map((row) => [
    statusOf(row),
    whereOf(row),
    cut(printable(row.target)),
    printable(row.fstype),
    usedOf(row),
  ]);
  const widths = TITLES.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => displayWidth(row[column] ?? ''))),
  );
  const line = (row: readonly string[]): readonly string[] =>
    row.map((cell, column) => padEnd(cell, widths[column] ?? 0));
  return [
    `  ${line(TITLES).join('  ')}`.trimEnd(),
    ...rows.flatMap((row, at) => {
      const [status = '', ...rest] = line(cells[at] ?? []);
      return [`  ${paint(row.status)(status)}  ${rest.join('  ')}`.trimEnd(), ...detailsOf(row, page)];
    }),
  ];
}

/** Healthy mounts of the report; in the report of a node with many, only the others are listed. */
const WHOLE_TABLE = 20;

export function renderMounts(mounts: readonly MountRow[], page: Page): Block {
  const remote = mounts.filter((row) => row.remote || page.verbose);
  if (remote.length === 0) return [];
  const whole = page.verbose || remote.length <= WHOLE_TABLE;
  const listed = whole ? remote : remote.filter(({ status }) => status !== 'ok');
  const others = remote.length - listed.length;
  return [
    heading('Mounts', page),
    ...(listed.length === 0 ? [] : mountTable(listed, page)),
    ...(others === 0 ? [] : [`  ${others} more mounts are healthy: --verbose lists all`]),
  ];
}

/** The same in one line, for a node on which nothing was found. */
export function renderHealthyMounts(mounts: readonly MountRow[], page: Page): Block {
  const remote = mounts.filter((mount) => mount.remote);
  const [fullest] = remote.toSorted((a, b) => (b.usedPercent ?? 0) - (a.usedPercent ?? 0));
  if (fullest === undefined) return [];
  const full =
    fullest.usedPercent === null ? '' : `; the fullest, ${printable(fullest.target)}, ${fullest.usedPercent} %`;
  const unasked = remote.filter(({ status }) => status === 'unknown').length;
  const answers = unasked === 0 ? 'all answer' : `${unasked} could not be asked`;
  return row(2, 'Mounts', `${counted(remote.length, 'remote mount')}, ${answers}${full}`, page);
}
