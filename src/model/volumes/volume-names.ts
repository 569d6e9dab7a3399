import type { StoredVolumeKind } from './volumes.ts';

/** Names of volumes on storages other than LVM, as PVE makes and reads them. */

/** What follows the owner's number (the numbers of get_next_vm_diskname; `state-`, `fleece-`, `cloudinit` of qemu-server). */
function kindOf(prefix: string, rest: string): StoredVolumeKind {
  if (prefix.startsWith('base')) return 'base';
  if (/^disk-\d+$/.test(rest)) return 'disk';
  if (rest === 'cloudinit') return 'cloudinit';
  if (rest.startsWith('state-')) return 'vmstate';
  return /^fleece-\d+$/.test(rest) ? 'fleecing' : 'custom';
}

const FILE = /^(vm|base|subvol)-\d+-(\S+)\.(?:raw|qcow2|vmdk|subvol)$/;

/** `tmp_PID_N` of an import, `recv.N.tmp` and `….tmp.PID` of btrfs (pve-storage GuestImport.pm, BTRFSPlugin.pm). */
const TEMPORARY = /^tmp_\d+_\d+$|\.tmp(?:\.\d+)?$/;

/**
 * A file in the directory of a guest, whose it is by the directory alone. Any name that ends as an image does is a volume
 * (pve-storage src/PVE/Storage/Plugin.pm parse_name_dir), but `snap-….qcow2` never is one.
 */
export function fileKind(name: string): StoredVolumeKind {
  if (TEMPORARY.test(name)) return 'temporary';
  if (name.includes('@') || /^snap-.*\.qcow2$/.test(name)) return 'snapshot';
  const [, prefix, rest] = FILE.exec(name) ?? [];
  return prefix === undefined || rest === undefined ? 'custom' : kindOf(prefix, rest);
}

const DATASET = /^(vm|base|subvol|basevol)-(\d{1,15})-(\S+)$/;

/** A dataset or an image of a pool; null where it is no guest's (ZFSPoolPlugin.pm zfs_parse_zvol_list, RBDPlugin.pm rbd_ls). */
export function datasetKind(name: string): { readonly vmid: number; readonly kind: StoredVolumeKind } | null {
  const [, prefix, vmid, rest] = DATASET.exec(name) ?? [];
  if (prefix === undefined || rest === undefined) return null;
  return { vmid: Number(vmid), kind: kindOf(prefix, rest) };
}

/**
 * The volume of a file that is a snapshot of it, and the snapshot's name: `snap-NAME-VOLUME` (Plugin.pm get_snap_name) and, on
 * btrfs, `VOLUME@NAME`. Both parts may hold hyphens, so only the volumes that are there can tell; the longest one that fits.
 */
export function snapshotFile(name: string, volumes: ReadonlySet<string>): { volume: string; snapshot: string } | null {
  const [, before = '', snapshot = '', raw = ''] = /^(.+)@([^@]+?)(\.raw)?$/.exec(name) ?? [];
  if (before !== '') return volumes.has(`${before}${raw}`) ? { volume: `${before}${raw}`, snapshot } : null;
  if (!/^snap-.*\.qcow2$/.test(name)) return null;
  for (let at = name.indexOf('-', 'snap-'.length); at > 0; at = name.indexOf('-', at + 1)) {
    const volume = name.slice(at + 1);
    if (volumes.has(volume)) return { volume, snapshot: name.slice('snap-'.length, at) };
  }
  return null;
}

/** Snapshots of programs that make them by themselves, in Proxmox VE's own pools too. */
const OTHERS = /^(?:autosnap_|zfs-auto-snap_|zfs-auto-snap-|syncoid_|zrepl_|znap|pyznap_|sanoid|GMT|auto-\d)/;

/** PVE's format of a snapshot's name (pve-common `pve-snapshot-name`: an id of at most 40 characters), and its own. */
const OURS = /^(?:[A-Za-z][A-Za-z0-9_-]{1,39}|__base__|__migration__|__replicate_\d+-\d+_\d+__)$/;

export const mayBeOurs = (snapshot: string): boolean => OURS.test(snapshot) && othersPrefix(snapshot) === '';

/** What says whose it is; empty where nothing does. */
export const othersPrefix = (snapshot: string): string => OTHERS.exec(snapshot)?.[0] ?? '';

/** `offsite-20261101020000` of zfs_autobackup (its `--snapshot-format`), whose first part is whatever somebody called the backup. */
export const isDated = (snapshot: string): boolean => /-20\d{12}$/.test(snapshot);

/** `rep_JOB_2026-11-01_02:00:00` of pve-zsync (its snapshot_create). */
export const ZSYNC = /^rep_\S+_\d{4}-\d\d-\d\d_\d\d:\d\d:\d\d$/;

/** Made by a program that also keeps copies on other nodes: syncoid, sanoid, zrepl, znapzend, zfs-autobackup, pve-zsync. */
export const isOfReplicator = (snapshot: string): boolean =>
  othersPrefix(snapshot) !== '' || isDated(snapshot) || ZSYNC.test(snapshot);

const ABSOLUTE = /(?<![A-Za-z0-9._+/-])\/[^\s,;"'(){}[\]<>|&]+/g;

/** Images in the directory of a guest, as `args` names them (pve-storage src/PVE/Storage/Plugin.pm filesystem_path). */
export const imagePathsIn = (text: string): readonly string[] =>
  (text.match(ABSOLUTE) ?? []).filter((path) => /\/\d+\/[^/]+\.(?:raw|qcow2|vmdk)$/.test(path));
