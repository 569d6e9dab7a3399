import type { Storage, StorageConfig } from '../guests/pve.ts';
import { harmlessOptions, harmlessSource } from './mount-secrets.ts';
import type { ExpectedMount } from './mounts.ts';

/** Storage types that PVE mounts itself, below /mnt/pve unless `path` says otherwise. */
const NETWORK_TYPES: Readonly<Record<string, string>> = {
  nfs: 'nfs',
  cifs: 'cifs',
  cephfs: 'ceph',
  glusterfs: 'fuse.glusterfs',
};

const isHere = ({ nodes, disabled }: Storage, node: string | null): boolean =>
  !disabled && (nodes === null || (node !== null && nodes.includes(node)));

/** Mounts that storage.cfg asks for on this node. PVE mounts them without being asked, within seconds (pvestatd). */
export const storageMounts = (config: StorageConfig, node: string | null): readonly ExpectedMount[] =>
  config.storages.flatMap((storage) => {
    const expected = networkMount(storage) ?? mountedDirectory(storage);
    return expected === null ? [] : [{ ...expected, required: isHere(storage, node) }];
  });

/** The directories that enabled storages of this node lie in, in the form of what is expected there. */
export const storageDirectories = ({ storages }: StorageConfig, node: string | null): readonly ExpectedMount[] =>
  storages.flatMap((storage) => {
    const { storeid, type, properties } = storage;
    const target = properties['path'] ?? '';
    if ((type !== 'dir' && type !== 'btrfs') || !target.startsWith('/') || !isHere(storage, node)) return [];
    const readFrom = `/etc/pve/storage.cfg, ${type} ${storeid}`;
    return [{ origin: 'storage', readFrom, storeid, target, source: null, fsType: null, options: [], required: true }];
  });

function networkMount({ storeid, type, properties }: Storage): ExpectedMount | null {
  const fsType = NETWORK_TYPES[type];
  if (fsType === undefined) return null;
  const options = harmlessOptions((properties['options'] ?? '').split(',').filter((option) => option !== ''));
  return {
    origin: 'storage',
    readFrom: `/etc/pve/storage.cfg, ${type} ${storeid}`,
    storeid,
    fsType,
    options,
    source: harmlessSource(sourceOf(type, properties), fsType),
    required: true,
    target: properties['path'] ?? `/mnt/pve/${storeid}`,
  };
}

/** As PVE compares it with the mount table (pve-storage src/PVE/Storage/{NFS,CIFS}Plugin.pm). */
function sourceOf(type: string, properties: Storage['properties']): string {
  const host = properties['server'] ?? properties['monhost'] ?? '';
  const server = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  if (type === 'nfs') return `${server}:${properties['export'] ?? ''}`;
  if (type === 'cifs') return `//${server}/${properties['share'] ?? ''}${properties['subdir'] ?? ''}`;
  return type === 'glusterfs' ? `${server}:${properties['volume'] ?? ''}` : `${server}:${properties['subdir'] ?? '/'}`;
}

/** `is_mountpoint` is a boolean or the path of the mount point (DirPlugin.pm). */
function mountedDirectory({ storeid, type, properties }: Storage): ExpectedMount | null {
  const value = properties['is_mountpoint'] ?? '';
  if ((type !== 'dir' && type !== 'btrfs') || /^(?:|0|no|off|false)$/i.test(value)) return null;
  return {
    origin: 'storage',
    readFrom: `/etc/pve/storage.cfg, ${type} ${storeid}, is_mountpoint`,
    storeid,
    fsType: null,
    options: [],
    source: null,
    required: true,
    target: value.startsWith('/') ? value : (properties['path'] ?? '/'),
  };
}

/** The directory of a storage that is one; null for others. */
export const storagePath = ({ type, storeid, properties }: Storage): string | null =>
  type === 'dir' || type === 'btrfs' || type in NETWORK_TYPES
    ? (properties['path'] ?? (type in NETWORK_TYPES ? `/mnt/pve/${storeid}` : null))
    : null;
