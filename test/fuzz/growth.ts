import { performance } from 'node:perf_hooks';
import type { Target } from './target.ts';

/** Whether time and memory follow the length of a text: repeated words and lines, each time longer. */

export interface Slow {
  readonly head: string;
  readonly unit: string;
  readonly length: number;
  readonly ms: number;
}

/** Nobody waits longer for one text, whatever its length. */
const PATIENCE_MS = 3000;

/** Less is noise. */
const NOTICED_MS = 400;

/** Of a text that is four times as long: four times the time is fair, sixteen times is not. */
const UNFAIR = 9;

/** Between blanks, brackets and ends of lines that never come, a reader goes back again and again. */
const HOOKS = [
  ...[
    'a',
    ' ',
    '\t',
    '\n',
    '-',
    ':',
    '/',
    '.',
    ',',
    '=',
    '"',
    "'",
    '(',
    '[',
    '{',
    '0',
    '1',
    '#',
    '%',
    '\\',
    '\\x2',
    '@',
  ],
  ...[
    'a ',
    'a:',
    'a=',
    'a,',
    'a-',
    'a.',
    'a/',
    '1:',
    '1.',
    '::',
    '--',
    '//',
    '/.',
    '/../',
    '[]',
    '{}',
    '\r\n',
    'a\n',
    ' \n',
  ],
  ...['`', '``', '` ', '😀', '\u0301', '\ud800', '\u001b[', '&', '<', '\0', '__proto__', '[[', '{"a":', '[{"a":['],
];

const MOST_WORDS = 24;

/** Texts that begin as the format does, go on with one piece for very long, and end otherwise. */
function* pumped({ words }: Target): Generator<readonly [head: string, unit: string]> {
  const some = words.slice(0, MOST_WORDS);
  // Blanks between two words are another matter than blanks before the first.
  const heads = ['', ...some, ...some.map((word) => `${word}a`)];
  for (const unit of new Set([...HOOKS, ...some])) for (const head of heads) yield [head, unit];
}

/** Texts of that length whose time is out of proportion. */
export async function slowTexts({ read, ...target }: Target, length: number): Promise<readonly Slow[]> {
  const slow: Slow[] = [];
  const timeOf = async (text: string): Promise<number> => {
    const start = performance.now();
    await read(text);
    return performance.now() - start;
  };
  for (const [head, unit] of pumped({ read, ...target })) {
    if (unit === '' || slow.some((known) => known.unit === unit)) continue;
    const textOf = (most: number) => `${head}${unit.repeat(Math.ceil(most / unit.length))}\u0001x`;
    const [short, long] = [textOf(length / 4), textOf(length)];
    let ms = await timeOf(long);
    if (ms < NOTICED_MS) continue;
    const shortMs = await timeOf(short);
    ms = Math.min(ms, await timeOf(long));
    if (ms > PATIENCE_MS || (ms > NOTICED_MS && ms > UNFAIR * shortMs))
      slow.push({ unit, head, length: long.length, ms });
  }
  return slow;
}
