import { expect, it } from 'vitest';
import type { Engine } from '../../../src/hub/store/engine.ts';
import { migrateTo } from '../../../src/hub/store/migrate.ts';
import { openEngine, openStore } from '../../../src/hub/store/open-store.ts';
import { SCHEMA_VERSIONS } from '../../../src/hub/store/versions/all-versions.ts';
import { POSTGRESQL_WORDS, SQLITE_WORDS } from '../../../src/hub/store/versions/schema-version.ts';
import { at, enrolled, exampleProblem, exampleReport, said } from './store-examples.ts';

const versions = Object.keys(SCHEMA_VERSIONS);
const wordsOf = ({ name }: Engine) => (name === 'sqlite' ? SQLITE_WORDS : POSTGRESQL_WORDS);

/** What a database has before anybody asks anything of it. */
async function fill(address: string): Promise<void> {
  const store = await openStore(address);
  const ids = await Promise.all(['pve1', 'pve2', 'pve3'].map((name) => enrolled(store, 'c1', name)));
  const problems = [exampleProblem('a'), exampleProblem('b', { bytes: 5 })];
  const things = [{ kind: 'guest', name: 'web', problemId: 'a' }] as const;
  for (const minute of [1, 2])
    await store.keep(ids.map((id) => exampleReport(id, minute, { problems, digest: { things } })));
  await store.acknowledge({ nodeId: ids[0] ?? '' }, said('a'));
  await store.revoke(ids[2] ?? '', at(3));
  await store.addUser({ name: 'ann', realm: 'local', role: 'admin', passwordHash: 'x', createdAt: at(0) });
  await store.audit({ at: at(1), who: 'ann', action: 'login', detail: '' });
  await store.changeSetting('s', null, 'v');
  await store.close();
}

/** All that pages show of it. */
async function shown(address: string): Promise<unknown> {
  const store = await openStore(address);
  const nodes = await store.nodes({});
  const all = {
    nodes,
    groups: await store.groups({}),
    problems: await store.problems({ limit: 100, offset: 0 }),
    changes: await store.changes({ limit: 100 }),
    bodies: await Promise.all(nodes.map(async ({ nodeId }) => [await store.body(nodeId), await store.runs(nodeId, 9)])),
    words: await Promise.all(nodes.map(({ nodeId }) => store.acknowledgementsFor(nodeId, at(9)))),
    rest: [await store.search('web', 9), await store.users(), await store.audited(9), await store.setting('s')],
  };
  await store.close();
  return all;
}

/** The schema, and how it came to be what it is. `address`: of an empty database. */
export function lawsOfVersions(address: () => Promise<string>): void {
  const inEngine = async <T>(where: string, work: (engine: Engine) => Promise<T>): Promise<T> => {
    const engine = await openEngine(where, null);
    try {
      return await work(engine);
    } finally {
      await engine.close();
    }
  };

  it('goes from every version to the newest and back with what is in it', async () => {
    const where = await address();
    await fill(where);
    const before = await shown(where);
    for (const version of versions.toReversed()) {
      await inEngine(where, (engine) => migrateTo(engine.database, wordsOf(engine), version));
      expect(await shown(where)).toEqual(before);
    }
  });

  it('leaves no table when it goes back before the first version, and begins anew', async () => {
    const where = await address();
    await fill(where);
    await inEngine(where, async (engine) => {
      await migrateTo(engine.database, wordsOf(engine), null);
      const names = (await engine.database.introspection.getTables()).map(({ name }) => name);
      expect(names.filter((name) => !name.startsWith('pve_doctor_hub_version'))).toEqual([]);
    });
    await fill(where);
    expect(await shown(where)).toMatchObject({ rest: [{ length: 2 }, { length: 1 }, { length: 1 }, 'v'] });
  });

  it('refuses a database of a newer hub, and one of another program, and touches neither', async () => {
    const newer = await address();
    await inEngine(newer, ({ database }) =>
      database
        .insertInto('pve_doctor_hub_version' as never)
        .values({ name: '9999', timestamp: at(0) } as never)
        .execute(),
    );
    await expect(openStore(newer)).rejects.toThrow(/newer pve-doctor-hub \(schema 9999.*update this hub/);
    const others = await address();
    await inEngine(others, async (engine) => {
      await migrateTo(engine.database, wordsOf(engine), null);
      for (const table of ['pve_doctor_hub_version', 'pve_doctor_hub_version_lock'])
        await engine.database.schema.dropTable(table).execute();
      await engine.database.schema.createTable('invoice').addColumn('id', 'integer').execute();
    });
    await expect(openStore(others)).rejects.toThrow(/belongs to another program: it has tables \(invoice\)/);
  });
}
