import type { Severity } from '../model/finding.ts';
import { troubleSentence } from '../model/notify/trouble.ts';
import { type Counts, statusOf } from '../model/report/grade.ts';
import { type NotJudged, nothingHereIn, waits } from '../model/report/not-judged.ts';
import type { Problem } from '../model/report/problem.ts';
import { type CheckResult, isUnjudged, type Report } from '../model/report/report.ts';
import type { PastProblem } from '../model/report/report-history.ts';
import { counted, minute } from './counted.ts';
import { whoNow } from './guest-words.ts';
import { bytesOf, cutToBytes } from './message/clip.ts';
import { unambiguous } from './printable.ts';

/** `|` begins performance data in Nagios; the rest acts on a shell or a web page that is handed the text unquoted. */
const ACTIVE = /[|<>&`$;]/g;

/**
 * Text for Nagios and Checkmk, which pass it on to web pages and, in notifications, to shells. Whoever can name a mount
 * inside a container must not be able to act there. Quotes become typographically plain ones: the JSON form is the exact
 * one.
 */
export const pluginText = (text: string): string =>
  unambiguous(text)
    .replace(ACTIVE, (character) => `\\x${character.charCodeAt(0).toString(16)}`)
    .replaceAll('"', "'");

/** What a monitoring plugin says of some checks: the whole node for Nagios, an area of it for Checkmk. */
export interface PluginScope {
  readonly checks: readonly CheckResult[];
  /** Those that nobody acknowledged, the most urgent first. */
  readonly problems: readonly Problem[];
  readonly notJudged: readonly NotJudged[];
  /** What stood and could not be judged now: it counts as it was last known. */
  readonly past: readonly PastProblem[];
}

/** Of the whole node. */
export const wholeScope = (report: Report): PluginScope => scopeOf(report, () => true);

/** Of the checks that are wanted. A problem belongs where the worst of its findings does. */
export function scopeOf(report: Report, isWanted: (code: string) => boolean): PluginScope {
  const { checks, problems, notJudged, history } = report;
  return {
    checks: checks.filter(({ code }) => isWanted(code)),
    problems: problems.filter(({ codes, acknowledged }) => acknowledged === null && isWanted(codes[0] ?? '')),
    notJudged: notJudged.filter(({ codes }) => codes === null || codes.some(isWanted)),
    past: (history?.notJudged ?? []).filter(({ codes }) => codes.some(isWanted)),
  };
}

export function countsOf({ problems, past }: PluginScope): Counts & { readonly notices: number } {
  const of = (severity: Severity) => [...problems, ...past].filter((one) => one.severity === severity).length;
  return { critical: of('critical'), warnings: of('warning'), notices: of('notice') };
}

export const unjudgedOf = ({ checks }: PluginScope): readonly CheckResult[] => checks.filter(isUnjudged);

export const exitCodeOf = (scope: PluginScope): 0 | 1 | 2 | 3 => statusOf(countsOf(scope), scope.notJudged).exitCode;

/** Whom no news reaches, at most five of them. */
export const troubleLines = ({ trouble = [] }: Report): readonly string[] =>
  trouble.slice(0, 5).map((one) => cut(`WARNING ${pluginText(troubleSentence(one))}`, LONGEST_LINE));

/** A number without an exponent, which readers of performance data do not take; null where it cannot be one. */
export const plainNumber = (value: number | null): string | null =>
  value !== null && Math.abs(value) < 1e15 ? String(Number(value.toFixed(3))) : null;

/** Longest line in bytes; what is cut is in the report. */
const LONGEST_LINE = 300;

/** At most so many bytes. */
export const cut = (text: string, bytes: number): string => cutToBytes(text, bytes, '...');

/**
 * `2 critical, 1 warning, 1 check could not be judged: DM001 ...`: counts first, what could not be judged always among
 * them, then the most urgent problem as far as there is room.
 */
export function headline(scope: PluginScope, room: number, troubles = 0): string {
  const { critical, warnings } = countsOf(scope);
  const unjudged = unjudgedOf(scope);
  const parts = [
    ...(critical > 0 ? [`${critical} critical`] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
    ...(unjudged.length > 0 ? [`${counted(unjudged.length, 'check')} could not be judged`] : []),
  ];
  const waiting = waitWords(scope);
  const deaf = troubles === 0 ? '' : `, ${counted(troubles, 'channel')} of notification broken`;
  const examined = scope.checks.filter(({ outcome }) => outcome === 'clean' || outcome === 'found').length;
  const nothing = nothingHereIn(scope.notJudged);
  if (parts.length === 0 && nothing !== null) return cut(`${pluginText(nothing)}${deaf}`, room);
  if (parts.length === 0)
    return cut(`nothing at or above warning, ${counted(examined, 'check')} examined${waiting}${deaf}`, room);
  const [past] = scope.past;
  const [first] = scope.problems.filter(({ severity }) => severity !== 'notice');
  const [blind] = unjudged;
  const { code, text } = first
    ? { code: first.codes[0], text: wordsOf(first) }
    : past
      ? { code: past.codes[0], text: pastWords(past) }
      : { code: blind?.code, text: blind?.because ?? '' };
  return cut(`${parts.join(', ')}${waiting}${deaf}: ${code} ${pluginText(text)}`, room);
}

/** `, waits for 2 tasks: guest 100: its configuration has lock: backup…`; empty where nothing waits. */
function waitWords({ notJudged }: PluginScope): string {
  const reasons = [...new Set(notJudged.filter(waits).map(({ reason }) => reason))];
  return reasons.length === 0
    ? ''
    : `, ${counted(reasons.length, 'thing')} not judged yet (${pluginText(reasons[0] ?? '')})`;
}

const wordsOf = (problem: Problem): string => `${whoNow(problem)} ${problem.what}`;

const pastWords = ({ who, what, lastSeen }: PastProblem): string =>
  `${who} ${what} (not judged since ${minute(lastSeen)})`;

/** One line for each problem and each check that could not judge, most urgent first, within so many bytes. */
export function detailLines(scope: PluginScope, mostBytes: number): readonly string[] {
  const line = (word: string, text: string) => cut(`${word} ${pluginText(text)}`, LONGEST_LINE);
  const found = (wanted: Severity) =>
    scope.problems
      .filter(({ severity }) => severity === wanted)
      .map((problem) => line(wanted.toUpperCase(), `${problem.codes.join(' ')}: ${wordsOf(problem)}`));
  const unjudged = unjudgedOf(scope).map(({ code, because }) =>
    line('UNKNOWN', `${code}: could not be judged: ${because}`),
  );
  const lines = [...found('critical'), ...unjudged, ...found('warning'), ...found('notice')];
  let room = mostBytes - MORE;
  const fitting = lines.findIndex((text) => {
    room -= bytesOf(text) + 2;
    return room < 0;
  });
  if (fitting === -1) return lines;
  return [...lines.slice(0, fitting), `and ${lines.length - fitting} more: run pve-doctor check on the node`];
}

/** Room for the line that says how much is left out. */
const MORE = 80;
