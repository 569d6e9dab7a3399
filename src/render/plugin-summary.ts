import { bySeverity, type ReportedFinding, type Severity } from '../model/finding.ts';
import { troubleSentence } from '../model/notify/trouble.ts';
import { type Counts, statusOf } from '../model/report/overall-status.ts';
import { type CheckResult, isUnjudged, type Report } from '../model/report/report.ts';
import { counted } from './counted.ts';
import { pluginText } from './inert.ts';

/** What a monitoring plugin says of some checks: the whole node for Nagios, an area of it for Checkmk. */
export interface PluginScope {
  readonly checks: readonly CheckResult[];
  readonly findings: readonly ReportedFinding[];
}

export function countsOf({ findings }: PluginScope): Counts & { readonly notices: number } {
  const of = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  return { critical: of('critical'), warnings: of('warning'), notices: of('notice') };
}

export const unjudgedOf = ({ checks }: PluginScope): readonly CheckResult[] => checks.filter(isUnjudged);

export const exitCodeOf = (scope: PluginScope): 0 | 1 | 2 | 3 => statusOf(countsOf(scope), scope.checks).exitCode;

/** Whom no news reaches, at most five of them. */
export const troubleLines = ({ trouble = [] }: Report): readonly string[] =>
  trouble.slice(0, 5).map((one) => cut(`WARNING ${pluginText(troubleSentence(one))}`, LONGEST_LINE));

/** A number without an exponent, which readers of performance data do not take; null where it cannot be one. */
export const plainNumber = (value: number | null): string | null =>
  value !== null && Math.abs(value) < 1e15 ? String(Number(value.toFixed(3))) : null;

/** Longest line in bytes; what is cut is in the report. */
const LONGEST_LINE = 300;

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/** At most so many bytes of UTF-8, and no half of a character. */
export function cut(text: string, bytes: number): string {
  if (bytesOf(text) <= bytes) return text;
  let room = bytes - 3;
  let kept = '';
  for (const character of text) {
    room -= bytesOf(character);
    if (room < 0) break;
    kept += character;
  }
  return `${kept}...`;
}

const findingLine = ({ severity, code, title }: ReportedFinding): string =>
  cut(`${severity.toUpperCase()} ${code}: ${pluginText(title)}`, LONGEST_LINE);

const unjudgedLine = ({ code, because }: CheckResult): string =>
  cut(`UNKNOWN ${code}: could not be judged: ${pluginText(because)}`, LONGEST_LINE);

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
  const deaf = troubles === 0 ? '' : `, ${counted(troubles, 'channel')} of notification broken`;
  const examined = scope.checks.filter(({ outcome }) => outcome === 'clean' || outcome === 'found').length;
  if (parts.length === 0) return `nothing at or above warning, ${counted(examined, 'check')} examined${deaf}`;
  const [first] = inOrder(scope.findings).filter(({ severity }) => severity !== 'notice');
  const [blind] = unjudged;
  const example = first
    ? `${first.code} ${pluginText(first.title)}`
    : blind
      ? `${blind.code} ${pluginText(blind.because)}`
      : '';
  return cut(`${parts.join(', ')}${deaf}: ${example}`, room);
}

const inOrder = (findings: readonly ReportedFinding[]): readonly ReportedFinding[] => findings.toSorted(bySeverity);

/** One line for each finding and each check that could not judge, most urgent first, within so many bytes. */
export function detailLines(scope: PluginScope, mostBytes: number): readonly string[] {
  const ordered = inOrder(scope.findings);
  const urgent = ordered.filter(({ severity }) => severity !== 'notice');
  const lines = [
    ...urgent.filter(({ severity }) => severity === 'critical').map(findingLine),
    ...unjudgedOf(scope).map(unjudgedLine),
    ...urgent.filter(({ severity }) => severity === 'warning').map(findingLine),
    ...ordered.filter(({ severity }) => severity === 'notice').map(findingLine),
  ];
  let room = mostBytes - MORE;
  const fitting = lines.findIndex((line) => {
    room -= bytesOf(line) + 2;
    return room < 0;
  });
  if (fitting === -1) return lines;
  return [...lines.slice(0, fitting), `and ${lines.length - fitting} more: run pve-doctor check on the node`];
}

/** Room for the line that says how much is left out. */
const MORE = 80;
