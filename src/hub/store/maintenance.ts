import { sql, type Transaction } from 'kysely';
import { countClusters } from './count-clusters.ts';
import type { Engine } from './engine.ts';
import { lockedNodes } from './locked-nodes.ts';
import { keysInPieces } from './many-rows.ts';
import { clean } from './store-text.ts';
import type { MaintenanceTable, NodeTable, Tables } from './tables.ts';

/** A node, or all nodes of a cluster. */
export type Scope = { readonly nodeId: string } | { readonly clusterId: string };

export interface MaintenanceRow {
  readonly scope: MaintenanceTable['scope'];
  readonly scopeId: string;
  /** null where it is about a cluster. */
  readonly node: string | null;
  readonly cluster: string;
  readonly by: string;
  readonly reason: string;
  readonly at: string;
  readonly until: string;
}

/**
 * Somebody works on nodes until some time: what they say stands on their own pages and counts nowhere, nobody is told of it, and their
 * silence is no news. What still stands at the end counts then.
 */
export interface Maintenance {
  /** In the place of one that there is; false where there is no such node or cluster. */
  readonly beginMaintenance: (
    scope: Scope,
    said: Pick<MaintenanceRow, 'by' | 'reason' | 'at' | 'until'>,
  ) => Promise<boolean>;
  readonly endMaintenance: (scope: Scope) => Promise<boolean>;
  /** Those that have not ended, the one that ends first at the top. */
  readonly maintenances: (filter: {
    readonly now: string;
    readonly clusterId?: string;
    readonly limit: number;
  }) => Promise<readonly MaintenanceRow[]>;
}

type Work = Transaction<Tables>;

const keyOf = (scope: Scope): Pick<MaintenanceTable, 'scope' | 'scope_id'> =>
  'nodeId' in scope
    ? { scope: 'node', scope_id: clean(scope.nodeId) }
    : { scope: 'cluster', scope_id: clean(scope.clusterId) };

export const maintenanceOn = (engine: Engine): Maintenance => ({
  beginMaintenance: (scope, { by, reason, at, until }) =>
    engine.change(async (work) => {
      const nodes = await lockedNodes(engine, work, await nodesOf(work, scope));
      if (nodes.size === 0) return false;
      const said = { by: clean(by), reason: clean(reason), at, until };
      await work
        .insertInto('maintenance')
        .values({ ...keyOf(scope), ...said })
        .onConflict((conflict) => conflict.columns(['scope', 'scope_id']).doUpdateSet(said))
        .execute();
      await settle(engine, work, [...nodes.values()]);
      return true;
    }),
  endMaintenance: (scope) =>
    engine.change(async (work) => {
      const nodes = await lockedNodes(engine, work, await nodesOf(work, scope));
      if (!(await forgetMaintenance(work, scope))) return false;
      await settle(engine, work, [...nodes.values()]);
      return true;
    }),
  maintenances: ({ now, clusterId, limit }) =>
    engine.look(async (db) => {
      const rows = await db
        .selectFrom('maintenance')
        .leftJoin('node', (join) => join.onRef('node.id', '=', 'scope_id').on('scope', '=', 'node'))
        .innerJoin('cluster', (join) =>
          join.on(({ or, and, eb, ref }) =>
            or([
              eb('cluster.id', '=', ref('node.cluster_id')),
              and([eb('scope', '=', 'cluster'), eb('cluster.id', '=', ref('scope_id'))]),
            ]),
          ),
        )
        .select([
          'scope',
          'scope_id as scopeId',
          'node.name as node',
          'cluster.name as cluster',
          'by',
          'reason',
          'at',
          'until',
        ])
        .where('until', '>', now)
        .$if(clusterId !== undefined, (query) => query.where('cluster.id', '=', clean(clusterId ?? '')))
        .orderBy('until')
        .orderBy('cluster.name')
        .orderBy('node.name')
        .limit(limit)
        .execute();
      return rows;
    }),
});

async function nodesOf(work: Work, scope: Scope): Promise<readonly string[]> {
  const query = work.selectFrom('node').select('id');
  const wanted =
    'nodeId' in scope
      ? query.where('id', '=', clean(scope.nodeId))
      : query.where('cluster_id', '=', clean(scope.clusterId));
  return (await wanted.where('revoked_at', 'is', null).execute()).map(({ id }) => id);
}

/** What holds for each of these nodes, which are locked, the longer of its own and its cluster's; and what counts then. */
async function settle(engine: Engine, work: Work, nodes: readonly NodeTable[]): Promise<void> {
  for (const piece of keysInPieces(nodes.map(({ id }) => id)))
    await sql`
      update node set maintenance_until = (
        select max(until) from maintenance
        where (scope = 'node' and scope_id = node.id) or (scope = 'cluster' and scope_id = node.cluster_id))
      where id in (${sql.join(piece)})`.execute(work);
  await countClusters(
    engine,
    work,
    nodes.map(({ cluster_id }) => cluster_id),
  );
  await engine.announce(work);
}

/** Until when a node that enrols now is in maintenance, with its cluster. */
export async function maintenanceOfCluster(work: Work, clusterId: string): Promise<string | null> {
  const query = work.selectFrom('maintenance').select('until').where('scope', '=', 'cluster');
  return (await query.where('scope_id', '=', clusterId).executeTakeFirst())?.until ?? null;
}

/** False where there is none. */
export async function forgetMaintenance(work: Work, scope: Scope): Promise<boolean> {
  const { scope: kind, scope_id } = keyOf(scope);
  const gone = work.deleteFrom('maintenance').where('scope', '=', kind).where('scope_id', '=', scope_id);
  return (await gone.executeTakeFirst()).numDeletedRows > 0n;
}

/** Ends those that are over: looked at with each report, and by `retain`. */
export async function endMaintenances(engine: Engine, now: string): Promise<void> {
  const over = await engine.look((db) =>
    db.selectFrom('maintenance').select('scope').where('until', '<=', now).limit(1).execute(),
  );
  if (over.length === 0) return;
  await engine.change(async (work) => {
    const rows = await work.selectFrom('maintenance').selectAll().where('until', '<=', now).execute();
    const scopes = rows.map(
      ({ scope, scope_id }): Scope => (scope === 'node' ? { nodeId: scope_id } : { clusterId: scope_id }),
    );
    const ids = await Promise.all(scopes.map((scope) => nodesOf(work, scope)));
    const nodes = await lockedNodes(engine, work, ids.flat());
    await work.deleteFrom('maintenance').where('until', '<=', now).execute();
    await settle(engine, work, [...nodes.values()]);
  });
}
