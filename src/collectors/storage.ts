import { type Host, readFile } from '../host/host.ts';
import { believable, undamagedConfig } from '../model/believable.ts';
import type { Cluster, StorageConfig } from '../model/guests/pve.ts';
import { known, type Reading, unreadable } from '../model/reading.ts';
import { parseStorageCfg } from '../parse/storage-cfg.ts';

const PATH = '/etc/pve/storage.cfg';

/** Storages of the cluster. Without the file PVE has its built-in `local` only. */
export async function collectStorage(host: Host, cluster: Reading<Cluster>): Promise<Reading<StorageConfig>> {
  const belief = believable(cluster);
  if (belief.state !== 'known') return belief;
  const text = undamagedConfig(await readFile(host, PATH), PATH);
  if (text.state === 'unreadable') return text;
  // PVE writes its built-in `local` even where nothing else is left (Plugin.pm parse_config).
  if (text.state === 'known' && text.value === '')
    return unreadable({
      kind: 'malformed',
      source: PATH,
      detail: 'it is empty, so the storages that it named are lost',
    });
  if (text.state === 'absent') return known(parseStorageCfg(''));
  const config = parseStorageCfg(text.value);
  const [ignored] = config.problems;
  // PVE adds `local` to what it reads, and keeps it when it writes.
  const hasSection = config.storages.length > 1 || /^dir:[ \t]*local[ \t]*$/im.test(text.value);
  if (ignored === undefined || hasSection) return known(config);
  return unreadable({ kind: 'malformed', source: PATH, detail: `no section of it is a storage (${ignored})` });
}
