import { expect, it } from 'vitest';
import type { HubStore } from '../../../src/hub/store/hub-store.ts';
import { at, enrolled, exampleIdentity, exampleProblem, exampleReport, exampleToken, said } from './store-examples.ts';

/** What holds on either engine for who may report. */
export function lawsOfEnrolment(empty: () => Promise<HubStore>): void {
  it('gives a node its id for a token, and the same one again for the same key', async () => {
    const store = await empty();
    const tokenHash = await exampleToken(store, { uses: 1 });
    const node = exampleIdentity('c1', 'pve1');
    const first = await store.enrol({ ...node, tokenHash }, at(1));
    expect(first).toMatchObject({ state: 'enrolled' });
    expect(await store.enrol({ ...node, tokenHash }, at(2))).toEqual(first);
    const nodeId = first.state === 'enrolled' ? first.nodeId : '';
    expect(await store.nodeKey(nodeId)).toEqual({ publicKey: node.publicKey, revoked: false });
    expect(await store.nodeKey('nobody')).toBeNull();
    expect(await store.tokens(at(2))).toEqual([]);
  });

  it('refuses a token that is unknown, too old, used up or for another cluster, and makes no cluster by that', async () => {
    const store = await empty();
    const refused = { state: 'refused', reason: 'token' };
    const tokenHash = await exampleToken(store, { cluster: 'c1', uses: 1 });
    expect(await store.enrol({ ...exampleIdentity('c1', 'pve1'), tokenHash: 'nothing' }, at(1))).toEqual(refused);
    expect(await store.enrol({ ...exampleIdentity('c1', 'pve1'), tokenHash }, at(60))).toEqual(refused);
    expect(await store.enrol({ ...exampleIdentity('c2', 'pve1'), tokenHash }, at(1))).toEqual(refused);
    expect(await store.enrol({ ...exampleIdentity('c1', 'pve1'), tokenHash }, at(1))).toMatchObject({
      state: 'enrolled',
    });
    expect(await store.enrol({ ...exampleIdentity('c1', 'pve2'), tokenHash }, at(1))).toEqual(refused);
    expect((await store.clusters({ silentBefore: at(0) })).map(({ name, nodes }) => [name, nodes])).toEqual([
      ['c1', 1],
    ]);
  });

  it('lets no token speak for a node that has another key', async () => {
    const store = await empty();
    const tokenHash = await exampleToken(store);
    const node = exampleIdentity('c1', 'pve1');
    await store.enrol({ ...node, tokenHash }, at(1));
    const other = { ...node, publicKey: 'another key', tokenHash };
    expect(await store.enrol(other, at(2))).toEqual({ state: 'refused', reason: 'taken' });
  });

  it('uses up one use by each node, however many come at once', async () => {
    const store = await empty();
    const tokenHash = await exampleToken(store, { uses: 3 });
    const names = Array.from({ length: 12 }, (_, number) => `pve${number}`);
    const results = await Promise.all(
      names.map((name) => store.enrol({ ...exampleIdentity('c1', name), tokenHash }, at(1))),
    );
    expect(results.filter(({ state }) => state === 'enrolled')).toHaveLength(3);
    expect(await store.nodes({})).toHaveLength(3);
  });

  it('keeps apart nodes of one name in two clusters, and two machines of one name in one', async () => {
    const store = await empty();
    const ids = [
      await enrolled(store, 'c1', 'pve'),
      await enrolled(store, 'c2', 'pve'),
      await enrolled(store, 'c1', 'pve'),
    ];
    expect(new Set(ids).size).toBe(3);
    await store.keep(
      ids.map((id, number) => exampleReport(id, 1, { problems: [exampleProblem(`problem-${number}`)] })),
    );
    for (const [number, id] of ids.entries())
      expect((await store.problems({ nodeId: id, limit: 9, offset: 0 })).map((one) => one.id)).toEqual([
        `problem-${number}`,
      ]);
    expect((await store.clusters({ silentBefore: at(0) })).map(({ name, nodes }) => [name, nodes])).toEqual([
      ['c1', 2],
      ['c2', 1],
    ]);
  });

  it('counts a revoked node nowhere, keeps nothing more of it, and forgets it only then', async () => {
    const store = await empty();
    const [id, other] = [await enrolled(store, 'c1', 'pve1'), await enrolled(store, 'c2', 'pve2')];
    const indexedNames = [{ kind: 'guest', name: 'web', problemId: 'a' }] as const;
    const problems = [exampleProblem('a')];
    await store.keep([exampleReport(id, 1, { problems, digest: { indexedNames } }), exampleReport(other, 1)]);
    await store.acknowledge({ nodeId: id }, said('a'));
    expect(await store.forget(id)).toBe(false);
    expect(await store.revoke(id, at(2))).toBe(true);
    expect(await store.revoke(id, at(3))).toBe(false);
    expect(await store.nodeKey(id)).toMatchObject({ revoked: true });
    expect(await store.keep([exampleReport(id, 4)])).toEqual(['revoked']);
    expect(
      await store.heartbeat([{ nodeId: id, takenAt: at(5), receivedAt: at(5), contentDigest: 'digest 1' }]),
    ).toEqual(['revoked']);
    expect(await store.groups({})).toEqual([]);
    expect(await store.search('web', 9)).toEqual([]);
    expect(await store.changes({ limit: 9 })).toEqual([]);
    expect((await store.clusters({ silentBefore: at(0) })).map(({ name }) => name)).toEqual(['c2']);
    expect((await store.nodes({ revoked: true })).map(({ nodeId }) => nodeId)).toEqual([id]);
    expect((await store.nodes({ revoked: false })).map(({ nodeId }) => nodeId)).toEqual([other]);
    expect(await store.body(id)).not.toBeNull();
    expect(await store.forget(id)).toBe(true);
    expect([await store.node(id), await store.body(id), await store.runs(id, 9)]).toEqual([null, null, []]);
    expect(await store.nodes({})).toHaveLength(1);
  });

  it('lets a revoked node enrol again only after it was forgotten', async () => {
    const store = await empty();
    const tokenHash = await exampleToken(store);
    const node = { ...exampleIdentity('c1', 'pve1'), tokenHash };
    const first = await store.enrol(node, at(1));
    const nodeId = first.state === 'enrolled' ? first.nodeId : '';
    await store.revoke(nodeId, at(2));
    expect(await store.enrol(node, at(3))).toEqual({ state: 'refused', reason: 'revoked' });
    await store.forget(nodeId);
    expect(await store.enrol(node, at(4))).toMatchObject({ state: 'enrolled' });
  });

  it('lists and removes tokens', async () => {
    const store = await empty();
    const row = { cluster: 'c1', createdAt: at(0), createdBy: 'ann', expiresAt: at(60), usesLeft: 2 };
    const id = await store.addToken({ ...row, hash: 'hash' });
    expect(await store.tokens(at(1))).toEqual([{ ...row, id }]);
    expect(await store.tokens(at(60))).toEqual([]);
    expect([await store.removeToken(id), await store.removeToken(id)]).toEqual([true, false]);
  });
}
