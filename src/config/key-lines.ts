import { parse } from 'smol-toml';

/** A key or a table of a document, with what stands below it: a tree, so that deep or long names cost no more than their length. */
export interface KeyLine {
  /** Where it stands first; 0 for the document itself. */
  readonly line: number;
  readonly below: Map<string, KeyLine>;
}

interface Cursor {
  readonly text: string;
  at: number;
  /** Line of `counted`, which never goes back. */
  line: number;
  counted: number;
}

/**
 * The line on which each key and each table of a TOML document stands first; lists are passed through, so the keys of all their
 * tables count as the same. The text must be one that the parser has accepted: whatever is not the syntax of a key is skipped
 * here, not judged. The tests hold that exactly the keys that the parser sees are found.
 */
export function keyLines(text: string): KeyLine {
  const cursor: Cursor = { text, at: text.startsWith('\uFEFF') ? 1 : 0, line: 1, counted: 0 };
  const root: KeyLine = { line: 0, below: new Map() };
  let table = root;
  for (skipVoid(cursor); cursor.at < text.length; skipVoid(cursor)) {
    if (text[cursor.at] === '[') {
      cursor.at += text[cursor.at + 1] === '[' ? 2 : 1;
      table = readKey(cursor, root);
      while (text[cursor.at] === ']') cursor.at += 1;
    } else {
      readAssignment(cursor, table);
    }
  }
  return root;
}

/** The line of the last of these names that stands anywhere. */
export function lineOf(root: KeyLine, path: readonly string[]): number {
  let found = root;
  for (const name of path) found = found.below.get(name) ?? found;
  return Math.max(1, found.line);
}

/** Blanks, line ends and comments. */
function skipVoid(cursor: Cursor): void {
  const rest = /(?:[ \t\r\n]|#[^\n]*)*/y;
  rest.lastIndex = cursor.at;
  rest.test(cursor.text);
  cursor.at = rest.lastIndex;
}

function skipBlanks(cursor: Cursor): void {
  while (cursor.text[cursor.at] === ' ' || cursor.text[cursor.at] === '\t') cursor.at += 1;
}

function readAssignment(cursor: Cursor, table: KeyLine): void {
  const key = readKey(cursor, table);
  cursor.at += 1;
  skipBlanks(cursor);
  readValue(cursor, key);
}

/** A dotted key; ends at the `=` or `]` after it. Every part of it names a table, or the value. */
function readKey(cursor: Cursor, table: KeyLine): KeyLine {
  const start = cursor.at;
  const line = lineAt(cursor, start);
  let key = table;
  for (let more = true; more; ) {
    skipBlanks(cursor);
    const name = readName(cursor);
    const known = key.below.get(name) ?? { line, below: new Map() };
    key.below.set(name, known);
    key = known;
    skipBlanks(cursor);
    more = cursor.text[cursor.at] === '.';
    if (more) cursor.at += 1;
  }
  // What the parser accepted never comes here; a loop that does not move would be worse than a wrong line.
  if (cursor.at === start) cursor.at += 1;
  return key;
}

function readName(cursor: Cursor): string {
  const start = cursor.at;
  const quote = cursor.text[start];
  if (quote === '"' || quote === "'") {
    skipQuoted(cursor, quote);
    const raw = cursor.text.slice(start, cursor.at);
    return `${parse(`name = ${raw}`)['name']}`;
  }
  const bare = /[A-Za-z0-9_-]*/y;
  bare.lastIndex = start;
  bare.test(cursor.text);
  cursor.at = bare.lastIndex;
  return cursor.text.slice(start, cursor.at);
}

/** To the quote that ends it; in `"` a backslash takes the next character. */
function skipQuoted(cursor: Cursor, quote: string): void {
  cursor.at += quote.length;
  while (cursor.at < cursor.text.length && !cursor.text.startsWith(quote, cursor.at))
    cursor.at += quote.startsWith('"') && cursor.text[cursor.at] === '\\' ? 2 : 1;
  cursor.at += quote.length;
  // `"""a"""""`: up to two quotes before the end belong to the text.
  for (let extra = 0; quote.length === 3 && extra < 2 && cursor.text[cursor.at] === quote[0]; extra += 1)
    cursor.at += 1;
}

/** As deep as the parser was told to go, at most. */
function readValue(cursor: Cursor, key: KeyLine): void {
  const { text } = cursor;
  const first = text[cursor.at];
  if (first === '"' || first === "'") {
    const tripled = first.repeat(3);
    skipQuoted(cursor, text.startsWith(tripled, cursor.at) ? tripled : first);
  } else if (first === '[' || first === '{') {
    readStructure(cursor, first, key);
  } else {
    const plain = /[^,\]}\n#]*/y;
    plain.lastIndex = cursor.at;
    plain.test(text);
    cursor.at = plain.lastIndex;
  }
}

function readStructure(cursor: Cursor, opening: '[' | '{', key: KeyLine): void {
  const { text } = cursor;
  const closing = opening === '[' ? ']' : '}';
  cursor.at += 1;
  for (skipVoid(cursor); cursor.at < text.length && text[cursor.at] !== closing; skipVoid(cursor)) {
    if (text[cursor.at] === ',') cursor.at += 1;
    else if (opening === '[') readValue(cursor, key);
    else readAssignment(cursor, key);
  }
  cursor.at += 1;
}

/** Positions are asked for in rising order, so the text is counted once. */
function lineAt(cursor: Cursor, at: number): number {
  for (; cursor.counted < at; cursor.counted += 1) if (cursor.text[cursor.counted] === '\n') cursor.line += 1;
  return cursor.line;
}
