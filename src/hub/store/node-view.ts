import { type Expression, sql } from 'kysely';
import { containing, isSilent } from './cluster-view.ts';
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
  nodes: (filter) => engine.look((db) => nodes(db, filter)),
  versions: () =>
    engine.look(async (db) => ({
      pve: await distinct(db, PVE_VERSION),
      tool: await distinct(db, sql.ref('node.tool_version')),
    })),
});

/** Each value once, from one to the next along the index: there are few of them, and many nodes. */
async function distinct(db: Database, name: Expression<string>): Promise<readonly string[]> {
  const { rows } = await sql<{ value: string }>`
    with recursive one (value) as (
      select min(${name}) from node
      union all select (select min(${name}) from node where ${name} > one.value) from one where one.value is not null)
    select value from one where value <> ''`.execute(db);
  return rows.map(({ value }) => value);
}

/**
 * Silent ones first, then those that could not judge everything, then the others. Each of the three is found along an index of its own; together they would
 * be sorted anew for each page.
 */
async function nodes(db: Database, filter: NodeFilter): Promise<readonly NodeRow[]> {
  const { sort, state, limit, offset = 0 } = filter;
  if (sort?.by !== 'quiet' || state?.is === 'silent' || state?.is === 'not-judged' || filter.revoked === true)
    return await piece(db, filter, limit, offset);
  const { silentBefore } = sort;
  const parts = (['silent', 'not-judged', ...(state?.is === 'quiet' ? [] : (['speaks'] as const))] as const).map(
    (is): NodeFilter => ({ ...filter, state: { is, silentBefore } }),
  );
  const found: NodeRow[] = [];
  let skipped = 0;
  for (const part of parts) {
    const wanted = limit === undefined ? undefined : limit - found.length;
    if (wanted === 0) break;
    const own = await piece(db, part, wanted, Math.max(0, offset - skipped));
    found.push(...own);
    if (found.length === 0 && offset > 0) skipped += await count(db, part);
    else skipped = offset;
  }
  return found;
}

async function piece(db: Database, filter: NodeFilter, limit: number | undefined, offset: number): Promise<NodeRow[]> {
  let query = sorted(filtered(nodeQuery(db), filter), filter);
  query = query.orderBy('cluster.name').orderBy('node.name').orderBy('node.id');
  // SQLite takes no offset without a limit.
  if (limit !== undefined) query = query.limit(limit).offset(offset);
  return (await query.execute()).map(nodeRowOf);
}

async function count(db: Database, filter: NodeFilter): Promise<number> {
  const query = filtered(nodeQuery(db), filter)
    .clearSelect()
    .select(({ fn }) => fn.countAll<number>().as('number'));
  return (await query.executeTakeFirstOrThrow()).number;
}

const nodeQuery = (db: Database) =>
  db
    .selectFrom('node')
    .innerJoin('cluster', 'cluster.id', 'node.cluster_id')
    .selectAll('node')
    .select('cluster.name as cluster');

type NodeQuery = ReturnType<typeof nodeQuery>;

function filtered(query: NodeQuery, filter: NodeFilter): NodeQuery {
  const { clusterId, revoked, state, maintenance, text, pveVersion, toolVersion, clockOffByMs } = filter;
  if (clusterId !== undefined) query = query.where('node.cluster_id', '=', clean(clusterId));
  if (revoked !== undefined) query = query.where('node.revoked_at', revoked ? 'is not' : 'is', null);
  if (state !== undefined) query = inState(query, state);
  if (maintenance === true) query = query.where('node.maintenance_until', 'is not', null);
  if (text !== undefined) query = query.where(named(clean(text)));
  if (pveVersion !== undefined) query = query.where(PVE_VERSION, '=', clean(pveVersion));
  if (toolVersion !== undefined) query = query.where('node.tool_version', '=', clean(toolVersion));
  if (clockOffByMs !== undefined) query = query.where(CLOCK_OFF, '>', clockOffByMs);
  return query;
}

/** As the indexes have them. */
const PVE_VERSION = sql<string>`coalesce(node.pve_version, '')`;
const CLOCK_OFF = sql<number>`abs(coalesce(node.clock_skew_ms, 0))`;

function inState(query: NodeQuery, { is, silentBefore }: NonNullable<NodeFilter['state']>): NodeQuery {
  const silent = isSilent(silentBefore);
  const unjudged = sql<boolean>`(node.unjudged > 0 and node.revoked_at is null and node.maintenance_until is null)`;
  switch (is) {
    case 'silent':
      return query.where(silent);
    case 'not-judged':
      return query.where(unjudged).where(({ not }) => not(silent));
    case 'quiet':
      return query.where(({ or }) => or([silent, unjudged]));
    default:
      return query.where(({ not, or }) => not(or([silent, unjudged])));
  }
}

const named = (text: string) =>
  sql<boolean>`(${containing('node.name', text)} or ${containing('cluster.name', text)} or node.id = ${text})`;

function sorted(query: NodeQuery, { sort, state }: NodeFilter): NodeQuery {
  switch (sort?.by) {
    case 'quiet':
      return state?.is === 'silent' ? query.orderBy(sql`coalesce(node.last_contact_at, '')`) : query;
    case 'version':
      return query.orderBy(PVE_VERSION).orderBy('node.tool_version');
    case 'clock':
      return query.orderBy(CLOCK_OFF, 'desc');
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
  maintenanceUntil: row.maintenance_until,
});
