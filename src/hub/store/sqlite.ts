import { chmodSync, chownSync, closeSync, existsSync, mkdirSync, openSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type DialectAdapter, Kysely, SqliteAdapter, SqliteDialect, sql } from 'kysely';
import { type Engine, inTransaction, looked } from './engine.ts';
import { StoreAway } from './hub-store.ts';
import { migrate, ownSchema } from './migrate.ts';
import { sqliteDriver } from './sqlite-driver.ts';
import { isDamaged, StoreRefused, storeFailure } from './store-failure.ts';
import type { Database, Tables } from './tables.ts';
import { SCHEMA_VERSIONS } from './versions/all-versions.ts';
import { type SchemaVersions, SQLITE_WORDS } from './versions/schema-version.ts';

/** The file, and one process that writes it: all writing goes through one connection, one transaction after the other. */
export async function openSqlite(path: string, versions: SchemaVersions): Promise<Engine> {
  const database = await opened(path, versions);
  const reading = kyselyOf(() => connect(path, { readOnly: true }));
  const schema = ownSchema(versions);
  const listeners = new Set<() => void>();
  const look: Engine['look'] = (work) => looked(reading, schema, work);
  let announced = false;
  return {
    name: 'sqlite',
    database,
    reading,
    look,
    change: async (work) => {
      const result = await inTransaction(database, schema, work);
      if (announced) {
        announced = false;
        for (const listener of listeners) listener();
      }
      return result;
    },
    // Whoever holds the file holds it from the first statement.
    mustBeFree: async () => {},
    locksRows: false,
    inMiddle: (text) => sql<boolean>`search_index.id in (
      select rowid from search_index_text where search_index_text match ${`"${text.replaceAll('"', '""')}"`})`,
    prepareMonths: async () => {},
    dropMonthsBefore: async () => 0,
    // SQLite goes on from the highest that it finds.
    countOn: async () => {},
    announce: async () => {
      announced = true;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    sizeBytes: () =>
      look(async (db) => {
        const { rows } = await sql<{ size: number }>`
          select page_count * page_size as size from pragma_page_count(), pragma_page_size()`.execute(db);
        return rows[0]?.size ?? 0;
      }),
    close: async () => {
      await reading.destroy();
      await database.destroy();
    },
  };
}

/**
 * A file that nobody else has open, nor opens meanwhile, with the schema of this version. Throws `StoreRefused` where a hub works on it or
 * there is none.
 */
export async function openSqliteAlone(path: string): Promise<Database> {
  if (!existsSync(path)) throw new StoreRefused(`there is no ${path}.`);
  const connection = connect(path, { readOnly: false });
  try {
    // With WAL whoever has it open holds a shared lock: https://sqlite.org/pragma.html#pragma_locking_mode
    connection.exec('pragma locking_mode = exclusive; begin immediate; commit');
  } catch (error) {
    connection.close();
    if (!(storeFailure(error) instanceof StoreAway)) throw error;
    throw new StoreRefused(`${path} is in use: stop the hub that works on it first.`, { cause: error });
  }
  return await migrated(connection, SCHEMA_VERSIONS);
}

async function opened(path: string, versions: SchemaVersions): Promise<Database> {
  try {
    makeFile(path);
    return await migrated(connect(path, { readOnly: false }), versions);
  } catch (error) {
    if (isDamaged(error) || (error instanceof StoreAway && isDamaged(error.cause)))
      throw new StoreRefused(`${path} is damaged: put a backup in its place, as docs/hub.md says.`, { cause: error });
    throw storeFailure(error);
  }
}

/**
 * Held by the one hub that serves this file, until its process ends, however that comes about: a lock on a file beside it. Commands work
 * on the file meanwhile. Throws `StoreRefused` where another hub has it. Gives how to let go.
 */
export function serveSqliteAlone(path: string): () => void {
  makeFile(path);
  const beside = `${realpathSync(path)}-serving`;
  makeFile(beside);
  const lock = new DatabaseSync(beside);
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if (!(storeFailure(error) instanceof StoreAway)) throw error;
    throw new StoreRefused(`another hub serves ${path}: stop it, or give this one a file of its own.`, {
      cause: error,
    });
  }
  return () => lock.close();
}

async function migrated(connection: DatabaseSync, versions: SchemaVersions): Promise<Database> {
  const database = kyselyOf(() => connection);
  try {
    await migrate(database, SQLITE_WORDS, versions);
  } catch (error) {
    await database.destroy();
    throw error;
  }
  return database;
}

function makeFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // SQLite gives the files beside it the rights of this one.
    closeSync(openSync(path, 'a', 0o600));
    chmodSync(path, 0o600);
    // A command that root types must not leave a file that the hub cannot open; SQLite gives those beside it the owner of this one.
    const { uid, gid } = statSync(dirname(path));
    if (process.getuid?.() === 0 && statSync(path).uid === 0) chownSync(path, uid, gid);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StoreRefused(`the hub cannot write its store: ${why}. Give it a path that its user may write.`, {
      cause: error,
    });
  }
}

function connect(path: string, { readOnly }: { readonly readOnly: boolean }): DatabaseSync {
  const connection = new DatabaseSync(path, { readOnly, enableForeignKeyConstraints: true });
  try {
    // Only somebody else's look into the file is ever waited for: a backup, sqlite3.
    connection.exec('pragma busy_timeout = 2000');
    if (!readOnly) connection.exec('pragma journal_mode = wal');
    // FULL: with WAL, NORMAL would lose on a power cut what was answered (https://sqlite.org/pragma.html#pragma_synchronous).
    connection.exec('pragma synchronous = full; pragma cache_size = -24576; pragma temp_store = memory');
    return connection;
  } catch (error) {
    connection.close();
    // https://sqlite.org/rescode.html#notadb
    if (error instanceof Error && 'errcode' in error && error.errcode === 26)
      throw new StoreRefused(`${path} is no SQLite database: move it away, or give the hub another path.`, {
        cause: error,
      });
    throw error;
  }
}

/** SQLite undoes a schema that was half made, as PostgreSQL does; kysely makes no use of it by itself. */
class WholeSqlite extends SqliteDialect {
  override createAdapter(): DialectAdapter {
    return new WholeSqliteAdapter();
  }
}

class WholeSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** The connection is asked for with the first query: kysely closes none that it has not used. */
const kyselyOf = (connection: () => DatabaseSync): Database =>
  new Kysely<Tables>({ dialect: new WholeSqlite({ database: async () => sqliteDriver(connection()) }) });
