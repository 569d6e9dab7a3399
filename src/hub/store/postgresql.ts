import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { type Engine, inTransaction } from './engine.ts';
import { migrate } from './migrate.ts';
import { listen } from './postgresql-listen.ts';
import { monthTables } from './postgresql-months.ts';
import { isAtOdds, storeFailure } from './store-failure.ts';
import type { Tables } from './tables.ts';
import { POSTGRESQL_WORDS } from './versions/schema-version.ts';

export const CHANNEL = 'pve_doctor_hub';

/** Longer than a page or a batch ever takes, shorter than a node waits. */
const STATEMENT_TIMEOUT_MS = 20_000;

const MOST_CONNECTIONS = 8;

/** A transaction that met another one is tried again that often. */
const TRIES = 4;

/** A server; any number of hubs at once. Nothing of what is true is kept in this process. */
export async function openPostgresql(address: string, password: string | null): Promise<Engine> {
  const connectionString = withPassword(address, password);
  const pool = poolOf(connectionString);
  const database = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const failing = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw storeFailure(error);
    }
  };
  try {
    await failing(() => migrate(database, POSTGRESQL_WORDS));
  } catch (error) {
    await database.destroy();
    throw error;
  }
  const changes = listen(connectionString, CHANNEL);
  const months = monthTables(database);
  const look: Engine['look'] = (work) => failing(() => work(database));
  return {
    name: 'postgresql',
    database,
    reading: database,
    look,
    change: (work) => failing(() => again(() => inTransaction(database, work))),
    mustBeFree: async (transaction) => {
      await sql`set local lock_timeout = '2s'`.execute(transaction);
      await sql`lock table ${sql.join(WRITTEN.map((name) => sql.table(name)))} in row exclusive mode`.execute(
        transaction,
      );
    },
    locksRows: true,
    prepareMonths: (instants) => failing(() => months.prepare(instants)),
    dropMonthsBefore: (instant) => failing(() => months.dropBefore(instant)),
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
] as const;

/** In the query of the address, where `pg` looks first: what stands apart from the address is not overridden by it. */
const withPassword = (address: string, password: string | null): string =>
  password === null
    ? address
    : `${address}${address.includes('?') ? '&' : '?'}password=${encodeURIComponent(password)}`;

/** bigint and numeric, which `pg` gives as text: what is counted and summed here are whole numbers that JavaScript holds. */
const NUMBERS = new Set<number>([pg.types.builtins.INT8, pg.types.builtins.NUMERIC]);

function poolOf(connectionString: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max: MOST_CONNECTIONS,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS + 5000,
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
