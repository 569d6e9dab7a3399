/** How many characters of foreign text a problem quotes. */
const QUOTE_LENGTH = 80;

/** A piece of foreign text for a problem's sentence, bounded. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > QUOTE_LENGTH ? `${text.slice(0, QUOTE_LENGTH)}…` : text);
