import type { AcrossNodes } from '../model/cluster/across-nodes.ts';
import { judgedNodes } from '../model/cluster/cluster-view.ts';
import type { NodeRecord } from '../model/cluster/node-record.ts';
import type { Report } from '../model/report/report.ts';
import { type ToldNode, toldReport } from '../problems/told-report.ts';
import { betweenNodes, type ClusterFrame, clusterReport } from './cluster-report.ts';

/**
 * The cluster in the form of a report: problems between nodes, and those of each node that leaves them to the cluster's mail
 * (`covers`).
 */
export function clusterMailReport(across: AcrossNodes, covers: readonly string[], frame: ClusterFrame): Report {
  const told = judgedNodes(across.view).flatMap(({ name, standing }): readonly ToldNode[] =>
    covers.includes(name) ? [{ node: name, verdict: standing.record.verdict, checks: checksOf(standing.record) }] : [],
  );
  return toldReport(clusterReport(across, frame), betweenNodes(across).problems, told);
}

const checksOf = ({ verdict }: NodeRecord): ToldNode['checks'] =>
  verdict?.checks === undefined ? null : new Set(verdict.checks);
