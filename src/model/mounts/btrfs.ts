import type { DevNo } from '../device-mapper/device-mapper.ts';
import type { SeenMount } from './mounts.ts';

/** Mounted btrfs file systems, as the kernel states them. */
export interface BtrfsFileSystems {
  readonly fileSystems: readonly BtrfsFileSystem[];
  /** What of them could not be read, each as a sentence. */
  readonly unread: readonly string[];
}

export interface BtrfsFileSystem {
  readonly uuid: string;
  /** Empty where it has none. */
  readonly label: string;
  /** Block devices that it is on: the kernel does not say which of its devices each is. */
  readonly devices: readonly BtrfsBlock[];
  readonly members: readonly BtrfsMember[];
}

export interface BtrfsBlock {
  /** Kernel name. */
  readonly name: string;
  /** Empty where the kernel does not say. */
  readonly devNo: DevNo;
  /** Its name below /dev/mapper, as the mount table has it; empty where it is none of device-mapper. */
  readonly mapped: string;
}

export interface BtrfsMember {
  /** `devid`. */
  readonly id: number;
  readonly missing: boolean;
  /** What it counted since somebody last set it to zero; null where this kernel does not tell (before 5.14). */
  readonly errors: BtrfsErrors | null;
}

/** fs/btrfs/volumes.h enum btrfs_dev_stat_values. */
export interface BtrfsErrors {
  readonly write: number;
  readonly read: number;
  readonly flush: number;
  readonly corruption: number;
  readonly generation: number;
}

/** Whether a mount is of this file system: it has a number of its own, and one of the devices as its source. */
export const isMountOf =
  ({ devices }: BtrfsFileSystem) =>
  ({ fsType, source }: SeenMount): boolean =>
    fsType === 'btrfs' &&
    devices.some(
      ({ name, mapped }) => source === `/dev/${name}` || (mapped !== '' && source === `/dev/mapper/${mapped}`),
    );
