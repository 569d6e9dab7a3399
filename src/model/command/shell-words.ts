import { UNPRINTABLE } from '../unprintable.ts';

/** Characters that no POSIX shell gives a meaning to inside a word. */
const PLAIN = /^[\w@%+:,./-][\w@%+=:,./-]*$/;

/** Octal, since three digits end an escape in every shell; `!` too, for history expansion. */
const octal = (text: string): string =>
  [...new TextEncoder().encode(text)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');

/** `$'…'` (POSIX.1-2024 2.2.4; bash, ksh, zsh, busybox ash): the only form that shows a control character harmlessly. */
const dollarQuote = (word: string): string =>
  `$'${word.replace(/[\\']/g, '\\$&').replace(/!/g, octal).replace(UNPRINTABLE, octal)}'`;

function quote(word: string, first: boolean): string {
  if (word.search(UNPRINTABLE) !== -1) return dollarQuote(word);
  // As the first word, `name=value` would be an assignment.
  if (PLAIN.test(word) && !(first && word.includes('='))) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** One word, where no program begins. */
export const shellWord = (word: string): string => quote(word, false);

/** An argument vector as a command line that a person can copy into a shell. */
export const shellWords = (argv: readonly string[]): string =>
  argv.map((word, index) => quote(word, index === 0)).join(' ');
