import { describeHolder } from '../../model/device-mapper/device-use.ts';
import type { Report, ReportedEntry } from '../../model/report/report.ts';
import { counted } from '../counted.ts';
import { wereRead } from '../coverage-words.ts';
import { type Markup, markup } from '../markup.ts';
import type { Lookup } from './lookup.ts';
import { badge, foldedTable, join, left, more, ofGuests, problemLinks, type Section, table } from './parts.ts';

const MOST_NAMED = 500;
const MOST_OTHERS = 1500;
const MOST_HOLDERS = 10;
/** The first of them are shown, the others unfolded. */
const MOST_AT_ONCE = 20;

const COLUMNS = ['Device', 'What it is', 'Use', 'Problems'].map((title) => ({ title }));

/** Device-mapper entries of guest volumes: what each is, and who holds it, since nothing removes it while he does. */
export function devicesSection(lookup: Lookup): Section {
  const { entries, summary } = lookup.report;
  const named = entries.filter(({ findings }) => findings.length > 0);
  const others = entries.filter(({ findings }) => findings.length === 0);
  const rows = (list: readonly ReportedEntry[], most: number) => list.slice(0, most).map((entry) => row(entry, lookup));
  const known = wereRead(lookup.report, 'deviceMapper');
  return {
    id: 'devices',
    title: 'Devices',
    note: known || entries.length > 0 ? `${entries.length}` : '?',
    folded: known && entries.length === 0,
    body: markup`${known ? null : markup`<p>${badge('unknown', 'Not known')} Device-mapper could not be read, so nothing says which devices are in use.</p>`}
<p>${useOf(summary, named)}</p>
${named.length === 0 ? null : foldedTable({ id: 'named-devices', caption: 'Devices in problems', columns: COLUMNS, rows: rows(named, MOST_NAMED), look: 'stack' }, { total: named.length, atOnce: MOST_AT_ONCE, what: 'devices' })}
${others.length === 0 ? null : more(`${counted(others.length, 'device')} without problems`, markup`${table({ id: 'other-devices', caption: 'Devices without problems', columns: COLUMNS.slice(0, 3), rows: rows(others, MOST_OTHERS), look: 'stack' })}${left(others.length - MOST_OTHERS, 'devices')}`)}`,
  };
}

function useOf({ inUse, totalEntries }: Report['summary'], named: readonly ReportedEntry[]): string {
  const all = `${inUse} of ${counted(totalEntries, 'entry', 'entries')} of guest volumes ${inUse === 1 ? 'is' : 'are'} in use`;
  const held = named.filter((entry) => entry.inUse !== 'no').length;
  return held === 0
    ? `${all}.`
    : `${all}; ${held} that problems name ${held === 1 ? 'is' : 'are'} or may be: devices in use are never touched.`;
}

function row(entry: ReportedEntry, lookup: Lookup): Markup {
  const { name, major, minor, vmid, findings } = entry;
  const problems = [
    ...new Set([
      ...lookup.problemsAbout('device', name),
      ...lookup.problemsAbout('volume', `${entry.vgName}/${entry.lvName}`),
    ]),
  ];
  return markup`<tr${ofGuests([vmid])}><th scope="row"><span class="mono">${name}</span> <span class="tag">${major}:${minor}</span></th><td>${whatItIs(entry)}</td><td class="held">${held(entry)}</td>${findings.length === 0 ? null : markup`<td>${problemLinks(problems, lookup)}</td>`}</tr>`;
}

/** Of a valid one, the option that names it is enough; of any other, what decided. */
function whatItIs({ class: judged, references, reasons }: ReportedEntry): Markup {
  if (judged === 'valid') return markup`${['valid', ...new Set(references.map(({ key }) => key))].join(', ')}`;
  return markup`${judged === 'unknown' ? 'not judged' : judged}<span class="sub">${reasons[0] ?? ''}</span>`;
}

function held({ holders, inUse, openCount, idle }: ReportedEntry): Markup {
  if (inUse === 'no') return markup`${idle === true ? 'idle: its guest is stopped' : 'not in use'}`;
  const use = inUse === 'yes' ? badge('notice', 'in use') : badge('unknown', 'use not known');
  const none =
    inUse === 'yes'
      ? `only its open count ${openCount} shows it`
      : 'not every sign of use could be read, so it counts as in use';
  const hidden = holders.length - MOST_HOLDERS;
  const who = [
    ...(holders.length === 0 ? [none] : holders.slice(0, MOST_HOLDERS).map(describeHolder)),
    ...(hidden > 0 ? [`and ${hidden} more`] : []),
  ];
  return markup`${use}<span class="sub">${join(who, markup`<br>`)}</span>`;
}
