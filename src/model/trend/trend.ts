import { type DeviceMapper, underlyingDevices } from '../device-mapper/device-mapper.ts';
import type { Lvm } from '../lvm/lvm.ts';
import type { ThinPools } from '../lvm/thin-pools.ts';
import type { Disk, Disks, IoCounts } from '../paths/disks.ts';
import { isMultipath } from '../paths/multipath-maps.ts';

/** Beside the history, at its usual place: it is read like everything else of a node, so a capture holds it. */
export const TREND_PATH = '/var/lib/pve-doctor/trend.txt';

/** The reason where no run was ever kept: how it is on most nodes at first, and nothing that anybody could see. */
export const NOTHING_KEPT = 'no earlier run was kept to compare with';

/** Used blocks of a thin pool. */
export interface PoolBlocks {
  readonly data: number;
  readonly metadata: number;
}

/** What an earlier run saw, as far as a later one compares it. */
export interface TrendLook {
  /** ISO 8601, UTC. */
  readonly takenAt: string;
  /** Counters begin anew with each boot. */
  readonly bootId: string;
  /** By `diskKey`. */
  readonly disks: ReadonlyMap<string, IoCounts>;
  /** The number of paths of each multipath map, by its device-mapper UUID. */
  readonly maps: ReadonlyMap<string, number>;
  /** By the device-mapper UUID of the pool. */
  readonly pools: ReadonlyMap<string, PoolBlocks>;
  /** Names of the VGs that LVM showed, by UUID. */
  readonly groups: ReadonlyMap<string, string>;
}

/** What was seen before, oldest first. */
export interface Trend {
  /** When this run looks, and in which boot; the id is empty where it could not be read. */
  readonly takenAt: string;
  readonly bootId: string;
  readonly looks: readonly TrendLook[];
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** A week, so that the same day of the last one is among them, and a day more for a timer that comes late. */
export const KEPT_DAYS = 8;

/** Looks that stay are so far apart: two of each day, whatever the timer does. */
const APART_MS = 12 * HOUR_MS;

/** A disk by one way: each way to a LUN counts for itself, and letters change. null where nobody could ask its name. */
export const diskKey = ({ address, wwid }: Disk): string | null =>
  address === '' || wwid === null ? null : `${address} ${wwid}`;

export const ageMs = ({ takenAt }: Pick<Trend, 'takenAt'>, look: Pick<TrendLook, 'takenAt'>): number =>
  Date.parse(takenAt) - Date.parse(look.takenAt);

/** The looks of the last days. One of the future, from before a clock was set back, tells nothing. */
export const looksBefore = (trend: Trend): readonly TrendLook[] =>
  trend.looks.filter((look) => {
    const age = ageMs(trend, look);
    return age > 0 && age <= KEPT_DAYS * DAY_MS;
  });

/** What is kept after this run: its look is the last, and one that stands too near to the look before it makes room. */
export function looksAfter(trend: Trend, look: TrendLook): readonly TrendLook[] {
  const looks = looksBefore(trend);
  const [before, last] = looks.slice(-2);
  const isNear = before !== undefined && last !== undefined && ageMs(last, before) < APART_MS;
  return [...(isNear ? looks.slice(0, -1) : looks), look];
}

export interface Seen {
  readonly disks: Disks | null;
  readonly deviceMapper: DeviceMapper | null;
  readonly thinPools: ThinPools | null;
  readonly lvm: Lvm | null;
}

/** What of this run later ones compare with. What could not be read is not in it. */
export function lookOfNow({ takenAt, bootId }: Pick<Trend, 'takenAt' | 'bootId'>, seen: Seen): TrendLook {
  const devices = seen.deviceMapper?.devices ?? [];
  const uuids = new Map(devices.map(({ name, uuid }) => [name, uuid]));
  return {
    takenAt,
    bootId,
    disks: new Map(
      (seen.disks?.disks ?? []).flatMap((disk) => {
        const key = diskKey(disk);
        const { ioErrors, ioTimeouts } = disk;
        return key === null || (ioErrors === null && ioTimeouts === null) ? [] : [[key, { ioErrors, ioTimeouts }]];
      }),
    ),
    maps: new Map(
      devices
        .filter((device) => device.uuid !== '' && isMultipath(device))
        .map((device) => [device.uuid, underlyingDevices(device).length]),
    ),
    pools: new Map(
      (seen.thinPools?.pools ?? []).flatMap(({ name, usedDataBlocks, usedMetadataBlocks, totalMetadataBlocks }) => {
        const uuid = uuids.get(name) ?? '';
        // One that has failed tells no numbers.
        if (uuid === '' || totalMetadataBlocks === 0) return [];
        return [[uuid, { data: usedDataBlocks, metadata: usedMetadataBlocks }]];
      }),
    ),
    groups: new Map((seen.lvm?.vgs ?? []).map(({ vgUuid, vgName }) => [vgUuid, vgName])),
  };
}

/** When LVM last showed a VG of this name; null where no look that is kept saw one. */
export const groupSeenAt = (vgName: string, trend: Trend): string | null =>
  looksBefore(trend).findLast(({ groups }) => [...groups.values()].includes(vgName))?.takenAt ?? null;
