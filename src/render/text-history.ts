import type { Report } from '../model/report/report.ts';
import type { PastProblem, PastRun, ReportHistory } from '../model/report/report-history.ts';
import { instant } from './counted.ts';
import { gradeOfRun } from './head-words.ts';
import { type Block, bullet, heading, type Page, row } from './page.ts';
import { printable } from './printable.ts';
import { MARKS, mark } from './severity-mark.ts';
import type { AgeOf } from './text-problems.ts';
import { hang } from './wrap.ts';

/** Behind each problem: that it is new, or with `whole` since when it stands. Nothing where there is no run to compare with. */
export function agesOf({ history }: Report, whole: boolean): AgeOf {
  if (history === null || history.previous === null) return () => '';
  const standing = new Map(history.problems.map((problem) => [problem.id, problem]));
  return ({ id }) => {
    const known = standing.get(id);
    if (known === undefined) return '';
    if (known.isNew) return ' (new)';
    return whole ? ` (since ${printable(instant(known.since))})` : '';
  };
}

/** Of what is gone since the last run, so many lines on one screen. */
const MOST_GONE = 3;

/** What is gone since the last run or cannot be seen, last on a screen; and what is wrong with the history itself. */
export function renderGone({ history }: Report, page: Page): Block {
  const problem = history?.problem ?? '';
  return [
    ...(problem === '' ? [] : hang(`${MARKS.unknown.symbol} `, `history: ${printable(problem)}`, page.width)),
    ...past(history?.notJudged ?? [], MARKS.unknown.symbol, 'cannot be seen now', page),
    ...past(history?.resolved ?? [], MARKS.healthy.symbol, 'resolved', page),
  ];
}

function past(problems: readonly PastProblem[], symbol: string, word: string, page: Page): Block {
  const left = problems.length - MOST_GONE;
  return [
    ...problems
      .slice(0, MOST_GONE)
      .flatMap((problem) =>
        hang(`${symbol} `, `${word}: ${pastWords(problem)}  ${problem.codes.join(' ')}`, page.width),
      ),
    ...(left > 0 ? [`  and ${left} more, ${word}: pve-doctor check -v shows all`] : []),
  ];
}

const pastWords = ({ who, what }: PastProblem): string => printable(`${who} ${what}`);

/** What changed since the last run that was kept. Nothing where no run was ever asked for. */
export function renderSinceLastRun({ history }: Report, page: Page): Block {
  if (history === null) return [];
  const { previous, problem } = history;
  const lines = [
    ...(problem === '' ? [] : row(2, 'Problem', `? ${printable(problem)}`, page)),
    ...(previous === null ? [] : changes(history, previous, page)),
  ];
  if (lines.length === 0) return [];
  return [heading(previous === null ? 'History' : 'Since the last run', page), ...lines];
}

function changes(history: ReportHistory, previous: PastRun, page: Page): Block {
  const fresh = history.problems.filter(({ isNew }) => isNew).length;
  const standing = history.problems.length - fresh;
  const { resolved, notJudged } = history;
  return [
    ...row(2, 'Last run', runInWords(previous), page),
    ...row(2, 'Problems', `${fresh} new, ${standing} standing, ${resolved.length} resolved`, page),
    ...listed(resolved, 'Resolved', 'stood before; looked for now, and not there any more:', page),
    ...listed(notJudged, 'Not seen', 'stood before, and could not be looked at now:', page),
  ];
}

const runInWords = (run: PastRun): string =>
  `${mark(run.status)}, ${gradeOfRun(run)}; run ${run.id}, ${printable(instant(run.takenAt))}`;

function listed(problems: readonly PastProblem[], label: string, words: string, page: Page): Block {
  if (problems.length === 0) return [];
  const lines = problems.flatMap((problem) =>
    bullet(`${pastWords(problem)} (since ${printable(instant(problem.since))})`, page),
  );
  return [...row(2, label, words, page), ...lines];
}
