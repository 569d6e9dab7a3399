/**
 * Text as it is kept. SQLite cuts a text at a NUL in its own functions and has no lone surrogates, and whoever can name a
 * volume can name it so. So text that holds such is kept as the inside of a JSON string, which has a form for everything and
 * leaves ordinary names as they are, readable with any SQLite tool.
 */
export const toStored = (text: string): string => JSON.stringify(text).slice(1, -1);

/** The text again. What no `toStored` wrote stays as it is: the file is data, and data never throws here. */
export function fromStored(stored: string): string {
  if (!stored.includes('\\')) return stored;
  try {
    return String(JSON.parse(`"${stored}"`));
  } catch {
    return stored;
  }
}
