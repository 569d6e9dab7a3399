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

/** What a storage expects: any file system at its place, unless more is said. */
const expectedBy = ({ storeid, type }: Storage, target: string, more: Partial<ExpectedMount> = {}): ExpectedMount => ({
  origin: 'storage',
  readFrom: `/etc/pve/storage.cfg, ${type} ${storeid}`,
  ...{ storeid, target, source: null, fsType: null, options: [], required: true },
  ...more,
});

const isDirectory = ({ type }: Storage): boolean => type === 'dir' || type === 'btrfs';

/** The directories that enabled storages of this node lie in, in the form of what is expected there. */
export const storageDirectories = ({ storages }: StorageConfig, node: string | null): readonly ExpectedMount[] =>
  storages.flatMap((storage) => {
    const target = storage.properties['path'] ?? '';
    return isDirectory(storage) && target.startsWith('/') && isHere(storage, node) ? [expectedBy(storage, target)] : [];
  });

function networkMount(storage: Storage): ExpectedMount | null {
  const { storeid, type, properties } = storage;
  const fsType = NETWORK_TYPES[type];
  if (fsType === undefined) return null;
  return expectedBy(storage, properties['path'] ?? `/mnt/pve/${storeid}`, {
    fsType,
    options: harmlessOptions((properties['options'] ?? '').split(',').filter((option) => option !== '')),
    source: harmlessSource(sourceOf(type, properties), fsType),
  });
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
function mountedDirectory(storage: Storage): ExpectedMount | null {
  const { storeid, type, properties } = storage;
  const value = properties['is_mountpoint'] ?? '';
  if (!isDirectory(storage) || /^(?:|0|no|off|false)$/i.test(value)) return null;
  return expectedBy(storage, value.startsWith('/') ? value : (properties['path'] ?? '/'), {
    readFrom: `/etc/pve/storage.cfg, ${type} ${storeid}, is_mountpoint`,
  });
}

/** The directory of a storage that is one; null for others. */
export function storagePath(storage: Storage): string | null {
  const { type, storeid, properties } = storage;
  if (type in NETWORK_TYPES) return properties['path'] ?? `/mnt/pve/${storeid}`;
  return isDirectory(storage) ? (properties['path'] ?? null) : null;
}
