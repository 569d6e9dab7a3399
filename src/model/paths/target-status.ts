import type { DevNo } from '../device-mapper/device-mapper.ts';

/** What the kernel says of a target that has a state of its own: one line of `dmsetup status`. */
export interface TargetStatus {
  readonly start: number;
  readonly length: number;
  /** As in the table: multipath, raid, mirror, snapshot, cache, … */
  readonly type: string;
  /** The rest of the line, as printed. */
  readonly raw: string;
  /** null where the line is not in the form that this target's documentation gives. */
  readonly state: TargetState | null;
}

export type TargetState =
  | MultipathState
  | RaidState
  | MirrorState
  | SnapshotState
  | CacheState
  | WritecacheState
  | IntegrityState
  | VdoState
  | VerityState
  | { readonly kind: 'other' };

/** kernel drivers/md/dm-mpath.c multipath_status. */
export interface MultipathState {
  readonly kind: 'multipath';
  readonly groups: readonly PathGroup[];
}

export interface PathGroup {
  /** A: the one in use, even where all of its paths have failed. E: enabled. D: disabled. */
  readonly state: string;
  readonly paths: readonly PathState[];
}

export interface PathState {
  readonly devNo: DevNo;
  readonly failed: boolean;
  /** Never set back. */
  readonly failCount: number;
}

/** kernel Documentation/admin-guide/device-mapper/dm-raid.rst, "Status Output". */
export interface RaidState {
  readonly kind: 'raid';
  readonly level: string;
  /** One letter for each leg: A in sync, a alive and not in sync, D dead. */
  readonly health: string;
  readonly doneSectors: number;
  readonly totalSectors: number;
  /** idle, resync, recover, check, repair, reshape, frozen. */
  readonly action: string;
  readonly mismatches: number;
}

/** kernel drivers/md/dm-raid1.c mirror_status: A alive, D write error, S out of sync, R read error, F flush error, U unclassified. */
export interface MirrorState {
  readonly kind: 'mirror';
  readonly health: string;
  readonly doneRegions: number;
  readonly totalRegions: number;
}

/** kernel drivers/md/dm-snap.c snapshot_status. */
export interface SnapshotState {
  readonly kind: 'snapshot';
  /** `ok`, or the word that stands in place of the numbers: Invalid, Merge failed, Overflow, Unknown. */
  readonly condition: string;
  readonly usedSectors: number;
  readonly totalSectors: number;
}

/** kernel drivers/md/dm-cache-target.c cache_status. */
export interface CacheState {
  readonly kind: 'cache';
  /** rw, ro, Fail, Error. */
  readonly mode: string;
  readonly needsCheck: boolean;
  readonly dirtyBlocks: number;
}

/** kernel Documentation/admin-guide/device-mapper/writecache.rst, "Status". */
export interface WritecacheState {
  readonly kind: 'writecache';
  readonly error: number;
  readonly blocks: number;
  readonly freeBlocks: number;
}

/** kernel drivers/md/dm-integrity.c dm_integrity_status. */
export interface IntegrityState {
  readonly kind: 'integrity';
  readonly mismatches: number;
}

/** kernel Documentation/admin-guide/device-mapper/vdo.rst, "Status". */
export interface VdoState {
  readonly kind: 'vdo';
  /** normal, recovering, read-only. */
  readonly mode: string;
  readonly usedBlocks: number;
  readonly totalBlocks: number;
}

/** kernel Documentation/admin-guide/device-mapper/verity.rst, "Status". */
export interface VerityState {
  readonly kind: 'verity';
  /** A block that did not match its hash was read since the table was loaded. */
  readonly corrupt: boolean;
}

/** Lines of devices whose table has a target with a state; a device that is not here was not seen. */
export interface TargetStatuses {
  readonly byName: ReadonlyMap<string, readonly TargetStatus[]>;
}
