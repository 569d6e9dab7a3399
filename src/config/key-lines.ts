import { parse } from 'smol-toml';

/** Names from the top of the document down to a key, as one text. */
export const pathKey = (path: readonly string[]): string => JSON.stringify(path);

interface Cursor {
  readonly text: string;
  at: number;
  /** Line of `counted`, which never goes back. */
  line: number;
  counted: number;
  readonly lines: Map<string, number>;
}

/**
 * The line on which each key and each table of a TOML document stands first, by `pathKey`; lists are passed through, so the keys
 * of all their tables count as the same. The text must be one that the parser has accepted: whatever is not the syntax of a key
 * is skipped here, not judged. test/properties hold that exactly the keys that the parser sees are found.
 */
export function keyLines(text: string): ReadonlyMap<string, number> {
  const cursor: Cursor = { text, at: text.startsWith('\uFEFF') ? 1 : 0, line: 1, counted: 0, lines: new Map() };
  let table: readonly string[] = [];
  for (skipVoid(cursor); cursor.at < text.length; skipVoid(cursor)) {
    if (text[cursor.at] === '[') {
      cursor.at += text[cursor.at + 1] === '[' ? 2 : 1;
      table = readKey(cursor, []);
      while (text[cursor.at] === ']') cursor.at += 1;
    } else {
      readAssignment(cursor, table);
    }
  }
  return cursor.lines;
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

function readAssignment(cursor: Cursor, table: readonly string[]): void {
  const path = readKey(cursor, table);
  cursor.at += 1;
  skipBlanks(cursor);
  readValue(cursor, path);
}

/** A dotted key; ends at the `=` or `]` after it. Every part of it names a table, or the value. */
function readKey(cursor: Cursor, table: readonly string[]): readonly string[] {
  const path = [...table];
  const start = cursor.at;
  const line = lineAt(cursor, start);
  for (let more = true; more; ) {
    skipBlanks(cursor);
    path.push(readName(cursor));
    const key = pathKey(path);
    if (!cursor.lines.has(key)) cursor.lines.set(key, line);
    skipBlanks(cursor);
    more = cursor.text[cursor.at] === '.';
    if (more) cursor.at += 1;
  }
  // What the parser accepted never comes here; a loop that does not move would be worse than a wrong line.
  if (cursor.at === start) cursor.at += 1;
  return path;
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
function readValue(cursor: Cursor, path: readonly string[]): void {
  const { text } = cursor;
  const first = text[cursor.at];
  if (first === '"' || first === "'") {
    const tripled = first.repeat(3);
    skipQuoted(cursor, text.startsWith(tripled, cursor.at) ? tripled : first);
  } else if (first === '[' || first === '{') {
    readStructure(cursor, first, path);
  } else {
    const plain = /[^,\]}\n#]*/y;
    plain.lastIndex = cursor.at;
    plain.test(text);
    cursor.at = plain.lastIndex;
  }
}

function readStructure(cursor: Cursor, opening: '[' | '{', path: readonly string[]): void {
  const { text } = cursor;
  const closing = opening === '[' ? ']' : '}';
  cursor.at += 1;
  for (skipVoid(cursor); cursor.at < text.length && text[cursor.at] !== closing; skipVoid(cursor)) {
    if (text[cursor.at] === ',') cursor.at += 1;
    else if (opening === '[') readValue(cursor, path);
    else readAssignment(cursor, path);
  }
  cursor.at += 1;
}

/** Positions are asked for in rising order, so the text is counted once. */
function lineAt(cursor: Cursor, at: number): number {
  for (; cursor.counted < at; cursor.counted += 1) if (cursor.text[cursor.counted] === '\n') cursor.line += 1;
  return cursor.line;
}
