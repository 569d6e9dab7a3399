import type { PageContext } from '../../../src/hub/pages/page-context.ts';
import type {
  ChangeRow,
  ClusterRow,
  FleetTotals,
  NodeRow,
  OpenProblem,
  ProblemGroup,
} from '../../../src/hub/store/hub-store.ts';
import type { MaintenanceRow } from '../../../src/hub/store/maintenance.ts';
import type { FleetSample } from '../../../src/hub/store/trend.ts';
import { everywhere } from '../../../src/model/report/area-cell.ts';

/** Rows as a store gives them, all of whose texts are `text`: what a node may call itself and everything on it. */

export const NOW = '2026-11-23T10:00:00.000Z';
const BEFORE = '2026-11-23T09:50:00.000Z';

export const context = (more: Partial<PageContext> = {}): PageContext => ({
  ...{ now: NOW, path: '/', viewer: { name: 'anna', role: 'admin' }, csrf: 'c5rf', awaySince: null },
  silentBefore: '2026-11-23T09:00:00.000Z',
  ...more,
});

export const nodeOf = (text: string, more: Partial<NodeRow> = {}): NodeRow => ({
  ...{ nodeId: text, clusterId: text, cluster: text, node: text, machineId: text },
  ...{ enrolledAt: BEFORE, revokedAt: null, lastContactAt: BEFORE, lastTakenAt: BEFORE, clockSkewMs: 200_000 },
  ...{ pveVersion: text, toolVersion: text, status: 'critical', grade: text, score: 60 },
  ...{ critical: 2, warnings: 1, notices: 1, unjudged: 1, maintenanceUntil: null, ...more },
});

export const problemOf = (text: string, more: Partial<OpenProblem> = {}): OpenProblem => ({
  ...{ id: text, kind: 'volume', severity: 'critical', who: text, what: text, code: text, codes: [text], title: text },
  ...{
    guests: [{ vmid: 102, name: text, type: 'qemu', node: text, state: 'running' }],
    bytes: 4096,
    next: text,
    repairable: true,
  },
  ...{ nodeId: text, node: text, clusterId: text, cluster: text, firstSeenAt: BEFORE, lastSeenAt: BEFORE },
  ...{ acknowledged: { by: text, reason: text, until: null }, ...more },
});

export const groupOf = (text: string, more: Partial<ProblemGroup> = {}): ProblemGroup => ({
  ...{ code: text, title: text, severity: 'critical', problems: 1, nodes: 1, clusters: 1, newestAt: BEFORE, bytes: 1 },
  worst: [{ clusterId: text, name: text }],
  example: { nodeId: text, node: text, cluster: text, id: text, who: text, what: text },
  ...more,
});

export const clusterOf = (text: string, more: Partial<ClusterRow> = {}): ClusterRow => ({
  ...{ clusterId: text, name: text, nodes: 3, maintenance: 0, silent: 1, unjudged: 1 },
  ...{ critical: 2, warnings: 1, notices: 0, ...more },
});

/** Of a fleet that is these clusters. */
export const totalsOf = (clusters: readonly ClusterRow[]): FleetTotals => {
  const sum = (of: (row: ClusterRow) => number) => clusters.reduce((all, row) => all + of(row), 0);
  return {
    clusters: clusters.length,
    ...{ nodes: sum((row) => row.nodes), maintenance: sum((row) => row.maintenance), silent: sum((row) => row.silent) },
    ...{ unjudged: sum((row) => row.unjudged), critical: sum((row) => row.critical) },
    ...{ warnings: sum((row) => row.warnings), notices: sum((row) => row.notices) },
  };
};

export const sampleOf = (day: string, more: Partial<FleetSample> = {}): FleetSample => ({
  ...{ at: `${day}T09:00:00.000Z`, nodes: 3, maintenance: 0, silent: 0, unjudged: 0, critical: 1, warnings: 1 },
  ...{ notices: 0, bytes: 1024, ...more },
});

export const maintenanceOf = (text: string, more: Partial<MaintenanceRow> = {}): MaintenanceRow => ({
  ...{ scope: 'node', scopeId: text, node: text, cluster: text, by: text, reason: text, at: NOW, until: NOW, ...more },
});

export const changeOf = (text: string, more: Partial<ChangeRow> = {}): ChangeRow => ({
  ...{ at: BEFORE, what: 'appeared', nodeId: text, node: text, cluster: text, problemId: text, severity: 'warning' },
  ...{ who: text, text, by: text, reason: text, ...more },
});

export const cellsOf = (because: string) => everywhere(() => ({ state: 'partly', problems: 0, because, waits: '' }));
