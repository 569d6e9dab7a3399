import { expect, it } from 'vitest';
import type { Engine } from '../../../src/hub/store/engine.ts';
import { migrateTo } from '../../../src/hub/store/migrate.ts';
import { openEngine, openStore } from '../../../src/hub/store/open-store.ts';
import { SCHEMA_VERSIONS } from '../../../src/hub/store/versions/all-versions.ts';
import { POSTGRESQL_WORDS, SQLITE_WORDS } from '../../../src/hub/store/versions/schema-version.ts';
import { at } from './store-examples.ts';
import { fill, shown } from './whole-store.ts';

const versions = Object.keys(SCHEMA_VERSIONS);
const wordsOf = ({ name }: Engine) => (name === 'sqlite' ? SQLITE_WORDS : POSTGRESQL_WORDS);

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
