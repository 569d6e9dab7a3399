/** So many at once, and one more after each pause. */
export interface Rate {
  readonly burst: number;
  readonly pauseMs: number;
}

const MOST_KEYS = 50_000;

/** Counts by a key that others may choose, so it forgets the ones that were idle longest. */
export function rateLimit({ burst, pauseMs }: Rate, now: () => number) {
  /** When each key has all of its burst again. */
  const fullAt = new Map<string, number>();
  return {
    /** 0 where it may go on, else the seconds to wait. What is more than all of a burst counts as all of it. */
    take: (key: string, units = 1): number => {
      const cost = Math.min(units, burst);
      const time = now();
      const known = fullAt.get(key) ?? 0;
      // Further ahead than all of a burst is only what a clock wrote that was set back since: that keeps nobody out.
      const due = known > time + burst * pauseMs ? time : Math.max(time, known);
      const wait = due - time - (burst - cost) * pauseMs;
      if (wait > 0) return Math.ceil(wait / 1000);
      fullAt.delete(key);
      const [oldest] = fullAt.keys();
      if (fullAt.size >= MOST_KEYS && oldest !== undefined) fullAt.delete(oldest);
      fullAt.set(key, due + cost * pauseMs);
      return 0;
    },
    reset: (key: string): void => {
      fullAt.delete(key);
    },
  };
}

export type RateLimit = ReturnType<typeof rateLimit>;
