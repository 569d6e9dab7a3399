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

/** The arguments of a crypt target name a key in the kernel's keyring; every other word is the kernel's own. */
function redactTarget(book: TokenBook, target: string): string {
  const key = /^(\d+ \d+ crypt \S+ )(\S+)(.*)$/s.exec(target);
  if (!key) return redactArguments(book, target);
  return `${redactArguments(book, key[1] ?? '')}${redactKey(book, key[2] ?? '')}${redactArguments(book, key[3] ?? '')}`;
}

/** `:32:logon:cryptsetup:…` or zeros. */
const redactKey = (book: TokenBook, key: string): string =>
  key.startsWith(':') ? redactText(book, key) : /^0*$|^-$/.test(key) ? key : '0'.repeat(key.length);

const redactArguments = (book: TokenBook, text: string): string =>
  text
    .split(' ')
    .map((word) => (word.includes('/') ? redactText(book, word) : plainWords(book, word, 'name', isTargetWord)))
    .join(' ');

const isTargetWord = (word: string): boolean => isNumber(word) || KNOWN_WORD(word);
