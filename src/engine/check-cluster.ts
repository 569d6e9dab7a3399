import { CHECKS } from '../checks/index.ts';
import type { Host } from '../host/host.ts';
import { believe } from '../model/cluster/believe.ts';
import { sectionsOf } from '../model/derived.ts';
import type { MountSettings } from '../model/mounts/mounts.ts';
import { knownOrNull, whyNot } from '../model/reading.ts';
import type { ClusterReport } from '../model/report/cluster-report.ts';
import { assembleReport } from './assemble-report.ts';
import { clusterReport } from './cluster-report.ts';
import { collect } from './collect.ts';
import { examine } from './examine.ts';
import { EVERYTHING } from './narrowing.ts';
import { ownRecord } from './own-record.ts';

/** Why there is no cluster to show, as one sentence without a full stop; or all of it. */
export type ClusterCheck = { readonly report: ClusterReport } | { readonly because: string };

/** Checks this node, and puts it beside what all others told: what `pve-doctor cluster` does. */
export async function checkCluster(host: Host, source: string, settings?: MountSettings): Promise<ClusterCheck> {
  const start = host.elapsedMs();
  const snapshot = await collect(host, settings);
  const durationMs = host.elapsedMs() - start;
  const { peers, storage, guests, cluster } = sectionsOf(snapshot);
  if (peers.state !== 'known') return { because: whyNot(peers) };
  if (storage.state !== 'known') return { because: whyNot(storage) };
  const report = assembleReport(snapshot, examine(snapshot, CHECKS), { source, durationMs, narrowing: EVERYTHING });
  const view = believe(peers.value, ownRecord(snapshot, report));
  const across = { view, storage: storage.value, guests: knownOrNull(guests), only: null };
  const clusterName = cluster.state === 'known' ? cluster.value.clusterName : '';
  return { report: clusterReport(across, { source, durationMs, clusterName }) };
}
