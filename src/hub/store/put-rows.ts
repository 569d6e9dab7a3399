import type { Transaction } from 'kysely';
import { insertMany } from './many-rows.ts';
import type { NodeDetailTable, NodeTable, ProblemTable, Tables } from './tables.ts';

type Work = Transaction<Tables>;

/** Writes rows over the ones that stand there. */
export async function putProblems(work: Work, rows: readonly ProblemTable[]): Promise<void> {
  await insertMany(work, 'problem', rows, (query) =>
    query.onConflict((conflict) =>
      conflict.columns(['node_id', 'problem_key']).doUpdateSet(({ ref }) => ({
        code: ref('excluded.code'),
        severity: ref('excluded.severity'),
        acknowledged: ref('excluded.acknowledged'),
        last_seen_at: ref('excluded.last_seen_at'),
        bytes: ref('excluded.bytes'),
        title: ref('excluded.title'),
        detail: ref('excluded.detail'),
        acknowledged_from: ref('excluded.acknowledged_from'),
        acknowledged_by: ref('excluded.acknowledged_by'),
        acknowledged_reason: ref('excluded.acknowledged_reason'),
        acknowledged_until: ref('excluded.acknowledged_until'),
      })),
    ),
  );
}

/** Rows that were read and locked before, whole. */
export async function writeNodes(work: Work, nodes: readonly NodeTable[]): Promise<void> {
  await insertMany(work, 'node', nodes, (query) =>
    query.onConflict((conflict) =>
      conflict.column('id').doUpdateSet(({ ref }) => ({
        last_contact_at: ref('excluded.last_contact_at'),
        last_taken_at: ref('excluded.last_taken_at'),
        clock_skew_ms: ref('excluded.clock_skew_ms'),
        tool_version: ref('excluded.tool_version'),
        pve_version: ref('excluded.pve_version'),
        status: ref('excluded.status'),
        grade: ref('excluded.grade'),
        score: ref('excluded.score'),
        critical: ref('excluded.critical'),
        warnings: ref('excluded.warnings'),
        notices: ref('excluded.notices'),
        unjudged: ref('excluded.unjudged'),
        content_digest: ref('excluded.content_digest'),
        revision: ref('excluded.revision'),
      })),
    ),
  );
}

export async function putDetails(work: Work, rows: readonly NodeDetailTable[]): Promise<void> {
  await insertMany(work, 'node_detail', rows, (query) =>
    query.onConflict((conflict) =>
      conflict.column('node_id').doUpdateSet(({ ref }) => ({
        unjudged_checks: ref('excluded.unjudged_checks'),
        areas: ref('excluded.areas'),
        search_index_hash: ref('excluded.search_index_hash'),
        history: ref('excluded.history'),
      })),
    ),
  );
}
