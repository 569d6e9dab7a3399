import { listed } from '../model/evidence.ts';
import { troubleSentence } from '../model/notify/trouble.ts';
import { nothingHereIn } from '../model/report/not-judged.ts';
import type { Problem } from '../model/report/problem.ts';
import { isUnjudged, type Report } from '../model/report/report.ts';
import { counted, minute } from './counted.ts';
import { busyNames, type ReasonList, reasonLists } from './coverage-words.ts';
import { acknowledgedWords } from './finding-words.ts';
import { gradeReason } from './head-words.ts';
import type { Block, Page } from './page.ts';
import { printable } from './printable.ts';
import { countSentence } from './problem-lines.ts';
import { MARKS, mark, paintAs } from './severity-mark.ts';
import { notShown } from './summary-rows.ts';
import { type AgeOf, renderFirstSteps, renderNextSteps, renderProblemLines } from './text-problems.ts';
import { hang, wrap } from './wrap.ts';

/** Lines of problems on one screen: with head and end it stays below 40. */
const MOST_LINES = 28;

/** Reasons why something could not be judged that a screen names, lines of each where it says several things, and codes. */
const MOST_REASONS = 3;
const MOST_REASON_LINES = 3;
const MOST_CODES = 4;

/** `pve1`, `✗ CRITICAL`, `grade F: 3 critical problems`, `2026-11-21 03:08 UTC`, `PVE 9.1.1`, `all checks could look`. */
export function statusParts(report: Report): readonly string[] {
  const version = report.host?.pveVersion ?? null;
  return [
    printable(report.node),
    mark(report.status),
    gradeReason(report),
    printable(minute(report.takenAt)),
    ...(version === null ? [] : [`PVE ${printable(version)}`]),
    report.cluster === undefined ? sightOf(report) : nodesJudged(report.cluster),
    ...(report.source === 'live' ? [] : [`recorded in ${printable(report.source)}`]),
  ];
}

/** `all checks could look`, `2 checks could not judge`, `1 not judged while a task works on it`. */
function sightOf({ checks, notJudged, isOutdated, sections }: Report): string {
  if (isOutdated) return 'no check has run since';
  if (nothingHereIn(notJudged) !== null) return 'nothing was looked at';
  const unjudged = checks.filter(isUnjudged).length;
  const busy = busyNames(notJudged).length;
  const parts = [
    ...(unjudged > 0 ? [`${counted(unjudged, 'check')} could not judge`] : []),
    ...(busy > 0 ? [`${busy} not judged while a task works on ${busy === 1 ? 'it' : 'them'}`] : []),
  ];
  return parts.length > 0
    ? parts.join(', ')
    : isNode(sections)
      ? 'all checks could look'
      : 'only what needs no Proxmox VE was looked at';
}

const isNode = (sections: Report['sections']): boolean =>
  sections.every(({ name, state }) => name !== 'guests' || state !== 'absent');

const nodesJudged = ({ report: { summary } }: NonNullable<Report['cluster']>): string =>
  `${summary.judged} of ${counted(summary.nodes, 'node')} judged`;

/** All of it on one line, as far as that goes. */
export function renderStatusLine(
  parts: readonly string[],
  { status, source }: Pick<Report, 'status' | 'source'>,
  page: Page,
): Block {
  const paint = paintAs(status, page.style);
  const text = parts.map((part) => `\`${part.replaceAll('`', "'")}\``);
  // Where a capture lies says nothing of the node, and must not decide where lines break.
  const own = source === 'live' ? [] : text.slice(-1);
  const lines = [text.slice(0, text.length - own.length), own].flatMap((some) => wrap(some.join('   '), page.width));
  return lines.map((line) => line.replaceAll('`', '').replace(mark(status), paint(mark(status))));
}

/** What could not be looked at, and which checks that leaves open; a problem of sight says that itself. */
function renderUnjudgedLines({ checks, problems }: Report, page: Page): Block {
  if (problems.some(({ kind, acknowledged }) => kind === 'sight' && acknowledged === null)) return [];
  const reasons = reasonLists(checks.filter(isUnjudged));
  const shown = reasons.slice(0, MOST_REASONS);
  const left = reasons.length - shown.length;
  return [
    ...shown.flatMap((reason) =>
      hang(`${MARKS.unknown.symbol} `, `not judged: ${shortReason(reason, page)}`, page.width),
    ),
    ...(left === 0 ? [] : [`  and ${counted(left, 'more reason')}: pve-doctor check -v shows all`]),
  ];
}

/** Whole sentences, as many of them as lines allow, and which checks they leave open. */
function shortReason({ sentences, codes }: ReasonList, page: Page): string {
  const behind = ` (${listed(codes, MOST_CODES)})`;
  const words = (count: number) => {
    const left = sentences.length - count;
    const more = left === 0 ? '' : `; and ${left} more, which check -v shows`;
    return `${sentences.slice(0, count).map(printable).join('; ')}${more}${behind}`;
  };
  const fits = (count: number) => wrap(`not judged: ${words(count)}`, page.width - 2).length <= MOST_REASON_LINES;
  const most = sentences.findLastIndex((_, at) => fits(at + 1)) + 1;
  return words(Math.max(1, most));
}

/** What a task keeps from being judged, and since when its last verdict stands, on one line. */
function renderBusyLine({ notJudged }: Report, page: Page): Block {
  const names = busyNames(notJudged);
  if (names.length === 0) return [];
  const times = notJudged.flatMap(({ kind, lastJudgedAt }) => (kind === 'busy' ? [lastJudgedAt] : []));
  const [oldest] = times.toSorted((a, b) => (a ?? '').localeCompare(b ?? ''));
  const verdict = oldest == null ? 'not judged yet' : `judged last ${minute(oldest)}`;
  const who = listed(names, MOST_REASONS);
  return hang(`${MARKS.waiting.symbol} `, printable(`a task works on ${who}: ${verdict}`), page.width);
}

function renderAcknowledged(problems: readonly Problem[], page: Page): Block {
  return problems.flatMap((problem) => {
    const { acknowledged } = problem;
    if (acknowledged === null) return [];
    return hang('  known: ', `${printable(problem.who)}, ${acknowledgedWords(acknowledged)}`, page.width);
  });
}

/** What was looked at, for a node without a problem. */
function nothingWrong(report: Report): string {
  const { summary, mounts } = report;
  const remote = mounts.filter((row) => row.remote);
  const running = summary.runningGuests === null ? '' : ` (${summary.runningGuests} running)`;
  const seen = [
    ...(summary.totalEntries === 0 ? [] : [counted(summary.totalEntries, 'active guest volume')]),
    ...(summary.guests === null || summary.guests === 0 ? [] : [`${counted(summary.guests, 'guest')}${running}`]),
    ...(remote.length === 0 ? [] : [counted(remote.length, 'remote mount')]),
  ];
  return `${leads(report)}${seen.length === 0 ? '' : `: ${seen.join(', ')}`}.`;
}

/** Whom no news reaches: it stands at the top, since nobody hears of it otherwise. */
export const renderTrouble = ({ trouble = [] }: Report, page: Page): Block =>
  trouble.flatMap((one) => hang(`${MARKS.warning.symbol} `, printable(troubleSentence(one)), page.width));

/** What was looked at, for a node without a problem; nothing at all is no health. */
function nothingFound(report: Report): string {
  const nothing = nothingHereIn(report.notJudged);
  return nothing === null ? nothingWrong(report) : `${nothing[0]?.toUpperCase()}${printable(nothing.slice(1))}.`;
}

/** What a severity left out is no health, nor what nobody can see now. */
function leads(report: Report): string {
  const { totalIssues } = report.summary;
  const { unseen, leftOut } = notShown(report);
  if (leftOut > 0 && totalIssues > 0)
    return `Nothing at this severity, and ${counted(leftOut, 'problem')} left out by --severity`;
  if (unseen > 0) return `No other problem was found, and ${counted(unseen, 'problem')} stood that nobody can see now`;
  return report.status === 'healthy' ? 'No problems' : 'No problem was found in what could be seen';
}

/** What all of it comes to, in one sentence. */
export function verdictSentence(report: Report): string {
  const open = report.problems.filter(({ acknowledged }) => acknowledged === null);
  return open.length === 0
    ? nothingFound(report)
    : countSentence(open, notShown(report), report.cluster === undefined ? 'here' : 'on their nodes');
}

/** The answer on one screen: a line for each problem, worst and newest first, and what to type next. */
export function renderScreen(report: Report, ageOf: AgeOf, gone: Block, page: Page): Block {
  const open = report.problems.filter(({ acknowledged }) => acknowledged === null);
  const verdict = wrap(verdictSentence(report), page.width);
  return [
    ...renderStatusLine(statusParts(report), report, page),
    ...renderTrouble(report, page),
    ...renderProblemLines(open, ageOf, MOST_LINES, page),
    ...renderUnjudgedLines(report, page),
    ...renderBusyLine(report, page),
    ...(open.length === 0 ? [...verdict, ...gone] : [...gone, ...verdict]),
    ...renderAcknowledged(report.problems, page),
    ...(report.cluster === undefined ? renderFirstSteps(open, page) : []),
    ...renderNextSteps(report, page),
  ];
}
