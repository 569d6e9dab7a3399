import type { DevNo } from './device-mapper.ts';

/** What tells a disk from another one at the same number; a word is empty where the kernel has none. */
export interface DiskIdentity {
  readonly sizeSectors: string;
  readonly wwid: string;
  readonly serial: string;
  readonly partUuid: string;
  /** /sys/block/X/diskseq, which means something within one boot only. */
  readonly diskSeq: string;
  readonly bootId: string;
}

/** One block device of /sys/dev/block, with its place in the stack. */
export interface BlockDevice {
  readonly devNo: DevNo;
  /** Kernel name: `dm-3`, `sda1`, `loop0`. */
  readonly kernelName: string;
  /** Kernel names of devices stacked on this one (/sys/block/X/holders). Read for device-mapper devices only. */
  readonly holders: readonly string[];
  /** SCSI state (`running`, `offline`, `transport-offline`, `blocked`); empty where there is none, null where unreadable. */
  readonly state: string | null;
  /** The disk that it is, or is a partition of; null for virtual devices (dm, loop, md). */
  readonly disk: string | null;
  /** What the disk answers as its own name (`naa.6001405…`), the same through every path; empty where there is none. */
  readonly wwid: string;
  /** Read for a repair only, and not for device-mapper's own devices. */
  readonly identity?: DiskIdentity;
}

/** Block devices of this node, keyed by device number. A number that is not here does not exist. */
export interface BlockDevices {
  readonly devices: ReadonlyMap<DevNo, BlockDevice>;
}
