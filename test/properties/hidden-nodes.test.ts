import { describe, expect, it } from 'vitest';
import { CROSS_CHECKS } from '../../src/checks/index.ts';
import { clusterReport } from '../../src/engine/cluster-report.ts';
import type { AcrossNodes } from '../../src/model/cluster/across-nodes.ts';
import { type ClusterView, type JudgedNode, judgedNodes, type NodeView } from '../../src/model/cluster/cluster-view.ts';
import type { PartName } from '../../src/model/cluster/node-record.ts';
import { AREAS } from '../../src/model/report/cluster-report.ts';
import { CLUSTERS } from '../cluster/situations.ts';
import { UNTOLD } from '../data/node-records.ts';

/** What is accused, with the nodes that it involves: fewer nodes are the same accusation, other ones are not. */
const accusedOf = (acrossNodes: AcrossNodes) =>
  CROSS_CHECKS.flatMap((check) =>
    check
      .examine({ acrossNodes }, {} as never)
      .map(({ code, subject, nodes = [] }) => ({ key: `${code} ${subject.id}`, nodes })),
  );

function expectNoMore(before: AcrossNodes, after: AcrossNodes, what: string): void {
  const known = accusedOf(before);
  for (const { key, nodes } of accusedOf(after)) {
    const same = known.find((one) => one.key === key);
    expect(same, `${what}: ${key}`).toBeDefined();
    // What storage.cfg says alone concerns every node.
    if (!key.startsWith('CL008')) expect(same?.nodes, `${what}: ${key}`).toEqual(expect.arrayContaining([...nodes]));
  }
}

const withView = (acrossNodes: AcrossNodes, change: (node: NodeView) => NodeView): AcrossNodes => {
  const view: ClusterView = { ...acrossNodes.view, nodes: acrossNodes.view.nodes.map(change) };
  return { ...acrossNodes, view };
};

const hidden = (acrossNodes: AcrossNodes, name: string): AcrossNodes =>
  withView(acrossNodes, (node) =>
    node.name === name
      ? {
          ...node,
          standing: {
            state: 'not-judged',
            reason: 'silent',
            because: 'hidden',
            lastHeardAt: null,
            clockAheadSeconds: null,
          },
        }
      : node,
  );

const without = (standing: JudgedNode, parts: readonly PartName[]): JudgedNode => {
  const blind = (record: JudgedNode['record']): JudgedNode['record'] => ({
    ...record,
    fingerprint: { ...record.fingerprint, ...Object.fromEntries(parts.map((part) => [part, null])) },
  });
  return { ...standing, record: blind(standing.record), samples: standing.samples.map(blind) };
};

const PARTS = Object.keys(UNTOLD) as readonly PartName[];

describe.each(Object.keys(CLUSTERS))('hiding never accuses in %s', (situation) => {
  const whole = CLUSTERS[situation]?.();
  if (whole === undefined) throw new Error(situation);
  const names = judgedNodes(whole.view).map(({ name }) => name);

  it('with one node hidden, or any two', () => {
    for (const one of names) {
      expectNoMore(whole, hidden(whole, one), one);
      for (const other of names) expectNoMore(whole, hidden(hidden(whole, one), other), `${one} ${other}`);
    }
  });

  it('with any part of any node hidden, or of all', () => {
    for (const part of PARTS) {
      const blind = (only: string | null) =>
        withView(whole, (node) =>
          node.standing.state === 'judged' && (only === null || node.name === only)
            ? { ...node, standing: without(node.standing, [part]) }
            : node,
        );
      for (const name of [...names, null]) expectNoMore(whole, blind(name), `${part} of ${name ?? 'all'}`);
    }
  });

  it('with the configurations of guests hidden', () => {
    expectNoMore(whole, { ...whole, guests: null }, 'configurations');
  });

  it('and a hidden node is not judged in any cell, nor is the cluster clean', () => {
    for (const name of names) {
      const report = clusterReport(hidden(whole, name), { source: 'live', durationMs: 0, clusterName: '' });
      const row = report.nodes.find((node) => node.name === name);
      expect(AREAS.map((area) => row?.areas[area].state)).toEqual(AREAS.map(() => 'not-judged'));
      expect(report.nodes.map(({ areas }) => areas.cluster.state)).not.toContain('clean');
      expect(report.status).not.toBe('healthy');
    }
  });
});
