/**
 * Text as PVE's Perl code sees it. Its configuration files are byte strings there, so `\s` means these six characters
 * and never a Unicode blank, and `.` matches a carriage return; JavaScript differs in both.
 */

const isBlankCode = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);

/** Removes Perl's `\s` at both ends. Scans by hand: `/\s+$/` is quadratic in long runs of blanks. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlankCode(text.charCodeAt(start))) start += 1;
  while (end > start && isBlankCode(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** Length of the run of non-blanks at the start. */
export function wordLength(text: string): number {
  let end = 0;
  while (end < text.length && !isBlankCode(text.charCodeAt(end))) end += 1;
  return end;
}

/**
 * What `:\s*(.+?)\s*$` captures of the text after the colon, or null: the trimmed text, or the last blank when there is
 * nothing else, since `.+?` takes one character.
 */
export function configValue(rest: string): string | null {
  if (rest === '') return null;
  const trimmed = trimBlanks(rest);
  return trimmed === '' ? rest.slice(-1) : trimmed;
}

/** pve-common src/PVE/ParseUtils.pm split_list: at NUL where there is one, else at commas, semicolons and blanks. */
export function splitList(text: string): readonly string[] {
  if (text.includes('\0')) {
    const parts = text.split('\0');
    while (parts.at(-1) === '') parts.pop();
    return parts;
  }
  return text.split(/[,; \t\n\r\f\v]+/).filter((part) => part !== '');
}

/** Whether Perl takes the string for true. */
export const isTrue = (value: string | undefined): boolean => value !== undefined && value !== '' && value !== '0';

/** pve-common src/PVE/JSONSchema.pm parse_boolean; null when the text is no boolean. */
export function parseBoolean(text: string): '1' | '0' | null {
  if (/^(1|on|yes|true)$/i.test(text)) return '1';
  if (/^(0|off|no|false)$/i.test(text)) return '0';
  return null;
}

/** `%XX` decoded where it is one ASCII character (PVE::ParseUtils decode_text); descriptions encode `:` and `%`. */
export const decodePercent = (text: string): string =>
  text.includes('%')
    ? text.replace(/%([0-7][0-9A-Fa-f])/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;

/** A key or id of hostile text, short enough for a sentence. */
export const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
