import { describe, expect, it } from 'vitest';
import { clusterMailReport } from '../../src/engine/cluster-mail.ts';
import { clusterReport } from '../../src/engine/cluster-report.ts';
import type { AcrossNodes } from '../../src/model/cluster/across-nodes.ts';
import type { NodeRecord, RecordedProblem } from '../../src/model/cluster/node-record.ts';
import type { Severity } from '../../src/model/finding.ts';
import { acrossOf, groupOn, lunDisk, openVolume, runningGuest } from '../checks/cluster-examples.ts';
import { guest } from '../checks/examples.ts';
import { aRecord } from '../data/node-records.ts';

const FRAME = { source: 'live', durationMs: 0, clusterName: 'lab' };

const known = (id: string, kind: string, severity: Severity, acknowledged = true): RecordedProblem => ({
  ...{ id, kind, severity, who: 'VM 102', what: 'runs twice', codes: ['CL001'], vmids: [102] },
  ...{ acknowledged, next: '', repairable: false },
});

/** A guest that runs on both nodes, and what the second one published of it. */
function cluster(...problems: readonly RecordedProblem[]): AcrossNodes {
  const open = {
    running: [runningGuest(102)],
    groups: [groupOn('san', lunDisk(), { volumes: [openVolume('vm-102-disk-0')] })],
  };
  const second: NodeRecord = {
    ...aRecord('pve2', open),
    verdict: { status: 'critical', grade: 'F', problems, unjudged: [] },
  };
  return acrossOf([aRecord('pve1', open), second], { configs: [guest(102)] });
}

const shown = (across: AcrossNodes) => clusterReport(across, FRAME).problems.map(({ id }) => id);
const ID = 'cluster:guest/102';

describe('a problem between nodes', () => {
  it('stands as long as nobody acknowledged it', () => {
    expect(shown(cluster())).toEqual([ID]);
    expect(shown(cluster(known(ID, 'cluster', 'critical', false)))).toEqual([ID]);
  });

  it('is known to all nodes when it was acknowledged on one', () => {
    const across = cluster(known(ID, 'cluster', 'critical'));
    expect(shown(across)).toEqual([]);
    const { nodes, summary } = clusterReport(across, FRAME);
    expect([nodes[0]?.areas.cluster.state, summary.critical]).not.toContain('critical');
    const [told] = clusterMailReport(across, ['pve1', 'pve2'], FRAME).problems;
    expect([told?.id, told?.acknowledged?.by]).toEqual([ID, 'pve2']);
  });

  it('counts again where it is worse than what was acknowledged', () => {
    expect(shown(cluster(known(ID, 'cluster', 'warning')))).toEqual([ID]);
  });
});

describe('a problem of one node', () => {
  it('is neither on the screen nor news where its node acknowledged it, and is no less there', () => {
    const across = cluster(known('pool:pve/data', 'pool', 'warning'));
    expect(shown(across)).toEqual([ID]);
    const told = clusterMailReport(across, ['pve1', 'pve2'], FRAME).problems;
    expect(told.map(({ id, acknowledged }) => [id, acknowledged === null])).toEqual([
      [ID, true],
      ['pve2/pool:pve/data', false],
    ]);
  });

  it('is not in the mail where its node sends its own', () => {
    const across = cluster(known('pool:pve/data', 'pool', 'warning', false));
    expect(clusterMailReport(across, ['pve1'], FRAME).problems.map(({ id }) => id)).toEqual([ID]);
  });
});
