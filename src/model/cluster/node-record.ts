/**
 * What one node tells the others about itself: its verdict, and a fingerprint of what matters across nodes. It travels through
 * Proxmox VE's own key/value store or over ssh; `docs/cluster.md` is its manual. Whoever reads one takes it for the word of a
 * node, never for the truth: `believe.ts` decides which words count.
 */
import type { Severity } from '../finding.ts';
import type { OverallStatus } from '../report/report.ts';
import type { MailPart } from './mail-part.ts';
import type { RecordedLeftOut } from './recorded-left-out.ts';

/** A reader takes what it knows of its own number and lower ones, and nothing of a higher one. */
export const RECORD_FORMAT = 1;

export interface NodeRecord {
  readonly format: typeof RECORD_FORMAT;
  /** Version of the pve-doctor that wrote it. */
  readonly toolVersion: string;
  readonly node: string;
  /** ISO 8601, by the clock of that node, when it began to look. */
  readonly takenAt: string;
  /** /proc/sys/kernel/random/boot_id; empty where it could not be read. */
  readonly bootId: string;
  readonly uptimeSeconds: number | null;
  /** null where the node looked and did not judge, as in repeated samples. */
  readonly verdict: NodeVerdict | null;
  readonly fingerprint: Fingerprint;
  /** What it does for the mail of the cluster; a version that knows of none says nothing. */
  readonly mail?: MailPart | null;
  /** Why a part is null: it was left out for size, or could not be read. A part that is null and not named here is unknown too. */
  readonly gaps: readonly Gap[];
}

export interface NodeVerdict {
  readonly status: OverallStatus;
  /** A later version may know others. */
  readonly grade: string;
  /** null: they were left out. The worst first. */
  readonly problems: readonly RecordedProblem[] | null;
  /** What was not judged; null: left out. */
  readonly unjudged: readonly RecordedLeftOut[] | null;
  /** Areas that its version looks at; one that does not say looks at those of the first version. */
  readonly areas?: readonly string[];
  /** Codes of the checks that its version knows; of one that does not say, nothing that it leaves out is taken for judged. */
  readonly checks?: readonly string[];
  /** File systems that are full, or nearly: what is a hair below its limit is not resolved. */
  readonly fullness?: readonly { /** Of its subject. */ readonly id: string; readonly percent: number }[];
}

/** A problem of the node's own report, in the words that it has there. */
export interface RecordedProblem {
  readonly id: string;
  readonly kind: string;
  readonly severity: Severity;
  readonly who: string;
  readonly what: string;
  readonly codes: readonly string[];
  /** Keys of its findings, as on that node; left out where there are many, and by versions that say none. */
  readonly findings?: readonly string[];
  /** Of guests behind it. */
  readonly vmids: readonly number[];
  readonly acknowledged: boolean;
  /** The first sentence of what to do, on that node. */
  readonly next: string;
  /** pve-doctor repairs it there. */
  readonly repairable: boolean;
}

/** Every part may be null: not told. Never an empty list for that. */
export interface Fingerprint {
  /** Guests that run on that node, whatever their configuration says. */
  readonly running: readonly RunningPrint[] | null;
  /** Tasks and locks that touch volumes. */
  readonly activity: ActivityPrint | null;
  /** Thin pools that are active on that node. */
  readonly thinPools: readonly PoolPrint[] | null;
  /** ext4, xfs and btrfs that are mounted for writing. */
  readonly fileSystems: readonly FileSystemPrint[] | null;
  readonly groups: readonly GroupPrint[] | null;
  /** Storages that storage.cfg enables for that node. */
  readonly storages: readonly StoragePrint[] | null;
  /** Multipath maps, and disks that are no path of one. */
  readonly luns: readonly LunPrint[] | null;
  readonly remoteMounts: readonly RemoteMountPrint[] | null;
  readonly lvmSettings: LvmSettingsPrint | null;
}

export type PartName = keyof Fingerprint;

export interface Gap {
  /** `volumes`: of the groups whose volumes are null. */
  readonly part: PartName | 'volumes' | 'problems' | 'unjudged' | 'told';
  /** `size`: left out, since a record must stay small. */
  readonly because: 'size' | 'unreadable';
  /** Empty, or a sentence without a full stop. */
  readonly detail: string;
}

/**
 * Since when that node has seen a thing in every look, by its own clock: the looks of one boot, none further apart than three
 * intervals. Two nodes had something at the same time where both spans overlap (`together.ts`): without that, what one gave up
 * before the other took it would look like both having it.
 */
export interface Seen {
  /** Unix time in seconds, of the first of these looks. */
  readonly since: number;
  /** In how many looks, this one counted. */
  readonly looks: number;
}

export interface RunningPrint extends Seen {
  readonly vmid: number;
  readonly type: 'qemu' | 'lxc';
  /** A QEMU that was started as the target of a migration; it stays so when that is over. */
  readonly incoming: boolean;
}

export interface ActivityPrint {
  /** `qmigrate`, `vzdump`, …; no VMID where it may concern any guest. */
  readonly tasks: readonly { readonly type: string; readonly vmids: readonly number[] }[];
  readonly locks: readonly { readonly vmid: number | null; readonly storeid: string | null }[];
}

export interface PoolPrint extends Seen {
  readonly vgName: string;
  readonly vgUuid: string;
  readonly lvName: string;
  /** Of the pool itself. */
  readonly lvUuid: string;
  readonly openCount: number;
}

/** What tells the same disk on two nodes; words are empty where the kernel has none. All empty: it cannot be told. */
export interface DiskPrint {
  readonly wwid: string;
  readonly serial: string;
  /** null where it could not be read. */
  readonly sizeBytes: number | null;
}

/** The device that a file system is on. `unknown`: nothing tells whether another node has the same one. */
export type DevicePrint =
  | { readonly kind: 'volume'; readonly vgUuid: string; readonly lvUuid: string }
  | { readonly kind: 'disk'; readonly disk: DiskPrint /** 0: the whole disk. */; readonly partition: number }
  | { readonly kind: 'unknown' };

export interface FileSystemPrint extends Seen {
  readonly fsType: string;
  /** As blkid writes it; empty where it could not be told. Clones of a machine share it: it proves nothing without the device. */
  readonly fsUuid: string;
  readonly device: DevicePrint;
  /** The first of its mount points. */
  readonly target: string;
}

export interface GroupPrint {
  readonly vgName: string;
  /** Without hyphens, as everywhere. */
  readonly vgUuid: string;
  /** null where LVM did not say. Grows with each change of the metadata. */
  readonly seqno: number | null;
  readonly pvs: readonly PvPrint[];
  /** Volumes that are active there, also those that nothing has open. null: not told. */
  readonly volumes: readonly VolumePrint[] | null;
}

export interface PvPrint {
  readonly pvUuid: string;
  /** LVM does not find the device. */
  readonly missing: boolean;
  readonly disk: DiskPrint;
}

/** A volume that is active; `since` counts while it was open, and is the time of the look where it is not. */
export interface VolumePrint extends Seen {
  readonly lvName: string;
  readonly lvUuid: string;
  readonly openCount: number;
  /** Kinds of what holds it open; empty where nothing was seen. */
  readonly heldBy: readonly HolderKind[];
}

export type HolderKind = 'process' | 'mount' | 'swap' | 'device' | 'loop' | 'target';

export interface StoragePrint {
  readonly storeid: string;
  /** null: could not be told. */
  readonly usable: boolean | null;
  /** Why not, as the rest of a sentence; empty where it is usable. */
  readonly because: string;
  /** Bytes for new volumes; left out where that is not known, and by older versions. */
  readonly freeBytes?: number;
  /**
   * Of a storage that is not shared: volumes that keep their name wherever they go, cloud-init drives and saved memory, as a volume id has
   * them; left out where it was not read, and by older versions.
   */
  readonly fixedNames?: readonly string[];
}

export interface LunPrint {
  readonly wwid: string;
  readonly serial: string;
  /** Kernel or map name on that node, for people. */
  readonly name: string;
  readonly sizeBytes: number | null;
  /** 0: no multipath map, one disk as it is. */
  readonly paths: number;
  /** Of those, not known to be failed. */
  readonly usablePaths: number;
}

export interface RemoteMountPrint {
  readonly source: string;
  readonly fsType: string;
  readonly target: string;
}

/** Settings that decide which devices LVM sees and which volumes are active after a boot; null where it did not say. */
export interface LvmSettingsPrint {
  readonly filter: string | null;
  readonly globalFilter: string | null;
  readonly useDevicesFile: boolean | null;
  /** Entries of the devices file, as `IDTYPE IDNAME`, sorted; null where it is not used or could not be read. */
  readonly devices: readonly string[] | null;
  readonly eventActivation: boolean | null;
  /** `activation/auto_activation_volume_list`; empty where it is not set, so that everything may be activated. */
  readonly autoActivationVolumes: string | null;
}
