import { decodeGuestVolume } from '../guests/guest-volume.ts';
import type { Cluster, Storage, StorageConfig } from '../guests/pve.ts';
import type { Lvm } from '../lvm/lvm.ts';
import type { HostMounts, MountProbes } from '../mounts/mounts.ts';
import type { Reading } from '../reading.ts';
import { type RoomSources, roomOf } from '../volumes/storage-room.ts';
import type { Volumes } from '../volumes/volumes.ts';
import type { StoragePrint } from './node-record.ts';

interface Facts {
  readonly storage: StorageConfig;
  readonly cluster: Cluster;
  readonly lvm: Lvm;
  readonly mounts: HostMounts;
  readonly mountProbes: MountProbes;
}

/** What is told besides, as far as it was read. */
export interface StorageSources extends RoomSources {
  readonly volumes: Reading<Volumes>;
}

/** Whether each storage that storage.cfg enables for this node is there; what other types are made of was not looked at. */
export const storagePrints = (facts: Facts, sources: StorageSources): readonly StoragePrint[] =>
  facts.storage.storages
    .filter(({ disabled, nodes }) => !disabled && (nodes === null || nodes.includes(facts.cluster.nodeName)))
    .map((storage) => {
      const lack = lackOf(storage, facts);
      const { bytes } = roomOf(storage, sources);
      const names = storage.shared ? null : fixedNames(storage, sources);
      return {
        ...{ storeid: storage.storeid, usable: lack === undefined ? null : lack === '', because: lack ?? '' },
        ...(bytes === null ? {} : { freeBytes: bytes }),
        ...(names === null ? {} : { fixedNames: names }),
      };
    });

/** qemu-server src/PVE/QemuMigrate.pm sync_offline_local_volumes renames others. null: nobody read them. */
function fixedNames({ storeid, properties }: Storage, { lvm, volumes }: StorageSources): readonly string[] | null {
  const vgName = properties['vgname'];
  if (vgName !== undefined) {
    if (lvm.state !== 'known' || !lvm.value.vgs.some((vg) => vg.vgName === vgName)) return null;
    return lvm.value.lvs.flatMap((lv) =>
      lv.vgName === vgName && isFixed(decodeGuestVolume(lv.lvName)?.kind) ? [lv.lvName] : [],
    );
  }
  const place =
    volumes.state === 'known' ? volumes.value.places.find(({ storeids }) => storeids.includes(storeid)) : undefined;
  return place?.contents.state === 'known'
    ? place.contents.value.volumes.flatMap(({ name, kind }) => (isFixed(kind) ? [name] : []))
    : null;
}

const isFixed = (kind: string | undefined): boolean => kind === 'cloudinit' || kind === 'vmstate';

/** What it lacks; empty: nothing; undefined: nobody can tell. */
function lackOf({ storeid, type, properties }: Storage, { lvm, mounts, mountProbes }: Facts): string | undefined {
  const { vgname, thinpool, path } = properties;
  switch (type) {
    case 'lvm':
    case 'lvmthin': {
      if (vgname === undefined) return undefined;
      // A group that LVM leaves out for a missing device would look like none.
      if (!lvm.vgs.some(({ vgName }) => vgName === vgname)) return `there is no volume group ${vgname}`;
      if (type === 'lvm' || thinpool === undefined) return '';
      const isThere = lvm.lvs.some(({ vgName, lvName }) => vgName === vgname && lvName === thinpool);
      return isThere ? '' : `there is no thin pool ${vgname}/${thinpool}`;
    }
    case 'nfs':
    case 'cifs':
    case 'glusterfs':
    case 'cephfs': {
      const target = path ?? `/mnt/pve/${storeid}`;
      return mounts.mounts.some((mount) => mount.target === target) ? '' : `nothing is mounted on ${target}`;
    }
    case 'dir':
    case 'btrfs': {
      if (path === undefined) return undefined;
      const lost = mountProbes.lostDirectories.get(storeid);
      if (lost !== undefined) return `there is no directory ${lost}`;
      const wanted = mountPointOf(properties);
      return wanted === null || mounts.mounts.some(({ target }) => target === wanted)
        ? ''
        : `nothing is mounted on ${wanted}`;
    }
    default:
      return undefined;
  }
}

/** `is_mountpoint`: yes means its own path, else it is the path (pve-storage src/PVE/Storage/DirPlugin.pm). */
function mountPointOf({ is_mountpoint: word, path }: Storage['properties']): string | null {
  if (word === undefined || /^(?:0|no|off|false)$/i.test(word)) return null;
  return /^(?:1|yes|on|true)$/i.test(word) ? (path ?? null) : word;
}
