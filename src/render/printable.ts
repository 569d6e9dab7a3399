import { UNPRINTABLE } from '../model/unprintable.ts';

/** `\x1b`, `\u202e`, `\u{e0001}`. */
function escapeOne(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

/**
 * Data as one line: names on a node are chosen by whoever made them, so none may act on the terminal or pass
 * for a line of the report. A backslash stays as it is; the JSON form is the exact one.
 */
export const printable = (text: string): string => text.replace(UNPRINTABLE, escapeOne);

/**
 * The same so that no two names become one: a backslash is escaped as well, and no reader takes `\n` in a name for a line
 * break.
 */
export const unambiguous = (text: string): string => printable(text.replaceAll('\\', '\\x5c'));
