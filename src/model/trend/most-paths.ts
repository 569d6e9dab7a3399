import { looksBefore, type Trend } from './trend.ts';

/** How many paths a multipath map had, and when: ISO 8601, UTC. */
export interface PathsBefore {
  readonly paths: number;
  readonly takenAt: string;
}

/** The last look that saw as many as any. One that follows it may have seen what is left already. */
export function mostPaths(uuid: string, trend: Trend): PathsBefore | null {
  if (uuid === '') return null;
  const looks = looksBefore(trend).flatMap(({ takenAt, maps }) => {
    const paths = maps.get(uuid);
    return paths === undefined ? [] : [{ paths, takenAt }];
  });
  return looks.reduce<PathsBefore | null>(
    (most, look) => (most === null || look.paths >= most.paths ? look : most),
    null,
  );
}
