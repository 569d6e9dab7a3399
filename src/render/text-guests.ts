import type { Leftovers, NextVmid, Report, ReportedGuest } from '../model/report/report.ts';
import { counted } from './counted.ts';
import { guestsWereJudged, isOfVolumes } from './coverage-words.ts';
import { columnWidths, padCells } from './display-width.ts';
import { guestStatus, hasFindings } from './guest-words.ts';
import { type Block, bullet, heading, type Page, row } from './page.ts';
import { printable } from './printable.ts';
import { marked } from './severity-mark.ts';
import { hang } from './wrap.ts';

/** Up to this many guests are all listed; of more, only those that findings name. `--verbose` lists all. */
const WHOLE_TABLE = 40;

const TITLES = ['VMID', 'NAME', 'STATUS'];

/** Where guests or device-mapper could not be read, "clean" would be a guess. */
function health(guest: ReportedGuest, judged: boolean): string {
  const { duplicates, orphans, otherFindings } = guest;
  if (!hasFindings(guest)) return judged ? 'clean' : 'not judged';
  return [
    ...(duplicates > 0 ? [marked('critical', counted(duplicates, 'duplicate'))] : []),
    ...(orphans > 0 ? [marked('warning', counted(orphans, 'orphan'))] : []),
    ...(otherFindings > 0 ? [`${otherFindings} other`] : []),
  ].join(', ');
}

function sorted(guests: readonly ReportedGuest[], runningFirst: boolean): readonly ReportedGuest[] {
  const rank = (guest: ReportedGuest) => (runningFirst && guest.status === 'running' ? 0 : 1);
  return guests.toSorted((a, b) => rank(a) - rank(b) || a.vmid - b.vmid);
}

export function renderGuests(report: Report, runningFirst: boolean, page: Page): Block {
  const whole = page.verbose || report.guests.length <= WHOLE_TABLE;
  const listed = sorted(whole ? report.guests : report.guests.filter(hasFindings), runningFirst);
  const others = report.guests.length - listed.length;
  if (report.guests.length === 0) return [];
  const cells = listed.map((guest) => [`${guest.vmid}`, printable(guest.name), guestStatus(guest)]);
  const widths = columnWidths([TITLES, ...cells]).map((width) => Math.min(32, width));
  const lead = (row: readonly string[]) => `  ${padCells(row, widths).join('  ')}  `;
  const judged = guestsWereJudged(report);
  return [
    heading('Guests', page),
    ...(listed.length === 0 ? [] : [`${lead(TITLES)}DM HEALTH`]),
    ...listed.flatMap((guest, index) => hang(lead(cells[index] ?? []), health(guest, judged), page.width)),
    ...(others === 0 ? [] : [`  ${counted(others, 'guest')} without findings: --verbose lists all`]),
  ];
}

function renderLeftover(leftover: Leftovers, page: Page): Block {
  const list = (label: string, names: readonly string[]) =>
    names.length === 0 ? [] : hang(`      ${label.padEnd(9)}`, names.map(printable).join(', '), page.width);
  return [`  VMID ${leftover.vmid}`, ...list('entries', leftover.entries), ...list('volumes', leftover.volumes)];
}

function renderLeftovers({ leftovers }: Report, page: Page): Block {
  if (leftovers.length === 0) return [];
  return [
    heading('Leftovers of VMIDs that do not exist', page),
    ...leftovers.flatMap((leftover) => renderLeftover(leftover, page)),
  ];
}

const isFree = ({ leftovers }: NextVmid): boolean => leftovers.length === 0;

/** The VMIDs that PVE hands out next, in one line; empty where one has leftovers. */
export function renderFreeVmids(report: Report, page: Page): Block {
  const { nextVmids } = report;
  if (!isOfVolumes(report) || nextVmids.length === 0 || !nextVmids.every(isFree)) return [];
  return row(2, 'Next', `VMIDs ${nextVmids.map(({ vmid }) => vmid).join(', ')}: no leftovers`, page);
}

/** What is left of VMIDs that no guest has, and which of them the next guests meet. */
export function renderVmids(report: Report, page: Page): readonly Block[] {
  if (!isOfVolumes(report)) return [];
  const leftovers = renderLeftovers(report, page);
  if (report.nextVmids.every(isFree)) return [leftovers];
  const met = report.nextVmids.filter((next) => !isFree(next));
  const free = report.nextVmids.filter(isFree).map(({ vmid }) => vmid);
  return [
    leftovers,
    [
      heading('Next VMIDs', page),
      ...met.flatMap((next) => bullet(`${next.vmid}: ${next.leftovers.map(printable).join('; ')}`, page)),
      ...(free.length === 0 ? [] : bullet(`without leftovers: ${free.join(', ')}`, page)),
    ],
  ];
}
