import { clustersOn } from './cluster-view.ts';
import type { Engine } from './engine.ts';
import type { FleetView, RunRow } from './hub-store.ts';
import { nodesOn } from './node-view.ts';
import { changesOn, groupsOn, problemsOn } from './problem-view.ts';
import { searchOn } from './search.ts';
import { clean } from './store-text.ts';
import type { Database } from './tables.ts';

export const fleetViewOn = (engine: Engine): FleetView => ({
  groups: groupsOn(engine),
  ...problemsOn(engine),
  changes: changesOn(engine),
  ...clustersOn(engine),
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
  search: searchOn(engine),
});

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
