import type { DevNo, DmDevice } from '../device-mapper/device-mapper.ts';
import { type LvmDmName, splitDmName } from '../device-mapper/dm-name.ts';
import { identifyUuid } from '../device-mapper/dm-uuid.ts';
import { volumePath } from './lvm.ts';

/** A thin pool as `dmsetup status --target thin-pool` shows it (kernel thin-provisioning.rst, "Status"). */
export interface ThinPool {
  /** dm name of the pool's thin-pool target, for example `pve-data-tpool`. */
  readonly name: string;
  readonly devNo: DevNo | null;
  readonly usedDataBlocks: number;
  readonly totalDataBlocks: number;
  readonly usedMetadataBlocks: number;
  readonly totalMetadataBlocks: number;
  /** `rw`, `ro`, `out_of_data_space`, `Fail`. */
  readonly mode: string;
  /** Its metadata met an error: it stays read-only until it was checked. */
  readonly needsCheck: boolean;
  /** Writes without room fail at once instead of waiting. */
  readonly errorsWhenFull: boolean;
}

/** The target counts its metadata in blocks of 4 KiB (kernel thin-provisioning.rst, "Status"). */
export const METADATA_BLOCK_BYTES = 4096;

export interface ThinPools {
  readonly pools: readonly ThinPool[];
}

/**
 * The pool as LVM calls it, `hot/data` for `hot-data-tpool`; null where its UUID is not LVM's. Where no UUID could be read
 * (`devices` is null), LVM's own layer in its name tells: the pool is the same one, whoever can be asked of it.
 */
export function poolVolume(pool: ThinPool, devices: readonly DmDevice[] | null): LvmDmName | null {
  if (devices === null) {
    const split = splitDmName(pool.name);
    return split?.layer === 'tpool' ? split : null;
  }
  const device = devices.find(({ name }) => name === pool.name);
  return device !== undefined && identifyUuid(device.uuid).kind === 'lvm' ? splitDmName(device.name) : null;
}

/** As people call it: `hot/data`, or the device's own name. */
export function poolName(pool: ThinPool, devices: readonly DmDevice[]): string {
  const volume = poolVolume(pool, devices);
  return volume === null ? pool.name : volumePath(volume);
}

/** How full it is; 0 where it says nothing, as one that has failed. */
export const poolUse = (pool: ThinPool): { readonly dataPercent: number; readonly metadataPercent: number } => ({
  dataPercent: percent(pool.usedDataBlocks, pool.totalDataBlocks),
  metadataPercent: percent(pool.usedMetadataBlocks, pool.totalMetadataBlocks),
});

const percent = (used: number, total: number): number => (total === 0 ? 0 : (100 * used) / total);
