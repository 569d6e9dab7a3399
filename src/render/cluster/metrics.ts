import type { Metric } from '../prometheus-metrics.ts';

const gauge = (name: string, unit: Metric['unit'], labels: readonly string[], help: string): Metric => ({
  ...{ name: `pve_doctor_cluster_${name}`, type: 'gauge', unit, labels, help },
});

/** Every metric of `cluster --format prometheus`; docs/cluster.md has the same table. */
export const CLUSTER_METRICS = {
  lastRun: gauge(
    'last_run_timestamp_seconds',
    'seconds',
    [],
    'When the nodes were put side by side, in seconds since 1970.',
  ),
  status: gauge(
    'status',
    '',
    ['status'],
    '1 for the status of the whole cluster (healthy, warning, critical, unknown), 0 for the others.',
  ),
  problems: gauge('problems', '', ['severity'], 'Problems of all nodes and between them.'),
  nodeJudged: gauge('node_judged', '', ['node'], '1 where what the node told counts, 0 where it is not judged.'),
  recordAge: gauge(
    'record_age_seconds',
    'seconds',
    ['node'],
    'Age of what is known of the node. Absent where it is not judged.',
  ),
  area: gauge(
    'area',
    '',
    ['node', 'area', 'state'],
    'Always 1: the worst of an area of a node (critical, warning, notice, clean, partly, not-judged).',
  ),
} as const;
