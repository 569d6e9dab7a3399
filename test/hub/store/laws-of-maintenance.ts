import { expect, it } from 'vitest';
import type { HubStore } from '../../../src/hub/store/hub-store.ts';
import { at, enrolled, exampleIdentity, exampleProblem, exampleReport, exampleToken } from './store-examples.ts';

const SAID = { by: 'ann', reason: 'new switches', at: at(5) };

/** What holds on either engine while somebody works on nodes. */
export function lawsOfMaintenance(empty: () => Promise<HubStore>): void {
  /** Two nodes of c1 with the same problem, one of c2 without. */
  async function fleet() {
    const store = await empty();
    const [one, two] = [await enrolled(store, 'c1', 'pve1'), await enrolled(store, 'c1', 'pve2')];
    const other = await enrolled(store, 'c2', 'pve1');
    const problems = [exampleProblem('a', { bytes: 5 })];
    const unjudged = [{ code: 'LV010', because: 'lvs timed out' }];
    await store.keep([
      exampleReport(one, 1, { problems, digest: { unjudged } }),
      exampleReport(two, 1, { problems }),
      exampleReport(other, 1),
    ]);
    const clusterId = (await store.node(one))?.clusterId ?? '';
    const counts = async () => {
      const { nodes, maintenance, critical, unjudged: blind } = await store.totals(at(0));
      return [nodes, maintenance, critical, blind, (await store.groups({}))[0]?.problems ?? 0];
    };
    return { store, one, two, clusterId, counts };
  }

  it('counts nothing of a node until the end, which comes with the next report of anybody', async () => {
    const { store, one, two, counts } = await fleet();
    expect(await counts()).toEqual([3, 0, 2, 1, 2]);
    expect(await store.beginMaintenance({ nodeId: one }, { ...SAID, until: at(60) })).toBe(true);
    expect(await counts()).toEqual([3, 1, 1, 0, 1]);
    expect((await store.groups({}))[0]?.example.nodeId).toBe(two);
    expect((await store.problems({ acknowledged: false, limit: 9, offset: 0 })).map(({ nodeId }) => nodeId)).toEqual([
      two,
    ]);
    expect(await store.problems({ limit: 9, offset: 0 })).toHaveLength(2);
    expect(await store.node(one)).toMatchObject({ critical: 1, maintenanceUntil: at(60) });
    // What it tells meanwhile is kept, and still counts nowhere.
    await store.keep([exampleReport(one, 10, { problems: [exampleProblem('a'), exampleProblem('b')] })]);
    expect(await counts()).toEqual([3, 1, 1, 0, 1]);
    await store.heartbeat([{ nodeId: two, takenAt: at(60), receivedAt: at(60), contentDigest: 'digest 1' }]);
    expect(await counts()).toEqual([3, 0, 3, 0, 3]);
    expect(await store.node(one)).toMatchObject({ critical: 2, maintenanceUntil: null });
  });

  it('misses nobody who is worked on', async () => {
    const { store, one, two } = await fleet();
    await store.beginMaintenance({ nodeId: one }, { ...SAID, until: at(600) });
    const silentBefore = at(100);
    const quiet = { state: { is: 'quiet', silentBefore }, sort: { by: 'quiet', silentBefore } } as const;
    expect((await store.nodes(quiet)).map(({ nodeId }) => nodeId)).not.toContain(one);
    expect(await store.totals(silentBefore)).toMatchObject({ silent: 2, maintenance: 1 });
    expect((await store.nodes({ maintenance: true })).map(({ nodeId }) => nodeId)).toEqual([one]);
    expect((await store.nodes({ sort: { by: 'quiet', silentBefore } })).at(-1)?.nodeId).toBe(one);
    expect((await store.clusters({ silentBefore })).map(({ silent }) => silent)).toEqual([1, 1]);
    expect((await store.nodes(quiet)).map(({ nodeId }) => nodeId)).toContain(two);
  });

  it('holds for a whole cluster, also for a node that joins it, and the longer of two counts', async () => {
    const { store, one, clusterId, counts } = await fleet();
    await store.beginMaintenance({ nodeId: one }, { ...SAID, until: at(90) });
    await store.beginMaintenance({ clusterId }, { ...SAID, until: at(60) });
    expect(await counts()).toEqual([3, 2, 0, 0, 0]);
    const tokenHash = await exampleToken(store);
    const joined = await store.enrol({ ...exampleIdentity('c1', 'pve3'), tokenHash }, at(6));
    expect(await store.node(joined.state === 'enrolled' ? joined.nodeId : '')).toMatchObject({
      maintenanceUntil: at(60),
    });
    expect(
      (await store.maintenances({ now: at(7), clusterId, limit: 9 })).map(({ scope, node, until }) => [
        scope,
        node,
        until,
      ]),
    ).toEqual([
      ['cluster', null, at(60)],
      ['node', 'pve1', at(90)],
    ]);
    await store.retain({ runsBefore: at(0), changesBefore: at(0), now: at(70) });
    expect(await counts()).toEqual([4, 1, 1, 0, 1]);
    expect(await store.endMaintenance({ nodeId: one })).toBe(true);
    expect(await counts()).toEqual([4, 0, 2, 1, 2]);
    expect([await store.endMaintenance({ nodeId: one }), await store.endMaintenance({ clusterId })]).toEqual([
      false,
      false,
    ]);
  });

  it('is of no node that is revoked, and goes with a cluster that is forgotten', async () => {
    const { store, one, two, clusterId } = await fleet();
    await store.beginMaintenance({ clusterId }, { ...SAID, until: at(60) });
    await store.beginMaintenance({ nodeId: one }, { ...SAID, until: at(60) });
    for (const nodeId of [one, two]) await store.revoke(nodeId, at(9));
    expect(await store.beginMaintenance({ nodeId: one }, { ...SAID, until: at(60) })).toBe(false);
    for (const nodeId of [one, two]) await store.forget(nodeId);
    expect(await store.maintenances({ now: at(9), limit: 9 })).toEqual([]);
    const again = await enrolled(store, 'c1', 'pve1');
    expect(await store.node(again)).toMatchObject({ maintenanceUntil: null });
  });

  it('keeps how the fleet was, the last of each day, as long as changes', async () => {
    const { store } = await fleet();
    const day = 24 * 60;
    for (const minute of [10, 30, 70, day + 10, 2 * day]) await store.sampleFleet(at(minute), at(0));
    const trend = await store.trend(at(0));
    expect(trend.map((sample) => sample.at)).toEqual([at(60), at(day), at(2 * day)]);
    expect(trend[0]).toEqual({
      at: at(60),
      nodes: 3,
      maintenance: 0,
      silent: 0,
      unjudged: 1,
      critical: 2,
      warnings: 0,
      notices: 0,
      bytes: 10,
    });
    expect(await store.trend(at(day))).toHaveLength(2);
    await store.retain({ runsBefore: at(0), changesBefore: at(day + 1), now: at(2 * day) });
    expect((await store.trend(at(0))).map((sample) => sample.at)).toEqual([at(2 * day)]);
  });
}
