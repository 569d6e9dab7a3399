import { type Kysely, type QueryExecutorProvider, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { StoreAway } from './hub-store.ts';
import { StoreRefused, storeFailure } from './store-failure.ts';
import type { Database } from './tables.ts';
import { execute, type SchemaVersions, type SchemaWords } from './versions/schema-version.ts';

/** Also how a database is known for this program's. */
const VERSIONS_TABLE = 'pve_doctor_hub_version';
const LOCK_TABLE = 'pve_doctor_hub_version_lock';

/** Brings the schema to the newest version, all of it or nothing. Refuses a database of another program or of a newer hub. */
export async function migrate(database: Database, words: SchemaWords, versions: SchemaVersions): Promise<void> {
  await refuseOthers(database, versions);
  const { error } = await migratorOf(database, words, versions).migrateToLatest();
  if (error !== undefined) throw storeFailure(error);
}

function migratorOf(database: Database, words: SchemaWords, versions: SchemaVersions): Migrator {
  const migrations = Object.fromEntries(
    Object.entries(versions).map(([name, version]) => [
      name,
      {
        up: async (db: Kysely<unknown>) => {
          await execute(db, words.hold(VERSIONS_TABLE));
          await version(db, words);
        },
      },
    ]),
  );
  return new Migrator({
    db: database,
    provider: { getMigrations: async () => migrations },
    migrationTableName: VERSIONS_TABLE,
    migrationLockTableName: LOCK_TABLE,
  });
}

async function refuseOthers(database: Database, versions: SchemaVersions): Promise<void> {
  const found = await database.introspection.getTables({ withInternalKyselyTables: true });
  // Views that an extension made, such as pg_stat_statements, are nobody's data.
  const tables = found.filter(({ isView }) => !isView).map(({ name }) => name);
  if (tables.length === 0) return;
  if (!tables.includes(VERSIONS_TABLE))
    throw new StoreRefused(
      `this database belongs to another program: it has tables (${tables.slice(0, 3).join(', ')}), and none of them is the hub's. Give the hub an empty one.`,
    );
  const newer = await newerThan(versions, database);
  if (newer !== null) throw new StoreRefused(`${newer}.`);
}

/** That a newer hub has been here, as a sentence without a full stop; null where none has. */
async function newerThan(versions: SchemaVersions, database: QueryExecutorProvider): Promise<string | null> {
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(VERSIONS_TABLE)} order by name`.execute(
    database,
  );
  const newer = rows.findLast(({ name }) => !Object.hasOwn(versions, name));
  return newer === undefined
    ? null
    : `this database was written by a newer pve-doctor-hub (schema ${newer.name}; this one knows ${Object.keys(versions).at(-1)}): update this hub`;
}

export interface OwnSchema {
  /**
   * Stands before whatever a transaction writes: a newer hub may have changed the schema since this one was started. From here until the
   * transaction ends no other one can, since it waits for everybody who has read this table (`hold`). Throws `StoreAway`.
   */
  readonly check: (database: QueryExecutorProvider) => Promise<void>;
  /** Throws what `check` once threw: what is read since then may be anything. */
  readonly mustBe: () => void;
}

export function ownSchema(versions: SchemaVersions): OwnSchema {
  let over: StoreAway | null = null;
  const mustBe = (): void => {
    if (over !== null) throw over;
  };
  return {
    mustBe,
    check: async (database) => {
      const newer = await newerThan(versions, database);
      if (newer !== null) over = new StoreAway(newer);
      mustBe();
    },
  };
}
