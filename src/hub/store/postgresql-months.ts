import { sql } from 'kysely';
import type { Database } from './tables.ts';

/** Of an advisory lock: of two hubs that want the same month one makes it, and the other one finds it. */
const LOCK = 7_078_442;

/** The pieces of `run`, one for each month: made before they are needed, dropped whole. */
export function monthTables(database: Database) {
  const made = new Set<string>();
  const make = async (month: string): Promise<void> => {
    await database.transaction().execute(async (work) => {
      await sql`select pg_advisory_xact_lock(${LOCK})`.execute(work);
      const [from, to] = [sql.lit(month), sql.lit(monthAfter(month))];
      await sql`create table if not exists ${sql.table(tableOf(month))} partition of run for values from (${from}) to (${to})`.execute(
        work,
      );
    });
  };
  return {
    prepare: async (instants: readonly string[]): Promise<void> => {
      for (const month of new Set(instants.map(monthOf))) {
        if (made.has(month)) continue;
        await make(month);
        made.add(month);
      }
    },
    dropBefore: async (instant: string): Promise<number> => {
      let runs = 0;
      for (const table of await tables(database)) {
        if (table >= tableOf(monthOf(instant))) continue;
        // From here on it is made again where a clock was set back.
        made.delete(table.replace(/^run_(\d+)_(\d+)$/, '$1-$2'));
        runs += await database.transaction().execute(async (work) => {
          await sql`select pg_advisory_xact_lock(${LOCK})`.execute(work);
          const isThere = await sql<{ there: boolean }>`select to_regclass(${table}) is not null as there`.execute(
            work,
          );
          if (isThere.rows[0]?.there !== true) return 0;
          const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(work);
          await sql`drop table ${sql.table(table)}`.execute(work);
          return rows[0]?.n ?? 0;
        });
      }
      return runs;
    },
  };
}

const monthOf = (instant: string): string => instant.slice(0, 7);

const tableOf = (month: string): string => `run_${month.replace('-', '_')}`;

function monthAfter(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number === 12
    ? `${String(year + 1).padStart(4, '0')}-01`
    : `${month.slice(0, 5)}${String(number + 1).padStart(2, '0')}`;
}

async function tables(database: Database): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'run'::regclass order by 1`.execute(database);
  return rows.map(({ name }) => name);
}
