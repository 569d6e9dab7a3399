/** Chance that a number decides, so that what failed can be had again. */
export interface Chance {
  /** True so often, of 1. */
  readonly now: (share: number) => boolean;
  /** 0 and less than `below`. */
  readonly one: (below: number) => number;
  /** At most so many of a list, none twice. */
  readonly some: <T>(list: readonly T[], most: number) => readonly T[];
}

/** Mulberry32, by Tommy Ettinger. */
export function chanceOf(seed: number): Chance {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const one = (below: number): number => Math.floor(next() * below);
  return {
    now: (share) => next() < share,
    one,
    some: (list, most) => {
      const start = one(Math.max(1, list.length));
      return [...list.slice(start), ...list.slice(0, start)].slice(0, 1 + one(most));
    },
  };
}
