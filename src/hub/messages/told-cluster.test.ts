import { describe, expect, it } from 'vitest';
import { everywhere } from '../../model/report/area-cell.ts';
import { lookOf, updateHistory } from '../../model/report/history-state.ts';
import type { NodeRow, OpenProblem } from '../store/hub-store.ts';
import { type ClusterRows, toldCluster } from './told-cluster.ts';

const NOW = '2026-11-23T10:00:00.000Z';
const MOMENT = { now: NOW, silentBefore: '2026-11-23T09:00:00.000Z' };

const nodeRow = (node: string, more: Partial<NodeRow> = {}): NodeRow => ({
  ...{ nodeId: `id-${node}`, clusterId: 'c', cluster: 'west', node, machineId: '0'.repeat(32) },
  ...{ enrolledAt: '2026-11-01T00:00:00.000Z', revokedAt: null, lastContactAt: '2026-11-23T09:55:00.000Z' },
  ...{ lastTakenAt: '2026-11-23T09:54:00.000Z', clockSkewMs: 0, pveVersion: '8.4.1', toolVersion: '0.1.0' },
  ...{ status: 'critical', grade: 'F', score: 80, critical: 1, warnings: 0, notices: 0, unjudged: 0 },
  maintenanceUntil: null,
  ...more,
});

const problem = (node: string, more: Partial<OpenProblem> = {}): OpenProblem => ({
  ...{ id: 'volume:san/vm-102-disk-0', kind: 'volume', severity: 'critical', who: 'VM 102 (db)', bytes: null },
  ...{ what: 'cannot start: a dead entry holds its disk', code: 'DM013', codes: ['DM013'], title: 'Entry left behind' },
  ...{
    guests: [{ vmid: 102, name: 'db', type: 'qemu', node, state: 'running' }],
    next: 'Remove the entry.',
    repairable: true,
  },
  ...{ nodeId: `id-${node}`, node, clusterId: 'c', cluster: 'west', firstSeenAt: NOW, lastSeenAt: NOW },
  ...{ acknowledged: null, ...more },
});

const rows = (more: Partial<ClusterRows> = {}): ClusterRows => ({
  name: 'west',
  nodes: [nodeRow('pve1'), nodeRow('pve2')],
  problems: [problem('pve1')],
  cut: new Set(),
  areas: new Map(
    ['id-pve1', 'id-pve2'].map((id) => [
      id,
      everywhere(() => ({ state: 'clean', problems: 0, because: '', waits: '' })),
    ]),
  ),
  unjudged: new Map(),
  ...more,
});

describe('a cluster in the form of a report', () => {
  it('names each problem with its node, and leads to the command there', () => {
    const report = toldCluster(rows(), MOMENT);
    expect(report.node).toBe('cluster west');
    expect(report.problems.map(({ id, what }) => [id, what])).toEqual([
      ['pve1/volume:san/vm-102-disk-0', 'cannot start: a dead entry holds its disk (on pve1)'],
    ]);
    expect(report.problems[0]?.next.command?.line).toBe('pve-doctor clean --node pve1 --vmid 102');
    expect(report.status).toBe('critical');
  });

  it('does not count what somebody acknowledged', () => {
    const acknowledged = { by: 'anna', reason: 'known', until: null };
    expect(toldCluster(rows({ problems: [problem('pve1', { acknowledged })] }), MOMENT).summary.critical).toBe(0);
  });

  it('calls a silent node not judged, and what it had told is not resolved', () => {
    const before = updateHistory(null, lookOf(toldCluster(rows(), MOMENT))).state;
    const silent = rows({ nodes: [nodeRow('pve1', { lastContactAt: '2026-11-23T01:00:00.000Z' }), nodeRow('pve2')] });
    const report = toldCluster(silent, MOMENT);
    expect(report.cluster?.blind).toEqual(['node pve1']);
    expect(report.notSeen[0]).toContain('pve1 is not judged');
    expect(report.status).not.toBe('healthy');
    const { resolved, unseen } = updateHistory(before, lookOf(report));
    expect([resolved, unseen.length]).toEqual([[], 1]);
  });

  it('does not call resolved what its check could not judge', () => {
    const before = updateHistory(null, lookOf(toldCluster(rows(), MOMENT))).state;
    const blind = new Map([['id-pve1', [{ code: 'DM013', because: 'lvs timed out' }]]]);
    expect(
      updateHistory(before, lookOf(toldCluster(rows({ problems: [], unjudged: blind }), MOMENT))).resolved,
    ).toEqual([]);
    expect(updateHistory(before, lookOf(toldCluster(rows({ problems: [] }), MOMENT))).resolved).toHaveLength(1);
  });

  it('does not call resolved what was left out of a node with too many problems, and says so', () => {
    const before = updateHistory(
      null,
      lookOf(toldCluster(rows({ problems: [problem('pve1'), problem('pve2')] }), MOMENT)),
    ).state;
    const report = toldCluster(rows({ problems: [], cut: new Set(['id-pve1']) }), MOMENT);
    const { resolved, unseen } = updateHistory(before, lookOf(report));
    expect(resolved.map(({ id }) => id)).toEqual(['pve2/volume:san/vm-102-disk-0']);
    expect(unseen.map(({ id }) => id)).toEqual(['pve1/volume:san/vm-102-disk-0']);
    expect(report.notSeen[0]).toContain('pve1 has more problems than a message holds');
    expect(report.status).not.toBe('healthy');
  });
});
