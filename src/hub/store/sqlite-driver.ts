import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

/** Statements are few, apart from those for many rows at once. */
const MOST_PREPARED = 200;

/** `node:sqlite` as kysely wants it. */
export function sqliteDriver(connection: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    close: () => connection.close(),
    prepare: (sql) => {
      const known = prepared.get(sql);
      if (known !== undefined) return known;
      // Whoever begins to write has the lock from the first statement on, and not in the middle of what it has read.
      const statement = statementOf(connection.prepare(sql === 'begin' ? 'begin immediate' : sql));
      if (sql === 'rollback') return whereOpen(connection, statement);
      if (prepared.size >= MOST_PREPARED) prepared.clear();
      prepared.set(sql, statement);
      return statement;
    },
  };
}

function statementOf(statement: StatementSync): SqliteStatement {
  const values = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    iterate: (parameters) => statement.iterate(...values(parameters)) as IterableIterator<unknown>,
  };
}

/** A full disk ends the transaction by itself, and a second end would hide that it was full. https://sqlite.org/lang_transaction.html */
const whereOpen = (connection: DatabaseSync, rollback: SqliteStatement): SqliteStatement => ({
  ...rollback,
  run: (parameters) => (connection.isTransaction ? rollback.run(parameters) : { changes: 0n, lastInsertRowid: 0n }),
});
