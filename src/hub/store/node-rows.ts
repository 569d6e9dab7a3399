import type { Insertable, Transaction } from 'kysely';
import { insertMany, keysInPieces } from './many-rows.ts';
import type { Tables } from './tables.ts';

/** Tables that hold a list of each node, replaced as a whole. */
export type ListTable = 'search_index';

type Row<T extends ListTable> = Omit<Insertable<Tables[T]>, 'id'> & { readonly node_id: string };

/** Makes the rows of these nodes the given ones. What stands there already is not touched: most of a list stays as it was. */
export async function replaceRows<T extends ListTable>(
  work: Transaction<Tables>,
  table: T,
  nodeIds: readonly string[],
  rows: readonly Row<T>[],
): Promise<void> {
  if (nodeIds.length === 0) return;
  const standing = await work
    .selectFrom(table as ListTable)
    .selectAll()
    .where('node_id', 'in', nodeIds)
    .execute();
  const columns = Object.keys(rows[0] ?? {}).sort();
  const keyOf = (row: object): string => JSON.stringify(columns.map((column) => Reflect.get(row, column)));
  const wanted = new Map(rows.map((row) => [keyOf(row), row]));
  const gone = standing.filter((row) => !wanted.delete(keyOf(row))).map(({ id }) => id);
  for (const piece of keysInPieces(gone))
    await work
      .deleteFrom(table as ListTable)
      .where('id', 'in', piece)
      .execute();
  await insertMany(work, table as ListTable, [...wanted.values()] as never);
}
