import { type Kysely, sql } from 'kysely';

/** How an engine writes what the two do not write alike. */
export interface SchemaWords {
  /** Sorted by its bytes, so that both engines sort alike and an index finds what a name begins with. */
  readonly text: string;
  readonly blob: string;
  /** A number that grows: beside the key of a table that is cut by month, or the key itself. */
  readonly serial: { readonly column: string; readonly key: string };
  /** Ends the creation of a table that is cut by month, where the engine can. */
  readonly byMonth: (column: string) => string;
  /** Statements that keep the engine from packing what is packed. */
  readonly packedAlready: (table: string, column: string) => readonly string[];
  /** Waits for those who have read a table in a transaction, and lets nobody read it until this one ends. */
  readonly hold: (table: string) => readonly string[];
}

/**
 * One version of the schema, made from the one before, with its data: in one transaction with all others that are due, and nobody writes
 * meanwhile. Tables are those of that time (`db.withTables`), never `Tables`, which goes on. None leads back: going back is the backup
 * made before the upgrade.
 */
export type SchemaVersion = (db: Kysely<unknown>, words: SchemaWords) => Promise<void>;

/** By its name, which sorts. */
export type SchemaVersions = Readonly<Record<string, SchemaVersion>>;

export async function execute(db: Kysely<unknown>, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export const SQLITE_WORDS: SchemaWords = {
  text: 'text',
  blob: 'blob',
  serial: { column: 'integer primary key autoincrement', key: 'integer primary key autoincrement' },
  byMonth: () => '',
  packedAlready: () => [],
  // Whoever writes has the file.
  hold: () => [],
};

export const POSTGRESQL_WORDS: SchemaWords = {
  text: 'text collate "C"',
  blob: 'bytea',
  serial: { column: 'bigserial not null', key: 'bigserial primary key' },
  byMonth: (column) => ` partition by range (${column})`,
  packedAlready: (table, column) => [`alter table ${table} alter column ${column} set storage external`],
  hold: (table) => [`lock table ${table} in access exclusive mode`],
};
