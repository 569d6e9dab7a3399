import type { DevNo } from '../device-mapper/device-mapper.ts';
import type { Reading } from '../reading.ts';

/** Mounts of the node and of its containers, what was expected to be mounted, and what asking them gave. */

/** One mount of a mount namespace, in mountinfo's words (kernel Documentation/filesystems/proc.rst, section 3.5). */
export interface SeenMount {
  readonly mountId: number;
  readonly parentId: number;
  /** Number of its superblock; mounts with the same number are the same file system. */
  readonly devNo: DevNo;
  /** The directory of the file system that is mounted. */
  readonly root: string;
  readonly target: string;
  readonly fsType: string;
  readonly source: string;
  /** Per-mount options. */
  readonly options: readonly string[];
  /** Options of the file system itself. */
  readonly superOptions: readonly string[];
  /** A mount on top of it or above it hides it: its path leads elsewhere. */
  readonly covered: boolean;
}

/** The mount namespace of process 1. */
export interface HostMounts {
  readonly mounts: readonly SeenMount[];
  /** IP addresses of this node; empty where they could not be read. */
  readonly addresses: readonly string[];
}

/** A directory of the node that a container's configuration mounts into it. */
export interface BindEntry {
  /** `mp0`, `lxc.mount.entry`. */
  readonly key: string;
  /** Path on the node. */
  readonly source: string;
  /** Path inside the container. */
  readonly target: string;
  readonly readonly: boolean;
}

/** What a container's configuration says of its mounts. */
export interface ContainerConfig {
  readonly binds: readonly BindEntry[];
  /** Targets of all `mpN` that ask for read-only, volumes included. */
  readonly readonlyTargets: readonly string[];
  /** Static IP addresses of `netN`. */
  readonly addresses: readonly string[];
}

/** A running container as its init process sees the world. */
export interface Container {
  readonly vmid: number;
  readonly name: string;
  readonly initPid: number;
  readonly mounts: readonly SeenMount[];
  readonly config: Reading<ContainerConfig>;
}

export interface Containers {
  readonly containers: readonly Container[];
  /** Running containers that could not be looked into, each as a sentence. */
  readonly gaps: readonly string[];
}

/** A file system that something says should be mounted. */
export interface ExpectedMount {
  readonly origin: 'storage' | 'fstab' | 'unit';
  /** `/etc/fstab, line 7`. */
  readonly readFrom: string;
  readonly storeid: string | null;
  readonly target: string;
  /** null where any file system will do (`is_mountpoint`). */
  readonly source: string | null;
  readonly fsType: string | null;
  readonly options: readonly string[];
  /** False where it is mounted on demand only: automount, noauto, a unit that nothing starts; and where `unclear`. */
  readonly required: boolean;
  /** Why nobody can tell which directory it means: a link on the way could not be seen, or bytes of its line are lost. */
  readonly unclear?: string;
}

/** The directory of an enabled `dir` or `btrfs` storage of this node. */
export interface StorageDirectory {
  readonly storeid: string;
  /** Without symbolic links. */
  readonly path: string;
}

export interface ExpectedMounts {
  readonly mounts: readonly ExpectedMount[];
  readonly directories: readonly StorageDirectory[];
  /** Places that may expect more and could not be read, each as a sentence. */
  readonly gaps: readonly string[];
  /** Those of them that may have more directories of storages. */
  readonly directoryGaps: readonly string[];
}

/** A scheduled vzdump job. */
export interface BackupJob {
  readonly id: string;
  readonly storeid: string;
  readonly enabled: boolean;
}

export interface BackupJobs {
  readonly jobs: readonly BackupJob[];
}

export interface Capacity {
  readonly totalBytes: number;
  readonly usedBytes: number;
  /** For users other than root. */
  readonly availableBytes: number;
  /** 0 where the file system does not count inodes. */
  readonly totalInodes: number;
  readonly usedInodes: number;
}

/** The system's name of an error, or `other`. */
export type ErrorClass =
  | 'ESTALE'
  | 'EIO'
  | 'ENOTCONN'
  | 'EHOSTDOWN'
  | 'EACCES'
  | 'ENOENT'
  | 'ETIMEDOUT'
  | 'ECONNREFUSED'
  | 'ECONNRESET'
  | 'ECONNABORTED'
  | 'EHOSTUNREACH'
  | 'ENETUNREACH'
  | 'EAGAIN'
  | 'ENODEV'
  | 'ENXIO'
  | 'EPERM'
  | 'EREMOTEIO'
  | 'ESHUTDOWN'
  | 'ENOKEY'
  | 'ENOLINK'
  | 'other';

/** What became of `statfs`. */
export type MountProbe =
  | { readonly state: 'answered'; readonly durationMs: number; readonly capacity: Capacity | null }
  | { readonly state: 'failed'; readonly errorClass: ErrorClass; readonly detail: string }
  | { readonly state: 'timed-out'; readonly waitedMs: number; readonly leftBehind: LeftBehind | null }
  /** Nobody could ask: never a verdict. `barred`: nobody but its user ever may, so there is nothing to find out. */
  | { readonly state: 'unknown'; readonly because: string; readonly barred?: true };

/** A probe that could not be killed. */
export interface LeftBehind {
  readonly pid: number;
  /** ISO 8601. */
  readonly since: string;
}

/** What a TCP connection to a mount's server came to. */
export interface ServerAnswer {
  /** null: nobody could ask. */
  readonly answers: boolean | null;
  readonly detail: string;
}

/** Files in the directory that a mount hides, or that a missing mount leaves open. */
export interface Beneath {
  readonly files: number;
  readonly bytes: number;
  /** Relative to the mount point; empty where there is no file. */
  readonly newestPath: string;
  /** ISO 8601; empty where there is no file. */
  readonly newestAt: string;
  /** False where the look ended at its limit: there is at least this much. */
  readonly complete: boolean;
}

export interface MountProbes {
  readonly settings: MountSettings;
  /** By `probeKey` of model/mount-tree.ts. */
  readonly statfs: ReadonlyMap<string, MountProbe>;
  /** Local file systems of the node that hold storages: their mount points were asked as well. */
  readonly localTargets: ReadonlySet<string>;
  /**
   * By `probeKey`: NFS mounts that are mounted for writing and whose server lets root not write. `all`: nobody, since the mode of
   * the directory lets everybody; `root`: read-only for all, or for root alone (root_squash), which cannot be told apart;
   * `unknown`: the question had no answer.
   */
  readonly refusesWriting: ReadonlyMap<string, 'all' | 'root' | 'unknown'>;
  /** Directories of storages that do not exist, by storage. */
  readonly lostDirectories: ReadonlyMap<string, string>;
  /** Remote file systems of the containers' own /etc/fstab, by VMID. */
  readonly fstabs: ReadonlyMap<number, Reading<readonly ExpectedMount[]>>;
  /** By `host:port`. */
  readonly servers: ReadonlyMap<string, ServerAnswer>;
  /** By `beneathKey` of model/mount-tree.ts; what is neither here nor unread was not to be looked at, or is no directory. */
  readonly beneath: ReadonlyMap<string, Beneath>;
  /** By the same key: why nobody could look. */
  readonly beneathUnread: ReadonlyMap<string, string>;
}

/** A process that was in uninterruptible sleep in two reads. */
export interface StuckProcess {
  readonly pid: number;
  readonly command: string;
  readonly vmid: number | null;
  /** What the kernel says it waits in; empty where that is not told. */
  readonly wchan: string;
  /** Mount points of remote file systems that its directories, open files and arguments name; empty where none does. */
  readonly targets: readonly string[];
}

export interface StuckProcesses {
  readonly processes: readonly StuckProcess[];
  /** Processes of which it could not be told what they wait for, each as a sentence. */
  readonly gaps: readonly string[];
}

/** What a user may set about mounts. */
export interface MountSettings {
  /** How long a mount of the node has to answer. */
  readonly probeTimeoutMs: number;
  /** How long a mount inside a container has to answer. */
  readonly containerTimeoutMs: number;
  /** Used space or inodes from here on are a warning. */
  readonly warningPercent: number;
  readonly criticalPercent: number;
}

/** 2 s: long for a healthy server, short for a check that runs every few minutes (PVE's own test of a path waits as long). */
export const DEFAULT_MOUNT_SETTINGS: MountSettings = {
  probeTimeoutMs: 2000,
  containerTimeoutMs: 2000,
  warningPercent: 85,
  criticalPercent: 95,
};

/**
 * What a probe asks `stat -f` for: block size; blocks in all, free and available; inodes in all and free; type of the file
 * system (coreutils stat(1)). No other program has it in its arguments, so a probe that hangs is told by it.
 */
export const PROBE_FORMAT = '%S %b %f %a %c %d %T';
