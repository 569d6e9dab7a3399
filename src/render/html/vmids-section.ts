import type { Leftovers, NextVmid, Report } from '../../model/report/report.ts';
import { wereRead } from '../coverage-words.ts';
import { type Markup, markup } from '../markup.ts';
import { type Lookup, MOST_VMIDS } from './lookup.ts';
import { badge, foldedTable, guestRow, join, problemLinks, type Section } from './parts.ts';

const MOST_NAMES = 20;
const MOST_AT_ONCE = 20;

/** What deleted and moved guests left behind, and which of it the next guests will meet. */
export function vmidsSection(lookup: Lookup): Section {
  const { report } = lookup;
  const met = report.nextVmids.filter(({ leftovers }) => leftovers.length > 0).length;
  return {
    id: 'vmids',
    title: 'VMIDs: leftovers and what comes next',
    note: report.leftovers.length === 0 ? '' : `${report.leftovers.length}`,
    folded: report.leftovers.length + met === 0 && report.nextVmids.length > 0 && isWhole(report),
    body: markup`<h3>Leftovers of VMIDs that do not exist</h3>
${leftovers(lookup)}
<h3>The next VMIDs${met === 0 ? null : markup` ${badge('warning', `${met} ${met === 1 ? 'meets' : 'meet'} leftovers`)}`}</h3>
${next(report)}`,
  };
}

const isWhole = (report: Report): boolean =>
  report.sections.some(({ name, state }) => name === 'guests' && state === 'known') &&
  wereRead(report, 'deviceMapper', 'lvm');

function leftovers(lookup: Lookup): Markup {
  const { leftovers: all } = lookup.report;
  const doubt = isWhole(lookup.report)
    ? null
    : markup`<p>${badge('unknown', 'Not whole')} Guests, device-mapper or LVM could not be read, so there may be more than is known.</p>`;
  if (all.length === 0)
    return doubt ?? markup`<p>None: every volume and entry with a VMID belongs to a guest that some node has.</p>`;
  const columns = ['VMID', 'Device-mapper entries', 'Volumes', 'Problems'].map((title) => ({ title }));
  const rows = all.slice(0, MOST_VMIDS).map((leftover) => row(leftover, lookup));
  const caption = 'Volumes and entries whose VMID no node has';
  return markup`${doubt}${foldedTable({ id: 'leftover-table', caption, columns, rows, look: 'stack' }, { total: all.length, atOnce: MOST_AT_ONCE, what: 'VMIDs' })}`;
}

const names = (list: readonly string[]): Markup =>
  join(
    [
      ...list.slice(0, MOST_NAMES).map((name) => markup`<span class="mono">${name}</span>`),
      ...(list.length > MOST_NAMES ? [`and ${list.length - MOST_NAMES} more`] : []),
    ],
    markup`<br>`,
  );

const row = ({ vmid, entries, volumes }: Leftovers, lookup: Lookup): Markup =>
  markup`<tr${guestRow(vmid, lookup)}><th scope="row"><a href="#g${vmid}">${vmid}</a></th><td>${names(entries)}</td><td>${names(volumes)}</td><td>${problemLinks(lookup.problemsOfGuest(vmid), lookup)}</td></tr>`;

function next({ nextVmids }: Report): Markup {
  if (nextVmids.length === 0)
    return markup`<p>${badge('unknown', 'Not known')} Which VMIDs are handed out next could not be told here.</p>`;
  const free = nextVmids.filter(({ leftovers: met }) => met.length === 0);
  const taken = nextVmids.filter(({ leftovers: met }) => met.length > 0);
  return markup`${free.length === 0 ? null : markup`<p>Nothing in the way of:</p><ul class="chips">${free.map(({ vmid }) => markup`<li>${vmid}</li>`)}</ul>`}
${taken.length === 0 ? null : markup`<ul class="list">${taken.map(taking)}</ul>`}`;
}

const taking = ({ vmid, leftovers: met }: NextVmid): Markup =>
  markup`<li>${badge('warning', `${vmid}`)} meets ${names(met)}</li>\n`;
