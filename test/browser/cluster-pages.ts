import type { ClusterReport } from '../../src/model/report/cluster-report.ts';
import { renderClusterHtml } from '../../src/render/cluster/html.ts';
import { clusterReportOf } from '../goldens/cluster-goldens.ts';

const EVIL = '"><script>window.escaped=1</script><img src=x onerror="window.escaped=1">';

/** Names of nodes and guests are chosen by others. */
function hostile(report: ClusterReport): ClusterReport {
  return {
    ...report,
    clusterName: EVIL,
    nodes: report.nodes.map((node) => ({ ...node, name: `${EVIL}${node.name}`, because: node.because && EVIL })),
    problems: report.problems.map((problem) => ({ ...problem, who: EVIL, what: 'x'.repeat(300) })),
  };
}

/** 32 nodes, as many as a cluster has in practice. */
function large(report: ClusterReport): ClusterReport {
  const nodes = Array.from({ length: 32 }, (_, at) => report.nodes[at % report.nodes.length])
    .flatMap((node) => node ?? [])
    .map((node, at) => ({ ...node, name: `pve${at + 1}`, nodeId: at + 1 }));
  return { ...report, nodes, summary: { ...report.summary, nodes: 32, judged: 24 } };
}

/** Pages of clusters by what is odd about them. */
export const clusterPages = (): readonly (readonly [name: string, html: string])[] =>
  [
    ['cluster-healthy', clusterReportOf('cluster-healthy')] as const,
    ['cluster-leftovers', clusterReportOf('cluster-leftovers')] as const,
    ['cluster-silent', clusterReportOf('cluster-silent')] as const,
    ['cluster-large', large(clusterReportOf('cluster-silent'))] as const,
    ['cluster-hostile', hostile(clusterReportOf('cluster-leftovers'))] as const,
  ].map(([name, report]) => [name, renderClusterHtml(report)] as const);
