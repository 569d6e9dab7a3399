import type { BlockDevices } from '../device-mapper/block-devices.ts';
import type { DevNo } from '../device-mapper/device-mapper.ts';
import type { Slaves } from './block-graph.ts';
import type { DrbdVolume } from './drbd9.ts';

/** What the kernel counts of a disk since it came; null where it does not count it, or the count says nothing. */
export interface IoCounts {
  readonly ioErrors: number | null;
  readonly ioTimeouts: number | null;
}

/** A whole disk of this node: what it, or the way to it, says of itself. Nothing here opens the disk. */
export interface Disk extends IoCounts {
  readonly kernelName: string;
  readonly devNo: DevNo;
  /** SCSI host, channel, target and LUN, `2:0:0:1`; empty where it is no SCSI disk. */
  readonly address: string;
  /** The iSCSI session that it comes through, `session1`; empty where there is none. */
  readonly session: string;
  /** kernel drivers/scsi/scsi_sysfs.c sdev_states; empty where there is none, null where it could not be read. */
  readonly state: string | null;
  readonly sizeSectors: number | null;
  readonly readOnly: boolean | null;
  /** Empty where the disk has no name of its own; null where nobody could ask. */
  readonly wwid: string | null;
  /** Vendor and model; empty where it does not say. */
  readonly model: string;
}

export interface IscsiConnection {
  readonly name: string;
  /** up, down, failed, free (kernel drivers/scsi/scsi_transport_iscsi.c). */
  readonly state: string | null;
  /** As it was logged in: `10.9.0.2:3260`; empty where the kernel does not say. */
  readonly portal: string;
}

export interface IscsiSession {
  readonly name: string;
  readonly targetName: string | null;
  /** LOGGED_IN, FAILED, FREE. */
  readonly state: string | null;
  readonly connections: readonly IscsiConnection[];
}

export interface NvmeController {
  readonly name: string;
  /** live, new, resetting, connecting, deleting, dead (kernel drivers/nvme/host/sysfs.c). */
  readonly state: string | null;
}

/** One minor of DRBD 8 (/proc/drbd). */
export interface DrbdDevice {
  readonly minor: number;
  readonly connection: string;
  readonly disk: string;
  readonly peerDisk: string;
  readonly role: string;
}

/** A device that the kernel makes of others, device-mapper's apart: md, bcache, DRBD, a loop over a file. */
export interface Stacked {
  readonly kernelName: string;
  readonly devNo: DevNo;
  readonly sizeSectors: number | null;
  /** Kernel names of what it lies on; null where nobody could read them. */
  readonly slaves: readonly string[] | null;
  /** The file or device behind a loop; empty where there is none, null where nobody could read it. */
  readonly backing: string | null;
}

/** The disks beneath everything else, and the ways to them. */
export interface Disks {
  readonly disks: readonly Disk[];
  readonly sessions: readonly IscsiSession[];
  readonly controllers: readonly NvmeController[];
  readonly drbd: readonly DrbdDevice[];
  readonly drbd9: readonly DrbdVolume[];
  /** What of DRBD could not be read: no disk's matter. */
  readonly drbdUnread: readonly string[];
  readonly stacked: readonly Stacked[];
  /** Portals that open-iscsi has on record for a target: those that a login uses. */
  readonly portals: ReadonlyMap<string, readonly string[]>;
  /** Whether multipathd runs; null where nobody could tell. */
  readonly multipathd: boolean | null;
  /** What could not be read, each as a path. */
  readonly unread: readonly string[];
}

/** The portal that an iSCSI disk comes through; empty where it is none, or the kernel does not say. */
export const portalOf = ({ session }: Disk, { sessions }: Disks): string =>
  sessions.find(({ name }) => name === session)?.connections[0]?.portal ?? '';

/** What could not be read, as a sentence for whoever asks why something was not judged. */
export const unreadDisks = ({ unread }: Pick<Disks, 'unread'>): readonly string[] =>
  [...new Set(unread)].map((path) => `${path} could not be read`);

/** What stacked devices lie on, by number. A name that no device has is left out. */
export function slavesOf({ stacked }: Disks, { devices }: BlockDevices): Slaves {
  const byName = new Map([...devices.values()].map((block) => [block.kernelName, block.devNo]));
  return new Map(stacked.map(({ devNo, slaves }) => [devNo, (slaves ?? []).flatMap((name) => byName.get(name) ?? [])]));
}
