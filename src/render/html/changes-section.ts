import type { ReportedFinding } from '../../model/finding.ts';
import type { PastFinding, ReportHistory } from '../../model/report/report-history.ts';
import { instant } from '../counted.ts';
import { type Markup, markup } from '../markup.ts';
import type { Lookup } from './lookup.ts';
import { badge, left, more, type Section } from './parts.ts';

const MOST_LISTED = 100;
const MOST_AT_ONCE = 10;

const TITLE = { id: 'changes', title: 'What changed' };

/** New, standing, resolved; and what could not be looked at again, which is none of the three. */
export function changesSection(lookup: Lookup): Section {
  const { history } = lookup.report;
  if (history === null)
    return {
      ...TITLE,
      note: 'not known',
      body: markup`<p>Earlier runs were not asked for this report, so it does not say what changed.</p>`,
    };
  const problem =
    history.problem === ''
      ? null
      : markup`<p class="told unknown">${badge('unknown', 'History')} ${history.problem}</p>`;
  if (history.previous === null)
    return {
      ...TITLE,
      note: problem === null ? 'first run' : 'not known',
      body: markup`${problem}<p>${problem === null ? 'No earlier run was kept' : 'No earlier run could be read'}, so there is nothing to compare with.</p>`,
    };
  return { ...TITLE, ...compared(lookup, history, history.previous, problem) };
}

function compared(
  lookup: Lookup,
  { resolved, notJudged }: ReportHistory,
  previous: NonNullable<ReportHistory['previous']>,
  problem: Markup | null,
): Pick<Section, 'note' | 'body'> {
  const known = lookup.report.findings.filter((finding) => lookup.standingOf(finding) !== null);
  const fresh = known.filter((finding) => lookup.standingOf(finding)?.isNew);
  const points = previous.score === null ? '' : `, score ${previous.score}`;
  const tile = (label: string, count: number) => markup`<div><dt>${label}</dt><dd>${count}</dd></div>`;
  return {
    note: `${fresh.length} new, ${resolved.length} resolved`,
    body: markup`${problem}<p>Compared with run ${previous.id} of ${instant(previous.takenAt)}: ${badge(previous.status, previous.status)} grade ${previous.grade}${points}.</p>
<dl class="tiles">${tile('New', fresh.length)}${tile('Standing', known.length - fresh.length)}${tile('Resolved', resolved.length)}${tile('Not judged now', notJudged.length)}</dl>
${list('New', fresh, (finding) => present(finding, lookup))}
${list('Resolved', resolved, past)}
${notJudged.length === 0 ? null : list('Not judged now', notJudged, past, 'These stood in the last run, and their checks could not look now: neither standing nor resolved.')}`,
  };
}

function list<T>(title: string, items: readonly T[], show: (item: T) => Markup, note = ''): Markup | null {
  if (items.length === 0) return null;
  const rows = (from: number, to: number) =>
    markup`<ul class="list">${items.slice(from, to).map((item) => markup`<li>${show(item)}</li>\n`)}</ul>`;
  const hidden = Math.min(items.length, MOST_LISTED) - MOST_AT_ONCE;
  return markup`<h3>${title}</h3>${note === '' ? null : markup`<p class="soft">${note}</p>`}
${rows(0, MOST_AT_ONCE)}${hidden <= 0 ? null : more(`${hidden} more`, rows(MOST_AT_ONCE, MOST_LISTED))}${left(items.length - MOST_LISTED, 'of these')}`;
}

function present(finding: ReportedFinding, lookup: Lookup): Markup {
  const anchor = lookup.anchorOf(finding);
  const code = markup`<span class="code">${finding.code}</span> ${finding.title}`;
  return markup`${badge(finding.severity, finding.severity)} ${anchor === null ? code : markup`<a href="#${anchor}">${code}</a>`}`;
}

const past = ({ code, severity, title, since, lastSeen }: PastFinding): Markup =>
  markup`<span class="code">${code}</span> ${title}<br><span class="tag">${severity}, seen from ${instant(since)} to ${instant(lastSeen)}</span>`;
