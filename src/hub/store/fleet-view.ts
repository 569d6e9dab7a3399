import { sql } from 'kysely';
import type { Engine } from './engine.ts';
import type { ClusterRow, FleetView, RunRow, SearchHit } from './hub-store.ts';
import { nodesOn } from './node-view.ts';
import { changesOn, groupsOn, problemsOn } from './problem-view.ts';
import { clean, lowerCase } from './store-text.ts';
import type { Database } from './tables.ts';

export const fleetViewOn = (engine: Engine): FleetView => ({
  groups: groupsOn(engine),
  ...problemsOn(engine),
  changes: changesOn(engine),
  clusters: (silentBefore) => engine.look((db) => clusters(db, silentBefore)),
  cluster: (clusterId) =>
    engine.look(async (db) => {
      const query = db.selectFrom('cluster').select(['id as clusterId', 'name']).where('id', '=', clean(clusterId));
      return (await query.executeTakeFirst()) ?? null;
    }),
  ...nodesOn(engine),
  areas: (clusterId) =>
    engine.look(async (db) => {
      const rows = await detailQuery(db, clusterId).select('areas').execute();
      return new Map(rows.map(({ node_id, areas }) => [node_id, JSON.parse(areas)]));
    }),
  unjudged: (clusterId) =>
    engine.look(async (db) => {
      const rows = await detailQuery(db, clusterId).select('unjudged_checks').execute();
      return new Map(rows.map(({ node_id, unjudged_checks }) => [node_id, JSON.parse(unjudged_checks)]));
    }),
  runs: (nodeId, limit) => engine.look((db) => runs(db, nodeId, limit)),
  body: (nodeId, takenAt) =>
    engine.look(async (db) => {
      const query = db
        .selectFrom('report_body')
        .select('data')
        .where('node_id', '=', clean(nodeId))
        .orderBy('revision', 'desc')
        .limit(1);
      const row = await query
        .$if(takenAt !== undefined, (q) => q.where('taken_at', '=', clean(takenAt ?? '')))
        .executeTakeFirst();
      return row?.data ?? null;
    }),
  search: (text, limit) => engine.look((db) => search(db, text, limit)),
});

/** Worst first: by what counts, then by what nobody knows. */
async function clusters(db: Database, silentBefore: string): Promise<readonly ClusterRow[]> {
  const isSilent = sql<boolean>`(last_contact_at is null or last_contact_at < ${silentBefore})`;
  const sums = db
    .selectFrom('node')
    .select(['cluster_id', ({ fn }) => fn.countAll<number>().as('nodes')])
    .select(sql<number>`sum(case when ${isSilent} then 1 else 0 end)`.as('silent'))
    .select(sql<number>`sum(case when unjudged > 0 and not ${isSilent} then 1 else 0 end)`.as('unjudged'))
    .select(({ fn }) => [
      fn.sum<number>('critical').as('critical'),
      fn.sum<number>('warnings').as('warnings'),
      fn.sum<number>('notices').as('notices'),
    ])
    .where('revoked_at', 'is', null)
    .groupBy('cluster_id');
  return await db
    .selectFrom(sums.as('sums'))
    .innerJoin('cluster', 'cluster.id', 'sums.cluster_id')
    .select(['cluster.id as clusterId', 'cluster.name', 'nodes', 'silent', 'unjudged'])
    .select(['critical', 'warnings', 'notices'])
    .orderBy('critical', 'desc')
    .orderBy('warnings', 'desc')
    .orderBy('silent', 'desc')
    .orderBy('unjudged', 'desc')
    .orderBy('notices', 'desc')
    .orderBy('cluster.name')
    .execute();
}

const detailQuery = (db: Database, clusterId: string) =>
  db
    .selectFrom('node')
    .innerJoin('node_detail', 'node_detail.node_id', 'node.id')
    .select('node_detail.node_id')
    .where('node.cluster_id', '=', clean(clusterId))
    .where('node.revoked_at', 'is', null);

async function runs(db: Database, nodeId: string, limit: number): Promise<readonly RunRow[]> {
  const newest = await db
    .selectFrom('run')
    .select(['taken_at as takenAt', 'received_at as receivedAt', 'status', 'grade', 'score'])
    .select(['critical', 'warnings', 'notices'])
    .where('node_id', '=', clean(nodeId))
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
  return newest.reverse();
}

/** What has exactly that name first. */
async function search(db: Database, text: string, limit: number): Promise<readonly SearchHit[]> {
  const wanted = lowerCase(text);
  if (wanted === '') return [];
  return await db
    .selectFrom('search_index')
    .innerJoin('node', 'node.id', 'search_index.node_id')
    .innerJoin('cluster', 'cluster.id', 'node.cluster_id')
    .select([
      'search_index.kind',
      'search_index.name',
      'search_index.problem_id as problemId',
      'node.id as nodeId',
      'node.name as node',
    ])
    .select(['cluster.id as clusterId', 'cluster.name as cluster'])
    .where('search_index.name_lower', '>=', wanted)
    // The last character there is: no name that begins so comes after it.
    .where('search_index.name_lower', '<=', `${wanted}\u{10ffff}`)
    .orderBy('search_index.name_lower')
    .orderBy('cluster.name')
    .orderBy('node.name')
    .orderBy('search_index.kind')
    .limit(limit)
    .execute();
}
