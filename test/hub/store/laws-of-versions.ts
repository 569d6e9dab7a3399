import { expect, it } from 'vitest';
import type { Engine } from '../../../src/hub/store/engine.ts';
import { openEngine, openStore } from '../../../src/hub/store/open-store.ts';
import { at } from './store-examples.ts';
import { fill, shown } from './whole-store.ts';

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
      for (const { name } of await engine.database.introspection.getTables({ withInternalKyselyTables: true })) {
        const drop = engine.database.schema.dropTable(name).ifExists();
        await (engine.name === 'sqlite' ? drop : drop.cascade()).execute();
      }
      await engine.database.schema.createTable('invoice').addColumn('id', 'integer').execute();
    });
    await expect(openStore(others)).rejects.toThrow(/belongs to another program: it has tables \(invoice\)/);
  });
}
