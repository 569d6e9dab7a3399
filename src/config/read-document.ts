import { parse, TomlError } from 'smol-toml';
import { type Problem, problemAt } from './given.ts';
import { keyLines, lineOf } from './key-lines.ts';

/** A TOML file that was understood. */
export interface Document {
  readonly root: Readonly<Record<string, unknown>>;
  /** The line of a key, by the names that lead to it. */
  readonly lineOf: (path: readonly string[]) => number;
}

/** Deeper than any configuration, and far from the end of any stack. */
const DEEPEST = 50;

/**
 * Bytes to document, or what is wrong and on which line. The parser's own message quotes the lines around the error, and a
 * secret may stand there: of that message only the reason is kept, which is a fixed text of the parser.
 */
export function readDocument(path: string, bytes: Uint8Array): Document | Problem {
  const at = (line: number, what: string): Problem => problemAt({ kind: 'file', path, line }, what);
  const text = decode(bytes);
  if (text === null) return at(firstStrangeLine(bytes), 'is not UTF-8 text');
  try {
    const root = parse(text, { maxDepth: DEEPEST });
    const lines = keyLines(text);
    return { root, lineOf: (names) => lineOf(lines, names) };
  } catch (error) {
    if (!(error instanceof TomlError)) return at(1, 'is not valid TOML');
    const reason = /^Invalid TOML document: ([a-z][a-z ,.:;/-]{0,100})\n/i.exec(error.message)?.[1] ?? 'unknown';
    return at(error.line, `is not valid TOML at column ${error.column}: ${reason}`);
  }
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** No character of UTF-8 but the line end itself contains the byte of a line end. */
function firstStrangeLine(bytes: Uint8Array): number {
  for (let line = 1, start = 0; start < bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    const stop = end === -1 ? bytes.length : end;
    if (decode(bytes.subarray(start, stop)) === null) return line;
    start = stop + 1;
  }
  return 1;
}
