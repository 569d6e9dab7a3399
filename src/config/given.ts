import type { Origin } from '../model/config/config.ts';
import { type Kind, quoted } from '../model/config/kind.ts';
import { printable } from '../render/printable.ts';

/** One value as somebody gave it, not judged yet. */
export interface Given {
  /** `mounts.probe_timeout`, `channel.mail.host`. */
  readonly key: string;
  readonly value: unknown;
  /** Text of the environment or of a flag, to be read by its kind; a value of TOML otherwise. */
  readonly isText: boolean;
  readonly origin: Origin;
}

/** One thing that is wrong with the configuration. */
export interface Problem {
  /** `/etc/pve-doctor/config.toml:12`, the name of a variable; empty where it has no place. */
  readonly where: string;
  readonly what: string;
  /** For the order: 0 where there is none. */
  readonly line: number;
  /** It stands on the command line, whose author is there to change it. */
  readonly isUsage: boolean;
}

export const problemAt = (origin: Origin, what: string): Problem => ({
  where: placeOf(origin),
  what,
  line: origin.kind === 'file' ? origin.line : 0,
  isUsage: origin.kind === 'flag',
});

/** Of the file as a whole. */
export const problemOfFile = (path: string, what: string): Problem => ({
  where: printable(path),
  what,
  line: 0,
  isUsage: false,
});

export const problemText = ({ where, what }: Problem): string => (where === '' ? what : `${where}: ${what}`);

/** Where a value stands, in one line. */
export function placeOf(origin: Origin): string {
  switch (origin.kind) {
    case 'default':
      return 'default';
    case 'file':
      return `${printable(origin.path)}:${origin.line}`;
    case 'environment':
    case 'flag':
      return printable(origin.name);
    case 'secret-file':
      return `${printable(origin.path)}, named in ${placeOf(origin.named)}`;
    case 'credential':
      return `credential ${printable(origin.name)}, named in ${placeOf(origin.named)}`;
  }
}

const LONGEST_NAME = 60;

/** A key as people write it. It may be anything in quotes, and as long as the file. */
export function shownName(name: string): string {
  const text = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
  return printable(/^[A-Za-z0-9_-]+$/.test(name) ? text : quoted(text));
}

/** A value that holds, with where it comes from. */
export interface Chosen<T> {
  readonly value: T;
  readonly shown: string;
  readonly origin: Origin;
}

/**
 * Of what the layers say, the strongest that makes sense; `given` begins with the weakest. Every one of them is judged, so that
 * one message has all that is wrong, also in layers that do not count.
 */
export function choose<T>(
  kind: Kind<T>,
  given: readonly Given[],
  complain: (given: Given, wrong: string) => void,
): Chosen<T> | null {
  let chosen: Chosen<T> | null = null;
  for (const one of given) {
    const judged = judgeOne(kind, one);
    if ('wrong' in judged) complain(one, judged.wrong);
    else chosen = { ...judged, origin: one.origin };
  }
  return chosen;
}

const judgeOne = <T>(kind: Kind<T>, { value, isText }: Given) =>
  kind.judge(isText && typeof value === 'string' ? kind.fromText(value) : value);

/** What stands where nobody said anything. */
export function chooseDefault<T>(kind: Kind<T>, fallback: unknown, name: string): Chosen<T> {
  const judged = kind.judge(fallback);
  if ('wrong' in judged) throw new Error(`the default of ${name} ${judged.wrong}`);
  return { ...judged, origin: { kind: 'default' } };
}

/** The place names the variable or flag; of a file it has only the line, so the key is added. */
export const complaint = (one: Given, name: string, wrong: string): Problem =>
  problemAt(one.origin, one.origin.kind === 'file' ? `${name} ${wrong}` : wrong);
