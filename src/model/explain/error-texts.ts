/** What programs print, with the check that explains it: the rows of docs/errors/texts.md. */
export interface ErrorText {
  /** `…` stands for names and numbers. */
  readonly text: string;
  readonly code: string;
  /** What it means, a sentence without a full stop. */
  readonly means: string;
}

/** Rows of the tables: `| \`text\` | CODE | meaning |`. */
export const parseErrorTexts = (page: string): readonly ErrorText[] =>
  page.split('\n').flatMap((line) => {
    const [, text, code, means] = /^\| `([^`]+)` \| ([A-Z]+\d{3}) \| (.+) \|$/.exec(line) ?? [];
    return text === undefined || code === undefined || means === undefined ? [] : [{ text, code, means }];
  });

/** Shorter words say nothing of what is meant. */
const SHORTEST_WORD = 4;
/** Of the words that were given so many have to be in a text that is only like it. */
const LIKE = 0.6;

/** Those that the given text holds, else those that hold it, else those with most of its words; the closest first. */
export function findErrorTexts(given: string, texts: readonly ErrorText[], most = 5): readonly ErrorText[] {
  const query = plain(given);
  if (query.length < SHORTEST_WORD) return [];
  const ranked = texts
    .map((one) => ({ one, rank: rankOf(query, one) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank);
  const [best] = ranked;
  const kind = best === undefined ? 0 : Math.floor(best.rank / STEP);
  return ranked
    .filter(({ rank }) => Math.floor(rank / STEP) === kind)
    .slice(0, most)
    .map(({ one }) => one);
}

/** Longer than any text. */
const STEP = 10_000;

function rankOf(query: string, { text, means }: ErrorText): number {
  const parts = plain(text)
    .split('…')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (holdsInOrder(query, parts)) return 3 * STEP + parts.join('').length;
  const row = `${plain(text)} ${plain(means)}`;
  if (plain(text).includes(query)) return 2 * STEP + Math.round((1000 * query.length) / text.length);
  const words = query.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length >= SHORTEST_WORD);
  const found = words.filter((word) => row.includes(word)).length;
  return words.length > 1 && found / words.length >= LIKE ? STEP + found : 0;
}

function holdsInOrder(query: string, parts: readonly string[]): boolean {
  let at = 0;
  for (const part of parts) {
    const found = query.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return parts.length > 0;
}

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[‘’`"]/g, "'")
    .replaceAll(/\s+/g, ' ')
    .trim();
