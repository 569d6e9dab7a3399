import type { Chance } from './chance.ts';

/** Longer texts say nothing more; what length does is asked by growth.ts. */
const LONGEST = 12_000;

/** Numbers that a careless reader takes for something else. */
const NUMBERS = [
  ...['0', '-0', '-1', '00', '007', '1e400', '-1e400', '1e21', '0x10', '0x', '1_000', 'NaN', 'Infinity', '+5', '5.'],
  ...['2147483648', '4294967296', '9007199254740991', '9007199254740993', '18446744073709551616', '9'.repeat(400)],
  ...['99999999999', '65536', '1.5', '.5', '１２', '٣'],
] as const;

/** Characters that end, hide, reorder or split a text somewhere. */
const ODD = [
  ...[
    '\0',
    '\r',
    '\r\n',
    '\n',
    '\t',
    '\u000b',
    '\u001b[2J',
    '\u0085',
    '\u00a0',
    '\u2028',
    '\u202e',
    '\u2066',
    '\ufeff',
  ],
  ...[
    '\ud800',
    '\udc00',
    '\ufffd',
    '\uffff',
    '\u{10ffff}',
    '\u{e0001}',
    '\u0301',
    'é',
    '😀',
    'İ',
    'ß',
    '\u200b',
    '\u007f',
  ],
  ...[
    '"',
    "'",
    '\\',
    '|',
    '`',
    '$(',
    ';',
    '&',
    '<',
    '>',
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    '=',
    ',',
    ':',
    '/',
    '%',
    '#',
    '@',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'valueOf',
    'null',
    'true',
    '""',
    '{}',
    '[]',
    '../',
    '--',
  ],
] as const;

type Mutation = (text: string, chance: Chance, others: readonly string[], words: readonly string[]) => string;

/** Start and end of a piece; small pieces are more frequent. */
function piece(text: string, chance: Chance): readonly [number, number] {
  const start = chance.below(text.length + 1);
  const most = chance.oneIn(4) ? text.length - start : Math.min(24, text.length - start);
  return [start, start + chance.below(most + 1)];
}

const replaced = (text: string, start: number, end: number, by: string) => text.slice(0, start) + by + text.slice(end);

function inserted(text: string, chance: Chance, what: string): string {
  const at = chance.below(text.length + 1);
  return replaced(text, at, at, what);
}

/** Puts something in the place of a match of a pattern. */
function instead(text: string, pattern: RegExp, chance: Chance, by: string): string {
  const found = [...text.matchAll(pattern)];
  const match = found[chance.below(found.length)];
  return match === undefined
    ? inserted(text, chance, by)
    : replaced(text, match.index, match.index + match[0].length, by);
}

function onLines(text: string, change: (lines: string[], at: number) => void, chance: Chance): string {
  const lines = text.split('\n');
  change(lines, chance.below(lines.length));
  return lines.join('\n');
}

/** One bit of its bytes, read as every file here is read: what is no UTF-8 becomes U+FFFD. */
function flipped(text: string, chance: Chance): string {
  const bytes = new TextEncoder().encode(text);
  const at = chance.below(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << chance.below(8));
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

const word = (words: readonly string[], chance: Chance): string => words[chance.below(words.length)] ?? '';

const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  (text, chance) => replaced(text, ...piece(text, chance), ''),
  (text, chance) => text.slice(0, chance.below(text.length + 1)),
  (text, chance) => text.slice(...piece(text, chance)) + text,
  (text, chance) => inserted(text, chance, text.slice(...piece(text, chance))),
  (text, chance, others) => {
    const other = others[chance.below(others.length)] ?? '';
    return text.slice(0, chance.below(text.length + 1)) + other.slice(chance.below(other.length + 1));
  },
  (text, chance, others) => inserted(text, chance, word(others, chance).slice(0, 400)),
  (text, chance, _, words) => inserted(text, chance, word(words, chance)),
  (text, chance, _, words) => instead(text, /[A-Za-z0-9_.-]+/g, chance, word(words, chance)),
  (text, chance) => instead(text, /\d+/g, chance, chance.pick(NUMBERS)),
  (text, chance) => inserted(text, chance, chance.pick(ODD)),
  (text, chance) => instead(text, /[A-Za-z0-9_.-]+/g, chance, chance.pick(ODD)),
  (text, chance) => instead(text, /[^A-Za-z0-9\n]/g, chance, chance.pick(ODD)),
  (text, chance) => onLines(text, (lines, at) => lines.splice(at, 1), chance),
  (text, chance) => onLines(text, (lines, at) => lines.splice(chance.below(lines.length), 0, lines[at] ?? ''), chance),
  (text, chance) => onLines(text, (lines, at) => lines.push(...lines.splice(at, 1)), chance),
  flipped,
  (text, chance) => {
    const [start, end] = piece(text, chance);
    return replaced(text, start, end, text.slice(start, end).repeat(1 + chance.below(40)));
  },
  (text, chance) => instead(text, /[A-Za-z0-9_.-]+/g, chance, 'a'.repeat(1 + chance.below(300))),
];

/** A text with one to eight damages. */
export function mutate(text: string, chance: Chance, others: readonly string[], words: readonly string[]): string {
  let damaged = text.slice(0, LONGEST);
  const rounds = 1 + chance.below(chance.oneIn(3) ? 8 : 3);
  for (let round = 0; round < rounds; round += 1)
    damaged = chance.pick(MUTATIONS)(damaged, chance, others, words).slice(0, LONGEST);
  return damaged;
}

/** A text of the format's own pieces and nothing else. */
export const sentence = (chance: Chance, words: readonly string[]): string =>
  Array.from({ length: 1 + chance.below(30) }, () =>
    chance.oneIn(12) ? chance.pick(ODD) : chance.oneIn(12) ? chance.pick(NUMBERS) : word(words, chance),
  ).join('');
