import { expect, it } from 'vitest';
import type { HubStore } from '../../../src/hub/store/hub-store.ts';
import { at, enrolled, exampleProblem, exampleReport, said } from './store-examples.ts';

const happenings = async (store: HubStore): Promise<readonly string[]> =>
  (await store.changes({ limit: 100 })).map(({ what, node, problemId }) => `${what} ${problemId} on ${node}`).reverse();

/** What holds on either engine for what people say of problems. */
export function lawsOfAcknowledgements(empty: () => Promise<HubStore>): void {
  it('takes an acknowledged problem out of groups and counts, and tells its node', async () => {
    const store = await empty();
    const id = await enrolled(store, 'c1', 'pve1');
    const problems = [exampleProblem('a'), exampleProblem('b')];
    await store.keep([exampleReport(id, 1, { problems })]);
    await store.acknowledge({ nodeId: id }, said('a', { until: at(100) }));
    expect(await store.problem(id, 'a')).toMatchObject({
      acknowledged: { by: 'ann', reason: 'known', until: at(100) },
    });
    expect(await store.groups({})).toMatchObject([{ problems: 1, example: { id: 'b' } }]);
    expect(await store.node(id)).toMatchObject({ critical: 1 });
    expect(await store.acknowledgementsFor(id, at(6))).toEqual([said('a', { until: at(100) })]);
    expect((await store.problems({ acknowledged: false, limit: 9, offset: 0 })).map((one) => one.id)).toEqual(['b']);
    await store.keep([exampleReport(id, 7, { problems })]);
    expect(await store.node(id)).toMatchObject({ critical: 1 });
    expect(await happenings(store)).toEqual(['appeared a on pve1', 'appeared b on pve1', 'acknowledged a on pve1']);
  });

  it('counts a problem again when the time of the acknowledgement is over, at the next report of anybody', async () => {
    const store = await empty();
    const [id, other] = [await enrolled(store, 'c1', 'pve1'), await enrolled(store, 'c2', 'pve1')];
    await store.keep([exampleReport(id, 1, { problems: [exampleProblem('a')] })]);
    await store.acknowledge({ nodeId: id }, said('a', { until: at(30) }));
    await store.keep([exampleReport(other, 29)]);
    expect(await store.node(id)).toMatchObject({ critical: 0 });
    await store.keep([exampleReport(other, 30)]);
    expect(await store.node(id)).toMatchObject({ critical: 1 });
    expect(await store.problem(id, 'a')).toMatchObject({ acknowledged: null });
    expect(await store.acknowledgementsFor(id, at(31))).toEqual([]);
    const [ended] = await store.changes({ limit: 1 });
    expect(ended).toMatchObject({ what: 'acknowledgement-ended', at: at(30), by: 'ann', reason: 'known' });
  });

  it('ends an acknowledgement when the problem gets worse, and when it is resolved', async () => {
    const store = await empty();
    const id = await enrolled(store, 'c1', 'pve1');
    const warning = { severity: 'warning' } as const;
    await store.keep([exampleReport(id, 1, { problems: [exampleProblem('a', warning), exampleProblem('b')] })]);
    await store.acknowledge({ nodeId: id }, said('a', warning));
    await store.acknowledge({ nodeId: id }, said('b'));
    await store.keep([exampleReport(id, 8, { problems: [exampleProblem('a')] })]);
    expect(await store.acknowledgementsFor(id, at(9))).toEqual([]);
    expect(await store.node(id)).toMatchObject({ critical: 1 });
    await store.keep([exampleReport(id, 9, { problems: [exampleProblem('a', warning), exampleProblem('b')] })]);
    expect(await store.node(id)).toMatchObject({ critical: 1, warnings: 1 });
  });

  it('holds an acknowledgement for a cluster on all its nodes, also where the problem comes later, until none has it', async () => {
    const store = await empty();
    const [one, two] = [await enrolled(store, 'c1', 'pve1'), await enrolled(store, 'c1', 'pve2')];
    const far = await enrolled(store, 'c2', 'pve1');
    const problems = [exampleProblem('a')];
    await store.keep([exampleReport(one, 1, { problems }), exampleReport(far, 1, { problems })]);
    const clusterId = (await store.node(one))?.clusterId ?? '';
    await store.acknowledge({ clusterId }, said('a'));
    await store.keep([exampleReport(two, 6, { problems })]);
    expect((await store.groups({})).map(({ nodes }) => nodes)).toEqual([1]);
    expect(await store.acknowledgementsFor(two, at(7))).toEqual([said('a')]);
    expect(await store.acknowledgementsFor(far, at(7))).toEqual([]);
    await store.keep([exampleReport(one, 8)]);
    expect(await store.acknowledgementsFor(two, at(9))).toEqual([said('a')]);
    await store.keep([exampleReport(two, 10)]);
    expect(await store.acknowledgementsFor(one, at(11))).toEqual([]);
  });

  it('holds an acknowledgement of one problem on one node although it got worse on another one', async () => {
    const store = await empty();
    const [one, two] = [await enrolled(store, 'c1', 'pve1'), await enrolled(store, 'c1', 'pve2')];
    const problems = [exampleProblem('a', { severity: 'warning' })];
    await store.keep([exampleReport(one, 1, { problems }), exampleReport(two, 1, { problems })]);
    const clusterId = (await store.node(one))?.clusterId ?? '';
    await store.acknowledge({ clusterId }, said('a', { severity: 'warning' }));
    await store.keep([exampleReport(one, 8, { problems: [exampleProblem('a')] })]);
    expect(await store.node(one)).toMatchObject({ critical: 1 });
    expect(await store.node(two)).toMatchObject({ warnings: 0 });
  });

  it('takes an acknowledgement back, once', async () => {
    const store = await empty();
    const id = await enrolled(store, 'c1', 'pve1');
    await store.keep([exampleReport(id, 1, { problems: [exampleProblem('a')] })]);
    await store.acknowledge({ nodeId: id }, said('a'));
    expect(await store.withdraw(id, 'a', 'bob', at(9))).toBe(true);
    expect(await store.withdraw(id, 'a', 'bob', at(10))).toBe(false);
    expect(await store.node(id)).toMatchObject({ critical: 1 });
    expect((await store.changes({ limit: 1 }))[0]).toMatchObject({
      what: 'acknowledgement-ended',
      by: 'bob',
      at: at(9),
    });
  });

  it('believes the node that somebody acknowledged a problem there', async () => {
    const store = await empty();
    const id = await enrolled(store, 'c1', 'pve1');
    await store.keep([exampleReport(id, 1, { problems: [exampleProblem('a', { acknowledged: true })] })]);
    expect(await store.node(id)).toMatchObject({ critical: 0 });
    expect(await store.problem(id, 'a')).toMatchObject({ acknowledged: { by: 'somebody on pve1', until: null } });
    await store.keep([exampleReport(id, 2, { problems: [exampleProblem('a')] })]);
    expect(await store.node(id)).toMatchObject({ critical: 1 });
  });

  it('does not hold an acknowledgement of less than what stands there', async () => {
    const store = await empty();
    const id = await enrolled(store, 'c1', 'pve1');
    await store.keep([exampleReport(id, 1, { problems: [exampleProblem('a')] })]);
    await store.acknowledge({ nodeId: id }, said('a', { severity: 'notice' }));
    expect(await store.node(id)).toMatchObject({ critical: 1 });
  });
}
