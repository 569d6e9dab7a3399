import { describe, expect, it } from 'vitest';
import { clusterMailReport } from '../../src/engine/cluster-mail.ts';
import { everythingIsNew } from '../../src/model/notify/change.ts';
import { composeMessage } from '../../src/render/message/compose.ts';
import { CLUSTERS } from './situations.ts';

function mailOf(situation: string, covers: readonly string[] | null = null) {
  const across = CLUSTERS[situation]?.() ?? expect.fail();
  const nodes = covers ?? across.view.nodes.map(({ name }) => name);
  const report = clusterMailReport(across, nodes, { source: 'live', durationMs: 0, clusterName: 'lab' });
  const change = everythingIsNew(report);
  return composeMessage({ id: 'x', createdAt: report.takenAt, report, change, kind: 'report' });
}

describe('the mail of a cluster', () => {
  const { subject, text, brief, attachments } = mailOf('cluster-leftovers');

  it('names the cluster, and says how much of it is behind a line', () => {
    expect(subject).toMatch(/^\[CRITICAL\] cluster lab: 9 dead entries on 7 nodes: guest 107/);
  });

  it('says once what several nodes tell in the same words, and where', () => {
    expect(text.replace(/\s+/g, ' ')).toContain(
      'NFS server 10.9.0.9 does not answer: 2 mounts, 1 storage (on pve7, pve8)',
    );
    expect(text.match(/10\.9\.0\.9/g)).toHaveLength(1);
  });

  it('says which node is not judged, and counts nodes and not checks', () => {
    expect(text).toContain('? pve9 is not judged: its last record is 4 hours old');
    expect(text).toContain('8 of 9 nodes judged');
    expect(brief).toContain('1 node could not be judged');
  });

  it('has the page of the cluster with it', () => {
    expect(attachments.map(({ fileName }) => fileName)).toEqual(['pve-doctor-cluster-lab-2026-11-20.html']);
    expect(attachments[0]?.content).toContain('What each node told of itself');
  });

  it('does not speak of a node that sends its own', () => {
    expect(mailOf('cluster-leftovers', ['pve1', 'pve8']).text).not.toContain('pve7');
  });

  it('leads with what is between nodes', () => {
    expect(mailOf('cluster-guest-twice').subject).toMatch(/^\[CRITICAL\] cluster lab: VM 102 \(database\) /);
  });
});
