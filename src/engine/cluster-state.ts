import { collectCluster } from '../collectors/cluster.ts';
import { collectGuests } from '../collectors/guests.ts';
import { collectPeers } from '../collectors/peers.ts';
import { collectStorage } from '../collectors/pve-configuration.ts';
import type { Host } from '../host/host.ts';
import type { Readings } from '../model/check.ts';
import { believe } from '../model/cluster/believe.ts';
import type { ClusterView, Peers } from '../model/cluster/cluster-view.ts';
import type { NodeRecord } from '../model/cluster/node-record.ts';
import { sectionsOf } from '../model/derived.ts';
import type { Guests, StorageConfig } from '../model/guests/pve.ts';
import { knownOrNull } from '../model/reading.ts';
import type { Report } from '../model/report/report.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { clusterMailReport } from './cluster-mail.ts';
import { ownRecord } from './own-record.ts';

/** What the mail of a cluster is made from. */
export interface ClusterState {
  readonly peers: Peers;
  readonly storage: StorageConfig;
  /** null where they could not be read. */
  readonly guests: Guests | null;
  readonly clusterName: string;
  /** What this node has just found of itself; null: what it published counts. */
  readonly own: NodeRecord | null;
}

function stateOf(
  { cluster, peers, storage, guests }: Readings<'cluster' | 'peers' | 'storage' | 'guests'>,
  own: NodeRecord | null,
): ClusterState | null {
  if (cluster.state !== 'known' || peers.state !== 'known' || storage.state !== 'known') return null;
  const { clusterName } = cluster.value;
  return { peers: peers.value, storage: storage.value, guests: knownOrNull(guests), clusterName, own };
}

/** By a check of this node; null where there is no cluster that could be read. */
export const clusterStateAfter = (snapshot: Snapshot, report: Report): ClusterState | null =>
  stateOf(sectionsOf(snapshot), ownRecord(snapshot, report));

/** Without one: only what nodes published is read, and what PVE says of storages and guests. */
export async function readClusterState(host: Host): Promise<ClusterState | null> {
  const cluster = await collectCluster(host);
  const peers = await collectPeers(host, cluster);
  if (peers.state !== 'known') return null;
  const [storage, guests] = await Promise.all([collectStorage(host, cluster), collectGuests(host, cluster)]);
  return stateOf({ cluster, peers, storage, guests }, null);
}

/** By what all nodes published, this one too: so nodes that hear the same decide the same. */
export const publishedView = ({ peers }: ClusterState): ClusterView => believe(peers, null);

/** The cluster as it is told of, for these nodes. */
export const mailReportOf = (state: ClusterState, covers: readonly string[]): Report =>
  clusterMailReport(
    {
      view: believe(state.peers, state.own),
      ...{ storage: state.storage, guests: state.guests, only: null },
    },
    covers,
    { source: 'live', durationMs: 0, clusterName: state.clusterName },
  );
