import type { Insertable, InsertQueryBuilder, InsertResult, Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/** SQLite takes 32 766 values in a statement (SQLITE_MAX_VARIABLE_NUMBER), PostgreSQL 65 535. */
const MOST_VALUES = 15_000;

/**
 * Inserts rows by as few statements as there can be. Pieces have sizes of which there are few, so that a statement prepared once
 * is found again.
 */
export async function insertMany<T extends keyof Tables & string>(
  transaction: Transaction<Tables>,
  table: T,
  rows: readonly Insertable<Tables[T]>[],
  finish: (query: InsertQueryBuilder<Tables, T, InsertResult>) => InsertQueryBuilder<Tables, T, InsertResult> = (
    query,
  ) => query,
): Promise<void> {
  for (const piece of pieces(rows)) await finish(transaction.insertInto(table).values(piece)).execute();
}

/** Pieces of 1, 4, 16, 64, 256… rows. */
function* pieces<Row extends object>(rows: readonly Row[]): Generator<readonly Row[]> {
  const [first] = rows;
  if (first === undefined) return;
  const most = Math.max(1, Math.floor(MOST_VALUES / Object.keys(first).length));
  let at = 0;
  while (at < rows.length) {
    const size = 4 ** Math.floor(Math.log(Math.min(rows.length - at, most)) / Math.log(4) + 1e-9);
    yield rows.slice(at, at + size);
    at += size;
  }
}

/** Keys for `in (…)`, no more than a statement takes. */
export function* keysInPieces<T>(keys: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < keys.length; at += MOST_VALUES) yield keys.slice(at, at + MOST_VALUES);
}
