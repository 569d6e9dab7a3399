/**
 * What could be read. The three states are never mixed: `absent` means somebody looked and it is not there,
 * `unreadable` means nobody could look. Neither is ever an empty list.
 */

export type ProblemKind = 'timed-out' | 'denied' | 'failed' | 'killed' | 'truncated' | 'malformed' | 'vanished';

/** Why something could not be read, with enough to look oneself. */
export interface Problem {
  readonly kind: ProblemKind;
  /** The command line as run, or the path. */
  readonly source: string;
  /** One sentence without a full stop. */
  readonly detail: string;
  /** The command's exit status, when it had one. */
  readonly exitCode?: number;
  /** The first lines of the command's standard error. */
  readonly stderr?: string;
}

export interface Known<T> {
  readonly state: 'known';
  readonly value: T;
}

export interface Absent {
  readonly state: 'absent';
  readonly reason: string;
}

export interface Unreadable {
  readonly state: 'unreadable';
  readonly problem: Problem;
}

export type Reading<T> = Known<T> | Absent | Unreadable;

export const known = <T>(value: T): Known<T> => ({ state: 'known', value });
export const absent = (reason: string): Absent => ({ state: 'absent', reason });
export const unreadable = (problem: Problem): Unreadable => ({ state: 'unreadable', problem });

/** The value, or null where there is none. */
export const knownOrNull = <T>(reading: Reading<T>): T | null => (reading.state === 'known' ? reading.value : null);

/** What was asked for, each with what was read of it, where that is known. */
export const knownOf = <K, T>(
  asked: readonly K[],
  readings: readonly Reading<T>[],
): readonly (readonly [asked: K, value: T])[] =>
  asked.flatMap((one, at) => {
    const reading = readings[at];
    return reading?.state === 'known' ? [[one, reading.value] as const] : [];
  });

/** Why something is not known; null where it is. */
export function whyNot(reading: Absent | Unreadable): string;
export function whyNot(reading: Reading<unknown>): string | null;
export function whyNot(reading: Reading<unknown>): string | null {
  if (reading.state === 'unreadable') return describeProblem(reading.problem);
  return reading.state === 'absent' ? reading.reason : null;
}

/** The answer of every parser: what it understood, and what it could not. Parsers never throw. */
export interface Parsed<T> {
  readonly value: T;
  readonly problems: readonly string[];
}

/** One line for a person: `dmsetup table: timed out after 10 s`. */
export function describeProblem(problem: Problem): string {
  const stderr = problem.stderr === undefined || problem.stderr === '' ? '' : ` (${problem.stderr.split('\n')[0]})`;
  return `${problem.source}: ${problem.detail}${stderr}`;
}

/** How many characters of foreign text a problem quotes. */
const QUOTE_LENGTH = 80;

/** A piece of foreign text for a problem's sentence, bounded. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > QUOTE_LENGTH ? `${text.slice(0, QUOTE_LENGTH)}…` : text);
