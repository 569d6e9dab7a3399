import { describe, expect, it } from 'vitest';
import { clusterReport } from '../../src/engine/cluster-report.ts';
import { packRecord } from '../../src/host/publish-value.ts';
import { fitRecord, MOST_BYTES } from '../../src/model/cluster/fit-record.ts';
import type { NodeRecord } from '../../src/model/cluster/node-record.ts';
import { parseNodeRecord } from '../../src/parse/node-record.ts';
import { renderClusterText } from '../../src/render/cluster/text.ts';
import { acrossOf, groupOn, lunDisk, openVolume } from '../checks/cluster-examples.ts';
import { storage } from '../checks/examples.ts';
import { aRecord, at } from '../data/node-records.ts';

const FRAME = { source: 'live', durationMs: 0, clusterName: 'lab' };
const LOOK = { width: 80, colour: false, verbose: false, quiet: false, runningFirst: false };
const screenOf = (records: readonly NodeRecord[], more: Parameters<typeof acrossOf>[1] = {}): readonly string[] =>
  renderClusterText(clusterReport(acrossOf(records, more), FRAME), LOOK).split('\n');

const many = (count: number, make: (node: string, at: number) => NodeRecord): readonly NodeRecord[] =>
  Array.from({ length: count }, (_, index) => make(`pve${index + 1}`, index));

const word = (text: string, seed: number): string =>
  Array.from({ length: 6 }, (_, part) => Math.imul(seed * 31 + part, 2654435761) >>> 0)
    .join('')
    .slice(0, 20) + text;

/** A node with so many open volumes that its record is as large as one may be. */
const large = (node: string, seed: number): NodeRecord => {
  const volumes = Array.from({ length: 900 }, (_, disk) =>
    openVolume(`vm-${100 + disk}-disk-0`, { lvUuid: word(`${disk}`, seed * 1000 + disk) }),
  );
  return aRecord(node, { groups: [groupOn('san', lunDisk(), { volumes })] });
};

const sizeOf = (record: NodeRecord): number => packRecord(JSON.stringify(record)).length;

describe('32 nodes', () => {
  it('that are well are one screen, and the age of what is told stays in it', () => {
    const screen = screenOf(many(32, (node, index) => aRecord(node, {}, { takenAt: at(-60 * index) })));
    expect(screen.length).toBeLessThanOrEqual(24);
    expect(screen.join('\n')).toMatch(/^32 alike +31 min +✓ clean/m);
  });

  it('show each one that is not well', () => {
    const screen = screenOf(
      many(32, (node, index) => (index === 16 ? { ...aRecord(node), takenAt: at(-7200) } : aRecord(node))),
      { storages: [storage('fc', 'san')] },
    );
    expect(screen.length).toBeLessThanOrEqual(24);
    expect(screen.join('\n')).toContain('pve17');
    expect(screen.join('\n')).toContain('31 of 32 nodes judged');
  });

  it('with records as large as they may be are compared, and a part that did not fit is not clean', () => {
    const published = many(32, large).map((record) => fitRecord(record, [], sizeOf));
    expect(published.every((record) => sizeOf(record) <= MOST_BYTES)).toBe(true);
    const words = published.map((record) => parseNodeRecord(JSON.stringify(record), record.node));
    expect(words.every(({ state }) => state === 'record')).toBe(true);
    const report = clusterReport(acrossOf(published, { storages: [storage('fc', 'san', { shared: true })] }), FRAME);
    expect(report.checks.find(({ code }) => code === 'CL007')?.outcome).toBe('unknown');
    expect(report.status).toBe('unknown');
  });
});

describe('a cluster whose clocks are an hour apart', () => {
  it('accuses no volume, and says which clock', () => {
    const open = { groups: [groupOn('san', lunDisk(), { volumes: [openVolume('vm-102-disk-0')] })] };
    const report = clusterReport(
      acrossOf([aRecord('pve1', open), aRecord('pve2', open, { takenAt: at(3600) }), aRecord('pve3')]),
      FRAME,
    );
    expect(report.problems.map(({ id }) => id)).toEqual(['cluster:clock/pve2']);
    expect(report.nodes.map(({ isJudged }) => isJudged)).toEqual([true, false, true]);
  });
});

describe('an older version', () => {
  it('is not judged in an area that it does not know, and is in all others', () => {
    const old = aRecord('pve2', {}, { verdict: { status: 'healthy', grade: 'A+', problems: [], unjudged: [] } });
    const report = clusterReport(acrossOf([aRecord('pve1'), old, aRecord('pve3')]), FRAME);
    const areas = report.nodes[1]?.areas;
    expect([areas?.paths.state, areas?.entries.state]).toEqual(['not-judged', 'clean']);
    expect(report.status).toBe('unknown');
  });

  it('of a record that counts up to 45 minutes shows how old it is', () => {
    const [first, second] = ['pve1', 'pve2'].map((node) => aRecord(node, {}, { takenAt: at(-44 * 60) }));
    const screen = screenOf([first ?? aRecord('pve1'), second ?? aRecord('pve2')]);
    expect(screen.join('\n')).toMatch(/^pve2 +44 min +✓ clean/m);
  });
});
