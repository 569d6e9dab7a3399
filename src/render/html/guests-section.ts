import { isUnjudged, type ReportedGuest } from '../../model/report/report.ts';
import { counted } from '../counted.ts';
import { guestStatus } from '../guest-words.ts';
import { type Markup, markup } from '../markup.ts';
import { type Lookup, rankOf, worstOf } from './lookup.ts';
import { badge, guestRow, left, nothing, notKnown, problemLinks, type Section, table } from './parts.ts';

/** From this many on the matrix scrolls in a window of its own. */
const TALL = 40;

const COLUMNS = ['VMID', 'Name', 'Status', 'Health', 'Problems'].map((title) => ({ title }));

/** Guests of this node, the sick first. The number of each leads to everything about it. */
export function guestsSection(lookup: Lookup): Section {
  const { report, guests } = lookup;
  const title = { id: 'guests', title: 'Guests' };
  if (report.summary.guests === null) return notKnown(title, '?', 'The guests of this node could not be read.');
  if (guests.length === 0) return nothing(title, '0', 'No guest has its configuration on this node.');
  const sick = report.guests.filter(({ vmid }) => worstOf(lookup.problemsOfGuest(vmid)) !== null).length;
  const matrix = table({
    id: 'guest-table',
    caption: `${counted(report.guests.length, 'guest')} on this node, ${sick} with problems`,
    columns: COLUMNS,
    rows: guests.map((guest) => row(guest, lookup)),
    ...(guests.length > TALL ? { look: 'tall' as const } : {}),
  });
  return {
    ...title,
    note: `${report.guests.length}`,
    body: markup`<div id="matrix"><div class="tools">${sick === 0 || sick === guests.length ? null : markup`<label><input type="checkbox" id="only"> only guests with problems</label>`}</div>
${matrix}</div>${left(report.guests.length - guests.length, 'guests')}`,
  };
}

function row(guest: ReportedGuest, lookup: Lookup): Markup {
  const { vmid, name, type } = guest;
  const problems = lookup.problemsOfGuest(vmid);
  const worst = worstOf(problems);
  return markup`<tr${worst === null ? markup` class="ok"` : null}${guestRow(vmid, lookup)}><th scope="row"><a href="#g${vmid}">${vmid}</a></th><td>${name}</td><td>${guestStatus(guest)} <span class="tag">${type === 'lxc' ? 'CT' : 'VM'}</span></td><td data-n="${rankOf(worst)}">${health(guest, lookup)}</td><td data-n="${problems.length}">${problemLinks(problems, lookup)}</td></tr>`;
}

/** The mark of health stands only where every check had its say. */
function health({ vmid }: ReportedGuest, { judged, report, problemsOfGuest }: Lookup): Markup {
  const problems = problemsOfGuest(vmid).filter(({ acknowledged }) => acknowledged === null);
  const worst = worstOf(problems);
  if (worst !== null) return badge(worst, counted(problems.length, 'problem'));
  if (!judged) return badge('unknown', 'not judged');
  return report.checks.some(isUnjudged) ? markup`clean` : markup`<span class="healthy good">✓ clean</span>`;
}
