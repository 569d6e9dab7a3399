import { normalPath } from '../model/device-mapper/device-path.ts';
import { mountOf } from '../model/mounts/mount-tree.ts';
import type { SeenMount } from '../model/mounts/mounts.ts';
import { isOnThisMachine } from '../model/mounts/remote-filesystems.ts';
import type { Host } from './host.ts';

/** S_IFMT and S_IFLNK of st_mode. */
const TYPE_BITS = 0o170000;
const LINK = 0o120000;

const MOST_LINKS = 8;

/** Where a path leads. */
export interface WalkedPath {
  /** Without symbolic links, as far as they could be seen. */
  readonly path: string;
  /** What could not be looked at on the way; null where nothing hid. */
  readonly hidden: string | null;
  /** Whether it is known to be there: not beyond a server's file system, which is not looked at. */
  readonly there: boolean;
}

/**
 * Follows symbolic links of this machine's own file systems; a server that hangs would be waited for. `isEnd`: where the walk may
 * stop, since links below are somebody else's to follow.
 */
export async function walkLinks(
  host: Host,
  paths: readonly string[],
  mounts: readonly SeenMount[],
  isEnd: (path: string) => boolean = () => false,
): Promise<ReadonlyMap<string, WalkedPath>> {
  const ends = new Map<string, WalkedPath>();
  let open = new Map(paths.map((path) => [path, path]));
  for (let round = 0; round < MOST_LINKS && open.size > 0; round += 1) {
    const look = await lookAt(
      host,
      [...open.values()].filter((at) => !isEnd(at)),
      mounts,
    );
    const next = new Map<string, string>();
    for (const [path, at] of open) {
      const step = isEnd(at) ? { path: at, hidden: null, there: true } : look(at);
      if ('leads' in step) next.set(path, step.leads);
      else ends.set(path, step);
    }
    open = next;
  }
  for (const [path, at] of open) ends.set(path, { path: at, hidden: null, there: false });
  return ends;
}

/** One look at all paths: where the first link of each leads, or that there is none. */
async function lookAt(
  host: Host,
  paths: readonly string[],
  mounts: readonly SeenMount[],
): Promise<(path: string) => WalkedPath | { readonly leads: string }> {
  const prefixes = [...new Set(paths.flatMap((path) => localPrefixes(path, mounts)))];
  const stats = await host.stats(prefixes);
  const statOf = new Map(prefixes.map((path, at) => [path, stats[at]]));
  const links = prefixes.filter((path) => {
    const stat = statOf.get(path);
    return stat?.state === 'known' && (stat.value.mode & TYPE_BITS) === LINK;
  });
  const targets = new Map((await host.readLinks(links)).map((target, at) => [links[at] ?? '', target]));
  return (path) => {
    const own = localPrefixes(path, mounts);
    const hidden = own.find((prefix) => statOf.get(prefix)?.state === 'unreadable');
    if (hidden !== undefined) return { path, hidden, there: false };
    const link = own.find((prefix) => targets.has(prefix));
    const target = link === undefined ? undefined : targets.get(link);
    if (link === undefined) return { path, hidden: null, there: statOf.get(path)?.state === 'known' };
    return target?.state === 'known'
      ? { leads: resolved(link, target.value, path.slice(link.length)) }
      : { path, hidden: link, there: false };
  };
}

/** `/mnt`, `/mnt/pve`, `/mnt/pve/nas`: as far as they are on file systems that cannot hang. */
function localPrefixes(path: string, mounts: readonly SeenMount[]): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '');
  const all = parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}`);
  const end = all.findIndex((prefix) => {
    const mount = mountOf(mounts, prefix);
    return mount === null || !isOnThisMachine(mount.fsType, mount.source);
  });
  return end < 0 ? all : all.slice(0, end);
}

const resolved = (link: string, leads: string, rest: string): string =>
  normalPath(`${leads.startsWith('/') ? '' : `${link}/../`}${leads}${rest}`);
