/** Pools of ZFS that are imported here, as the kernel states them. */
export interface ZfsPools {
  readonly pools: readonly ZfsPool[];
  /** Why `zpool status` says nothing of them, a sentence without a full stop; empty where it does. */
  readonly statusUnread: string;
}

export interface ZfsPool {
  readonly name: string;
  /** A word of module/zfs/spa_misc.c spa_state_to_name: ONLINE, DEGRADED, FAULTED, OFFLINE, REMOVED, UNAVAIL, SPLIT, SUSPENDED, TRANSITIONING. */
  readonly state: string;
  /** null where nobody asked, or it is not in the answer. */
  readonly status: PoolStatus | null;
}

/** What `zpool status` says of a pool. */
export interface PoolStatus {
  readonly state: string;
  readonly devices: readonly PoolDevice[];
  /** A resilver that goes on, `resilver 12.5 %`; empty where none does. */
  readonly scan: string;
  /** That the last scrub found and could not repair. */
  readonly scrubErrors: number;
  /** In its own words (`3 data errors, use '-v' for a list`); empty where it knows none. */
  readonly dataErrors: string;
}

/** A line of the configuration: the pool itself, a mirror or the like, or a device. */
export interface PoolDevice {
  /** `tank`, `mirror-0`, `/dev/sda1`, or the number of one that is away. */
  readonly name: string;
  readonly state: string;
  readonly use: 'data' | 'logs' | 'cache' | 'spares' | 'special' | 'dedup';
  /** Errors as they are printed, `12` or `1.2K`; empty where none are. */
  readonly read: string;
  readonly write: string;
  readonly checksum: string;
  /** `was /dev/sdb1`, `too many errors`. */
  readonly note: string;
  /** 0 is the pool, or what stands beside it. */
  readonly depth: number;
}

/** Its I/O waits until somebody clears it: whoever asks anything of it waits too. */
export const isSuspended = ({ state }: ZfsPool): boolean => state === 'SUSPENDED';

const isCounted = (count: string): boolean => !['', '0', '-'].includes(count);

export const hasErrors = ({ read, write, checksum }: PoolDevice): boolean => [read, write, checksum].some(isCounted);

/** `3 read, 1.2K checksum`. */
export const errorWords = ({ read, write, checksum }: PoolDevice): string =>
  (
    [
      [read, 'read'],
      [write, 'write'],
      [checksum, 'checksum'],
    ] as const
  )
    .filter(([count]) => isCounted(count))
    .map(([count, what]) => `${count} ${what}`)
    .join(', ');

const WELL: ReadonlySet<string> = new Set(['ONLINE', 'AVAIL', 'INUSE']);

export const isWell = ({ state }: PoolDevice): boolean => WELL.has(state);
