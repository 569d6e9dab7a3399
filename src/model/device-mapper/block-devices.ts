import type { DevNo } from './device-mapper.ts';

/** One block device of /sys/dev/block, with its place in the stack. */
export interface BlockDevice {
  readonly devNo: DevNo;
  /** Kernel name: `dm-3`, `sda1`, `loop0`. */
  readonly kernelName: string;
  /** Kernel names of devices stacked on this one (/sys/block/X/holders). Read for device-mapper devices only. */
  readonly holders: readonly string[];
  /** SCSI state (`running`, `offline`, `transport-offline`, `blocked`); empty where there is none, null where unreadable. */
  readonly state: string | null;
}

/** Block devices of this node, keyed by device number. A number that is not here does not exist. */
export interface BlockDevices {
  readonly devices: ReadonlyMap<DevNo, BlockDevice>;
}
