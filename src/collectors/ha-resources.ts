import { type Host, readFile } from '../host/host.ts';
import { undamagedConfig } from '../model/believable.ts';
import type { HaResources } from '../model/guests/ha.ts';
import type { Cluster } from '../model/guests/pve.ts';
import { known, type Reading } from '../model/reading.ts';
import { parseHaResources } from '../parse/ha-resources.ts';

const CONFIG = '/etc/pve/ha/resources.cfg';

/** Without the file nothing is managed. */
export async function collectHaResources(host: Host, cluster: Reading<Cluster>): Promise<Reading<HaResources>> {
  if (cluster.state === 'absent') return cluster;
  const text = undamagedConfig(await readFile(host, CONFIG), CONFIG);
  if (text.state === 'unreadable') return text;
  return known(parseHaResources(text.state === 'known' ? text.value : ''));
}
