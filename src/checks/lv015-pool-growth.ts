import { defineCheck, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { SOURCE } from '../model/evidence.ts';
import { type GrowingPool, roomIn } from '../model/lvm/growing-pools.ts';
import { poolName, poolVolume, type ThinPool } from '../model/lvm/thin-pools.ts';
import { evidenceAbove, WANTS_ABOVE } from '../model/paths/carried-words.ts';
import { minuteOf } from '../model/time-words.ts';
import { ageMs, DAY_MS, KEPT_DAYS, looksBefore, TREND_PATH, type Trend } from '../model/trend/trend.ts';

/** Half a pool is no hurry: a new one that is being filled would last for hours only, at the pace of its first day. */
const LEAST_PERCENT = 50;
/** A weekend. */
const WARNING_DAYS = 3;

export const lv015 = defineCheck({
  code: 'LV015',
  title: 'thin pool that will be full in a few days',
  harms: { room: 'in less than 3 days', housekeeping: 'later' },
  needs: ['thinPools', 'deviceMapper', 'trend', 'extendedPools'],
  wants: [...WANTS_ABOVE],
  examine: ({ thinPools, deviceMapper: { devices }, trend, extendedPools }, wanted) =>
    thinPools.pools.flatMap((pool) => {
      const uuid = devices.find(({ name }) => name === pool.name)?.uuid ?? '';
      const growing = extendedPools.find((one) => one.pool.name === pool.name);
      const pace = (['data', 'metadata'] as const).map((part) => outlookOf({ pool, part, uuid, growing }, trend));
      const outlooks = pace.flatMap((outlook) => outlook ?? []).sort((a, b) => a.days - b.days);
      const [first] = outlooks;
      // Beyond what is remembered nothing is foretold.
      if (pool.mode !== 'rw' || first === undefined || first.days >= KEPT_DAYS) return [];
      const above = pool.devNo === null ? [] : evidenceAbove([pool.devNo], wanted);
      const vgName = poolVolume(pool, devices)?.vgName ?? null;
      const finding = findingFor(poolName(pool, devices), vgName, [first, ...outlooks.slice(1)]);
      return [{ ...finding, evidence: [...finding.evidence, ...above] }];
    }),
});

interface Outlook {
  readonly part: 'data' | 'metadata';
  readonly since: string;
  readonly before: number;
  readonly used: number;
  readonly total: number;
  /** Blocks that LVM will add by itself before the VG is full. */
  readonly room: number;
  /** Until it is full, that room included. */
  readonly days: number;
}

interface Asked {
  readonly pool: ThinPool;
  readonly part: Outlook['part'];
  readonly uuid: string;
  /** Where LVM extends it by itself. */
  readonly growing: GrowingPool | undefined;
}

/** At the slower of two paces, since the oldest look and since the last one of a day ago or more: one restore is no habit. */
function outlookOf({ pool, part, uuid, growing }: Asked, trend: Trend): Outlook | null {
  const [used, total] =
    part === 'data' ? [pool.usedDataBlocks, pool.totalDataBlocks] : [pool.usedMetadataBlocks, pool.totalMetadataBlocks];
  if (total === 0 || (100 * used) / total < LEAST_PERCENT) return null;
  const paces = looksBefore(trend).flatMap((look) => {
    const before = look.pools.get(uuid)?.[part];
    const days = ageMs(trend, look) / DAY_MS;
    return before === undefined || days < 1 ? [] : [{ since: look.takenAt, before, perDay: (used - before) / days }];
  });
  const [oldest, newest] = [paces[0], paces.at(-1)];
  if (oldest === undefined || newest === undefined) return null;
  const { perDay, since, before } = newest.perDay < oldest.perDay ? newest : oldest;
  const room = growing === undefined ? 0 : roomIn(growing, part);
  return perDay <= 0 ? null : { part, since, before, used, total, room, days: (total + room - used) / perDay };
}

/** Rounded down: nobody should think to have a day more. */
const inDays = (days: number): string =>
  days < 1 ? 'in less than a day' : days < 2 ? 'in a day' : `in ${Math.floor(days)} days`;

const percent = (used: number, total: number): string => `${(Math.floor((10_000 * used) / total) / 100).toFixed(2)} %`;

function findingFor(name: string, vgName: string | null, outlooks: readonly [Outlook, ...Outlook[]]): Found {
  const [{ part, days }] = outlooks;
  return {
    harm: days < WARNING_DAYS ? 'room' : 'housekeeping',
    subject: { kind: 'thin-pool', id: name },
    title: `thin pool ${name}: ${part} full ${inDays(days)} at its growth of the last days`,
    headline: `has ${part} that is full ${inDays(days)} if it goes on as in the last days: then its guests can no longer write`,
    evidence: outlooks.flatMap((one) => [
      {
        fact: `${one.part} ${one.used} of ${one.total} blocks, ${percent(one.used, one.total)}`,
        source: SOURCE.dmThinPools,
      },
      ...(one.room === 0
        ? []
        : [
            {
              fact: `LVM extends it by itself, by ${one.room} blocks until the VG is full`,
              source: SOURCE.lvmSettings,
            },
          ]),
      {
        fact: `${one.part} ${one.before} blocks, ${percent(one.before, one.total)}, on ${minuteOf(one.since)}: at this pace full ${inDays(one.days)}`,
        source: TREND_PATH,
      },
    ]),
    impact:
      'When a pool runs out of data space, writes of every guest on it wait and then fail; when metadata runs out, the pool turns ' +
      'read-only and needs a repair.',
    remedy: {
      text:
        'See what grows: snapshots that are kept, a guest that writes much, deleted files that were never trimmed. Then free space or ' +
        'extend the pool while its VG has room; metadata is extended on its own (`lvextend --poolmetadatasize`).',
      commands:
        vgName === null
          ? []
          : [reads('lvs', '-a', '-o', 'lv_name,lv_size,data_percent,metadata_percent,lv_time,vg_free', vgName)],
    },
  };
}
