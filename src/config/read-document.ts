import { parse, TomlError } from 'smol-toml';
import { isTable } from '../model/config/kind.ts';
import { type Problem, problemAt } from './given.ts';

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

/** A key or a table of a document, with what stands below it: a tree, so that deep or long names cost no more than their length. */
export interface KeyLine {
  /** The line on which the statement begins that names it first; 0 for the document itself. */
  readonly line: number;
  readonly below: Map<string, KeyLine>;
}

/** No statement of a configuration has so many lines. Of what comes after one that has, no lines are known. */
const MOST_LINES = 200;

/**
 * Where each key and each table of a TOML document stands; lists are passed through, so the keys of all their tables count as the
 * same. The parser has accepted the text and says no lines, so it is given the text again statement by statement: one ends with
 * the first line up to which it can be read.
 */
export function keyLines(text: string): KeyLine {
  const root: KeyLine = { line: 0, below: new Map() };
  let table = root;
  let lines: string[] = [];
  for (const [at, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    lines.push(line);
    const statement = lines.length > MOST_LINES ? null : readStatement(lines);
    if (statement === null) continue;
    const isHeader = /^[ \t]*\[/.test(lines[0] ?? '');
    const last = addKeys(isHeader ? root : table, statement, at + 2 - lines.length);
    if (isHeader) table = last;
    lines = [];
  }
  return root;
}

function readStatement(lines: readonly string[]): unknown {
  try {
    return parse(`${lines.join('\n')}\n`, { maxDepth: DEEPEST });
  } catch {
    return null;
  }
}

/** Answers the last key: of a header, the table that it opens. */
function addKeys(key: KeyLine, value: unknown, line: number): KeyLine {
  let last = key;
  if (Array.isArray(value)) for (const entry of value) last = addKeys(key, entry, line);
  if (!isTable(value)) return last;
  for (const [name, inner] of Object.entries(value)) {
    const known = key.below.get(name) ?? { line, below: new Map() };
    key.below.set(name, known);
    last = addKeys(known, inner, line);
  }
  return last;
}

/** The line of the last of these names that stands anywhere. */
function lineOf(root: KeyLine, path: readonly string[]): number {
  let found = root;
  for (const name of path) found = found.below.get(name) ?? found;
  return Math.max(1, found.line);
}
