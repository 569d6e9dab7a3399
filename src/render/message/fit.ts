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
