import { type Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { StoreRefused, storeFailure } from './store-failure.ts';
import type { Database } from './tables.ts';
import { SCHEMA_VERSIONS } from './versions/all-versions.ts';
import type { SchemaWords } from './versions/schema-version.ts';

/** Also how a database is known for this program's. */
const VERSIONS_TABLE = 'pve_doctor_hub_version';
const LOCK_TABLE = 'pve_doctor_hub_version_lock';

/** Brings the schema to the newest version. Refuses a database of another program or of a newer hub. */
export async function migrate(database: Database, words: SchemaWords): Promise<void> {
  await refuseOthers(database);
  const { error } = await migratorOf(database, words).migrateToLatest();
  if (error !== undefined) throw storeFailure(error);
}

function migratorOf(database: Database, words: SchemaWords): Migrator {
  const run = async (db: Kysely<unknown>, statements: readonly string[]): Promise<void> => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  };
  const migrations = Object.fromEntries(
    Object.entries(SCHEMA_VERSIONS).map(([name, statements]) => [
      name,
      { up: (db: Kysely<unknown>) => run(db, statements(words)) },
    ]),
  );
  return new Migrator({
    db: database,
    provider: { getMigrations: async () => migrations },
    migrationTableName: VERSIONS_TABLE,
    migrationLockTableName: LOCK_TABLE,
  });
}

async function refuseOthers(database: Database): Promise<void> {
  const found = await database.introspection.getTables({ withInternalKyselyTables: true });
  // Views that an extension made, such as pg_stat_statements, are nobody's data.
  const tables = found.filter(({ isView }) => !isView).map(({ name }) => name);
  if (tables.length === 0) return;
  if (!tables.includes(VERSIONS_TABLE))
    throw new StoreRefused(
      `this database belongs to another program: it has tables (${tables.slice(0, 3).join(', ')}), and none of them is the hub's. Give the hub an empty one.`,
    );
  const rows = await sql<{ name: string }>`select name from ${sql.table(VERSIONS_TABLE)} order by name`.execute(
    database,
  );
  const newer = rows.rows.find(({ name }) => !Object.hasOwn(SCHEMA_VERSIONS, name));
  if (newer !== undefined)
    throw new StoreRefused(
      `this database was written by a newer pve-doctor-hub (schema ${newer.name}; this one knows ${Object.keys(SCHEMA_VERSIONS).at(-1)}): update this hub.`,
    );
}
