import type { MountRow } from '../../model/mounts/judged-mounts.ts';
import { counted } from '../counted.ts';
import { mountsWereRead } from '../coverage-words.ts';
import { type Markup, markup } from '../markup.ts';
import { type MountVerdict, rankOf, roomOf, subjectIdOf, troubleOf, verdictOf, whereOf } from '../mount-words.ts';
import type { Lookup } from './lookup.ts';
import { badge, bar, foldedTable, ofGuests, problemLinks, type Section } from './parts.ts';

const MOST_MOUNTS = 500;

/** Mounts that are listed at once; what is wrong comes first, then the fullest. */
const MOST_AT_ONCE = 30;

const COLUMNS = ['Mount point', 'Where', 'Status', 'Capacity', 'Problems'].map((title) => ({ title }));

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
      folded: whole,
      body: doubt ?? markup`<p>No remote file system is mounted or expected, on this node or in its containers.</p>`,
    };
  const judged = mounts
    .map((mount) => ({ mount, verdict: verdictOf(mount, severitiesAbout(mount, lookup)) }))
    .toSorted(
      (a, b) => rankOf(a.verdict) - rankOf(b.verdict) || (b.mount.usedPercent ?? -1) - (a.mount.usedPercent ?? -1),
    );
  const rows = judged.slice(0, MOST_MOUNTS).map(({ mount, verdict }) => row(mount, verdict, lookup));
  const folded = { total: mounts.length, atOnce: MOST_AT_ONCE, what: 'mounts' };
  return {
    ...title,
    note: `${mounts.length}`,
    body: markup`${doubt}${foldedTable({ id: 'mount-table', caption: countsOf(judged.map(({ verdict }) => verdict)), columns: COLUMNS, rows, look: 'stack' }, folded)}`,
  };
}

const severitiesAbout = (mount: MountRow, { problemsAbout }: Lookup) =>
  problemsAbout('mount', subjectIdOf(mount)).map(({ severity }) => severity);

/** `5 mounts: 1 stale, 1 full, 3 ok`. */
function countsOf(verdicts: readonly MountVerdict[]): string {
  const words = [...Map.groupBy(verdicts, ({ word }) => word)].map(([word, { length }]) => `${length} ${word}`);
  return `${counted(verdicts.length, 'mount')}: ${words.join(', ')}`;
}

function row(mount: MountRow, { tone, word }: MountVerdict, lookup: Lookup): Markup {
  const { source, target, fstype, storeid, vmid, guests } = mount;
  const storage = storeid === null ? '' : `, storage ${storeid}`;
  const trouble = troubleOf(mount);
  const about = lookup.problemsAbout('mount', subjectIdOf(mount));
  const vmids = [...(vmid === null ? [] : [vmid]), ...guests.map((guest) => guest.vmid)];
  return markup`<tr${ofGuests(vmids)}><th scope="row"><span class="mono">${target}</span><span class="src">${source}</span></th><td>${whereOf(mount)}<span class="sub">${fstype}${storage}</span></td><td>${badge(tone, word)}${trouble === '' ? null : markup`<br>${trouble}`}</td><td class="cap">${capacity(mount)}</td><td>${problemLinks(about, lookup)}</td></tr>`;
}

/** How full it is; it has a colour only where that is too full. */
function capacity(mount: MountRow): Markup {
  const { usedPercent, usedInodesPercent, full } = mount;
  if (usedPercent === null) return markup`<span class="soft">not known</span>`;
  // Inodes are shown where they run out first.
  const inodes =
    (usedInodesPercent ?? 0) > usedPercent ? `, ${Math.floor(usedInodesPercent ?? 0)} % of inodes used` : '';
  return markup`${Math.floor(usedPercent)} % used${bar(usedPercent, full === 'no' ? null : full)}<span class="sub">${roomOf(mount)}${inodes}</span>`;
}
