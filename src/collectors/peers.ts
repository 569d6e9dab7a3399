import type { Host } from '../host/host.ts';
import type { Peers } from '../model/cluster/cluster-view.ts';
import type { Cluster } from '../model/guests/pve.ts';
import { absent, type Reading } from '../model/reading.ts';
import { parseClusterRecords } from '../parse/cluster-records.ts';
import { commandText } from '../parse/command-output.ts';

/** What the nodes of the cluster have published of themselves. A hung pmxcfs is not asked: its own section says that it hangs. */
export async function collectPeers(host: Host, cluster: Reading<Cluster>): Promise<Reading<Peers>> {
  if (cluster.state !== 'known') return cluster;
  if (cluster.value.clusterName === '') return absent('this node is in no cluster');
  if (cluster.value.isAlone) return absent('this node is alone in its cluster');
  const result = await host.run('cluster-records');
  if (result.outcome === 'not-found') return absent('what other nodes published was not read');
  const text = commandText({ ...result, argv: ['perl', 'PVE::Cluster'] });
  return text.state === 'known' ? parseClusterRecords(text.value, host.now().toISOString()) : text;
}
