import { type Host, readFile } from '../host/host.ts';
import { believable, undamagedConfig } from '../model/believable.ts';
import type { Cluster, Datacenter } from '../model/guests/pve.ts';
import { known, type Reading } from '../model/reading.ts';
import { DEFAULT_DATACENTER, parseDatacenterCfg } from '../parse/datacenter-cfg.ts';

const PATH = '/etc/pve/datacenter.cfg';

/** The range of free VMIDs. The file is optional. */
export async function collectDatacenter(host: Host, cluster: Reading<Cluster>): Promise<Reading<Datacenter>> {
  const belief = believable(cluster);
  if (belief.state !== 'known') return belief;
  const text = undamagedConfig(await readFile(host, PATH), PATH);
  if (text.state === 'unreadable') return text;
  return known(text.state === 'known' ? parseDatacenterCfg(text.value) : DEFAULT_DATACENTER);
}
