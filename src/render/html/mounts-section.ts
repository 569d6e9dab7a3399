import type { MountRow, MountStatus } from '../../model/mounts/judged-mounts.ts';
import { counted } from '../counted.ts';
import { type Markup, markup } from '../markup.ts';
import { MOUNT_MARKS, roomOf, saysFull, subjectIdOf, troubleOf, whereOf } from '../mount-words.ts';
import { mountsWereRead } from '../what-was-read.ts';
import type { Lookup } from './lookup.ts';
import { badge, bar, codeLinks, foldedTable, type Section, type Tone } from './parts.ts';

const MOST_MOUNTS = 500;

/** Mounts that are listed at once; what is wrong comes first, then the fullest. */
const MOST_AT_ONCE = 30;

const COLUMNS = ['Mount point', 'Where', 'Status', 'Capacity', 'Findings'].map((title) => ({ title }));

const RANK: Readonly<Record<MountStatus, number>> = { stale: 0, missing: 1, unknown: 2, readonly: 3, ok: 3 };

const TONES: Readonly<Record<MountStatus, Tone | 'plain' | 'missing'>> = {
  ok: 'healthy',
  stale: 'critical',
  readonly: 'plain',
  missing: 'missing',
  unknown: 'unknown',
};

/** Remote mounts of the node and of its containers, and local file systems that can run full. */
export function mountsSection(lookup: Lookup): Section {
  const { mounts } = lookup.report;
  const whole = mountsWereRead(lookup.report);
  const doubt = whole
    ? null
    : markup`<p>${badge('unknown', 'Not whole')} Mounts of the node or of its containers could not all be read or asked.</p>`;
  const title = { id: 'mounts', title: 'Mounts' };
  if (mounts.length === 0)
    return {
      ...title,
      note: whole ? '0' : '?',
      body: doubt ?? markup`<p>No remote file system is mounted or expected, on this node or in its containers.</p>`,
    };
  const sorted = mounts.toSorted(
    (a, b) => RANK[a.status] - RANK[b.status] || (b.usedPercent ?? -1) - (a.usedPercent ?? -1),
  );
  const rows = sorted.slice(0, MOST_MOUNTS).map((mount) => row(mount, lookup));
  const folded = { total: mounts.length, atOnce: MOST_AT_ONCE, what: 'mounts' };
  return {
    ...title,
    note: `${mounts.length}`,
    body: markup`${doubt}${foldedTable({ id: 'mount-table', caption: countsOf(mounts), columns: COLUMNS, rows, look: 'stack' }, folded)}`,
  };
}

/** `5 mounts: 1 stale, 4 ok`. */
function countsOf(mounts: readonly MountRow[]): string {
  const statuses: readonly MountStatus[] = ['stale', 'missing', 'unknown', 'readonly', 'ok'];
  const counts = statuses.map((status) => [status, mounts.filter((mount) => mount.status === status).length] as const);
  const words = counts
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${count} ${MOUNT_MARKS[status].word}`);
  return `${counted(mounts.length, 'mount')}: ${words.join(', ')}`;
}

function row(mount: MountRow, lookup: Lookup): Markup {
  const { source, target, fstype, storeid, status } = mount;
  const storage = storeid === null ? '' : `, storage ${storeid}`;
  const { symbol, word } = MOUNT_MARKS[status];
  const trouble = troubleOf(mount);
  const about = lookup.findingsAbout('mount', subjectIdOf(mount));
  return markup`<tr><th scope="row"><span class="mono">${target}</span><span class="src">${source}</span></th><td>${whereOf(mount)}<span class="sub">${fstype}${storage}</span></td><td><span class="badge ${TONES[status]}"><i aria-hidden="true">${symbol}</i>${word}</span>${trouble === '' ? null : markup`<br>${trouble}`}</td><td class="cap">${capacity(mount, lookup)}</td><td>${codeLinks(about, lookup)}</td></tr>`;
}

/** How full it is; it has a colour only where a finding says that this is too full. */
function capacity(mount: MountRow, lookup: Lookup): Markup {
  const { usedPercent, usedInodesPercent } = mount;
  if (usedPercent === null) return markup`<span class="soft">not known</span>`;
  const about = lookup.findingsAbout('mount', subjectIdOf(mount));
  const full = about.find(saysFull);
  // Inodes are told where they run out first.
  const inodes =
    (usedInodesPercent ?? 0) > usedPercent ? `, ${Math.floor(usedInodesPercent ?? 0)} % of inodes used` : '';
  return markup`${Math.floor(usedPercent)} % used${bar(usedPercent, full?.severity ?? null)}<span class="sub">${roomOf(mount)}${inodes}</span>`;
}
