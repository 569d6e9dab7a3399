import { isUnjudged, type ReportedGuest } from '../../model/report/report.ts';
import { counted } from '../counted.ts';
import { guestHealth, guestStatus, hasFindings } from '../guest-words.ts';
import { type Markup, markup } from '../markup.ts';
import type { Lookup } from './lookup.ts';
import { badge, codeLinks, join, left, type Section, table } from './parts.ts';

/** Guests that are listed; those that findings name come first where there are more. */
const MOST_GUESTS = 2000;

/** From this many on the matrix scrolls in a window of its own. */
const TALL = 40;

const COLUMNS = ['VMID', 'Name', 'Status', 'DM health', 'Findings'].map((title) => ({ title }));

export function guestsSection(lookup: Lookup): Section {
  const { guests, summary } = lookup.report;
  const title = { id: 'guests', title: 'Guest matrix' };
  if (summary.guests === null)
    return {
      ...title,
      note: '?',
      body: markup`<p>${badge('unknown', 'Not known')} The guests of this node could not be read.</p>`,
    };
  if (guests.length === 0)
    return { ...title, note: '0', body: markup`<p>No guest has its configuration on this node.</p>` };
  const byVmid = (a: ReportedGuest, b: ReportedGuest) => a.vmid - b.vmid;
  const named = guests.filter(hasFindings);
  const listed =
    guests.length <= MOST_GUESTS
      ? guests
      : [...named, ...guests.filter((guest) => !hasFindings(guest))].slice(0, MOST_GUESTS);
  const matrix = table({
    id: 'guest-table',
    caption: `${counted(guests.length, 'guest')} on this node, ${named.length} with findings`,
    columns: COLUMNS,
    rows: listed.toSorted(byVmid).map((guest) => row(guest, lookup)),
    ...(listed.length > TALL ? { look: 'tall' as const } : {}),
  });
  return {
    ...title,
    note: `${guests.length}`,
    body: markup`<div id="matrix"><div class="tools">${named.length === 0 || named.length === guests.length ? null : markup`<label><input type="checkbox" id="only"> only guests with findings</label>`}</div>
${matrix}</div>${left(guests.length - listed.length, 'guests')}`,
  };
}

function row(guest: ReportedGuest, lookup: Lookup): Markup {
  const { vmid, name, type, duplicates, orphans, otherFindings } = guest;
  const rank = duplicates * 1e6 + orphans * 1e3 + otherFindings;
  const findings = lookup.findingsOfGuest(vmid);
  return markup`<tr${rank === 0 ? markup` class="ok"` : null}><th scope="row">${vmid}</th><td>${name}</td><td>${guestStatus(guest)} <span class="tag">${type === 'lxc' ? 'CT' : 'VM'}</span></td><td data-n="${rank}">${health(guest, lookup)}</td><td data-n="${findings.length}">${codeLinks(findings, lookup)}</td></tr>`;
}

/** The mark of health stands only where every check had its say. */
function health(guest: ReportedGuest, { judged, report }: Lookup): Markup {
  const parts = guestHealth(guest, judged);
  if (hasFindings(guest))
    return join(
      parts.map(({ tone, text }) => (tone === null ? markup`${text}` : badge(tone, text))),
      ' ',
    );
  const text = parts[0]?.text ?? '';
  if (!judged) return badge('unknown', text);
  return report.checks.some(isUnjudged) ? markup`${text}` : markup`<span class="healthy good">✓ ${text}</span>`;
}
