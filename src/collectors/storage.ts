import { type Host, readFile } from '../host/host.ts';
import { believable, undamagedConfig } from '../model/believable.ts';
import type { Cluster, StorageConfig } from '../model/pve.ts';
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
  return known(parseStorageCfg(text.state === 'known' ? text.value : ''));
}
