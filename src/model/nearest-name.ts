/** A slip of the finger is one or two characters; more is another word. */
const MOST_EDITS = 3;

/**
 * The name that was most probably meant: the one with the fewest inserted, missing, wrong or swapped characters, where most of
 * the word is right. Null where none is near. Upper and lower case, `-` and `_` count as the same.
 */
export function nearestName(word: string, names: Iterable<string>): string | null {
  let nearest: string | null = null;
  let fewest = MOST_EDITS + 1;
  for (const name of names) {
    const edits = editsBetween(plain(word), plain(name));
    if (edits >= fewest || edits > Math.max(word.length, name.length) * 0.4) continue;
    nearest = name;
    fewest = edits;
  }
  return nearest;
}

/** At most so many names, the nearest first: what holds the word, then what differs in a few characters. */
export function nearestNames(word: string, names: Iterable<string>, most: number): readonly string[] {
  const asked = plain(word);
  const ranked = [...new Set(names)].flatMap((name) => {
    if (asked.length > 1 && plain(name).includes(asked)) return [{ name, rank: 0 }];
    const edits = editsBetween(asked, plain(name));
    return edits > MOST_EDITS || edits > Math.max(word.length, name.length) * 0.4 ? [] : [{ name, rank: edits }];
  });
  return ranked
    .sort((a, b) => a.rank - b.rank || a.name.length - b.name.length || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => name);
}

/** The same as the end of a sentence. */
export function didYouMean(word: string, names: Iterable<string>): string | null {
  const nearest = nearestName(word, names);
  return nearest === null ? null : `did you mean ${nearest}?`;
}

const plain = (name: string): string => name.toLowerCase().replaceAll('-', '_');

/** Optimal string alignment distance; more than MOST_EDITS where the lengths alone say so. */
function editsBetween(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > MOST_EDITS) return MOST_EDITS + 1;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      line[column] = Math.min(
        (above[column] ?? 0) + 1,
        (line[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    before = above;
    above = line;
  }
  return above[b.length] ?? 0;
}
