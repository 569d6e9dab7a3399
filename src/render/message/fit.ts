import { bytesOf } from './clip.ts';
import type { NewsLine, NewsList } from './news.ts';

/** Rows of one list, by their size in bytes. */
export interface Wanted {
  readonly sizes: readonly number[];
  /** Bytes that lists before it must leave to it. */
  readonly share: number;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, size) => total + size, 0);

/**
 * How many rows of each list fit into `room` bytes together. Lists come in the order of what matters; what one does not
 * need is there for the next, and none is pushed out by a long one before it.
 */
export function rowsThatFit(lists: readonly Wanted[], room: number): readonly number[] {
  const owed = lists.map(({ sizes, share }) => Math.min(sum(sizes), share));
  let left = room;
  return lists.map(({ sizes }, at) => {
    const available = left - sum(owed.slice(at + 1));
    let used = 0;
    const beyond = sizes.findIndex((size) => {
      if (used + size > available) return true;
      used += size;
      return false;
    });
    left -= used;
    return beyond === -1 ? sizes.length : beyond;
  });
}

/** A list as far as there is room for it. */
export interface Shown<R> {
  readonly title: string;
  readonly rows: readonly R[];
  /** How many problems its rows do not stand for. */
  readonly hidden: number;
}

/** Each list is left so much of the whole, however long those before it are. */
const SHARES = 14;

/**
 * A text of at most `most` bytes with the first rows of each list: whole ones, so that no tag and no character is ever cut.
 * It is made once with no row at all, and what is left of its room then goes to rows; that lines are left out is said in that
 * first one already.
 */
export function fitted<R>(
  lists: readonly NewsList[],
  most: number,
  rowOf: (line: NewsLine) => R,
  textOf: (row: R) => string,
  pageOf: (shown: readonly Shown<R>[]) => string,
): string {
  const rows = lists.map(({ lines }) => lines.map(rowOf));
  const page = (counts: readonly number[]): string =>
    pageOf(
      lists.map(({ title, lines, total }, at) => {
        const count = counts[at] ?? 0;
        const seen = lines.slice(0, count).reduce((all, line) => all + line.count, 0);
        return { title, rows: (rows[at] ?? []).slice(0, count), hidden: total - seen };
      }),
    );
  const share = Math.floor(most / SHARES);
  const wanted = rows.map((list) => ({ sizes: list.map((row) => bytesOf(textOf(row))), share }));
  return page(rowsThatFit(wanted, most - bytesOf(page([]))));
}
