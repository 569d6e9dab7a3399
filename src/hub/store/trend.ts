import { sql } from 'kysely';
import type { Engine } from './engine.ts';
import type { FleetTotals, FleetView } from './hub-store.ts';

/** What the fleet was like at one time. */
export interface FleetSample extends Omit<FleetTotals, 'clusters'> {
  readonly at: string;
  /** What problems hold that count: space of what is left over, mostly. */
  readonly bytes: number;
}

export interface Trend {
  /** Keeps how the fleet is now, once for each hour. */
  readonly sampleFleet: (now: string, silentBefore: string) => Promise<void>;
  /** The last of each day, oldest first. */
  readonly trend: (since: string) => Promise<readonly FleetSample[]>;
}

export const trendOn = (engine: Engine, { totals }: Pick<FleetView, 'totals'>): Trend => ({
  sampleFleet: async (now, silentBefore) => {
    const { clusters: _, ...counts } = await totals(silentBefore);
    await engine.change(async (work) => {
      const { bytes } = await work
        .selectFrom('problem_count')
        .select(sql<number>`coalesce(sum(bytes), 0)`.as('bytes'))
        .executeTakeFirstOrThrow();
      const sample = { at: `${now.slice(0, 13)}:00:00.000Z`, ...counts, bytes };
      await work
        .insertInto('fleet_sample')
        .values(sample)
        .onConflict((conflict) => conflict.column('at').doUpdateSet({ ...counts, bytes }))
        .execute();
    });
  },
  trend: (since) =>
    engine.look((db) =>
      db
        .selectFrom('fleet_sample')
        .selectAll()
        .where('at', 'in', (query) =>
          query
            .selectFrom('fleet_sample')
            .select(({ fn }) => fn.max('at').as('last'))
            .where('at', '>=', since)
            .groupBy(sql`substr(at, 1, 10)`),
        )
        .orderBy('at')
        .execute(),
    ),
});
