import { hasLostBytes } from '../believable.ts';
import { oncePer } from '../once-per.ts';
import type { SeenMount } from './mounts.ts';
import { isRemote } from './remote-filesystems.ts';

/** Whether a path is a directory or lies in it. */
export const isWithin = (path: string, directory: string): boolean =>
  directory === '/' || path === directory || path.startsWith(`${directory}/`);

type Uncovered = Omit<SeenMount, 'covered'>;

/**
 * Mounts of one namespace with what of them is hidden: something is mounted on top, or over a directory above. In time that
 * grows with the table alone: root in a container may put a hundred thousand mounts upon each other (sysctl fs.mount-max).
 */
export function withCovered(mounts: readonly Uncovered[]): readonly SeenMount[] {
  const byId = new Map(mounts.map((mount) => [mount.mountId, mount]));
  // The first of all is its own parent, or that of another namespace.
  const children = Map.groupBy(
    mounts.filter(({ mountId, parentId }) => mountId !== parentId && byId.has(parentId)),
    ({ parentId }) => parentId,
  );
  const behind = new Set([...children.values()].flatMap(behindSiblings));
  const hidden = hiddenWith(mounts, byId, behind);
  return mounts.map((mount) => {
    const onTop = children.get(mount.mountId)?.some(({ target }) => target === mount.target) === true;
    // The kernel writes this behind the path of a directory that was removed (fs/d_path.c).
    return { ...mount, covered: onTop || hidden.has(mount) || mount.target.endsWith('//deleted') };
  });
}

/** Of mounts upon the same one, those at a place that another one hides, or shares. */
function behindSiblings(siblings: readonly Uncovered[]): readonly Uncovered[] {
  // In this order whatever lies in a directory follows it at once: nothing sorts before the slash.
  const sorted = siblings
    .map((mount) => ({ mount, place: mount.target.replaceAll('/', '\0') }))
    .sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0));
  const behind: Uncovered[] = [];
  let over: (typeof sorted)[number] | null = null;
  for (const one of sorted) {
    if (over === null || !isWithin(one.mount.target, over.mount.target)) over = one;
    else behind.push(one.mount, ...(one.place === over.place ? [over.mount] : []));
  }
  return behind;
}

/** These and everything that stands on one of them. */
function hiddenWith(
  mounts: readonly Uncovered[],
  byId: ReadonlyMap<number, Uncovered>,
  behind: ReadonlySet<Uncovered>,
): ReadonlySet<Uncovered> {
  const hidden = new Set(behind);
  const done = new Set<Uncovered>();
  for (const mount of mounts) {
    const line: Uncovered[] = [];
    let at: Uncovered | undefined = mount;
    for (; at !== undefined && !done.has(at) && !hidden.has(at); at = byId.get(at.parentId)) {
      line.push(at);
      done.add(at);
    }
    if (at !== undefined && hidden.has(at)) for (const one of line) hidden.add(one);
  }
  return hidden;
}

/** A mount and all that it stands on. */
function ancestry<T extends { readonly mountId: number; readonly parentId: number }>(
  mount: T,
  byId: ReadonlyMap<number, T>,
): readonly T[] {
  const line = new Set<T>();
  for (let at: T | undefined = mount; at !== undefined && !line.has(at); at = byId.get(at.parentId)) line.add(at);
  return [...line];
}

/** Of remote mounts, those whose path leads through another one of them. */
export const lieOnOthers = (mounts: readonly SeenMount[]): readonly SeenMount[] =>
  mounts.filter(({ target, mountId }) =>
    mounts.some((other) => other.mountId !== mountId && other.target !== target && isWithin(target, other.target)),
  );

/** The mounts that the path of one leads through, the nearest first. */
export const standsOn = (mounts: readonly SeenMount[], mount: SeenMount): readonly SeenMount[] =>
  ancestry(mount, mountsById(mounts)).slice(1);

const mountsById = oncePer(
  (mounts: readonly SeenMount[]): ReadonlyMap<number, SeenMount> => new Map(mounts.map((one) => [one.mountId, one])),
);

/** The mount that a path leads to. */
export function mountOf(mounts: readonly SeenMount[], path: string): SeenMount | null {
  let best: SeenMount | null = null;
  for (const mount of mounts) {
    if (mount.covered || !isWithin(path, mount.target)) continue;
    if (best === null || mount.target.length > best.target.length) best = mount;
  }
  return best;
}

/** A line of the table with bytes that are no UTF-8: nobody knows which path, file system or option stood there. */
export const isGarbled = ({ target, fsType, source, options, superOptions }: SeenMount): boolean =>
  [target, fsType, source, ...options, ...superOptions].some(hasLostBytes);

/** What may be a remote file system and cannot be told from its line. */
export const garbledMounts = (mounts: readonly SeenMount[]): readonly string[] =>
  mounts.flatMap((mount) =>
    isGarbled(mount) && !isRemote(mount.fsType, mount.source)
      ? [`mount ${mount.mountId}: its line in the mount table holds bytes that are no UTF-8`]
      : [],
  );

/** What is mounted exactly there. */
export const mountAt = (mounts: readonly SeenMount[], target: string): SeenMount | null =>
  mounts.find((mount) => !mount.covered && mount.target === target) ?? null;

/**
 * The mount whose directory lies beneath everything that is mounted at a path: what `ls` would show if nothing were
 * mounted there.
 */
export function beneathOf(mounts: readonly SeenMount[], target: string): SeenMount | null {
  const top = mountOf(mounts, target);
  if (top === null) return null;
  return ancestry(top, mountsById(mounts)).find((mount) => mount.target !== target) ?? null;
}

/**
 * One `statfs` for each: mounts of one superblock are asked apart when they show another directory of it, since a
 * removed directory of an NFS export is stale while the rest of the export is not. Without a server it is the same answer
 * everywhere.
 */
export const probeKey = ({ devNo, root, source, fsType }: SeenMount): string =>
  isRemote(fsType, source) ? `${devNo} ${root} ${source}` : devNo;

/** A path of the node, or of a container. */
export const beneathKey = (vmid: number | null, target: string): string => `${vmid ?? 'node'} ${target}`;

export const isReadonly = ({ options, superOptions }: SeenMount): boolean =>
  options.includes('ro') || superOptions.includes('ro') || superOptions.includes('emergency_ro');

/** The option column of /proc/mounts: the mount's own, then the file system's. */
export function optionText(mount: SeenMount): string {
  const rest = [...mount.options, ...mount.superOptions].filter((option) => option !== 'ro' && option !== 'rw');
  return [isReadonly(mount) ? 'ro' : 'rw', ...new Set(rest)].join(',');
}
