import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Severity } from '../../src/model/finding.ts';
import { trials } from '../sample.ts';
import { removeScratch } from '../store/scratch.ts';
import { type Kill, mailCluster } from './mail-cluster.ts';

afterAll(removeScratch);

/** Three nodes that have run for a while, with nothing to tell. */
async function settled(...given: Parameters<typeof mailCluster>) {
  const cluster = mailCluster(...given);
  await cluster.checkAll();
  await cluster.quarters(3);
  return cluster;
}

const only = (...ids: readonly string[]) => Object.fromEntries(ids.map((id) => [id, 1]));

describe('one mail for the cluster', () => {
  it('comes from the node with the lowest id, with the problems of all, once', async () => {
    const cluster = await settled(3);
    cluster.node(2).standing = { a: 'warning' };
    cluster.node(3).standing = { a: 'critical', b: 'warning' };
    await cluster.checkAll();
    await cluster.quarters(3);
    expect(cluster.heard.map(({ from, fresh }) => [from, fresh.toSorted()])).toEqual([
      ['cluster lab', ['pve2/device:a', 'pve3/device:a', 'pve3/device:b']],
    ]);
    cluster.node(3).standing = { a: 'critical' };
    await cluster.checkAll();
    await cluster.quarters(2);
    expect(cluster.heard.at(-1)?.resolved).toEqual(['pve3/device:b']);
    expect(cluster.heard).toHaveLength(2);
  });

  it('tells again nothing that nodes told before they joined', async () => {
    const cluster = mailCluster(3);
    for (const node of cluster.nodes) node.standing = { a: 'warning' };
    await cluster.checkAll();
    await cluster.quarters(5);
    expect(cluster.told()).toEqual(only('pve1/device:a', 'pve2/device:a', 'pve3/device:a'));
  });

  it('comes from the next one when that node dies, and repeats nothing', async () => {
    const cluster = await settled(4);
    cluster.node(3).standing = { a: 'warning' };
    await cluster.checkAll();
    await cluster.quarters(2);
    cluster.node(1).isUp = false;
    cluster.node(4).standing = { b: 'critical' };
    await cluster.checkAll();
    await cluster.quarters(4);
    expect(cluster.told()).toEqual(only('pve3/device:a', 'pve4/device:b'));
    expect(cluster.heard.map(({ from }) => from).every((from) => from === 'cluster lab')).toBe(true);
    cluster.node(1).isUp = true;
    cluster.node(1).standing = { c: 'warning' };
    cluster.node(3).standing = {};
    await cluster.checkAll();
    await cluster.quarters(4);
    expect(cluster.told()).toEqual(only('pve3/device:a', 'pve4/device:b', 'pve1/device:c'));
    expect(cluster.heard.flatMap(({ resolved }) => resolved)).toEqual(['pve3/device:a']);
  });

  it.each<Kill>(['before-sending', 'after-sending', 'after-noting', 'before-publishing'])(
    'is lost nowhere, and known for a repetition, when the node that sends is killed for good %s',
    async (kill) => {
      const cluster = await settled(4);
      cluster.node(2).standing = { a: 'critical' };
      await cluster.check(cluster.node(2));
      await cluster.quarter({ pve1: kill });
      cluster.node(1).isUp = false;
      await cluster.quarters(5);
      // The reader leaves out what came under the same id.
      expect(cluster.told()).toEqual(only('pve2/device:a'));
    },
  );

  it('is not sent for a node that nobody believes: that one tells its own', async () => {
    const cluster = await settled(3);
    cluster.node(2).clockMs = 3_600_000;
    cluster.node(2).standing = { a: 'warning' };
    await cluster.checkAll();
    await cluster.quarters(4);
    expect(cluster.told()).toEqual(only('pve2/device:a', 'cluster:clock/pve2'));
    expect(cluster.heard.find(({ fresh }) => fresh.includes('pve2/device:a'))?.from).toBe('pve2');
  });

  it('leaves the news of an older version to that node', async () => {
    const cluster = mailCluster(3);
    cluster.node(1).isOld = true;
    await cluster.checkAll();
    await cluster.quarters(3);
    for (const node of cluster.nodes) node.standing = { a: 'warning' };
    await cluster.checkAll();
    await cluster.quarters(3);
    expect(cluster.told()).toEqual(only('pve1/device:a', 'pve2/device:a', 'pve3/device:a'));
    expect([...new Set(cluster.heard.map(({ from }) => from))].toSorted()).toEqual(['cluster lab', 'pve1']);
  });

  it('is sent by the nodes with quorum; one that is cut off tells its own, and what was told stays told', async () => {
    const cluster = await settled(3);
    cluster.node(3).standing = { a: 'warning' };
    cluster.node(1).standing = { x: 'warning' };
    await cluster.checkAll();
    await cluster.quarters(2);
    cluster.node(1).side = 1;
    cluster.node(1).standing = { x: 'warning', y: 'critical' };
    cluster.node(2).standing = { b: 'critical' };
    await cluster.checkAll();
    await cluster.quarters(5);
    cluster.node(1).side = 0;
    await cluster.quarters(5);
    const all = ['pve1/device:x', 'pve1/device:y', 'pve2/device:b', 'pve3/device:a'];
    expect(cluster.told()).toEqual(only(...all));
    expect(cluster.heard.find(({ fresh }) => fresh.includes('pve1/device:y'))?.from).toBe('pve1');
  });

  it('comes from the next node where the channel of the first one fails', async () => {
    const cluster = await settled(3);
    cluster.node(1).channel = 'down';
    cluster.node(3).standing = { a: 'critical' };
    await cluster.checkAll();
    await cluster.quarters(6);
    expect(cluster.told()['pve3/device:a']).toBe(1);
  });

  it('tells of a problem again that was told as resolved while it came back', async () => {
    const cluster = await settled(3);
    const node = cluster.node(1);
    node.standing = { b: 'warning' };
    await cluster.check(node);
    await cluster.quarters(4);
    node.standing = {};
    await cluster.check(node, 'before-sending');
    await cluster.quarter({ pve1: 'before-sending' });
    node.standing = { b: 'warning' };
    await cluster.check(node);
    expect(cluster.heard.at(-1)?.resolved).toEqual(['pve1/device:b']);
    cluster.pass(11 * 24 * 60);
    await cluster.checkAll();
    await cluster.quarters(4);
    expect(cluster.heard.at(-1)?.fresh).toEqual(['pve1/device:b']);
  });

  it('is switched off by a setting', async () => {
    const cluster = await settled(3, 'on-change', 'each');
    for (const node of cluster.nodes) node.standing = { a: 'warning' };
    await cluster.checkAll();
    await cluster.quarters(2);
    expect(cluster.heard.map(({ from }) => from)).toEqual(['pve1', 'pve2', 'pve3']);
  });

  it('is one for each night, not one for each look at the cluster, to a channel that is told of every run', async () => {
    const cluster = await settled(3, 'always');
    const before = cluster.heard.length;
    await cluster.checkAll();
    await cluster.quarters(4);
    expect(cluster.heard.length - before).toBe(1);
  });
});

const KILLS = ['before-sending', 'after-sending', 'after-noting', 'before-publishing'] as const;

interface Step {
  readonly node: 1 | 2 | 3;
  readonly standing: Readonly<Record<string, Severity>>;
  readonly what: 'check' | 'down' | 'cut' | 'mute' | 'old-clock' | Kill;
  readonly quarters: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  node: fc.constantFrom(1, 2, 3),
  standing: fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom<Severity>('warning', 'critical'), { maxKeys: 2 }),
  what: fc.constantFrom<Step['what']>('check', 'check', 'down', 'cut', 'mute', 'old-clock', ...KILLS),
  quarters: fc.constantFrom(0, 1, 4),
});

/** What somebody knows who reads everything. */
function knownBy(heard: Awaited<ReturnType<typeof settled>>['heard']): ReadonlySet<string> {
  const known = new Set<string>();
  for (const { fresh, resolved, others } of heard) {
    for (const id of resolved) known.delete(id);
    for (const id of [...fresh, ...others]) known.add(id);
  }
  return known;
}

describe('whatever dies, is cut off, mute or killed', () => {
  it('every problem that stands has been told', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const cluster = await settled(3);
        for (const { node: number, standing, what, quarters } of steps) {
          const node = cluster.node(number);
          node.standing = standing;
          const kill = KILLS.find((one) => one === what) ?? null;
          await cluster.check(node, kill);
          if (what === 'down') node.isUp = !node.isUp;
          if (what === 'cut') node.side = 1 - node.side;
          if (what === 'mute') node.channel = node.channel === 'well' ? 'down' : 'well';
          if (what === 'old-clock') node.clockMs = node.clockMs === 0 ? -3_600_000 : 0;
          if (kill !== null) await cluster.quarter({ [node.name]: kill });
          await cluster.quarters(quarters);
        }
        for (const node of cluster.nodes) Object.assign(node, { isUp: true, side: 0, channel: 'well', clockMs: 0 });
        // What comes and goes is settled when it is looked at twice, days apart.
        for (let turn = 0; turn < 2; turn += 1) {
          cluster.pass(11 * 24 * 60);
          await cluster.checkAll();
          await cluster.quarters(4);
        }
        const stands = cluster.nodes.flatMap(({ name, standing }) =>
          Object.keys(standing).map((id) => `${name}/device:${id}`),
        );
        const known = knownBy(cluster.heard);
        expect(stands.filter((id) => !known.has(id))).toEqual([]);
      }),
      { numRuns: trials(60) },
    );
  });
});
