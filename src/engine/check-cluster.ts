import { CHECKS } from '../checks/index.ts';
import type { Host } from '../host/host.ts';
import { believe } from '../model/cluster/believe.ts';
import { sectionsOf } from '../model/derived.ts';
import type { MountSettings } from '../model/mounts/mounts.ts';
import { knownOrNull, whyNot } from '../model/reading.ts';
import type { ClusterReport } from '../model/report/cluster-report.ts';
import type { Report } from '../model/report/report.ts';
import { assembleReport } from './assemble-report.ts';
import { clusterReport } from './cluster-report.ts';
import { collect } from './collect.ts';
import { examine } from './examine.ts';
import { EVERYTHING } from './narrowing.ts';
import { ownRecord } from './own-record.ts';

/** Why there is no cluster to show, as one sentence without a full stop; or all of it. */
export type ClusterCheck = { readonly report: ClusterReport } | { readonly because: string };

/** Checks this node (`withKnown` says what of it was acknowledged), and puts it beside what all others told: what `pve-doctor cluster` does. */
export async function checkCluster(
  host: Host,
  source: string,
  settings?: MountSettings,
  withKnown: (report: Report) => Promise<Report> = async (report) => report,
): Promise<ClusterCheck> {
  const start = host.elapsedMs();
  const snapshot = await collect(host, settings);
  const durationMs = host.elapsedMs() - start;
  const { peers, storage, guests, cluster } = sectionsOf(snapshot);
  if (peers.state !== 'known') return { because: whyNot(peers) };
  if (storage.state !== 'known') return { because: whyNot(storage) };
  const found = assembleReport(snapshot, examine(snapshot, CHECKS), { source, durationMs, narrowing: EVERYTHING });
  const view = believe(peers.value, ownRecord(snapshot, await withKnown(found)));
  const across = { view, storage: storage.value, guests: knownOrNull(guests), only: null };
  const clusterName = cluster.state === 'known' ? cluster.value.clusterName : '';
  return { report: clusterReport(across, { source, durationMs, clusterName }) };
}
