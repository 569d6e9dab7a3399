import { unescapeHex } from '../parse/escaped-bytes.ts';
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
  return [redactName(book, name ?? ''), redactDmUuid(book, uuid), ...numbers].join('\t');
}

/**
 * `name: start length type …` of `dmsetup table` and `dmsetup status`. Names may hold colons and blanks; what can be
 * split is split at the last colon before the two numbers, which no name but a hostile one has in it.
 */
export function redactTableLine(book: TokenBook, line: string, names: ReadonlySet<string>): string {
  const end = nameEnd(line, names);
  if (end < 0) return redactText(book, line);
  return `${redactName(book, line.slice(0, end))}: ${redactTarget(book, line.slice(end + 2))}`;
}

/** An escaped byte is no word: the characters are replaced, and what would break a line is written as dmsetup does. */
const redactName = (book: TokenBook, name: string): string =>
  redactDmName(book, unescapeHex(name)).replaceAll('\n', '\\x0a').replaceAll('\t', '\\x09');

function nameEnd(line: string, names: ReadonlySet<string>): number {
  for (let end = line.lastIndexOf(': '); end > 0; end = line.lastIndexOf(': ', end - 1)) {
    if (names.has(unescapeHex(line.slice(0, end)))) return end;
  }
  return line.search(/: (?:\d+ \d+ |$)/);
}

/** Status words are the target's own: numbers and plain words; only VDO prints a path. */
export function redactStatusLine(book: TokenBook, line: string, names: ReadonlySet<string>): string {
  const end = nameEnd(line, names);
  if (end < 0) return redactText(book, line);
  const words = line.slice(end + 2).split(' ');
  const kept = words.map((word) => (/^[A-Za-z0-9_:.-]*(?:\/\d+)?$/.test(word) ? word : redactText(book, word)));
  return `${redactName(book, line.slice(0, end))}: ${kept.join(' ')}`;
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
