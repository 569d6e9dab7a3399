import { clusterReport } from '../../src/engine/cluster-report.ts';
import type { AcrossNodes } from '../../src/model/cluster/across-nodes.ts';
import type { ClusterReport } from '../../src/model/report/cluster-report.ts';
import { renderClusterText } from '../../src/render/cluster/text.ts';
import { jsonText } from '../../src/render/json.ts';
import { CLUSTERS } from '../cluster/situations.ts';

export const clusterSituations: readonly string[] = Object.keys(CLUSTERS);

/** Whose JSON is kept as well. */
export const CLUSTERS_KEPT_AS_JSON: readonly string[] = ['cluster-guest-twice', 'cluster-uneven'];

/** Without the version, which is in every golden of its own accord otherwise. */
export const clusterReportOf = (situation: string): ClusterReport =>
  clusterReport(CLUSTERS[situation]?.() ?? unknown(situation), { source: 'live', durationMs: 0, clusterName: 'lab' });

const unknown = (situation: string): AcrossNodes => {
  throw new Error(`there is no cluster ${situation}`);
};

/** The screen of 80 columns, then all of it at 100, and JSON. */
export function clusterGoldenOf(situation: string): { readonly txt: string; readonly json: string } {
  const report = clusterReportOf(situation);
  const options = { colour: false, quiet: false, runningFirst: false };
  const screen = renderClusterText(report, { ...options, width: 80, verbose: false });
  const all = renderClusterText(report, { ...options, width: 100, verbose: true });
  return { txt: `${screen}\n$ pve-doctor cluster --verbose\n\n${all}`, json: jsonText(report) };
}
