import type { OwnVolume } from './situation.ts';

type OnStorage = Pick<OwnVolume, 'storage' | 'name'>;

/** What a storage can do with a volume as it is now (pve-storage src/PVE/Storage/*Plugin.pm volume_has_feature). null: not known here. */
export function canSnapshot({ storage, name }: OwnVolume): boolean | null {
  switch (storage?.type) {
    case 'lvm':
      return name.endsWith('.qcow2');
    case 'lvmthin':
    case 'zfspool':
    case 'rbd':
      return !/^(?:base|basevol)-/.test(name);
    case 'btrfs':
      return /\.(?:raw|subvol|qcow2)$/.test(name) && !name.startsWith('base-');
    case 'dir':
    case 'nfs':
    case 'cifs':
    case 'cephfs':
    case 'glusterfs':
      return name.endsWith('.qcow2') && !name.startsWith('base-');
    default:
      return null;
  }
}

/** Whether a template’s base on it can have linked clones; a thick volume of LVM never becomes one. */
export function canBeBase({ storage, name }: OnStorage): boolean | null {
  switch (storage?.type) {
    case 'lvm':
    case 'iscsi':
    case 'iscsidirect':
      return false;
    case 'lvmthin':
    case 'zfspool':
    case 'rbd':
      return true;
    case 'dir':
    case 'nfs':
    case 'cifs':
    case 'btrfs':
    case 'glusterfs':
      return /\.(?:qcow2|raw|vmdk|subvol)$/.test(name);
    default:
      return null;
  }
}

/** Snapshots that a rollback to an older one would lose, so that Proxmox VE refuses: of ZFS, and of chains of volumes. */
export const mustBeNewest = ({ storage, name }: OwnVolume): boolean =>
  storage?.type === 'zfspool' ||
  (name.endsWith('.qcow2') && /^(?:1|on|yes|true)$/i.test(storage?.properties['snapshot-as-volume-chain'] ?? ''));
