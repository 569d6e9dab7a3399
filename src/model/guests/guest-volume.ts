/**
 * Names of the logical volumes that PVE makes for guests (pve-storage src/PVE/Storage/LVMPlugin.pm, LvmThinPlugin.pm,
 * Plugin.pm get_next_vm_diskname; the complete list found in the sources).
 */

export type GuestVolumeKind =
  | 'disk'
  | 'cloudinit'
  | 'vmstate'
  | 'fleecing'
  | 'base'
  | 'snapshot'
  | 'being-deleted'
  | 'custom';

export interface GuestVolumeName {
  readonly kind: GuestVolumeKind;
  /** The owner that the name states, which need not be a VMID (`isVmid`). */
  readonly vmid: number;
  /** The disk number of `vm-<id>-disk-<n>` and `base-<id>-disk-<n>`. */
  readonly disk?: number;
  /** Of `snap_<volume>_<snapshot>` and `del-<volume>`: what follows the prefix, not split further (see facts below). */
  readonly of?: string;
}

const OWNER = /^(vm|base)-([1-9]\d{0,14})-(\S+)$/;

/** PVE gives guests no other number (pve-common src/PVE/JSONSchema.pm pve-vmid); by one that it does not give, a name is nobody's. */
export const isVmid = (vmid: number): boolean => vmid >= 100 && vmid <= 999_999_999;

/** LVM's names have at most 127 characters (lvm2 NAME_LEN), with a partition's suffix a few more: the rest costs nothing. */
const LONGEST = 160;

/**
 * Internal volumes of RAID, cache, mirror and the like have a UUID without a layer; only LVM may use these strings in a
 * name (lvm2 lib/misc/lvm-string.c apply_lvname_restrictions).
 */
const INTERNAL =
  /_(?:cdata|cmeta|corig|cvol|imeta|iorig|mimage|mlog|pmspare|rimage|rmeta|tdata|tmeta|vdata|vorigin|vpool|wcorig)/;

/**
 * Decodes a volume's name, or null when it is not a guest's. `snap_X_Y` is not split into volume and snapshot: both may
 * hold `_`, so only the known volume names can tell (see `snapshotOf`).
 */
export function decodeGuestVolume(lvName: string): GuestVolumeName | null {
  if (lvName.length > LONGEST) return null;
  if (lvName.startsWith('del-')) return wrapped('being-deleted', lvName.slice('del-'.length));
  if (lvName.startsWith('snap_')) return wrapped('snapshot', lvName.slice('snap_'.length));
  const owned = OWNER.exec(lvName);
  if (!owned || (lvName.includes('_') && INTERNAL.test(lvName))) return null;
  const vmid = Number(owned[2]);
  const last = owned[3] ?? '';
  const rest = last.endsWith('.qcow2') ? last.slice(0, -'.qcow2'.length) : last;
  const kind = owned[1] === 'base' ? 'base' : kindOf(rest);
  const disk = rest.startsWith('disk-') ? /^disk-(\d{1,15})$/.exec(rest)?.[1] : undefined;
  return disk === undefined ? { kind, vmid } : { kind, vmid, disk: Number(disk) };
}

function wrapped(kind: 'being-deleted' | 'snapshot', inner: string): GuestVolumeName | null {
  const volume = decodeGuestVolume(inner);
  return volume && { kind, vmid: volume.vmid, of: inner };
}

function kindOf(rest: string): GuestVolumeKind {
  if (/^disk-\d+$/.test(rest)) return 'disk';
  if (rest === 'cloudinit') return 'cloudinit';
  if (rest.startsWith('state-')) return 'vmstate';
  if (/^fleece-\d+$/.test(rest)) return 'fleecing';
  return 'custom';
}

/**
 * `<resource>_00000`, of the name that a volume has in a configuration: DRBD's backing volumes and their snapshots, as
 * LINSTOR (`_00`: its predecessor drbdmanage) names them. LINSTOR alone knows whether such a volume is in use: a replica of a
 * guest that runs elsewhere is active here.
 */
const DRBD = /^(.+?)_00(?:000)?(?:_.*)?$/;

/** The name in a configuration that another maker's volume derives from, or null. */
export const drbdResource = (lvName: string): string | null => DRBD.exec(lvName)?.[1] ?? null;

/**
 * The name of the snapshot volume of a volume, both forms: `snap_<volume>_<snap>` (lvmthin) and, for a volume that
 * ends in `.qcow2`, `snap_<volume without it>_<snap>.qcow2` (lvm; LVMPlugin.pm get_snap_name).
 */
export function snapshotVolumeName(lvName: string, snapshot: string): string {
  return lvName.endsWith('.qcow2')
    ? `snap_${lvName.slice(0, -'.qcow2'.length)}_${snapshot}.qcow2`
    : `snap_${lvName}_${snapshot}`;
}

/** The directory of a guest on directories, else the number in the name (pve-storage src/PVE/Storage/*.pm parse_volname). */
export function ownerOf(volname: string): number | null {
  const parts = volname.split('/');
  const directory = parts.at(-2) ?? '';
  if (/^[1-9]\d{2,8}$/.test(directory)) return Number(directory);
  return decodeGuestVolume(parts.at(-1) ?? '')?.vmid ?? null;
}
