import type { Problem } from '../../model/report/problem.ts';
import type { PastProblem, ReportHistory } from '../../model/report/report-history.ts';
import { instant } from '../counted.ts';
import { gradeOfRun } from '../head-words.ts';
import { type Markup, markup } from '../markup.ts';
import type { Lookup } from './lookup.ts';
import { badge, left, more, nothing, ofGuests, type Section } from './parts.ts';

const MOST_LISTED = 100;
const MOST_AT_ONCE = 10;

const TITLE = { id: 'changes', title: 'What changed' };

/** New, standing, resolved; and what could not be looked at again, which is none of the three. */
export function changesSection(lookup: Lookup): Section {
  const { history } = lookup.report;
  if (history === null)
    return nothing(TITLE, 'not known', 'Earlier runs were not asked for this report, so it does not say what changed.');
  const problem =
    history.problem === ''
      ? null
      : markup`<p class="told unknown">${badge('unknown', 'History')} ${history.problem}</p>`;
  if (history.previous === null)
    return {
      ...TITLE,
      note: problem === null ? 'first run' : 'not known',
      folded: problem === null,
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
  const known = new Map(lookup.report.history?.problems.map((one) => [one.id, one]));
  const fresh = lookup.report.problems.filter(({ id }) => known.get(id)?.isNew);
  return {
    note: `${fresh.length} new, ${resolved.length} resolved`,
    body: markup`${problem}<p>Compared with run ${previous.id} of ${instant(previous.takenAt)}: ${badge(previous.status, previous.status)} ${gradeOfRun(previous)}.</p>
<p>${fresh.length} new, ${known.size - fresh.length} standing, ${resolved.length} resolved${notJudged.length === 0 ? null : `, ${notJudged.length} not judged now`}.</p>
${list(
  'New',
  fresh,
  (problem) => present(problem, lookup),
  ({ guests }) => guests.map(({ vmid }) => vmid),
)}
${list('Resolved', resolved, past, ({ vmids }) => vmids)}
${notJudged.length === 0 ? null : list('Not judged now', notJudged, past, ({ vmids }) => vmids, 'These stood in the last run, and could not be looked at now: neither standing nor resolved.')}`,
  };
}

function list<T>(
  title: string,
  items: readonly T[],
  show: (item: T) => Markup,
  vmidsOf: (item: T) => readonly number[],
  note = '',
): Markup | null {
  if (items.length === 0) return null;
  const rows = (from: number, to: number) =>
    markup`<ul class="list">${items.slice(from, to).map((item) => markup`<li${ofGuests(vmidsOf(item))}>${show(item)}</li>\n`)}</ul>`;
  const hidden = Math.min(items.length, MOST_LISTED) - MOST_AT_ONCE;
  return markup`<h3>${title}</h3>${note === '' ? null : markup`<p class="soft">${note}</p>`}
${rows(0, MOST_AT_ONCE)}${hidden <= 0 ? null : more(`${hidden} more`, rows(MOST_AT_ONCE, MOST_LISTED))}${left(items.length - MOST_LISTED, 'of these')}`;
}

function present(problem: Problem, { anchorOf }: Lookup): Markup {
  const anchor = anchorOf(problem);
  const words = markup`${problem.who} ${problem.what} <span class="code">${problem.codes.join(' ')}</span>`;
  return markup`${badge(problem.severity, problem.severity)} ${anchor === null ? words : markup`<a href="#${anchor}">${words}</a>`}`;
}

const past = ({ codes, severity, who, what, since, lastSeen }: PastProblem): Markup =>
  markup`${who} ${what} <span class="code">${codes.join(' ')}</span><br><span class="tag">${severity}, seen from ${instant(since)} to ${instant(lastSeen)}</span>`;
