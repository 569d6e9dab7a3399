import type { Engine } from './engine.ts';
import type { ChangeRow, FleetView, OpenProblem, ProblemGroup } from './hub-store.ts';
import type { ProblemFilter } from './list-filters.ts';
import { detailOf } from './problem-row.ts';
import { clean, keyOf } from './store-text.ts';
import { type ChangeTable, type Database, type ProblemTable, rankOf, severityOf } from './tables.ts';

/** Of how many clusters a group says which they are. */
const MOST_WORST = 3;

export const groupsOn =
  (engine: Engine): FleetView['groups'] =>
  ({ clusterId }) =>
    engine.look(async (db) => {
      const everywhere = await db
        .selectFrom('problem_count')
        .select('code')
        .select(({ fn }) => [
          fn.countAll<number>().as('clusters'),
          fn.sum<number>('nodes').as('nodes'),
          fn.sum<number>('problems').as('problems'),
          fn.min('severity').as('severity'),
          fn.max('newest_at').as('newest'),
          fn.sum<number | null>('bytes').as('bytes'),
        ])
        .$if(clusterId !== undefined, (query) => query.where('cluster_id', '=', clean(clusterId ?? '')))
        .groupBy('code')
        .orderBy('severity')
        .orderBy('newest', 'desc')
        .orderBy('code')
        .execute();
      const groups = everywhere.map(async (sums) => await groupOf(db, sums, clusterId));
      return (await Promise.all(groups)).flat();
    });

interface GroupSums extends Pick<ProblemGroup, 'code' | 'clusters' | 'nodes' | 'problems'> {
  readonly severity: number;
  readonly newest: string;
  readonly bytes: number | null;
}

async function groupOf(db: Database, sums: GroupSums, clusterId: string | undefined): Promise<readonly ProblemGroup[]> {
  const { code, clusters, nodes, problems, severity, newest, bytes } = sums;
  const [example, worst] = await Promise.all([exampleOf(db, code, clusterId), worstOf(db, code, clusterId)]);
  if (example === undefined) return [];
  const { id, who, what } = detailOf(example);
  const { node_id: nodeId, node, cluster, title } = example;
  const counts = { code, title, severity: severityOf(severity), problems, nodes, clusters, newestAt: newest, bytes };
  return [{ ...counts, worst, example: { nodeId, node, cluster, id, who, what } }];
}

const worstOf = (db: Database, code: string, clusterId: string | undefined): Promise<ProblemGroup['worst'][number][]> =>
  db
    .selectFrom('problem_count')
    .innerJoin('cluster', 'cluster.id', 'problem_count.cluster_id')
    .select(['cluster.id as clusterId', 'cluster.name'])
    .where('code', '=', code)
    .$if(clusterId !== undefined, (query) => query.where('cluster_id', '=', clean(clusterId ?? '')))
    .orderBy('severity')
    .orderBy('problems', 'desc')
    .orderBy('cluster.name')
    .limit(MOST_WORST)
    .execute();

/** The newest of the worst. */
async function exampleOf(db: Database, code: string, clusterId: string | undefined) {
  return await db
    .selectFrom('problem')
    .innerJoin('node', 'node.id', 'problem.node_id')
    .innerJoin('cluster', 'cluster.id', 'problem.cluster_id')
    .select(['problem.node_id', 'problem.title', 'problem.detail', 'node.name as node', 'cluster.name as cluster'])
    .where('problem.acknowledged', '=', 0)
    .where('node.maintenance_until', 'is', null)
    .where('problem.code', '=', code)
    .$if(clusterId !== undefined, (query) => query.where('problem.cluster_id', '=', clean(clusterId ?? '')))
    .orderBy('problem.severity')
    .orderBy('problem.first_seen_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

export const problemsOn = (engine: Engine): Pick<FleetView, 'problems' | 'problem'> => ({
  problems: (filter) =>
    engine.look(async (db) => {
      const rows = await filtered(db, filter)
        .orderBy('problem.severity')
        .orderBy('problem.first_seen_at', 'desc')
        .orderBy('problem.node_id')
        .orderBy('problem.problem_key')
        .limit(filter.limit)
        .offset(filter.offset)
        .execute();
      return rows.map(openProblem);
    }),
  problem: (nodeId, problemId) =>
    engine.look(async (db) => {
      const row = await problemQuery(db)
        .where('problem.node_id', '=', clean(nodeId))
        .where('problem.problem_key', '=', keyOf(problemId))
        .executeTakeFirst();
      return row === undefined ? null : openProblem(row);
    }),
});

const problemQuery = (db: Database) =>
  db
    .selectFrom('problem')
    .innerJoin('node', 'node.id', 'problem.node_id')
    .innerJoin('cluster', 'cluster.id', 'problem.cluster_id')
    .selectAll('problem')
    .select(['node.name as node', 'cluster.name as cluster', 'node.last_contact_at as contact_at']);

function filtered(db: Database, { clusterId, nodeId, code, severity, acknowledged }: ProblemFilter) {
  let query = problemQuery(db);
  if (clusterId !== undefined) query = query.where('problem.cluster_id', '=', clean(clusterId));
  if (nodeId !== undefined) query = query.where('problem.node_id', '=', clean(nodeId));
  if (code !== undefined) query = query.where('problem.code', '=', clean(code));
  if (severity !== undefined) query = query.where('problem.severity', '=', rankOf(severity));
  if (acknowledged !== undefined) query = query.where('problem.acknowledged', '=', acknowledged ? 1 : 0);
  if (acknowledged === false) query = query.where('node.maintenance_until', 'is', null);
  return query;
}

interface JoinedProblem extends ProblemTable {
  readonly node: string;
  readonly cluster: string;
  readonly contact_at: string | null;
}

const openProblem = (row: JoinedProblem): OpenProblem => ({
  ...detailOf(row),
  ...{ code: row.code, title: row.title, severity: severityOf(row.severity), bytes: row.bytes },
  ...{ nodeId: row.node_id, node: row.node, clusterId: row.cluster_id, cluster: row.cluster },
  ...{ firstSeenAt: row.first_seen_at, lastSeenAt: row.last_seen_at ?? row.contact_at ?? row.first_seen_at },
  acknowledged: acknowledgedOf(row),
});

const acknowledgedOf = ({
  acknowledged_from,
  acknowledged_by,
  acknowledged_reason,
  acknowledged_until,
  node,
}: JoinedProblem) =>
  acknowledged_from === null
    ? null
    : acknowledged_from === 'hub'
      ? { by: acknowledged_by ?? '', reason: acknowledged_reason ?? '', until: acknowledged_until }
      : { by: `somebody on ${node}`, reason: '', until: null };

export const changesOn =
  (engine: Engine): FleetView['changes'] =>
  ({ since, clusterId, nodeId, problemId, limit }) =>
    engine.look(async (db) => {
      let query = db
        .selectFrom('change')
        .innerJoin('node', 'node.id', 'change.node_id')
        .innerJoin('cluster', 'cluster.id', 'change.cluster_id')
        .selectAll('change')
        .select(['node.name as node', 'cluster.name as cluster'])
        .where('node.revoked_at', 'is', null);
      if (since !== undefined) query = query.where('change.at', '>=', since);
      if (clusterId !== undefined) query = query.where('change.cluster_id', '=', clean(clusterId));
      if (nodeId !== undefined) query = query.where('change.node_id', '=', clean(nodeId));
      if (problemId !== undefined) query = query.where('change.problem_key', '=', keyOf(problemId));
      return (await query.orderBy('change.id', 'desc').limit(limit).execute()).map(changeOf);
    });

const changeOf = (row: Omit<ChangeTable, 'id'> & { readonly node: string; readonly cluster: string }): ChangeRow => ({
  ...{ at: row.at, what: row.what, nodeId: row.node_id, node: row.node, cluster: row.cluster },
  ...{ problemId: row.problem_id, severity: severityOf(row.severity), who: row.who, text: row.text },
  ...{ by: row.by, reason: row.reason },
});
