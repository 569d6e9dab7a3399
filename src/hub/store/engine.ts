import type { RawBuilder, Transaction } from 'kysely';
import type { HubStore } from './hub-store.ts';
import type { OwnSchema } from './migrate.ts';
import { storeFailure } from './store-failure.ts';
import type { Database, Tables } from './tables.ts';

/** What the two engines do differently. All queries are written once, over this. */
export interface Engine {
  readonly name: HubStore['engine'];
  readonly database: Database;
  /** For what only looks: on SQLite a connection of its own, which never sees a transaction half done. */
  readonly reading: Database;
  /** Everything or nothing; on disk when it resolves. Throws `StoreAway`. */
  readonly change: <T>(work: (transaction: Transaction<Tables>) => Promise<T>) => Promise<T>;
  /** Runs something on `reading`. Throws `StoreAway`. */
  readonly look: <T>(work: (database: Database) => Promise<T>) => Promise<T>;
  /** Throws where what reports write to is held by somebody: asked for by who wants to know whether the store works. */
  readonly mustBeFree: (transaction: Transaction<Tables>) => Promise<void>;
  /** Several hubs write at once, so rows that are read to be changed are locked. */
  readonly locksRows: boolean;
  /** Of rows of `search_index` whose name has that text, of three characters or more, somewhere in it. */
  readonly inMiddle: (text: string) => RawBuilder<boolean>;
  /** Before something of that instant is kept: `run` is cut by month. */
  readonly prepareMonths: (instants: readonly string[]) => Promise<void>;
  /** Takes away whole months that are older; gives the number of runs. */
  readonly dropMonthsBefore: (instant: string) => Promise<number>;
  /** After rows that brought their numbers along: the next ones get higher numbers. */
  readonly countOn: (transaction: Transaction<Tables>) => Promise<void>;
  /** Within the transaction: hubs hear of it once it is done. */
  readonly announce: (transaction: Transaction<Tables>) => Promise<void>;
  readonly onChange: (listener: () => void) => () => void;
  readonly sizeBytes: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/**
 * All of the work or nothing, and nothing where a newer hub has changed the schema. What went wrong first is what is thrown: a rollback that
 * fails as well says less.
 */
export async function inTransaction<T>(
  database: Database,
  schema: OwnSchema,
  work: (transaction: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  const failed: unknown[] = [];
  try {
    return await database.transaction().execute(async (transaction) => {
      try {
        await schema.check(transaction);
        return await work(transaction);
      } catch (error) {
        failed.push(error);
        throw error;
      }
    });
  } catch (error) {
    throw storeFailure(failed.length === 0 ? error : failed[0]);
  }
}

/** What only looks. Where it fails otherwise than by a database that is away, a newer hub may have changed what it looks at. */
export async function looked<T>(
  database: Database,
  schema: OwnSchema,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  schema.mustBe();
  try {
    return await work(database);
  } catch (error) {
    const failure = storeFailure(error);
    if (failure === error) await schema.check(database);
    throw failure;
  }
}
