import { type Selectable, sql } from 'kysely';
import type { Engine } from './engine.ts';
import { insertMany } from './many-rows.ts';
import { StoreRefused } from './store-failure.ts';
import type { Database, Tables } from './tables.ts';

type TableName = keyof Tables;

/** What another row refers to comes first. */
const TABLES = [
  ...(['setting', 'account', 'session', 'audit', 'cluster', 'node', 'node_detail', 'enrolment_token'] as const),
  ...([
    'run',
    'report_body',
    'problem',
    'problem_count',
    'change',
    'search_index',
    'acknowledgement',
    'maintenance',
    'fleet_sample',
  ] as const),
] as const satisfies readonly TableName[];

/** A body has some 30 kB, and a statement is no place for hundreds of MB. */
const ROWS = 256;

export type Imported = Readonly<Record<TableName, number>>;

/**
 * Everything of a hub's SQLite, into an empty store: all of it or nothing. `source` has to stand still and to have the schema of this
 * version. Gives the number of rows of each table. Throws `StoreRefused` where the store has nodes or users, `StoreAway`.
 */
export async function importStore(source: Database, target: Engine): Promise<Imported> {
  // Making a month waits for whoever writes runs, which is the transaction below.
  await target.prepareMonths(await monthsOf(source));
  return await target.change(async (work) => {
    for (const table of ['account', 'cluster'] as const) {
      const there = await work.selectFrom(table).select('id').limit(1).execute();
      if (there.length > 0) throw new StoreRefused('the database has nodes or users already: give it an empty one.');
    }
    // A hub that was started over it has left the link of its first administrator.
    await work.deleteFrom('setting').execute();
    const counts: Partial<Record<TableName, number>> = {};
    for (const table of TABLES) {
      let count = 0;
      for await (const rows of rowsOf(source, table)) {
        await insertMany(work, table, rows as never);
        count += rows.length;
      }
      counts[table] = count;
    }
    await target.countOn(work);
    return counts as Imported;
  });
}

/** An instant of every month that has runs. */
async function monthsOf(source: Database): Promise<readonly string[]> {
  const { rows } = await sql<{ instant: string }>`
    select min(received_at) as instant from run group by substr(received_at, 1, 7)`.execute(source);
  return rows.map(({ instant }) => instant);
}

/** The rows of a table of SQLite in the order in which they were written, some at a time. https://sqlite.org/rowidtable.html */
async function* rowsOf<T extends TableName>(
  source: Database,
  table: T,
): AsyncGenerator<readonly Selectable<Tables[T]>[]> {
  for (let after = 0; ; ) {
    const { rows } = await sql<Selectable<Tables[T]> & { place_of_row: number }>`
      select rowid as place_of_row, * from ${sql.table(table)} where rowid > ${after} order by rowid limit ${ROWS}`.execute(
      source,
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.place_of_row;
    yield rows.map(({ place_of_row: _, ...row }) => row as unknown as Selectable<Tables[T]>);
  }
}
