import { redactText } from './free-text.ts';
import { plainWords, redactDmName, redactDmUuid } from './names.ts';
import type { TokenBook } from './token-book.ts';
import { isNumber, KNOWN_WORD } from './words.ts';

/** What dmsetup prints, line by line. */

/** parse/dmsetup-info.ts: `name<TAB>uuid<TAB>major …` */
export function redactInfoLine(book: TokenBook, line: string): string {
  const [name, uuid, ...rest] = line.split('\t');
  if (uuid === undefined) return redactText(book, line);
  const numbers = rest.map((field) => (/^[-LIswr]*$/.test(field) ? field : redactText(book, field)));
  return [redactDmName(book, name ?? ''), redactDmUuid(book, uuid), ...numbers].join('\t');
}

/**
 * `name: start length type …` of `dmsetup table` and `dmsetup status`. Names may hold colons and blanks; what can be
 * split is split at the last colon before the two numbers, which no name but a hostile one has in it.
 */
export function redactTableLine(book: TokenBook, line: string, names: ReadonlySet<string>): string {
  const end = nameEnd(line, names);
  if (end < 0) return redactText(book, line);
  return `${redactDmName(book, line.slice(0, end))}: ${redactTarget(book, line.slice(end + 2))}`;
}

function nameEnd(line: string, names: ReadonlySet<string>): number {
  for (let end = line.lastIndexOf(': '); end > 0; end = line.lastIndexOf(': ', end - 1)) {
    if (names.has(line.slice(0, end))) return end;
  }
  return line.search(/: (?:\d+ \d+ |$)/);
}

/** A crypt target names a key of the kernel's keyring, or shows zeros; every other word is the kernel's own. */
const redactTarget = (book: TokenBook, target: string): string =>
  target
    .split(' ')
    .map((word, at, words) => {
      const isKey = at === 4 && words[2] === 'crypt' && !word.startsWith(':');
      if (isKey) return /^0*$|^-$/.test(word) ? word : '0'.repeat(word.length);
      return /[:/]/.test(word) ? redactText(book, word) : plainWords(book, word, 'name', isTargetWord);
    })
    .join(' ');

const isTargetWord = (word: string): boolean => isNumber(word) || KNOWN_WORD(word);
