/** Proxmox VE as its own files describe it (facts of pmxcfs, storage.cfg and guest configurations). */

/** pmxcfs on this node: what makes /etc/pve worth believing. */
export interface Cluster {
  readonly nodeName: string;
  /** Names of all nodes that have a directory under /etc/pve/nodes. */
  readonly nodeNames: readonly string[];
  /** Owner-write bit of /etc/pve/local (pve-cluster src/PVE/Cluster.pm check_cfs_quorum). */
  readonly quorate: boolean;
  /** `cluster.name` of .members; empty on a standalone node. */
  readonly clusterName: string;
  /** The only member of its cluster: there is nobody to compare with, and nobody to publish for. */
  readonly isAlone?: boolean;
  /** Its nodes as corosync has them: a node that was taken out keeps its directory. Left out where .members has no list of them. */
  readonly members?: readonly string[];
}

export interface Storage {
  readonly storeid: string;
  /** lvm, lvmthin, dir, nfs, zfspool, …; empty when a required property is missing, as PVE keeps it. */
  readonly type: string;
  /** All properties after PVE's own rules (first of a duplicate attribute wins, defaults filled in). */
  readonly properties: Readonly<Record<string, string>>;
  readonly shared: boolean;
  readonly disabled: boolean;
  /** null: usable on every node. */
  readonly nodes: readonly string[] | null;
}

export interface StorageConfig {
  readonly storages: readonly Storage[];
  /** Lines that PVE ignores, and sections it drops, each as a sentence with its line number. */
  readonly problems: readonly string[];
  /** VG names in the raw text, also of sections that PVE drops. */
  readonly mentionedVgs: readonly string[];
}

/** `skipped`: under a header that PVE does not know, so that it reads nothing up to the next one. */
export type SectionKind = 'current' | 'pending' | 'snapshot' | 'fleecing' | 'cloudinit' | 'skipped';

/** What a configuration says of one volume or device: a volume id, or an absolute path. */
export interface VolumeMention {
  /** `scsi0`, `unused3`, `vmstate`, `rootfs`, `mp1`, `args`, `lxc.mount.entry`, `fleecing-images`, … */
  readonly key: string;
  readonly section: SectionKind;
  /** The snapshot's name; empty otherwise. */
  readonly snapshot: string;
  readonly target:
    | {
        readonly kind: 'volid';
        readonly storeid: string;
        readonly volname: string;
        /** Of a LUN of an iSCSI storage: where the path that PVE opens leads on this node, as below. */
        readonly resolved?: string | null;
      }
    | {
        readonly kind: 'path';
        readonly path: string;
        /**
         * Where a path below /dev leads on this node, its links followed; null: nowhere. Left out where nobody looked, as for a
         * guest of another node.
         */
        readonly resolved?: string | null;
      };
  /**
   * `certain`: a line of the form `key: value` says it, whatever else stands there. `maybe`: the text is there, but it is a
   * comment, a line without that form, or one that another replaces; such a volume is not accused either.
   */
  readonly certainty: 'certain' | 'maybe';
  /** What the guest writes does not reach it: a CD-ROM, `ro=1`, `snapshot=1`; left out otherwise. */
  readonly readOnly?: true;
  /** `size=` of the line; left out where it has none. */
  readonly sizeBytes?: number;
}

/** `snapstate:` of its section (pve-guest-common src/PVE/AbstractConfig.pm snapshot_create, snapshot_delete). */
export interface UnfinishedSnapshot {
  readonly snapshot: string;
  readonly state: 'prepare' | 'delete';
}

export interface GuestConfig {
  readonly vmid: number;
  readonly type: 'qemu' | 'lxc';
  readonly node: string;
  readonly path: string;
  /** `name` or `hostname`; empty when the configuration has none. */
  readonly name: string;
  readonly template: boolean;
  /** `protection: 1`: neither the guest nor its disks may be removed. */
  readonly protection: boolean;
  /** Value of `lock:` in the current section; empty when there is none. */
  readonly lock: string;
  /** Snapshot section names in file order. */
  readonly snapshots: readonly string[];
  /** `snaptime:` of each that has one, in seconds since 1970; left out where none has. */
  readonly snapshotTimes?: ReadonlyMap<string, number>;
  /** Those of them that PVE has begun to make or to delete. */
  readonly unfinished: readonly UnfinishedSnapshot[];
  /** How long nobody has written the file, null where that cannot be read; only of a guest of this node with a lock or an unfinished snapshot. */
  readonly unchangedSeconds?: number | null;
  /** When that was, in seconds since 1970, as the file has it; of the same guests. */
  readonly writtenAt?: number | null;
  readonly mentions: readonly VolumeMention[];
  /**
   * Names of guest volumes in the raw text that no mention of their own line accounts for, decoded from dm names too:
   * each is "maybe referenced" in every VG. A mention elsewhere says nothing of them, since it may be of another VG.
   */
  readonly rawNames: readonly string[];
  /** Lines that PVE would drop or warn about, each as a sentence with its line number. */
  readonly problems: readonly string[];
  /** Why something may be missing in it, so that its silence about a volume proves nothing; empty where nothing says so. */
  readonly incomplete: string;
}

/** Every guest of the cluster, all nodes. Known only when every configuration could be read. */
export interface Guests {
  readonly configs: readonly GuestConfig[];
}

/** Options of datacenter.cfg that matter here. `next-id` (pve-manager PVE/API2/Cluster.pm nextid): upper is exclusive. */
export interface Datacenter {
  readonly nextIdLower: number;
  readonly nextIdUpper: number;
}

export interface RunningGuest {
  readonly vmid: number;
  readonly type: 'qemu' | 'lxc';
  /** The QEMU process, or the container's monitor; null where only the command socket shows it. */
  readonly pid: number | null;
  /** True for a QEMU that was started with `-incoming`. */
  readonly incoming: boolean;
}

export interface RunningGuests {
  readonly guests: readonly RunningGuest[];
}

/** A running task of /var/log/pve/tasks/active whose process is still the one that started it. */
export interface Task {
  readonly upid: string;
  readonly type: string;
  /** The id field as it stands: mostly a VMID, sometimes empty or several. */
  readonly id: string;
  /** VMIDs named in the id; empty when the task may concern any guest. */
  readonly vmids: readonly number[];
  readonly user: string;
}

/** A lock that somebody holds now (flock seen in /proc/locks, or a cluster lock directory). */
export interface HeldLock {
  readonly path: string;
  readonly vmid: number | null;
  readonly storeid: string | null;
  readonly pid: number | null;
}

/** What is in flight on this node. Configuration `lock:` values are in the guests' section. */
export interface Activity {
  readonly tasks: readonly Task[];
  readonly locks: readonly HeldLock[];
  /** Tasks without a recorded end whose process is gone; left out where there are none. */
  readonly died?: readonly Task[];
}

/** A task of PVE that has ended, of guests. */
export interface FinishedTask {
  readonly node: string;
  /** `qmdestroy`, `qmmigrate`, `imgdel`, … */
  readonly type: string;
  readonly vmids: readonly number[];
  readonly user: string;
  /** `OK`, or what went wrong. */
  readonly status: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly endedAt: string;
}

/** What this node's log of tasks still has, oldest first. */
export interface FinishedTasks {
  readonly tasks: readonly FinishedTask[];
}

/** The newest task of each guest in this node's log; a volume that nobody names any more was dealt with there. */
export type LastTasks = ReadonlyMap<number, FinishedTask>;
