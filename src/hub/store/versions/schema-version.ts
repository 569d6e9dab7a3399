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
  /** Statements that let a text column of a table with a column `id` be searched for what stands in its middle. */
  readonly middles: (table: string, column: string) => readonly string[];
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
  // https://sqlite.org/fts5.html#the_trigram_tokenizer, over the rows of the table itself (external content).
  middles: (table, column) => [
    `create virtual table ${table}_text using fts5 (
      ${column}, content = '${table}', content_rowid = 'id', tokenize = 'trigram', columnsize = 0)`,
    `create trigger ${table}_added after insert on ${table} begin
      insert into ${table}_text (rowid, ${column}) values (new.id, new.${column});
    end`,
    `create trigger ${table}_gone after delete on ${table} begin
      insert into ${table}_text (${table}_text, rowid, ${column}) values ('delete', old.id, old.${column});
    end`,
  ],
  // Whoever writes has the file.
  hold: () => [],
};

/** Part of PostgreSQL, in a package of its own on some systems; whoever may make tables in a database may make it there (13 and newer). */
export const TRIGRAMS = 'pg_trgm';

export const POSTGRESQL_WORDS: SchemaWords = {
  text: 'text collate "C"',
  blob: 'bytea',
  serial: { column: 'bigserial not null', key: 'bigserial primary key' },
  byMonth: (column) => ` partition by range (${column})`,
  packedAlready: (table, column) => [`alter table ${table} alter column ${column} set storage external`],
  // https://www.postgresql.org/docs/current/pgtrgm.html
  middles: (table, column) => [
    `create extension if not exists ${TRIGRAMS}`,
    `create index ${table}_middle on ${table} using gin (${column} gin_trgm_ops)`,
  ],
  hold: (table) => [`lock table ${table} in access exclusive mode`],
};
