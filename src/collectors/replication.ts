import { type Host, readFile } from '../host/host.ts';
import { undamagedConfig } from '../model/believable.ts';
import type { Cluster } from '../model/guests/pve.ts';
import type { Replication, ReplicationState } from '../model/guests/replication.ts';
import { known, type Reading, unreadable } from '../model/reading.ts';
import { parseProcessStat } from '../parse/processes.ts';
import { parseReplicationCfg, parseReplicationState } from '../parse/replication.ts';

const CONFIG = '/etc/pve/replication.cfg';
const STATE = '/var/lib/pve-manager/pve-replication-state.json';

/** Jobs of the whole cluster, and how those went that this node runs. */
export async function collectReplication(host: Host, cluster: Reading<Cluster>): Promise<Reading<Replication>> {
  if (cluster.state === 'absent') return cluster;
  const config = undamagedConfig(await readFile(host, CONFIG), CONFIG);
  if (config.state === 'unreadable') return config;
  const configured = config.state === 'known';
  const jobs = configured ? parseReplicationCfg(config.value) : [];
  if (jobs.length === 0) return known({ configured, jobs, states: [] });
  const state = await readFile(host, STATE);
  if (state.state === 'unreadable') return state;
  const parsed = parseReplicationState(state.state === 'known' ? state.value : '');
  const [malformed] = parsed.problems;
  if (malformed !== undefined) return unreadable({ kind: 'malformed', source: STATE, detail: malformed });
  const began = parsed.value.filter(({ worker }) => worker.pid > 0);
  const pids = began.map(({ worker }) => worker.pid);
  const stats = await host.readFiles(pids.map((pid) => `/proc/${pid}/stat`));
  const statOf = new Map(began.map((run, at) => [run, stats[at]]));
  const states = parsed.value.map((remembered): ReplicationState => {
    const { worker, ...run } = remembered;
    const stat = statOf.get(remembered);
    const process = stat?.state === 'known' ? parseProcessStat(stat.value).value : null;
    const isGone = stat?.state === 'absent' || (process !== null && process.startTicks !== worker.startTicks);
    return { ...run, running: worker.pid > 0 && !isGone };
  });
  return known({ configured, jobs, states });
}
