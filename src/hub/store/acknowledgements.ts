import type { Transaction } from 'kysely';
import type { Acknowledgement } from '../../model/report/acknowledgement.ts';
import { countClusters } from './count-clusters.ts';
import type { Engine } from './engine.ts';
import type { Acknowledgements } from './hub-store.ts';
import { lockedNodes } from './locked-nodes.ts';
import { insertMany } from './many-rows.ts';
import { changeRow, countsOf, inHub, type NewChange, NOT_ACKNOWLEDGED } from './problem-row.ts';
import { putProblems, writeNodes } from './put-rows.ts';
import { clean, keyOf } from './store-text.ts';
import {
  type AcknowledgementTable,
  type Database,
  type NodeTable,
  type ProblemTable,
  rankOf,
  severityOf,
  type Tables,
} from './tables.ts';

type Work = Transaction<Tables>;

/** The acknowledgements about the problems of each of these nodes: its own, and those about its cluster where it has none of its own. */
export async function acknowledgementsOf(
  work: Work,
  nodes: readonly NodeTable[],
): Promise<(node: Pick<NodeTable, 'id' | 'cluster_id'>) => readonly AcknowledgementTable[]> {
  const scopes = [...new Set(nodes.flatMap(({ id, cluster_id }) => [id, cluster_id]))];
  const rows = await work.selectFrom('acknowledgement').selectAll().where('scope_id', 'in', scopes).execute();
  const byScope = Map.groupBy(rows, ({ scope, scope_id }) => `${scope} ${scope_id}`);
  return ({ id, cluster_id }) => {
    const both = [...(byScope.get(`cluster ${cluster_id}`) ?? []), ...(byScope.get(`node ${id}`) ?? [])];
    return [...new Map(both.map((acknowledgement) => [acknowledgement.problem_key, acknowledgement])).values()];
  };
}

export async function dropAcknowledgements(
  work: Work,
  acknowledgements: readonly AcknowledgementTable[],
): Promise<void> {
  for (const { scope, scope_id, problem_key } of acknowledgements)
    await work
      .deleteFrom('acknowledgement')
      .where('scope', '=', scope)
      .where('scope_id', '=', scope_id)
      .where('problem_key', '=', problem_key)
      .execute();
}

/** Acknowledgements about a cluster end with the last of its problems that they are about. */
export async function dropClusterAcknowledgements(
  work: Work,
  acknowledgements: readonly AcknowledgementTable[],
): Promise<void> {
  for (const acknowledgement of new Set(acknowledgements)) {
    const standing = work
      .selectFrom('problem')
      .select('node_id')
      .where('cluster_id', '=', acknowledgement.scope_id)
      .where('problem_key', '=', acknowledgement.problem_key);
    if ((await standing.limit(1).execute()).length === 0) await dropAcknowledgements(work, [acknowledgement]);
  }
}

/** Ends what was said until now or before. Gives the number of problems that count again. */
export async function endAcknowledgements(engine: Engine, now: string): Promise<number> {
  const ended = await engine.look((db) =>
    db.selectFrom('acknowledgement').select('scope').where('until', '<=', now).limit(1).execute(),
  );
  if (ended.length === 0) return 0;
  return await engine.change(async (work) => {
    const rows = await work.selectFrom('problem').select('node_id').where('acknowledged_until', '<=', now).execute();
    const nodes = await lockedNodes(
      engine,
      work,
      rows.map(({ node_id }) => node_id),
    );
    const number = await changeAcknowledged(engine, work, [...nodes.values()], (row) => {
      if (row.acknowledged_until === null || row.acknowledged_until > now) return null;
      const by = { by: row.acknowledged_by ?? '', reason: row.acknowledged_reason ?? '' };
      return {
        row: { ...row, ...NOT_ACKNOWLEDGED },
        change: changeRow(row, 'acknowledgement-ended', row.acknowledged_until, by),
      };
    });
    await work.deleteFrom('acknowledgement').where('until', '<=', now).execute();
    return number;
  });
}

/** Changes what is said about standing problems of some nodes, which are locked, and what they count. */
async function changeAcknowledged(
  engine: Engine,
  work: Work,
  nodes: readonly NodeTable[],
  change: (row: ProblemTable) => { readonly row: ProblemTable; readonly change: NewChange } | null,
): Promise<number> {
  if (nodes.length === 0) return 0;
  const ids = nodes.map(({ id }) => id);
  const rows = await work.selectFrom('problem').selectAll().where('node_id', 'in', ids).execute();
  const written: ProblemTable[] = [];
  const changes: NewChange[] = [];
  const after = rows.map((row) => {
    const changed = change(row);
    if (changed === null) return row;
    const now = { ...changed.row, acknowledged: changed.row.acknowledged_from === null ? 0 : 1 };
    written.push(now);
    changes.push(changed.change);
    return now;
  });
  const byNode = Map.groupBy(after, ({ node_id }) => node_id);
  await putProblems(work, written);
  await insertMany(work, 'change', changes);
  await writeNodes(
    work,
    nodes.map((node) => ({ ...node, ...countsOf(byNode.get(node.id) ?? []) })),
  );
  await countClusters(
    engine,
    work,
    nodes.map(({ cluster_id }) => cluster_id),
  );
  await engine.announce(work);
  return written.length;
}

export function acknowledgementsOn(engine: Engine): Acknowledgements {
  return {
    acknowledge: (scope, said) =>
      engine.change(async (work) => {
        const acknowledgement = rowOf(scope, said);
        const nodes = await nodesOf(engine, work, scope);
        if (nodes.length === 0) return;
        await putAcknowledgement(work, acknowledgement);
        await changeAcknowledged(engine, work, nodes, (row) => {
          if (row.problem_key !== acknowledgement.problem_key || row.severity < acknowledgement.severity) return null;
          return {
            row: { ...row, ...inHub(acknowledgement) },
            change: changeRow(row, 'acknowledged', said.at, acknowledgement),
          };
        });
      }),
    withdraw: (nodeId, problemId, by, now) =>
      engine.change(async (work) => {
        const key = keyOf(problemId);
        const node = await work.selectFrom('node').select('cluster_id').where('id', '=', nodeId).executeTakeFirst();
        if (node === undefined) return false;
        const neighbours = await nodesOf(engine, work, { clusterId: node.cluster_id });
        const own = neighbours.filter(({ id }) => id === nodeId);
        const rowsOf = await acknowledgementsOf(work, own);
        const acknowledgements = own.flatMap(rowsOf).filter(({ problem_key }) => problem_key === key);
        const [acknowledgement] = acknowledgements;
        if (acknowledgement === undefined) return false;
        await dropAcknowledgements(work, acknowledgements);
        await changeAcknowledged(engine, work, acknowledgement.scope === 'node' ? own : neighbours, (row) =>
          row.problem_key === key && row.acknowledged_from === 'hub'
            ? { row: { ...row, ...NOT_ACKNOWLEDGED }, change: changeRow(row, 'acknowledgement-ended', now, { by }) }
            : null,
        );
        return true;
      }),
    acknowledgementsFor: (nodeId, now) => engine.look((db) => holdingFor(db, nodeId, now)),
  };
}

async function holdingFor(db: Database, nodeId: string, now: string): Promise<readonly Acknowledgement[]> {
  const rows = await db
    .selectFrom('node')
    .innerJoin('acknowledgement', (join) =>
      join.on(({ or, and, eb, ref }) =>
        or([
          and([eb('scope', '=', 'node'), eb('scope_id', '=', ref('node.id'))]),
          and([eb('scope', '=', 'cluster'), eb('scope_id', '=', ref('node.cluster_id'))]),
        ]),
      ),
    )
    .selectAll('acknowledgement')
    .where('node.id', '=', nodeId)
    .where('node.revoked_at', 'is', null)
    .orderBy('scope')
    .orderBy('problem_key')
    .execute();
  const holding = rows.filter(({ until }) => until === null || now < until);
  return [...new Map(holding.map((one) => [one.problem_key, acknowledgementOf(one)])).values()];
}

type Scope = Parameters<Acknowledgements['acknowledge']>[0];

const rowOf = (scope: Scope, said: Acknowledgement): AcknowledgementTable => ({
  ...('nodeId' in scope ? { scope: 'node', scope_id: scope.nodeId } : { scope: 'cluster', scope_id: scope.clusterId }),
  problem_key: keyOf(said.id),
  problem_id: clean(said.id),
  severity: rankOf(said.severity),
  by: clean(said.by),
  reason: clean(said.reason),
  at: said.at,
  until: said.until,
});

const acknowledgementOf = ({ problem_id, severity, by, reason, at, until }: AcknowledgementTable): Acknowledgement => ({
  ...{ id: problem_id, severity: severityOf(severity), by, reason, at, until },
});

async function putAcknowledgement(work: Work, acknowledgement: AcknowledgementTable): Promise<void> {
  const { severity, by, reason, at, until } = acknowledgement;
  await work
    .insertInto('acknowledgement')
    .values(acknowledgement)
    .onConflict((conflict) =>
      conflict.columns(['scope', 'scope_id', 'problem_key']).doUpdateSet({ severity, by, reason, at, until }),
    )
    .execute();
}

/**
 * The nodes that an acknowledgement may concern, locked. Of a cluster all of them, also those without that problem: one that comes at this moment
 * is kept before or after.
 */
async function nodesOf(engine: Engine, work: Work, scope: Scope): Promise<readonly NodeTable[]> {
  const query = work.selectFrom('node').select('id');
  const wanted =
    'nodeId' in scope ? query.where('id', '=', scope.nodeId) : query.where('cluster_id', '=', scope.clusterId);
  const ids = (await wanted.execute()).map(({ id }) => id);
  const nodes = await lockedNodes(engine, work, ids);
  return [...nodes.values()].filter(({ revoked_at }) => revoked_at === null);
}
