import { bytesOf } from '../message/clip.ts';
import { fitted, type Shown } from '../message/fit.ts';
import type { News, NewsLine } from '../message/news.ts';
import { MARKS } from '../severity-mark.ts';
import { hang, wrap } from '../wrap.ts';

/** What stands where rows are left out. */
export const moreText = (hidden: number): string => `and ${hidden} more, in the attached report`;

export const ATTACHED = 'The full report is attached, with the evidence and every command.';

/** A few screens; who wants more has the attachment. */
export const MOST_TEXT_BYTES = 32_000;

/** RFC 5322 2.1.1: lines should have at most 78 characters, and must not have more than 998. */
export const WIDTH = 76;
const MOST_LINE_BYTES = 990;

type Lines = readonly string[];

/** A single word can be longer than a line of mail may be: it goes on in the next, cut between characters. */
function shortLines(line: string): Lines {
  if (bytesOf(line) <= MOST_LINE_BYTES) return [line];
  const lines: string[] = [''];
  for (const character of line) {
    const last = lines.at(-1) ?? '';
    if (bytesOf(last + character) > MOST_LINE_BYTES) lines.push(character);
    else lines[lines.length - 1] = last + character;
  }
  return lines;
}

const joined = (lines: Lines): string =>
  lines
    .flatMap(shortLines)
    .map((line) => `${line.trimEnd()}\n`)
    .join('');

/** Commands stand on lines of their own and are never broken by us, so that they can be copied. */
function stepLines({ label, text, command }: NonNullable<NewsLine['step']>): Lines {
  if (label === 'Fix') return [`    Fix: ${command}`, ...hang('         ', text, WIDTH)];
  return [...hang(`    ${label}: `, text, WIDTH), ...(command === '' ? [] : [`          ${command}`])];
}

function linesOf({ tone, who, rest, codes, step }: NewsLine): Lines {
  const behind = codes.length === 0 ? '' : `  [${codes.join(' ')}]`;
  return [
    ...hang(`${MARKS[tone].symbol} `, `${who}${rest}${behind}`, WIDTH),
    ...(step === null ? [] : stepLines(step)),
  ];
}

const block = ({ title, rows, hidden }: Shown<Lines>): Lines => [
  '',
  title.toUpperCase(),
  ...rows.flat(),
  ...(hidden === 0 ? [] : [`  ${moreText(hidden)}`]),
];

/** The mail as plain text, for readers of text and for those to whom HTML is not shown. */
export const mailText = ({ headline, about, lists, verdict, next }: News): string =>
  fitted(lists, MOST_TEXT_BYTES, linesOf, joined, (shown) =>
    joined([
      ...wrap(headline, WIDTH),
      '',
      ...wrap(about.join(', '), WIDTH),
      ...shown.flatMap(block),
      '',
      ...wrap(verdict, WIDTH),
      ...next.map(([label, command]) => `${label} ${command}`),
      ...wrap(ATTACHED, WIDTH),
    ]),
  );
