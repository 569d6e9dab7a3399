import type { Readings } from '../check.ts';
import type { DevNo } from '../device-mapper/device-mapper.ts';
import { listed } from '../evidence.ts';
import type { Storage } from '../guests/pve.ts';
import { knownOrNull } from '../reading.ts';
import { isMountOf } from './btrfs.ts';
import { type DependentGuest, guestsOf } from './mount-dependents.ts';
import { mountAt, mountOf } from './mount-tree.ts';
import type { SeenMount } from './mounts.ts';

/** A file system of the node, with who is on it. */
export interface CarriedMount {
  /** One of its mount points on the node; null where only others have it mounted. */
  readonly target: string | null;
  /** Enabled storages of this node whose directory is in it. */
  readonly storeids: readonly string[];
  /** Guests of this node with an image, a volume or a directory in it. */
  readonly guests: readonly DependentGuest[];
}

/** What says who is on a file system. */
export const ON_FILE_SYSTEM = [
  ...(['mounts', 'expectedMounts', 'storage', 'guests', 'cluster', 'containers'] as const),
] as const;

type Wanted = Readings<(typeof ON_FILE_SYSTEM)[number]>;

/** Who is on the file system of a number. */
export function onFileSystem(number: DevNo, wanted: Wanted): CarriedMount {
  const table = knownOrNull(wanted.mounts)?.mounts ?? [];
  const same = new Set(table.filter(({ devNo }) => devNo === number));
  const isThere = (path: string): boolean => {
    const mount = mountOf(table, path);
    return mount !== null && same.has(mount);
  };
  const storeids = storagesThere(isThere, table, wanted).map(({ storeid }) => storeid);
  const open = [...same].filter(({ covered }) => !covered);
  const [first] = (open.length > 0 ? open : [...same]).toSorted((a, b) => a.root.length - b.root.length);
  return { target: first?.target ?? null, storeids, guests: guestsOf(storeids, isThere, { devNo: number }, wanted) };
}

/** File systems on some devices that the node has mounted, each once; nothing where the mount table could not be read. */
export function carriedMounts(
  numbers: ReadonlySet<DevNo>,
  wanted: Wanted & Readings<'btrfs'>,
): readonly (CarriedMount & { readonly target: string })[] {
  const isOn = onDevices(numbers, wanted);
  const found = (knownOrNull(wanted.mounts)?.mounts ?? []).filter(isOn).map(({ devNo }) => devNo);
  return [...new Set(found)].flatMap((number) => {
    const { target, ...whom } = onFileSystem(number, wanted);
    return target === null ? [] : [{ target, ...whom }];
  });
}

/** A mount of btrfs has a number of its own. */
function onDevices(numbers: ReadonlySet<DevNo>, { btrfs }: Readings<'btrfs'>): (mount: SeenMount) => boolean {
  const together = (knownOrNull(btrfs)?.fileSystems ?? [])
    .filter(({ devices }) => devices.some(({ devNo }) => numbers.has(devNo)))
    .map(isMountOf);
  return (mount) => numbers.has(mount.devNo) || together.some((isOf) => isOf(mount));
}

function storagesThere(
  isThere: (path: string) => boolean,
  table: readonly SeenMount[],
  wanted: Wanted,
): readonly Storage[] {
  const node = knownOrNull(wanted.cluster)?.nodeName;
  const expected = knownOrNull(wanted.expectedMounts);
  const realPath = new Map((expected?.directories ?? []).map(({ storeid, path }) => [storeid, path]));
  return (knownOrNull(wanted.storage)?.storages ?? []).filter((storage) => {
    const { storeid, type, disabled, nodes, properties } = storage;
    const path = realPath.get(storeid) ?? properties['path'];
    if (disabled || !['dir', 'btrfs'].includes(type) || path === undefined) return false;
    if (nodes !== null && (node === undefined || !nodes.includes(node))) return false;
    // Its own file system is away: nothing of it is in the directory beneath.
    const isAway = expected?.mounts.some(
      (one) => one.storeid === storeid && one.required && mountAt(table, one.target) === null,
    );
    return isAway !== true && isThere(path);
  });
}

/** `guests 100, 101`, `this node itself and storage local`; empty where nobody is known to be on it. */
export function fileSystemWhom({ target, guests, storeids }: CarriedMount): string {
  const vmids = guests.map(({ vmid }) => String(vmid));
  const others =
    vmids.length > 0
      ? [`guest${vmids.length === 1 ? '' : 's'} ${listed(vmids, 6)}`]
      : storeids.length > 0
        ? [`storage ${listed(storeids, 4)}`]
        : [];
  return listed([...(target === '/' ? ['this node itself'] : []), ...others], 2, ' and ');
}
