import type { Report, ReportedEntry } from '../../model/report/report.ts';
import { counted } from '../counted.ts';
import { describeHolder } from '../holder-words.ts';
import { type Markup, markup } from '../markup.ts';
import { wereRead } from '../what-was-read.ts';
import type { Lookup } from './lookup.ts';
import { badge, codeLinks, foldedTable, join, left, more, type Section, table } from './parts.ts';

const MOST_NAMED = 500;
const MOST_OTHERS = 1500;
const MOST_HOLDERS = 10;
/** The first of them are shown, the others unfolded. */
const MOST_AT_ONCE = 20;

const COLUMNS = ['Device', 'Use', 'Held by', 'Findings'].map((title) => ({ title }));

/** Devices that somebody holds: nothing removes them while he does. */
export function devicesSection(lookup: Lookup): Section {
  const { entries, summary } = lookup.report;
  const open = entries.filter(({ inUse }) => inUse !== 'no');
  const named = open.filter(({ findings }) => findings.length > 0);
  const others = open.filter(({ findings }) => findings.length === 0);
  const rows = (list: readonly ReportedEntry[], most: number) => list.slice(0, most).map((entry) => row(entry, lookup));
  const known = wereRead(lookup.report, 'deviceMapper');
  return {
    id: 'devices',
    title: 'Device open status',
    note: known || open.length > 0 ? `${open.length}` : '?',
    body: markup`${known ? null : markup`<p>${badge('unknown', 'Not known')} Device-mapper could not be read, so nothing says which devices are in use.</p>`}
<p>${told(summary, open.length, named.length)}</p>
${named.length === 0 ? null : foldedTable({ id: 'named-devices', caption: 'In use, or perhaps in use, and named by findings', columns: COLUMNS, rows: rows(named, MOST_NAMED), look: 'stack' }, { total: named.length, atOnce: MOST_AT_ONCE, what: 'devices' })}
${others.length === 0 ? null : more(`${counted(others.length, 'device')} in use that no finding names`, markup`${table({ id: 'other-devices', caption: 'In use, and named by no finding', columns: COLUMNS.slice(0, 3), rows: rows(others, MOST_OTHERS), look: 'stack' })}${left(others.length - MOST_OTHERS, 'devices')}`)}`,
  };
}

function told({ inUse, totalEntries }: Report['summary'], open: number, named: number): string {
  const all = counted(totalEntries, 'entry', 'entries');
  if (open === 0) return `None of ${all} of guest volumes was seen open or in use.`;
  const findings =
    named === 0
      ? 'No finding names one of them.'
      : `Findings name ${named} that are, or may be: these are not removed.`;
  return `${inUse} of ${all} of guest volumes ${inUse === 1 ? 'is' : 'are'} open or in use. ${findings}`;
}

function row(entry: ReportedEntry, lookup: Lookup): Markup {
  const { name, major, minor, inUse, openCount, findings } = entry;
  const use = inUse === 'yes' ? badge('notice', 'in use') : badge('unknown', 'use not known');
  return markup`<tr><th scope="row"><span class="mono">${name}</span> <span class="tag">${major}:${minor}</span></th><td>${use}<span class="sub">open count ${openCount}</span></td><td class="held">${held(entry)}</td>${findings.length === 0 ? null : markup`<td>${codes(entry, lookup)}</td>`}</tr>`;
}

/** A finding about a device has it as its subject; one about its volume is told by its code. */
function codes({ name, findings }: ReportedEntry, lookup: Lookup): Markup {
  const about = lookup.findingsAbout('device', name);
  const others = findings.filter((code) => !about.some((finding) => finding.code === code));
  return join(
    [
      ...(about.length === 0 ? [] : [codeLinks(about, lookup)]),
      ...others.map((code) => markup`<span class="code">${code}</span>`),
    ],
    ' ',
  );
}

function held({ holders, inUse }: ReportedEntry): Markup {
  if (holders.length === 0)
    return markup`<span class="soft">${inUse === 'yes' ? 'not told: only its open count shows it' : 'not every sign of use could be read, so it counts as in use'}</span>`;
  const hidden = holders.length - MOST_HOLDERS;
  return join(
    [
      ...holders.slice(0, MOST_HOLDERS).map((holder) => markup`${describeHolder(holder)}`),
      ...(hidden > 0 ? [`and ${hidden} more`] : []),
    ],
    markup`<br>`,
  );
}
