import { AREAS, type ClusterReport } from '../../model/report/cluster-report.ts';
import type { Metric, Row } from '../prometheus-metrics.ts';

/** Every metric of `cluster --format prometheus`; docs/cluster.md has the same table. */

interface ClusterMetric extends Omit<Metric, 'rows'> {
  readonly rows: (report: ClusterReport) => readonly Row[];
}

const gauge = (name: string, labels: readonly string[], help: string, rows: ClusterMetric['rows']): ClusterMetric => ({
  ...{ name: `pve_doctor_cluster_${name}`, unit: name.endsWith('_seconds') ? 'seconds' : '', labels, help, rows },
});

const STATUSES = ['healthy', 'waiting', 'warning', 'critical', 'unknown'] as const;

/** A node that is not judged has no age, and no cell that could be taken for fine. */
export const CLUSTER_METRICS: readonly ClusterMetric[] = [
  gauge(
    'last_run_timestamp_seconds',
    [],
    'When the nodes were put side by side, in seconds since 1970.',
    ({ takenAt }) => [[Date.parse(takenAt) / 1000]],
  ),
  gauge(
    'status',
    ['status'],
    '1 for the status of the whole cluster (healthy, waiting, warning, critical, unknown), 0 for the others.',
    ({ status }) => STATUSES.map((is) => [is, is === status ? 1 : 0]),
  ),
  gauge(
    'problems',
    ['severity'],
    'Problems of all nodes and between them.',
    ({ summary: { critical, warnings, notices } }) => [
      ['critical', critical],
      ['warning', warnings],
      ['notice', notices],
    ],
  ),
  gauge('node_judged', ['node'], '1 where what the node told counts, 0 where it is not judged.', ({ nodes }) =>
    nodes.map(({ name, isJudged }) => [name, isJudged ? 1 : 0]),
  ),
  gauge(
    'record_age_seconds',
    ['node'],
    'Age of what is known of the node. Absent where it is not judged.',
    ({ nodes }) => nodes.map(({ name, ageSeconds }) => [name, ageSeconds === null ? null : Math.max(0, ageSeconds)]),
  ),
  gauge(
    'area',
    ['node', 'area', 'state'],
    'Always 1: the worst of an area of a node (critical, warning, notice, clean, waiting, partly, not-judged).',
    ({ nodes }) => nodes.flatMap(({ name, areas }) => AREAS.map((area) => [name, area, areas[area].state, 1])),
  ),
];
