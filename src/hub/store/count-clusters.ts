import { sql, type Transaction } from 'kysely';
import type { Engine } from './engine.ts';
import { keysInPieces } from './many-rows.ts';
import type { NodeTable, Tables } from './tables.ts';

/**
 * Counts of whole clusters, so that no page counts the fleet: written anew from the rows of their nodes by whoever changed one of them, in
 * the same transaction. Whoever counts holds the row of the cluster, after the rows of its nodes: of two hubs one counts after the other.
 */
export async function countClusters(engine: Engine, work: Transaction<Tables>, ids: Iterable<string>): Promise<void> {
  for (const piece of keysInPieces([...new Set(ids)].sort())) {
    if (engine.locksRows)
      await work.selectFrom('cluster').select('id').where('id', 'in', piece).orderBy('id').forNoKeyUpdate().execute();
    const these = sql.join(piece);
    await sql`
      update cluster set (nodes, maintenance, unjudged, critical, warnings, notices) = (
        select count(*), count(maintenance_until), count(case when ${COUNTS} and unjudged > 0 then 1 end),
          ${sum('critical')}, ${sum('warnings')}, ${sum('notices')}
        from node where node.cluster_id = cluster.id and revoked_at is null)
      where id in (${these})`.execute(work);
    await work.deleteFrom('problem_count').where('cluster_id', 'in', piece).execute();
    // As numbers with a point: whole ones that a node made up would be too large together for SQLite, and an error.
    await sql`
      insert into problem_count (cluster_id, code, severity, problems, nodes, newest_at, bytes)
      select problem.cluster_id, code, min(severity), count(*), count(distinct node_id), max(first_seen_at), sum(bytes * 1.0)
      from problem inner join node on node.id = problem.node_id
      where problem.cluster_id in (${these}) and acknowledged = 0 and ${COUNTS}
      group by problem.cluster_id, code`.execute(work);
  }
}

/** What a node in maintenance says counts nowhere. */
const COUNTS = sql`maintenance_until is null`;

const sum = (column: 'critical' | 'warnings' | 'notices') =>
  sql`coalesce(sum(case when ${COUNTS} then ${sql.ref(column)} end), 0)`;

/** Whether what a cluster counts of a node is another number now. */
export const countsOtherwise = (before: NodeTable, after: NodeTable): boolean =>
  (['critical', 'warnings', 'notices', 'unjudged'] as const).some((column) => before[column] !== after[column]);
