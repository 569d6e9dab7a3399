import { sql } from 'kysely';
import type { Engine } from './engine.ts';
import type { FleetView, NodeRow } from './hub-store.ts';
import type { NodeFilter } from './list-filters.ts';
import { clean } from './store-text.ts';
import type { Database, NodeTable } from './tables.ts';

export const nodesOn = (engine: Engine): Pick<FleetView, 'node' | 'nodes' | 'versions'> => ({
  node: (nodeId) =>
    engine.look(async (db) => {
      const row = await nodeQuery(db).where('node.id', '=', clean(nodeId)).executeTakeFirst();
      return row === undefined ? null : nodeRowOf(row);
    }),
  nodes: (filter) =>
    engine.look(async (db) => {
      let query = sorted(filtered(db, filter), filter).orderBy('cluster.name').orderBy('node.name').orderBy('node.id');
      // SQLite takes no offset without a limit.
      if (filter.limit !== undefined) query = query.limit(filter.limit).offset(filter.offset ?? 0);
      return (await query.execute()).map(nodeRowOf);
    }),
  versions: () =>
    engine.look(async (db) => {
      const of = (column: 'pve_version' | 'tool_version') =>
        db.selectFrom('node').select(column).distinct().where('revoked_at', 'is', null).orderBy(column).execute();
      const [pve, tool] = [await of('pve_version'), await of('tool_version')];
      return {
        pve: pve.flatMap(({ pve_version }) => pve_version ?? []),
        tool: tool.flatMap(({ tool_version }) => tool_version ?? []),
      };
    }),
});

const nodeQuery = (db: Database) =>
  db
    .selectFrom('node')
    .innerJoin('cluster', 'cluster.id', 'node.cluster_id')
    .selectAll('node')
    .select('cluster.name as cluster');

type NodeQuery = ReturnType<typeof nodeQuery>;

const isSilent = (before: string) => sql<boolean>`(node.last_contact_at is null or node.last_contact_at < ${before})`;

function filtered(db: Database, filter: NodeFilter): NodeQuery {
  const { clusterId, revoked, state, text, pveVersion, toolVersion, clockOffByMs } = filter;
  let query = nodeQuery(db);
  if (clusterId !== undefined) query = query.where('node.cluster_id', '=', clean(clusterId));
  if (revoked !== undefined) query = query.where('node.revoked_at', revoked ? 'is not' : 'is', null);
  if (state !== undefined) query = inState(query, state);
  if (text !== undefined) query = query.where(named(clean(text)));
  if (pveVersion !== undefined) query = query.where('node.pve_version', '=', clean(pveVersion));
  if (toolVersion !== undefined) query = query.where('node.tool_version', '=', clean(toolVersion));
  if (clockOffByMs !== undefined) query = query.where(sql<boolean>`abs(node.clock_skew_ms) > ${clockOffByMs}`);
  return query;
}

function inState(query: NodeQuery, { is, silentBefore }: NonNullable<NodeFilter['state']>): NodeQuery {
  const silent = isSilent(silentBefore);
  const unjudged = sql<boolean>`node.unjudged > 0`;
  const own = query.where('node.revoked_at', 'is', null);
  if (is === 'quiet') return own.where(({ or }) => or([silent, unjudged]));
  return is === 'silent' ? own.where(silent) : own.where(unjudged).where(({ not }) => not(silent));
}

/** Without regard to the case of ASCII, which is all that names of nodes have. */
function named(text: string) {
  const pattern = `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  return sql<boolean>`(lower(node.name) like ${pattern} escape '\\' or lower(cluster.name) like ${pattern} escape '\\' or node.id = ${text})`;
}

function sorted(query: NodeQuery, { sort }: NodeFilter): NodeQuery {
  switch (sort?.by) {
    case 'quiet': {
      const silent = isSilent(sort.silentBefore);
      const rank = sql`case when ${silent} then 0 when node.unjudged > 0 then 1 else 2 end`;
      // Never heard is silent longest; an empty text stands before every time on both engines.
      return query.orderBy(rank).orderBy(sql`case when ${silent} then coalesce(node.last_contact_at, '') else '' end`);
    }
    case 'version':
      return query.orderBy(sql`coalesce(node.pve_version, '')`).orderBy('node.tool_version');
    case 'clock':
      return query.orderBy(sql`abs(coalesce(node.clock_skew_ms, 0))`, 'desc');
    default:
      return query;
  }
}

const nodeRowOf = (row: NodeTable & { readonly cluster: string }): NodeRow => ({
  ...{ nodeId: row.id, clusterId: row.cluster_id, cluster: row.cluster, node: row.name, machineId: row.machine_id },
  ...{ enrolledAt: row.enrolled_at, revokedAt: row.revoked_at, lastContactAt: row.last_contact_at },
  ...{ lastTakenAt: row.last_taken_at, clockSkewMs: row.clock_skew_ms, pveVersion: row.pve_version },
  ...{ toolVersion: row.tool_version, status: row.status, grade: row.grade, score: row.score },
  ...{ critical: row.critical, warnings: row.warnings, notices: row.notices, unjudged: row.unjudged },
});
