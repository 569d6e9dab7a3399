import { type ReportedFinding, type Severity, worseFirst } from '../model/finding.ts';
import { troubleSentence } from '../model/notify/trouble.ts';
import { type Counts, statusOf } from '../model/report/grade.ts';
import { type NotJudged, waits } from '../model/report/not-judged.ts';
import { type CheckResult, isUnjudged, type Report } from '../model/report/report.ts';
import type { PastProblem } from '../model/report/report-history.ts';
import { counted, minute } from './counted.ts';
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
  readonly findings: readonly ReportedFinding[];
  readonly notJudged: readonly NotJudged[];
  /** What stood and could not be judged now: it counts as it was last known. */
  readonly past: readonly PastProblem[];
}

/** Of the whole node. */
export const wholeScope = ({ checks, findings, notJudged, history }: Report): PluginScope => ({
  ...{ checks, findings, notJudged, past: history?.notJudged ?? [] },
});

export function countsOf({ findings, past }: PluginScope): Counts & { readonly notices: number } {
  const of = (severity: Severity) => [...findings, ...past].filter((one) => one.severity === severity).length;
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
 * them, then the most urgent finding as far as there is room.
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
  if (parts.length === 0)
    return cut(`nothing at or above warning, ${counted(examined, 'check')} examined${waiting}${deaf}`, room);
  const [past] = scope.past;
  const [first] = scope.findings.filter(({ severity }) => severity !== 'notice').toSorted(worseFirst);
  const [blind] = unjudged;
  const { code, text } = first
    ? { ...first, text: first.title }
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

const pastWords = ({ who, what, lastSeen }: PastProblem): string =>
  `${who} ${what} (not judged since ${minute(lastSeen)})`;

/** One line for each finding and each check that could not judge, most urgent first, within so many bytes. */
export function detailLines(scope: PluginScope, mostBytes: number): readonly string[] {
  const line = (word: string, text: string) => cut(`${word} ${pluginText(text)}`, LONGEST_LINE);
  const found = (wanted: Severity) =>
    scope.findings
      .filter(({ severity }) => severity === wanted)
      .map(({ code, title }) => line(wanted.toUpperCase(), `${code}: ${title}`));
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
