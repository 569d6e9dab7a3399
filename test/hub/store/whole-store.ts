import { gunzipSync } from 'node:zlib';
import { openStore } from '../../../src/hub/store/open-store.ts';
import { at, enrolled, exampleProblem, exampleReport, said } from './store-examples.ts';

/** What a database has before anybody asks anything of it. */
export async function fill(address: string): Promise<void> {
  const store = await openStore(address);
  const ids = await Promise.all(['pve1', 'pve2', 'pve3'].map((name) => enrolled(store, 'c1', name)));
  const problems = [exampleProblem('a'), exampleProblem('b', { bytes: 5 })];
  const indexedNames = [{ kind: 'guest', name: 'web', problemId: 'a' }] as const;
  for (const minute of [-60, 1, 2])
    await store.keep(ids.map((id) => exampleReport(id, minute, { problems, digest: { indexedNames } })));
  await store.acknowledge({ nodeId: ids[0] ?? '' }, said('a'));
  await store.revoke(ids[2] ?? '', at(3));
  await store.addUser({ name: 'ann', realm: 'local', role: 'admin', passwordHash: 'x', createdAt: at(0) });
  await store.audit({ at: at(1), who: 'ann', action: 'login', detail: '' });
  await store.changeSetting('s', null, 'v');
  await store.close();
}

const unpacked = (body: Uint8Array | null): string | null => body && gunzipSync(body).toString();

/** All that pages show of it. */
export async function shown(address: string): Promise<unknown> {
  const store = await openStore(address);
  const nodes = await store.nodes({});
  const all = {
    nodes,
    groups: await store.groups({}),
    problems: await store.problems({ limit: 100, offset: 0 }),
    changes: await store.changes({ limit: 100 }),
    bodies: await Promise.all(
      nodes.map(async ({ nodeId }) => [unpacked(await store.body(nodeId)), await store.runs(nodeId, 9)]),
    ),
    words: await Promise.all(nodes.map(({ nodeId }) => store.acknowledgementsFor(nodeId, at(9)))),
    rest: [await store.search('web', 9), await store.users(), await store.audited(9), await store.setting('s')],
  };
  await store.close();
  return all;
}
