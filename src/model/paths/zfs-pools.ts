/** Pools of ZFS that are imported here, as the kernel states them. */
export interface ZfsPools {
  readonly pools: readonly ZfsPool[];
}

export interface ZfsPool {
  readonly name: string;
  /** A word of module/zfs/spa_misc.c spa_state_to_name: ONLINE, DEGRADED, FAULTED, OFFLINE, REMOVED, UNAVAIL, SPLIT, SUSPENDED, TRANSITIONING. */
  readonly state: string;
}

/** Its I/O waits until somebody clears it: whoever asks anything of it waits too. */
export const isSuspended = ({ state }: ZfsPool): boolean => state === 'SUSPENDED';
