import type { TrendLook } from './trend.ts';

/**
 * How looks are kept: a thing a line, and what may hold blanks stands last. `src/parse/trend-file.ts` reads it.
 *
 *     pve-doctor-trend 1
 *     look 2026-11-22T02:00:12.000Z 3f1d…
 *     disk 2 0 2:0:0:1 naa.6001405…
 *     map 4 mpath-36001405…
 *     pool 81920 512 LVM-…-tpool
 *     group 3f1d… san
 *     end
 */
export const TREND_HEADING = 'pve-doctor-trend 1';
export const TREND_END = 'end';
/** In the place of a counter that the kernel does not have. */
export const NO_COUNT = '-';

export const trendText = (looks: readonly TrendLook[]): string =>
  [TREND_HEADING, ...looks.flatMap(lookLines), TREND_END].map((line) => `${line}\n`).join('');

const lookLines = ({ takenAt, bootId, disks, maps, pools, groups }: TrendLook): readonly string[] => [
  `look ${takenAt} ${bootId}`,
  ...[...disks].map(
    ([key, { ioErrors, ioTimeouts }]) => `disk ${ioErrors ?? NO_COUNT} ${ioTimeouts ?? NO_COUNT} ${key}`,
  ),
  ...[...maps].map(([uuid, paths]) => `map ${paths} ${uuid}`),
  ...[...pools].map(([uuid, { data, metadata }]) => `pool ${data} ${metadata} ${uuid}`),
  ...[...groups].map(([vgUuid, vgName]) => `group ${vgUuid} ${vgName}`),
];
