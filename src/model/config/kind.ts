/** What a value turned out to be, and how it may be shown. */
export type Judged<T> = { readonly value: T; readonly shown: string } | { readonly wrong: string };

/**
 * What may stand at a key. No answer ever quotes the value that was given: a secret may stand at the wrong key.
 */
export interface Kind<T> {
  /** What is wanted, in words that follow "must be". */
  readonly wants: string;
  readonly isSecret: boolean;
  /** A value of TOML. */
  readonly judge: (value: unknown) => Judged<T>;
  /** Text of the environment or of a flag, as the value of TOML that it stands for. */
  readonly fromText: (text: string) => unknown;
}

const HIDDEN = '(hidden)';

/** Text as TOML writes it. */
export const quoted = (text: string): string => JSON.stringify(text).replaceAll('\u007f', '\\u007f');

export const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** A type of TOML, in words. */
export function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a date or a time';
  if (typeof value === 'object') return 'a table';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}

/** A kind whose values are text in TOML. `read` answers undefined for what it does not take. */
export function textKind<T>(wants: string, read: (text: string) => T | undefined, show: (value: T) => string): Kind<T> {
  const judge = (value: unknown): Judged<T> => {
    if (typeof value !== 'string') return { wrong: `must be ${wants}, and is ${typeOf(value)}` };
    const taken = read(value);
    return taken === undefined ? { wrong: `must be ${wants}` } : { value: taken, shown: show(taken) };
  };
  return { wants, isSecret: false, judge, fromText: (text) => text };
}

export function numberKind(wants: string, isRight: (value: number) => boolean): Kind<number> {
  const judge = (value: unknown): Judged<number> => {
    if (typeof value !== 'number') return { wrong: `must be ${wants}, and is ${typeOf(value)}` };
    return isRight(value) ? { value, shown: `${value}` } : { wrong: `must be ${wants}` };
  };
  const fromText = (text: string) => (/^\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN);
  return { wants, isSecret: false, judge, fromText };
}

export const hidden = <T>(kind: Kind<T>): Kind<T> => ({
  ...kind,
  isSecret: true,
  judge: (value) => {
    const judged = kind.judge(value);
    return 'wrong' in judged ? judged : { ...judged, shown: HIDDEN };
  },
});
