/**
 * What stands on storages other than LVM, as the tools of each say it; LVM's volumes are the section `lvm`. Nothing here is
 * judged: `leftovers.ts` does that.
 */
import type { Reading } from '../reading.ts';

export type PlaceKind = 'directory' | 'zfs' | 'rbd';

export interface Volumes {
  /** ISO 8601, by the clock of this node; ages count up to here. */
  readonly readAt: string;
  readonly places: readonly VolumePlace[];
  /** Images of this node that are no volumes, as guests have them by a path, or volumes by their headers; left out where nobody looked. */
  readonly outside?: readonly OutsideImage[];
  /** Who of this node has volumes open that no configuration names; absent where nobody looked. */
  readonly users: Reading<readonly VolumeUser[]>;
}

/** A volume that something of this node uses. */
export interface VolumeUser {
  /** Of its place, with its name there. */
  readonly placeId: string;
  readonly name: string;
  /** What uses it, for a sentence: `process 4711 (kvm)`, `loop device loop3`. */
  readonly what: string;
}

/** An image outside of all storages, or beside the volumes of one. */
export interface OutsideImage {
  /** Without links. */
  readonly path: string;
  readonly identity: string | null;
  /** As a volume has it. */
  readonly reads: readonly string[];
  readonly unread: string | null;
}

/**
 * One place that holds volumes, however many storages mean it: two storages with one directory, one pool or one RBD namespace
 * are the same place, as PVE itself compares paths (qemu-server PVE/QemuServer.pm update_disk_config).
 */
export interface VolumePlace {
  readonly kind: PlaceKind;
  /**
   * Its identity on this node. Directory: `major:minor inode` of the directory of images (stat(2)), or its path where nobody could
   * look; zfs: the dataset (`pool` of storage.cfg); rbd: cluster, pool and namespace.
   */
  readonly id: string;
  /** Storages of storage.cfg that mean it; never empty. The first names it to people. */
  readonly storeids: readonly string[];
  /** Where a person finds it: the directory of images, the dataset, `pool` or `pool/namespace`. */
  readonly where: string;
  /** One of its storages is shared: nodes, and perhaps other clusters, see the same volumes. */
  readonly shared: boolean;
  /**
   * `absent`: it is not this node's to look at (disabled, for other nodes), or its directory of images does not exist, and so none of
   * its volumes; `unreadable`: not mounted, dead, timed out, denied, its command missing. Neither is ever clean.
   */
  readonly contents: Reading<PlaceContents>;
  /** Words that a command of Ceph needs to find the pool of another cluster; left out for the own one, and on other places. */
  readonly reach?: readonly string[];
}

export interface PlaceContents {
  readonly volumes: readonly StoredVolume[];
  /** Names that are none of Proxmox VE's, counted only: files of users, `csi-vol-…`, directories that are no guest's. */
  readonly foreign: number;
  /** Left out on other places. */
  readonly rbd?: { readonly trash: Reading<RbdTrash> };
}

/**
 * What a name says (pve-storage src/PVE/Storage/Plugin.pm parse_name_dir, ZFSPoolPlugin.pm and RBDPlugin.pm parse_volname;
 * qemu-server PVE/QemuServer.pm for `cloudinit`, `state-`, `fleece-`).
 * - `custom`: another name that PVE takes for a volume of the guest (`vm-100-data`, any image in a guest's directory);
 * - `snapshot`: a snapshot that is a file or dataset of its own and whose volume is not there (`snap-NAME-VOLUME`, `VOLUME@NAME`);
 * - `temporary`: half-done work of PVE (`tmp_PID_N`, `recv.N.tmp`, `….tmp.PID`).
 */
export type StoredVolumeKind =
  | 'disk'
  | 'base'
  | 'cloudinit'
  | 'vmstate'
  | 'fleecing'
  | 'custom'
  | 'snapshot'
  | 'temporary';

export interface StoredVolume {
  /** As a volume id has it behind the storage, without a base in front: `100/vm-100-disk-0.qcow2` on directories, else `vm-100-disk-0`. */
  readonly name: string;
  /** The owner: the directory on directories (Plugin.pm list_images), else the number in the name. */
  readonly vmid: number;
  readonly kind: StoredVolumeKind;
  /** What a guest sees: file size, size in a qcow2 header, volsize, size of an image; null where nothing says it (subvolumes, directories). */
  readonly sizeBytes: number | null;
  /** What it holds on its storage: st_blocks × 512, `used` of zfs (snapshots and reservation included); null where nobody asked. */
  readonly heldBytes: number | null;
  /** ISO 8601; `creation` of zfs, `create_timestamp` of rbd; a directory knows none. */
  readonly createdAt: string | null;
  /** ISO 8601: mtime of a file. */
  readonly changedAt: string | null;
  /** ISO 8601 of the newest sign of life, which its age counts from: the newest of ctime, mtime, creation; null where there is none. */
  readonly touchedAt: string | null;
  /**
   * What it reads through, as that one says it: backing file of a qcow2 header, `origin` of zfs (`pool/base-1-disk-0@__base__`), parent
   * of rbd (`pool/ns/image@snap`); null where there is none.
   */
  readonly parent: string | null;
  /** The volume of the same place that `parent` is in (its `name`); null where it is not of this place. */
  readonly parentName: string | null;
  /** Datasets outside of the place that are clones of it (zfs); left out where there are none. */
  readonly clonesOutside?: readonly string[];
  /**
   * Every file that it reads through, its own snapshots left out (directories): absolute paths, where a link on the way could be seen
   * the one behind it; of a network its protocol (`nbd:`), of Ceph `rbd:POOL/IMAGE`; `json:` where nobody knows. Left out where there is none.
   */
  readonly reads?: readonly string[];
  /** `major:minor inode` of its file, links followed: two names of one file have the same (directories); left out where nobody looked. */
  readonly identity?: string;
  /** In order of creation where that is known. */
  readonly snapshots: readonly StoredSnapshot[];
  /** Why parent and snapshots are not known (a qcow2 header that cannot be read); null where they are. */
  readonly unread: string | null;
  /** It, or the directory of its guest, is a symbolic link (directories); left out where it is none. */
  readonly linked?: true;
  /** Its name says qcow2 or vmdk, and what it holds is something else (directories); left out where it is what it says. */
  readonly unlike?: true;
  /** What rbd says besides; left out on other places. */
  readonly rbd?: RbdFacts;
}

export interface StoredSnapshot {
  readonly name: string;
  /** ISO 8601; null where nothing says it. */
  readonly createdAt: string | null;
  /** Bytes that it alone holds; null where nobody can say (qcow2, rbd). */
  readonly heldBytes: number | null;
  /** It may be Proxmox VE's by its name; false for those of sanoid, zfs-auto-snapshot, zrepl and their like, which are never leftovers. */
  readonly ours: boolean;
  /** The file or volume that it is, where it is one of its own (`100/snap-a-vm-100-disk-0.qcow2`); null where the volume holds it. */
  readonly file: string | null;
}

export interface RbdFacts {
  /** Its number in the pool: two images never share one, whatever they are called. */
  readonly imageId: string;
  /** A client took the exclusive lock, which stays when that client dies: only a watcher shows that it is open. */
  readonly locked: boolean;
  /** Addresses of the clients that have it open; null where nobody asked. */
  readonly watchers: readonly string[] | null;
  /**
   * Mirroring writes it, from another cluster: its daemon keeps it open and locked. null where that could not be read; left out where
   * nobody asked.
   */
  readonly mirrored?: boolean | null;
}

/** What a pool of Ceph keeps of images that are no volumes any more (object `rbd_trash`). */
export interface RbdTrash {
  /** Images that somebody moved to the trash, and that can be brought back. */
  readonly trashed: readonly TrashedImage[];
  /** Images whose removal began and did not end. Their names are still listed. */
  readonly removals: readonly HalfRemovedImage[];
}

export interface TrashedImage {
  readonly imageId: string;
  readonly name: string;
  /** ISO 8601, by the clock of the client that moved it. */
  readonly deletedAt: string;
  /** ISO 8601: until then nobody may remove it without force. */
  readonly protectedUntil: string;
  /** null where nobody asked. */
  readonly sizeBytes: number | null;
}

export interface HalfRemovedImage {
  readonly imageId: string;
  readonly name: string;
  /** ISO 8601, by the clock of the client that began. */
  readonly startedAt: string;
  /** A client has it open, and so may be removing it; null where that could not be read. */
  readonly held: boolean | null;
  /** Another image was made under its name since, which `rbd rm NAME` would remove in its place. */
  readonly doubled: boolean;
}

/** Storage types that never hold a volume of a guest that Proxmox VE made: LUNs are the target's, the others hold backups and files. */
export const TYPES_WITHOUT_VOLUMES: ReadonlySet<string> = new Set(['iscsi', 'iscsidirect', 'pbs', 'esxi', 'cephfs']);
