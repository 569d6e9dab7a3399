import { expect, it } from 'vitest';
import type { HubStore } from '../../../src/hub/store/hub-store.ts';
import { ALL_JUDGED, cellOf, everywhere } from '../../../src/model/report/area-cell.ts';
import { at, enrolled, exampleProblem, exampleReport, said } from './store-examples.ts';

/** What holds on either engine for what pages ask, for accounts and for upkeep. */
export function lawsOfPages(empty: () => Promise<HubStore>): void {
  it('groups the same check over nodes and clusters, the worst first, with the newest as example', async () => {
    const store = await empty();
    const ids = [
      await enrolled(store, 'c1', 'pve1'),
      await enrolled(store, 'c1', 'pve2'),
      await enrolled(store, 'c2', 'pve1'),
    ];
    const notice = exampleProblem('n', { code: 'MNT001', severity: 'notice', bytes: 7 });
    for (const [number, id] of ids.entries())
      await store.keep([
        exampleReport(id, number + 1, { problems: [exampleProblem('a', { bytes: 10 }), exampleProblem('b'), notice] }),
      ]);
    const example = { nodeId: ids[2], node: 'pve1', cluster: 'c2' };
    expect(await store.groups({})).toMatchObject([
      { code: 'DM013', severity: 'critical', problems: 6, nodes: 3, clusters: 2, newestAt: at(3), bytes: 30, example },
      { code: 'MNT001', severity: 'notice', problems: 3, nodes: 3, clusters: 2, newestAt: at(3), bytes: 21, example },
    ]);
    const clusterId = (await store.node(ids[0] ?? ''))?.clusterId ?? '';
    expect(await store.groups({ clusterId })).toMatchObject([
      { code: 'DM013', problems: 4, nodes: 2, clusters: 1, bytes: 20, example: { node: 'pve2', cluster: 'c1' } },
      { code: 'MNT001', problems: 2, nodes: 2, clusters: 1, bytes: 14 },
    ]);
  });

  it('counts of each cluster what is silent, what could not judge and what is wrong, the worst first', async () => {
    const store = await empty();
    const names = [
      ['calm', 'a'],
      ['calm', 'b'],
      ['sick', 'a'],
      ['quiet', 'a'],
    ] as const;
    const ids = await Promise.all(names.map(([cluster, node]) => enrolled(store, cluster, node)));
    const unjudged = [{ code: 'LV010', because: 'lvs timed out' }];
    const [calm = '', calmToo = '', sick = ''] = ids;
    await store.keep([exampleReport(calm, 50), exampleReport(calmToo, 50, { digest: { unjudged } })]);
    await store.keep([exampleReport(sick, 10, { problems: [exampleProblem('a')] })]);
    const none = { critical: 0, warnings: 0, notices: 0 };
    expect(await store.clusters({ silentBefore: at(40) })).toMatchObject([
      { name: 'sick', nodes: 1, silent: 1, unjudged: 0, critical: 1 },
      { name: 'quiet', nodes: 1, silent: 1, unjudged: 0, ...none },
      { name: 'calm', nodes: 2, silent: 0, unjudged: 1, ...none },
    ]);
    const clusterId = (await store.node(calm))?.clusterId ?? '';
    expect(await store.cluster(clusterId)).toEqual({ clusterId, name: 'calm' });
    expect((await store.unjudged(clusterId)).get(calmToo)).toEqual(unjudged);
    expect((await store.areas(clusterId)).get(calm)).toEqual(everywhere(() => cellOf([], ALL_JUDGED, true)));
    expect(await store.cluster('nothing')).toBeNull();
  });

  it('lists nodes: silent ones first, the longest silent at the top, and by any of their marks', async () => {
    const store = await empty();
    const unjudged = [{ code: 'LV010', because: 'lvs timed out' }];
    const names = ['alpha', 'beta', 'gamma', 'delta_1', 'omega'];
    const ids = await Promise.all(names.map((name) => enrolled(store, name === 'omega' ? 'West' : 'east', name)));
    const [alpha = '', beta = '', gamma = '', delta = '', omega = ''] = ids;
    await store.keep([
      exampleReport(alpha, 50, { digest: { unjudged } }),
      exampleReport(beta, 50, { digest: { pveVersion: '8.4.1' }, takenAt: at(20) }),
      exampleReport(gamma, 10, { digest: { unjudged } }),
      exampleReport(omega, 30),
    ]);
    const silentBefore = at(40);
    const sort = { by: 'quiet', silentBefore } as const;
    const found = async (filter: object) => (await store.nodes({ sort, ...filter })).map(({ node }) => node);
    expect(await found({})).toEqual(['delta_1', 'gamma', 'omega', 'alpha', 'beta']);
    expect(await found({ limit: 2, offset: 1 })).toEqual(['gamma', 'omega']);
    expect(await found({ state: { is: 'quiet', silentBefore } })).toEqual(['delta_1', 'gamma', 'omega', 'alpha']);
    expect(await found({ state: { is: 'silent', silentBefore } })).toEqual(['delta_1', 'gamma', 'omega']);
    expect(await found({ state: { is: 'not-judged', silentBefore } })).toEqual(['alpha']);
    expect([await found({ text: 'MEG' }), await found({ text: 'wes' }), await found({ text: 'a_1' })]).toEqual([
      ['omega'],
      ['omega'],
      ['delta_1'],
    ]);
    expect([await found({ text: delta }), await found({ text: '%' })]).toEqual([['delta_1'], []]);
    expect([await found({ pveVersion: '8.4.1' }), await found({ clockOffByMs: 60_000 })]).toEqual([['beta'], ['beta']]);
    expect((await found({ sort: { by: 'clock' } }))[0]).toBe('beta');
    expect((await found({ sort: { by: 'version' } })).slice(0, 2)).toEqual(['delta_1', 'beta']);
    expect(await found({ sort: { by: 'name' } })).toEqual(['omega', 'alpha', 'beta', 'delta_1', 'gamma']);
    expect(await store.versions()).toEqual({ pve: ['8.4.1', '9.0.3'], tool: ['0.1.0'] });
    await store.revoke(gamma, at(60));
    expect(await found({ state: { is: 'silent', silentBefore } })).toEqual(['delta_1', 'omega']);
    expect(await found({ revoked: true })).toEqual(['gamma']);
  });

  it('has nothing of a name that no database can hold', async () => {
    const store = await empty();
    const nul = 'a\0b';
    const [nodeId, clusterId] = [nul, nul];
    const page = { limit: 9, offset: 0 };
    const looks = await Promise.all([
      ...[store.node(nul), store.cluster(nul), store.problem(nul, nul), store.body(nul), store.body('x', nul)],
      ...[store.nodes({ clusterId, text: nul, pveVersion: nul, toolVersion: nul }), store.runs(nul, 9)],
      ...[store.problems({ ...page, nodeId }), store.problems({ ...page, clusterId, code: nul }), store.search(nul, 9)],
      ...[store.changes({ limit: 9, nodeId, problemId: nul }), store.changes({ limit: 9, clusterId })],
      ...[store.groups({ clusterId }), store.user('local', nul)],
    ]);
    expect(looks.filter((found) => found !== null && !(Array.isArray(found) && found.length === 0))).toEqual([]);
    expect([(await store.areas(nul)).size, (await store.unjudged(nul)).size]).toEqual([0, 0]);
  });

  it('finds problems by any of their marks, in pieces that do not overlap', async () => {
    const store = await empty();
    const [one, two] = [await enrolled(store, 'c1', 'pve1'), await enrolled(store, 'c2', 'pve1')];
    const problems = Array.from({ length: 25 }, (_, number) =>
      exampleProblem(`p${number}`, number % 2 === 0 ? {} : { severity: 'warning', code: 'LV010', codes: ['LV010'] }),
    );
    await store.keep([exampleReport(one, 1, { problems }), exampleReport(two, 2, { problems: problems.slice(0, 1) })]);
    const ids = async (filter: object) =>
      (await store.problems({ limit: 100, offset: 0, ...filter })).map(({ id }) => id);
    expect(await ids({ code: 'LV010' })).toHaveLength(12);
    expect(await ids({ severity: 'critical' })).toHaveLength(14);
    expect(await ids({ nodeId: two })).toEqual(['p0']);
    expect(await ids({ clusterId: (await store.node(two))?.clusterId })).toEqual(['p0']);
    const pieces = await Promise.all([0, 10, 20].map((offset) => ids({ limit: 10, offset })));
    expect(pieces.flat()).toEqual(await ids({}));
    const { findings: _, ...shown } = exampleProblem('p1', problems[1]);
    expect(await store.problem(one, 'p1')).toMatchObject({ ...shown, acknowledged: null });
  });

  it('tells what happened since then, of one cluster, one node or one problem, the newest first', async () => {
    const store = await empty();
    const [one, two] = [await enrolled(store, 'c1', 'pve1'), await enrolled(store, 'c2', 'pve1')];
    await store.keep([exampleReport(one, 1, { problems: [exampleProblem('a'), exampleProblem('b')] })]);
    await store.keep([exampleReport(two, 2, { problems: [exampleProblem('a')] }), exampleReport(one, 3)]);
    const told = async (filter: object) =>
      (await store.changes({ limit: 100, ...filter })).map(
        ({ what, problemId, cluster }) => `${what} ${problemId} in ${cluster}`,
      );
    expect(await told({ nodeId: one, problemId: 'a' })).toEqual(['resolved a in c1', 'appeared a in c1']);
    expect(await told({ since: at(2), limit: 1 })).toHaveLength(1);
    expect(await told({ since: at(2) })).toHaveLength(3);
    expect(await told({ clusterId: (await store.node(two))?.clusterId })).toEqual(['appeared a in c2']);
  });

  it('finds names by how their name begins, in any case, the exact one first', async () => {
    const store = await empty();
    const id = await enrolled(store, 'c1', 'pve1');
    const indexedNames = ['Web-10', 'WEB', 'database', '50%_off', 'ÄRGER'].map(
      (name) => ({ kind: 'guest', name, problemId: null }) as const,
    );
    await store.keep([exampleReport(id, 1, { digest: { indexedNames } })]);
    const found = async (text: string) => (await store.search(text, 9)).map(({ name }) => name);
    expect(await found('web')).toEqual(['WEB', 'Web-10']);
    expect(await found('ärg')).toEqual(['ÄRGER']);
    expect(await found('50%')).toEqual(['50%_off']);
    expect([await found('%'), await found('_'), await found('')]).toEqual([[], [], []]);
    await store.keep([exampleReport(id, 2, { digest: { indexedNames: indexedNames.slice(0, 1) } })]);
    expect(await found('database')).toEqual([]);
    expect((await store.search('web', 9))[0]).toMatchObject({
      nodeId: id,
      cluster: 'c1',
      kind: 'guest',
      problemId: null,
    });
  });

  it('finds names by what stands in their middle, behind those that begin with it', async () => {
    const store = await empty();
    const id = await enrolled(store, 'c1', 'pve1');
    const names = ['prod-web-01', 'web-02', 'vm-108-disk-0', '3600508b1001c4d2f', 'aa"bb%cc_dd\\ee', 'ÜBERÄRGER', 'xx'];
    const indexedNames = names.map((name) => ({ kind: 'volume', name, problemId: null }) as const);
    await store.keep([exampleReport(id, 1, { digest: { indexedNames } })]);
    const found = async (text: string, limit = 9) => (await store.search(text, limit)).map(({ name }) => name);
    expect(await found('WEB')).toEqual(['web-02', 'prod-web-01']);
    expect(await found('web', 1)).toEqual(['web-02']);
    for (const [text, name] of [
      ['108-d', 'vm-108-disk-0'],
      ['disk-0', 'vm-108-disk-0'],
      ['001C4D2F', '3600508b1001c4d2f'],
      ['rärg', 'ÜBERÄRGER'],
      ['"bb%c', 'aa"bb%cc_dd\\ee'],
      ['cc_d', 'aa"bb%cc_dd\\ee'],
    ] as const)
      expect([text, await found(text)]).toEqual([text, [name]]);
    for (const text of ['eb', '---', '%%%', 'disk*', 'web OR xx', 'prod"', 'di_k', '108%d'])
      expect([text, await found(text)]).toEqual([text, []]);
    await store.keep([exampleReport(id, 2, { digest: { indexedNames: indexedNames.slice(1) } })]);
    expect(await found('web')).toEqual(['web-02']);
    await store.revoke(id, at(3));
    expect(await found('disk')).toEqual([]);
  });

  it('calls back after something was kept or acknowledged, and not after that was stopped', async () => {
    const store = await empty();
    const id = await enrolled(store, 'c1', 'pve1');
    let called = 0;
    const stop = store.onChange(() => {
      called += 1;
    });
    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    // PostgreSQL is listened to over a connection that is made meanwhile.
    for (let minute = 1; called === 0; minute += 1) {
      await store.keep([exampleReport(id, minute, { problems: [exampleProblem('a')] })]);
      await pause(20);
    }
    await pause(100);
    called = 0;
    await store.acknowledge({ nodeId: id }, said('a'));
    while (called === 0) await pause(10);
    stop();
    called = 0;
    await store.withdraw(id, 'a', 'ann', at(9));
    await pause(100);
    expect(called).toBe(0);
  });

  it('takes away what is too old, but never the newest body', async () => {
    const store = await empty();
    const [busy, silent] = [await enrolled(store, 'c1', 'pve1'), await enrolled(store, 'c1', 'pve2')];
    const month = 60 * 24 * 31;
    await store.keep([exampleReport(silent, 1, { problems: [exampleProblem('a')] })]);
    for (const minute of [1, 2, month + 1, month + 2]) await store.keep([exampleReport(busy, minute)]);
    const limits = { runsBefore: at(month + 2), changesBefore: at(month), now: at(month + 3) };
    expect(await store.retain(limits)).toEqual({ runs: 4, bodies: 3 });
    expect((await store.runs(busy, 9)).map(({ takenAt }) => takenAt)).toEqual([at(month + 2)]);
    expect([await store.body(busy, at(2)), (await store.body(silent)) === null]).toEqual([null, false]);
    expect(await store.problem(silent, 'a')).not.toBeNull();
    expect(await store.changes({ limit: 9 })).toEqual([]);
    expect(await store.tokens(at(0))).toEqual([]);
    expect(await store.retain(limits)).toEqual({ runs: 0, bodies: 0 });
    expect(await store.keep([exampleReport(busy, 3)])).toEqual(['kept']);
    expect(await store.sizeBytes()).toBeGreaterThan(10_000);
    await store.ping();
  });
}
