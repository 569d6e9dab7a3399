import { type Host, readFile } from '../host/host.ts';
import { undamagedConfig } from '../model/believable.ts';
import type { HaResources } from '../model/guests/ha.ts';
import type { Cluster } from '../model/guests/pve.ts';
import { known, type Reading } from '../model/reading.ts';
import { parseHaResources } from '../parse/ha-resources.ts';

const DIRECTORY = '/etc/pve/ha';

/** Without the file nothing is managed; without rules and groups every node may start what is. */
export async function collectHaResources(host: Host, cluster: Reading<Cluster>): Promise<Reading<HaResources>> {
  if (cluster.state === 'absent') return cluster;
  const read = async (name: string): Promise<Reading<string>> =>
    undamagedConfig(await readFile(host, `${DIRECTORY}/${name}`), `${DIRECTORY}/${name}`);
  const [resources, rules, groups] = await Promise.all([read('resources.cfg'), read('rules.cfg'), read('groups.cfg')]);
  if (resources.state === 'unreadable') return resources;
  return known(parseHaResources({ resources: textOf(resources) ?? '', rules: textOf(rules), groups: textOf(groups) }));
}

/** null: it could not be read. */
const textOf = (reading: Reading<string>): string | null =>
  reading.state === 'known' ? reading.value : reading.state === 'absent' ? '' : null;
