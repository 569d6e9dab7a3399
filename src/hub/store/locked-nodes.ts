import type { Transaction } from 'kysely';
import type { Engine } from './engine.ts';
import { keysInPieces } from './many-rows.ts';
import type { NodeTable, Tables } from './tables.ts';

/**
 * Rows of nodes that are about to be changed, by id. Whoever changes anything of a node holds its row first, in the order of the ids,
 * so that two hubs neither mix their writes nor wait for each other in a circle.
 */
export async function lockedNodes(
  { locksRows }: Engine,
  work: Transaction<Tables>,
  ids: readonly string[],
): Promise<Map<string, NodeTable>> {
  const found = new Map<string, NodeTable>();
  for (const piece of keysInPieces([...new Set(ids)].sort())) {
    const rows = await work
      .selectFrom('node')
      .selectAll()
      .where('id', 'in', piece)
      .orderBy('id')
      .$if(locksRows, (query) => query.forNoKeyUpdate())
      .execute();
    for (const row of rows) found.set(row.id, row);
  }
  return found;
}
