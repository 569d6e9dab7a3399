import { createHash } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import { openOnes } from '../../model/cluster/recorded-left-out.ts';
import type { HistoryState } from '../../model/report/history-state.ts';
import type { OverallStatus } from '../../model/report/report.ts';
import {
  acknowledgementsOf,
  dropAcknowledgements,
  dropClusterAcknowledgements,
  endAcknowledgements,
} from './acknowledgements.ts';
import { countClusters, countsOtherwise } from './count-clusters.ts';
import type { Engine } from './engine.ts';
import type { HeartbeatResult, IncomingHeartbeat, IncomingReport, Intake, KeepResult } from './hub-store.ts';
import { lockedNodes } from './locked-nodes.ts';
import { endMaintenances } from './maintenance.ts';
import { insertMany } from './many-rows.ts';
import { type NodeNews, nodeNews } from './node-history.ts';
import { replaceRows } from './node-rows.ts';
import { putDetails, putProblems, writeNodes } from './put-rows.ts';
import { clean, lowerCase } from './store-text.ts';
import type { NodeDetailTable, NodeTable, ProblemTable, Tables } from './tables.ts';

type Work = Transaction<Tables>;

/** Takes reports and heartbeats: each batch is one transaction, in which the nodes' rows are locked in the order of their ids. */
export function intakeOn(engine: Engine): Intake {
  return {
    keep: async (batch) => {
      if (batch.length === 0) return [];
      await endWhatIsOver(engine, latest(batch));
      await engine.prepareMonths(batch.map(({ receivedAt }) => receivedAt));
      return await engine.change((work) => keepBatch(engine, work, batch));
    },
    heartbeat: async (batch) => {
      if (batch.length === 0) return [];
      await endWhatIsOver(engine, latest(batch));
      return await engine.change((work) => hearBatch(engine, work, batch));
    },
  };
}

/** Acknowledgements and maintenance that were said until now. */
export async function endWhatIsOver(engine: Engine, now: string): Promise<void> {
  await endAcknowledgements(engine, now);
  await endMaintenances(engine, now);
}

const latest = (batch: readonly { readonly receivedAt: string }[]): string =>
  batch.reduce((newest, { receivedAt }) => (receivedAt > newest ? receivedAt : newest), '');

async function keepBatch(engine: Engine, work: Work, batch: readonly IncomingReport[]): Promise<readonly KeepResult[]> {
  const nodes = await lockedNodes(
    engine,
    work,
    batch.map(({ nodeId }) => nodeId),
  );
  const known = await takenBefore(work, batch);
  const results: KeepResult[] = [];
  /** Several reports of one node come one after the other; those of different nodes together. */
  const rounds: IncomingReport[][] = [];
  const turns = new Map<string, number>();
  for (const report of batch) {
    const node = nodes.get(report.nodeId);
    const name = runName(report);
    const result =
      node === undefined ? 'unknown-node' : node.revoked_at !== null ? 'revoked' : known.has(name) ? 'known' : 'kept';
    results.push(result);
    if (result !== 'kept') continue;
    known.add(name);
    const turn = turns.get(report.nodeId) ?? 0;
    turns.set(report.nodeId, turn + 1);
    rounds[turn] ??= [];
    rounds[turn].push(report);
  }
  const changed = new Set<string>();
  for (const round of rounds) for (const id of await keepRound(work, round, nodes)) changed.add(id);
  await countClusters(engine, work, changed);
  if (rounds.length > 0) await engine.announce(work);
  return results;
}

const runName = ({ nodeId, takenAt }: { readonly nodeId: string; readonly takenAt: string }): string =>
  `${nodeId} ${takenAt}`;

async function takenBefore(work: Work, batch: readonly IncomingReport[]): Promise<Set<string>> {
  // As pairs: two lists would be every node with every time.
  const pairs = sql.join(batch.map(({ nodeId, takenAt }) => sql`(${nodeId}, ${takenAt})`));
  const rows = await work
    .selectFrom('run')
    .select(['node_id', 'taken_at'])
    .where(sql<boolean>`(node_id, taken_at) in (values ${pairs})`)
    .execute();
  return new Set(rows.map(({ node_id, taken_at }) => runName({ nodeId: node_id, takenAt: taken_at })));
}

interface Kept {
  readonly report: IncomingReport;
  readonly before: NodeTable;
  readonly after: NodeTable;
  readonly news: NodeNews;
}

/** One report of each of some nodes. Gives the clusters whose counts are others now. */
async function keepRound(
  work: Work,
  round: readonly IncomingReport[],
  nodes: Map<string, NodeTable>,
): Promise<readonly string[]> {
  const of = round.flatMap(({ nodeId }) => nodes.get(nodeId) ?? []);
  const stood = await standingOf(work, of);
  const acknowledgements = await acknowledgementsOf(work, of);
  const details = await detailsOf(work, of);
  const kept = round.flatMap((report): readonly Kept[] => {
    const before = nodes.get(report.nodeId);
    if (before === undefined) return [];
    const history = historyOf(details.get(before.id));
    const news = nodeNews(
      { node: before, stood: stood.get(before.id) ?? [], acknowledgements: acknowledgements(before), history },
      report,
    );
    const after = nodeAfter(before, report, news);
    nodes.set(before.id, after);
    return [{ report, before, after, news }];
  });
  await writeProblems(work, kept);
  await writeDetails(work, kept, details);
  await writeNodes(
    work,
    kept.map(({ after }) => after),
  );
  await insertMany(work, 'run', kept.map(runOf));
  await insertMany(work, 'report_body', kept.map(bodyOf), (query) =>
    query.onConflict((conflict) =>
      conflict.columns(['node_id', 'revision']).doUpdateSet(({ ref }) => ({
        taken_at: ref('excluded.taken_at'),
        received_at: ref('excluded.received_at'),
        data: ref('excluded.data'),
      })),
    ),
  );
  const changed = kept.filter(
    ({ before, after, news }) => news.written.length + news.removed.length > 0 || countsOtherwise(before, after),
  );
  return changed.map(({ after }) => after.cluster_id);
}

async function standingOf(work: Work, nodes: readonly NodeTable[]): Promise<Map<string, ProblemTable[]>> {
  const ids = nodes.map(({ id }) => id);
  const rows = await work.selectFrom('problem').selectAll().where('node_id', 'in', ids).execute();
  return Map.groupBy(rows, ({ node_id }) => node_id);
}

async function detailsOf(work: Work, nodes: readonly NodeTable[]): Promise<ReadonlyMap<string, NodeDetailTable>> {
  const ids = nodes.map(({ id }) => id);
  const rows = await work.selectFrom('node_detail').selectAll().where('node_id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.node_id, row]));
}

const historyOf = (row: NodeDetailTable | undefined): HistoryState | null =>
  row === undefined ? null : JSON.parse(row.history);

function nodeAfter(
  node: NodeTable,
  { digest, takenAt, receivedAt, contentDigest }: IncomingReport,
  news: NodeNews,
): NodeTable {
  return {
    ...node,
    ...heard(takenAt, receivedAt),
    tool_version: clean(digest.toolVersion),
    pve_version: digest.pveVersion === null ? null : clean(digest.pveVersion),
    status: statusWith(digest.status, news.counts),
    grade: clean(digest.grade),
    score: digest.score === null ? null : Math.round(digest.score),
    ...news.counts,
    unjudged: new Set(openOnes(digest.unjudged).map(({ code }) => code)).size,
    content_digest: contentDigest,
    revision: contentDigest === node.content_digest ? node.revision : node.revision + 1,
  };
}

/** What stands here although the report does not name it, as a guest that a backup works on, counts in the status too. */
function statusWith(told: OverallStatus, { critical, warnings }: NodeNews['counts']): OverallStatus {
  if (critical > 0) return 'critical';
  return warnings > 0 && (told === 'healthy' || told === 'waiting') ? 'warning' : told;
}

const heard = (takenAt: string, receivedAt: string) => ({
  last_contact_at: receivedAt,
  last_taken_at: takenAt,
  clock_skew_ms: Date.parse(takenAt) - Date.parse(receivedAt),
});

const hashOfNames = (names: IncomingReport['digest']['indexedNames']): string =>
  createHash('sha256').update(JSON.stringify(names)).digest('base64url');

const runOf = ({ report: { nodeId, takenAt, receivedAt, digest }, after, news }: Kept) => ({
  ...{ node_id: nodeId, taken_at: takenAt, received_at: receivedAt, status: digest.status },
  ...{ grade: clean(digest.grade), score: after.score, ...news.counts },
});

const bodyOf = ({ report: { nodeId, takenAt, receivedAt, body }, after }: Kept) => ({
  ...{ node_id: nodeId, revision: after.revision, taken_at: takenAt, received_at: receivedAt, data: body },
});

async function writeProblems(work: Work, kept: readonly Kept[]): Promise<void> {
  const removed = kept.flatMap(({ news }) => news.removed);
  for (const [nodeId, rows] of Map.groupBy(removed, ({ node_id }) => node_id)) {
    const keys = rows.map(({ problem_key }) => problem_key);
    await work.deleteFrom('problem').where('node_id', '=', nodeId).where('problem_key', 'in', keys).execute();
  }
  await putProblems(
    work,
    kept.flatMap(({ news }) => news.written),
  );
  await insertMany(
    work,
    'change',
    kept.flatMap(({ news }) => news.changes),
  );
  await dropAcknowledgements(
    work,
    kept.flatMap(({ news }) => news.endedAcknowledgements),
  );
  await dropClusterAcknowledgements(
    work,
    kept.flatMap(({ news }) => news.perhapsEnded),
  );
}

async function writeDetails(
  work: Work,
  kept: readonly Kept[],
  there: ReadonlyMap<string, NodeDetailTable>,
): Promise<void> {
  const details = kept.map(({ report: { nodeId, digest }, news }) => ({
    node_id: nodeId,
    unjudged_checks: JSON.stringify(digest.unjudged),
    areas: JSON.stringify(digest.areas),
    search_index_hash: hashOfNames(digest.indexedNames),
    history: JSON.stringify(news.history),
  }));
  await putDetails(work, details);
  const moved = details.filter((row) => there.get(row.node_id)?.search_index_hash !== row.search_index_hash);
  await writeSearchIndex(work, kept, new Set(moved.map(({ node_id }) => node_id)));
}

async function writeSearchIndex(work: Work, kept: readonly Kept[], of: ReadonlySet<string>): Promise<void> {
  const changed = kept.filter(({ after }) => of.has(after.id));
  const rows = changed.flatMap(({ after, report }) =>
    report.digest.indexedNames.map(({ kind, name, problemId }) => ({
      ...{ node_id: after.id, kind, name: clean(name), name_lower: lowerCase(name) },
      problem_id: problemId === null ? null : clean(problemId),
    })),
  );
  await replaceRows(work, 'search_index', [...of], rows);
}

async function hearBatch(
  engine: Engine,
  work: Work,
  batch: readonly IncomingHeartbeat[],
): Promise<readonly HeartbeatResult[]> {
  const nodes = await lockedNodes(
    engine,
    work,
    batch.map(({ nodeId }) => nodeId),
  );
  const heardOf = new Map<string, NodeTable>();
  const results = batch.map(({ nodeId, takenAt, receivedAt, contentDigest }): HeartbeatResult => {
    const node = nodes.get(nodeId);
    if (node === undefined) return 'unknown-node';
    if (node.revoked_at !== null) return 'revoked';
    if (node.content_digest !== contentDigest) return 'other';
    const before = (heardOf.get(nodeId) ?? node).last_taken_at ?? '';
    // Whoever recorded a request and sends it again must not make a dead node speak: a look that is not newer says nothing new,
    // and one that is older, by a clock that was set back, comes whole.
    if (takenAt < before) return 'other';
    if (takenAt > before) heardOf.set(nodeId, { ...node, ...heard(takenAt, receivedAt) });
    return 'heard';
  });
  await writeNodes(work, [...heardOf.values()]);
  if (heardOf.size > 0) await engine.announce(work);
  return results;
}
