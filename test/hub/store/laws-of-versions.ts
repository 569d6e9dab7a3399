import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Kysely, sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Engine } from '../../../src/hub/store/engine.ts';
import { StoreAway } from '../../../src/hub/store/hub-store.ts';
import { openEngine, openStore } from '../../../src/hub/store/open-store.ts';
import { StoreRefused } from '../../../src/hub/store/store-failure.ts';
import { SCHEMA_VERSIONS } from '../../../src/hub/store/versions/all-versions.ts';
import type { SchemaVersion } from '../../../src/hub/store/versions/schema-version.ts';
import { at, enrolled, exampleReport } from './store-examples.ts';
import { fill, shown } from './whole-store.ts';

const CHILD = fileURLToPath(new URL('./ingest-child.ts', import.meta.url));
const BUN = fileURLToPath(new URL('../../../node_modules/bun/bin/bun.exe', import.meta.url));

/** As the next release might have it: what a query asks for comes out of the JSON, and a column has a better name. */
const nextVersion: SchemaVersion = async (db) => {
  const tables = db.withTables<{ problem: { node_id: string; problem_key: string; detail: string; kind: string } }>();
  await tables.schema.alterTable('problem').addColumn('kind', 'text').execute();
  for (const { node_id, problem_key, detail } of await tables.selectFrom('problem').selectAll().execute())
    await tables
      .updateTable('problem')
      .set({ kind: JSON.parse(detail).kind })
      .where('node_id', '=', node_id)
      .where('problem_key', '=', problem_key)
      .execute();
  await db.schema.alterTable('node').renameColumn('grade', 'mark').execute();
};

const WITH_NEXT = { ...SCHEMA_VERSIONS, '9998': nextVersion };

const runsIn = async (database: Engine['database']): Promise<readonly string[]> => {
  const { rows } = await sql<{ name: string }>`select node_id || ' ' || taken_at as name from run`.execute(database);
  return rows.map(({ name }) => name);
};

/** A hub of this version in a process of its own, which goes on to keep reports. */
async function runningHub(address: string, nodes: readonly string[]) {
  const child = spawn(BUN, [CHILD, address, '1', ...nodes], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (data) => {
    output += data;
  });
  await once(child.stdout, 'data');
  return {
    end: async (): Promise<readonly string[]> => {
      child.kill('SIGKILL');
      await once(child, 'close');
      return output.split('\n').slice(0, -1);
    },
  };
}

/** The schema, and how it came to be what it is. `address`: of an empty database. */
export function lawsOfVersions(address: () => Promise<string>): void {
  const inEngine = async <T>(
    where: string,
    work: (engine: Engine) => Promise<T>,
    versions = SCHEMA_VERSIONS,
  ): Promise<T> => {
    const engine = await openEngine(where, null, versions);
    try {
      return await work(engine);
    } finally {
      await engine.close();
    }
  };

  it('is made of tables and columns by the words of the field, once', async () => {
    const where = await address();
    await fill(where);
    const before = await shown(where);
    await (await openStore(where)).close();
    expect(await shown(where)).toEqual(before);
    const tables = await inEngine(where, (engine) => engine.database.introspection.getTables());
    const names = tables.flatMap(({ name, columns }) => [name, ...columns.map((column) => `${name}.${column.name}`)]);
    expect(names).toEqual(
      expect.arrayContaining([
        ...['acknowledgement', 'search_index.name_lower', 'report_body.revision', 'node.content_digest'],
        ...['problem.acknowledged_by', 'problem.acknowledged_until', 'node_detail.history'],
      ]),
    );
  });

  it('leads to the next version with its data, and a hub of the version before that still runs keeps nothing more', async () => {
    const where = await address();
    await fill(where);
    const before = await openStore(where);
    const own = await enrolled(before, 'c2', 'pve9');
    const nodes = [await enrolled(before, 'c2', 'pve1'), await enrolled(before, 'c2', 'pve2')];
    const child = await runningHub(where, nodes);
    const late = await inEngine(
      where,
      async ({ database }) => {
        const runs = await runsIn(database);
        const next = database.withTables<{ problem: { kind: string } }>();
        const kinds = await next.selectFrom('problem').select('kind').distinct().execute();
        expect(kinds).toEqual([{ kind: 'volume' }]);
        const { rows } = await sql`select mark from node where mark is not null`.execute(database);
        expect(rows.length).toBeGreaterThan(2);
        await new Promise((resolve) => setTimeout(resolve, 300));
        expect(await runsIn(database)).toEqual(runs);
        return runs;
      },
      WITH_NEXT,
    );
    const answered = await child.end();
    expect(answered.length).toBeGreaterThan(0);
    expect(answered.filter((name) => !late.includes(name))).toEqual([]);
    const refused = /newer pve-doctor-hub \(schema 9998; this one knows 0\d+\): update this hub/;
    const digest = { nodeId: own, takenAt: at(9), receivedAt: at(9), contentDigest: 'digest 1' };
    const user = { name: 'eve', realm: 'local', role: 'admin', passwordHash: 'x', createdAt: at(0) } as const;
    for (const work of [
      () => before.keep([exampleReport(own, 5)]),
      () => before.heartbeat([digest]),
      () => before.ping(),
      () => before.addUser(user),
      () => before.nodes({}),
    ])
      await expect(work()).rejects.toSatisfy((error) => error instanceof StoreAway && refused.test(error.message));
    await before.close();
    await expect(openStore(where)).rejects.toThrow(StoreRefused);
  });

  it('stays what it was where a step fails in its middle', async () => {
    const where = await address();
    await fill(where);
    const before = await shown(where);
    const failing = async (db: Kysely<unknown>): Promise<void> => {
      await db.schema.alterTable('problem').addColumn('kind', 'text').execute();
      await db.schema.dropTable('change').execute();
      throw new Error('no room for that');
    };
    const open = openEngine(where, null, { ...SCHEMA_VERSIONS, '9998': failing });
    await expect(open).rejects.toThrow('no room for that');
    expect(await shown(where)).toEqual(before);
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
      const tables = await engine.database.introspection.getTables({ withInternalKyselyTables: true });
      // What a virtual table is made of goes with it.
      for (const { name } of tables.filter((table) => !/_text_/.test(table.name))) {
        const drop = engine.database.schema.dropTable(name).ifExists();
        await (engine.name === 'sqlite' ? drop : drop.cascade()).execute();
      }
      await engine.database.schema.createTable('invoice').addColumn('id', 'integer').execute();
    });
    await expect(openStore(others)).rejects.toThrow(/belongs to another program: it has tables \(invoice\)/);
  });
}
