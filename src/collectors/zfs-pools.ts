import { type Host, listDir } from '../host/host.ts';
import type { ZfsPool, ZfsPools } from '../model/paths/zfs-pools.ts';
import { known, type Reading, unreadable } from '../model/reading.ts';

const KSTAT = '/proc/spl/kstat/zfs';

/**
 * What the kernel says of each imported pool (OpenZFS module/zfs/spa_stats.c spa_state_init). It takes no lock and asks no disk, where `zpool` waits
 * for a pool that is suspended. Statistics of ZFS as a whole are files beside the directories of pools.
 */
export async function collectZfsPools(host: Host): Promise<Reading<ZfsPools>> {
  const listing = await listDir(host, KSTAT);
  if (listing.state === 'unreadable') return listing;
  if (listing.state === 'absent') return known({ pools: [] });
  const broken = (place: string, detail: string) => unreadable({ kind: 'malformed', source: place, detail });
  // Statistics of the cache are always among them.
  if (listing.value.length === 0) return broken(KSTAT, 'it lists nothing');
  const names = [...listing.value].sort();
  const inside = await host.listDirs(names.map((name) => `${KSTAT}/${name}`));
  const directories = names.filter((_, at) => inside[at]?.state !== 'absent');
  const states = await host.readFiles(directories.map((name) => `${KSTAT}/${name}/state`));
  const pools: ZfsPool[] = [];
  for (const [at, name] of directories.entries()) {
    const [state, place] = [states[at], `${KSTAT}/${name}/state`];
    if (state?.state === 'unreadable') return state;
    if (state?.state !== 'known') return broken(place, 'it is not there');
    if (!/^[A-Z]+\n?$/.test(state.value)) return broken(place, 'it is no state of a pool');
    pools.push({ name, state: state.value.trim() });
  }
  return known({ pools });
}
