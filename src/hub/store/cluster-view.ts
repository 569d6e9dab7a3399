import { sql } from 'kysely';
import type { Engine } from './engine.ts';
import type { ClusterRow, FleetTotals, FleetView } from './hub-store.ts';
import type { ClusterFilter } from './list-filters.ts';
import { clean } from './store-text.ts';
import type { Database } from './tables.ts';

export const clustersOn = (engine: Engine): Pick<FleetView, 'totals' | 'clusters' | 'cluster'> => ({
  totals: (silentBefore) => engine.look((db) => totals(db, silentBefore)),
  clusters: (filter) => engine.look((db) => clusters(db, filter)),
  cluster: (idOrName) =>
    engine.look(async (db) => {
      const word = clean(idOrName);
      const of = (column: 'id' | 'name') =>
        db.selectFrom('cluster').select(['id as clusterId', 'name']).where(column, '=', word).executeTakeFirst();
      // A node may call its cluster by the id of another one.
      return (await of('id')) ?? (await of('name')) ?? null;
    }),
});

/** Silence is a matter of time, so it is in no count that stands in the rows of clusters. */
export const isSilent = (before: string) =>
  sql<boolean>`(node.revoked_at is null and node.maintenance_until is null and coalesce(node.last_contact_at, '') < ${before})`;

/** Of each cluster with silent nodes: how many, and how many of them could not judge everything when they last spoke. */
const silentOnes = (db: Database, silentBefore: string) =>
  db
    .selectFrom('node')
    .select('cluster_id')
    .select(({ fn }) => fn.countAll<number>().as('silent'))
    .select(sql<number>`count(case when node.unjudged > 0 then 1 end)`.as('blind'))
    .where(isSilent(silentBefore))
    .groupBy('cluster_id');

async function totals(db: Database, silentBefore: string): Promise<FleetTotals> {
  const columns = ['nodes', 'maintenance', 'unjudged', 'critical', 'warnings', 'notices'] as const;
  const all = await db
    .selectFrom('cluster')
    .select(({ fn }) => fn.countAll<number>().as('clusters'))
    .select(columns.map((column) => sql<number>`coalesce(sum(${sql.ref(column)}), 0)`.as(column)))
    .executeTakeFirstOrThrow();
  const quiet = await silentOnes(db, silentBefore).execute();
  const sum = (of: 'silent' | 'blind') => quiet.reduce((number, row) => number + row[of], 0);
  return { ...all, silent: sum('silent'), unjudged: all.unjudged - sum('blind') };
}

/** A part of a name, without regard to the case of ASCII. */
export const containing = (column: string, text: string) =>
  sql<boolean>`lower(${sql.ref(column)}) like ${`%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`} escape '\\'`;

async function clusters(
  db: Database,
  { silentBefore, text, sort = 'worst', limit, offset = 0 }: ClusterFilter,
): Promise<readonly ClusterRow[]> {
  let query = db
    .selectFrom('cluster')
    .leftJoin(silentOnes(db, silentBefore).as('quiet'), 'quiet.cluster_id', 'cluster.id')
    .select(['cluster.id as clusterId', 'cluster.name', 'nodes', 'maintenance', 'critical', 'warnings', 'notices'])
    .select(sql<number>`coalesce(quiet.silent, 0)`.as('silent'))
    .select(sql<number>`cluster.unjudged - coalesce(quiet.blind, 0)`.as('unjudged'))
    .where('nodes', '>', 0);
  if (text !== undefined) query = query.where(containing('cluster.name', clean(text)));
  if (sort === 'worst')
    query = query
      .orderBy('critical', 'desc')
      .orderBy('warnings', 'desc')
      .orderBy('silent', 'desc')
      .orderBy('unjudged', 'desc')
      .orderBy('notices', 'desc');
  query = query.orderBy('cluster.name');
  // SQLite takes no offset without a limit.
  if (limit !== undefined) query = query.limit(limit).offset(offset);
  return await query.execute();
}
