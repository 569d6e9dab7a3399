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
}

/** One version of the schema: statements from the one before. None leads back: going back is the backup made before the upgrade. */
export type SchemaVersion = (words: SchemaWords) => readonly string[];

export const SQLITE_WORDS: SchemaWords = {
  text: 'text',
  blob: 'blob',
  serial: { column: 'integer primary key autoincrement', key: 'integer primary key autoincrement' },
  byMonth: () => '',
  packedAlready: () => [],
};

export const POSTGRESQL_WORDS: SchemaWords = {
  text: 'text collate "C"',
  blob: 'bytea',
  serial: { column: 'bigserial not null', key: 'bigserial primary key' },
  byMonth: (column) => ` partition by range (${column})`,
  packedAlready: (table, column) => [`alter table ${table} alter column ${column} set storage external`],
};
