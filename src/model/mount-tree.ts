import type { SeenMount } from './mounts.ts';

/** Whether a path is a directory or lies in it. */
export const isWithin = (path: string, directory: string): boolean =>
  directory === '/' || path === directory || path.startsWith(`${directory}/`);

/** `/`, `/mnt`, `/mnt/nas`. */
function prefixesOf(path: string): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return ['/', ...parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}`)];
}

/** Mounts of one namespace with what of them is hidden: something is mounted on top, or over a directory above. */
export function withCovered(mounts: readonly Omit<SeenMount, 'covered'>[]): readonly SeenMount[] {
  const byId = new Map(mounts.map((mount) => [mount.mountId, mount]));
  const byPlace = Map.groupBy(mounts, ({ parentId, target }) => `${parentId} ${target}`);
  return mounts.map((mount) => {
    const line = ancestry(mount, byId);
    const paths = prefixesOf(mount.target);
    const covered = line.some((ancestor) =>
      (ancestor === mount ? [mount.target] : paths).some(
        (path) =>
          path.length >= ancestor.target.length &&
          byPlace.get(`${ancestor.mountId} ${path}`)?.some((other) => !line.includes(other)),
      ),
    );
    // The kernel writes this behind the path of a directory that was removed (fs/d_path.c).
    return { ...mount, covered: covered || mount.target.endsWith('//deleted') };
  });
}

/** A mount and all that it stands on. */
function ancestry<T extends { readonly mountId: number; readonly parentId: number }>(
  mount: T,
  byId: ReadonlyMap<number, T>,
): readonly T[] {
  const line: T[] = [];
  for (let at: T | undefined = mount; at !== undefined && !line.includes(at); at = byId.get(at.parentId)) line.push(at);
  return line;
}

/** The mount that a path leads to. */
export function mountOf(mounts: readonly SeenMount[], path: string): SeenMount | null {
  let best: SeenMount | null = null;
  for (const mount of mounts) {
    if (mount.covered || !isWithin(path, mount.target)) continue;
    if (best === null || mount.target.length > best.target.length) best = mount;
  }
  return best;
}

/** What is mounted exactly there. */
export const mountAt = (mounts: readonly SeenMount[], target: string): SeenMount | null =>
  mounts.find((mount) => !mount.covered && mount.target === target) ?? null;

/**
 * The mount whose directory lies beneath everything that is mounted at a path: what `ls` would show if nothing were
 * mounted there.
 */
export function beneathOf(mounts: readonly SeenMount[], target: string): SeenMount | null {
  const byId = new Map(mounts.map((mount) => [mount.mountId, mount]));
  const top = mountOf(mounts, target);
  if (top === null || top.target !== target) return top;
  return ancestry(top, byId).find((mount) => mount.target !== target) ?? null;
}

/**
 * One `statfs` for each: mounts of one superblock are asked apart when they show another directory of it, since a
 * removed directory of an NFS export is stale while the rest of the export is not.
 */
export const probeKey = ({ devNo, root, source }: SeenMount): string => `${devNo} ${root} ${source}`;

/** A path of the node, or of a container. */
export const beneathKey = (vmid: number | null, target: string): string => `${vmid ?? 'node'} ${target}`;

export const isReadonly = ({ options, superOptions }: SeenMount): boolean =>
  options.includes('ro') || superOptions.includes('ro') || superOptions.includes('emergency_ro');

/** The option column of /proc/mounts: the mount's own, then the file system's. */
export function optionText(mount: SeenMount): string {
  const rest = [...mount.options, ...mount.superOptions].filter((option) => option !== 'ro' && option !== 'rw');
  return [isReadonly(mount) ? 'ro' : 'rw', ...new Set(rest)].join(',');
}
