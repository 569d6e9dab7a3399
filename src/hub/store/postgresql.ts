import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { type Engine, inTransaction, looked } from './engine.ts';
import { migrate, ownSchema } from './migrate.ts';
import { listen } from './postgresql-listen.ts';
import { monthTables } from './postgresql-months.ts';
import { isAtOdds, StoreRefused, storeFailure } from './store-failure.ts';
import type { Database, Tables } from './tables.ts';
import { POSTGRESQL_WORDS, type SchemaVersions, TRIGRAMS } from './versions/schema-version.ts';

export const CHANNEL = 'pve_doctor_hub';

/** Longer than a page or a batch ever takes, shorter than a node waits. */
const STATEMENT_TIMEOUT_MS = 20_000;

const MOST_CONNECTIONS = 8;

/** A transaction that met another one is tried again that often. */
const TRIES = 4;

/** A server; any number of hubs at once. Nothing of what is true is kept in this process. */
export async function openPostgresql(
  address: string,
  password: string | null,
  versions: SchemaVersions,
): Promise<Engine> {
  const connectionString = withPassword(address, password);
  await migrated(connectionString, versions);
  const database = kyselyOf(poolOf(connectionString, STATEMENT_TIMEOUT_MS, MOST_CONNECTIONS));
  const schema = ownSchema(versions);
  const changes = listen(connectionString, CHANNEL);
  const months = monthTables(database);
  const look: Engine['look'] = (work) => looked(database, schema, work);
  return {
    name: 'postgresql',
    database,
    reading: database,
    look,
    change: (work) => again(() => inTransaction(database, schema, work)),
    mustBeFree: async (transaction) => {
      await sql`set local lock_timeout = '2s'`.execute(transaction);
      await sql`lock table ${sql.join(WRITTEN.map((name) => sql.table(name)))} in row exclusive mode`.execute(
        transaction,
      );
    },
    locksRows: true,
    inMiddle: (text) =>
      sql<boolean>`search_index.name_lower like ${`%${text.replace(/[\\%_]/g, '\\$&')}%`} escape '\\'`,
    prepareMonths: (instants) => look(() => months.prepare(instants)),
    dropMonthsBefore: (instant) => look(() => months.dropBefore(instant)),
    countOn: async (transaction) => {
      for (const [table, column] of COUNTED)
        await sql`
          select setval(pg_get_serial_sequence(${table}, ${column}), max(${sql.ref(column)})) from ${sql.table(table)}`.execute(
          transaction,
        );
    },
    announce: async (transaction) => {
      await sql`select pg_notify(${CHANNEL}, '')`.execute(transaction);
    },
    onChange: (listener) => changes.add(listener),
    sizeBytes: () =>
      look(async (db) => {
        const { rows } = await sql<{ size: number }>`select pg_database_size(current_database()) as size`.execute(db);
        return rows[0]?.size ?? 0;
      }),
    close: async () => {
      await changes.close();
      await database.destroy();
    },
  };
}

const kyselyOf = (pool: pg.Pool): Database => new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });

/** Over a connection of its own: a step between two versions takes as long as its data takes. */
async function migrated(connectionString: string, versions: SchemaVersions): Promise<void> {
  const database = kyselyOf(poolOf(connectionString, 0, 1));
  try {
    await migrate(database, POSTGRESQL_WORDS, versions);
  } catch (error) {
    if (error instanceof Error && error.message.includes(TRIGRAMS))
      throw new StoreRefused(
        `PostgreSQL must let the hub use its extension ${TRIGRAMS} (${error.message}): install postgresql-contrib, or have an administrator run "create extension ${TRIGRAMS}" in this database.`,
        { cause: error },
      );
    throw storeFailure(error);
  } finally {
    await database.destroy();
  }
}

/** What a report is written to. */
const WRITTEN = [
  'node',
  'node_detail',
  'run',
  'report_body',
  'problem',
  'change',
  'search_index',
  'acknowledgement',
] as const;

/** Columns that a sequence fills. */
const COUNTED = [
  ['run', 'seq'],
  ['change', 'id'],
  ['audit', 'id'],
  ['search_index', 'id'],
] as const;

/** In the query of the address, where `pg` looks first: what stands apart from the address is not overridden by it. */
const withPassword = (address: string, password: string | null): string =>
  password === null
    ? address
    : `${address}${address.includes('?') ? '&' : '?'}password=${encodeURIComponent(password)}`;

/** bigint and numeric, which `pg` gives as text: what is counted and summed here are whole numbers that JavaScript holds. */
const NUMBERS = new Set<number>([pg.types.builtins.INT8, pg.types.builtins.NUMERIC]);

function poolOf(connectionString: string, timeoutMs: number, max: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    ...(timeoutMs === 0 ? {} : { statement_timeout: timeoutMs, query_timeout: timeoutMs + 5000 }),
    application_name: 'pve-doctor-hub',
    // What is answered is on disk, whatever the server's own setting is.
    options: '-c synchronous_commit=on -c client_min_messages=warning',
    types: {
      getTypeParser: ((id: number, format?: 'text' | 'binary') =>
        NUMBERS.has(id) ? Number : pg.types.getTypeParser(id, format as 'text')) as typeof pg.types.getTypeParser,
    },
  });
  // A connection that was idle and went away: the pool has dropped it already, and the next query opens another one.
  pool.on('error', () => {});
  // One that is in use: its query fails, and says so. Without a listener the event would end the hub.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      if (tried === TRIES || !isAtOdds(error)) throw error;
    }
  }
}
