import { type Host, listDir } from '../host/host.ts';
import type { ProcessTable } from '../model/host-facts.ts';
import { known, knownOf, type Reading, unreadable } from '../model/reading.ts';
import { parseProcessStat } from '../parse/processes.ts';

/**
 * Every process of the node, in one pass, for all who look for one. One that ends meanwhile is not there; where one could not
 * be read, or a hundred thousand of a container take the time of all, nobody knows who is missing.
 */
export async function collectProcesses(host: Host): Promise<Reading<ProcessTable>> {
  const names = await listDir(host, '/proc');
  if (names.state !== 'known') return names;
  const pids = names.value.filter((name) => /^\d+$/.test(name)).map(Number);
  // Its own reader at least is there.
  if (pids.length === 0) return unreadable({ kind: 'malformed', source: '/proc', detail: 'it lists no process' });
  const readings = await host.readFiles(pids.map((pid) => `/proc/${pid}/stat`));
  const unread = readings.find((reading) => reading.state === 'unreadable');
  if (unread !== undefined) return unread;
  const rows = knownOf(pids, readings).flatMap(([pid, text]) => {
    const stat = parseProcessStat(text).value;
    return stat === null ? [] : [[pid, stat] as const];
  });
  return known({ byPid: new Map(rows) });
}
