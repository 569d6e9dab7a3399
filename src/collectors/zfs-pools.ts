import { type Host, listDir } from '../host/host.ts';
import type { ProcessTable } from '../model/host-facts.ts';
import type { ZfsPool, ZfsPools } from '../model/paths/zfs-pools.ts';
import { describeProblem, known, type Reading, unreadable, whyNot } from '../model/reading.ts';
import { commandText, outputProblem } from '../parse/command-output.ts';
import { parseZpoolStatus } from '../parse/zpool-status.ts';

const KSTAT = '/proc/spl/kstat/zfs';

/**
 * What the kernel says of each imported pool (OpenZFS module/zfs/spa_stats.c spa_state_init). It takes no lock and asks no disk, where `zpool` waits
 * for a pool that is suspended. Statistics of ZFS as a whole are files beside the directories of pools.
 */
export async function collectZfsPools(host: Host, processes: Reading<ProcessTable>): Promise<Reading<ZfsPools>> {
  const listing = await listDir(host, KSTAT);
  if (listing.state === 'unreadable') return listing;
  if (listing.state === 'absent') return known({ pools: [], statusUnread: '' });
  const broken = (place: string, detail: string) => unreadable({ kind: 'malformed', source: place, detail });
  // Statistics of the cache are always among them.
  if (listing.value.length === 0) return broken(KSTAT, 'it lists nothing');
  const names = [...listing.value].sort();
  const inside = await host.listDirs(names.map((name) => `${KSTAT}/${name}`));
  const directories = names.filter((_, at) => inside[at]?.state !== 'absent');
  const states = await host.readFiles(directories.map((name) => `${KSTAT}/${name}/state`));
  const pools: Pick<ZfsPool, 'name' | 'state'>[] = [];
  for (const [at, name] of directories.entries()) {
    const [state, place] = [states[at], `${KSTAT}/${name}/state`];
    if (state?.state === 'unreadable') return state;
    if (state?.state !== 'known') return broken(place, 'it is not there');
    if (!/^[A-Z]+\n?$/.test(state.value)) return broken(place, 'it is no state of a pool');
    pools.push({ name, state: state.value.trim() });
  }
  return known(await withStatus(host, pools, processes));
}

/** `zpool` waits where a pool is suspended, and as long as another command of ZFS holds the pools and hangs. */
async function withStatus(
  host: Host,
  pools: readonly Pick<ZfsPool, 'name' | 'state'>[],
  processes: Reading<ProcessTable>,
): Promise<ZfsPools> {
  const without = (statusUnread: string): ZfsPools => ({
    pools: pools.map((pool) => ({ ...pool, status: null })),
    statusUnread,
  });
  if (pools.length === 0) return without('');
  const suspended = pools.find(({ state }) => state === 'SUSPENDED');
  if (suspended !== undefined)
    return without(`zpool status was not run, since pool ${suspended.name} is suspended and it would wait`);
  const hung = hungZfs(processes);
  if (hung !== null) return without(`zpool status was not run, since process ${hung} hangs`);
  const result = await host.run('zpool-status');
  const text = commandText(result);
  if (text.state !== 'known') return without(whyNot(text));
  const statuses = parseZpoolStatus(text.value);
  if (statuses === null || pools.some(({ name }) => !statuses.has(name)))
    return without(describeProblem(outputProblem(result, 'malformed', 'printed what is not a whole list')));
  return { pools: pools.map((pool) => ({ ...pool, status: statuses.get(pool.name) ?? null })), statusUnread: '' };
}

/** In ticks of USER_HZ, 100 a second. */
const MINUTE_TICKS = 6000;

/** A command of ZFS that has waited in the kernel for a minute: it is that much older than the youngest process. */
function hungZfs(processes: Reading<ProcessTable>): string | null {
  if (processes.state !== 'known') return null;
  const all = [...processes.value.byPid];
  const youngest = Math.max(...all.map(([, { startTicks }]) => startTicks));
  const hung = all.find(
    ([, { command, state, startTicks }]) =>
      /^(?:zpool|zfs)$/.test(command) && state === 'D' && youngest - startTicks > MINUTE_TICKS,
  );
  return hung === undefined ? null : `${hung[0]} (${hung[1].command})`;
}
