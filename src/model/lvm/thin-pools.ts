import type { DevNo } from '../device-mapper/device-mapper.ts';

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
}

export interface ThinPools {
  readonly pools: readonly ThinPool[];
}
