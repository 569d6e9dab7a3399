import { randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import { countClusters } from './count-clusters.ts';
import type { Engine } from './engine.ts';
import type { Enrolment, EnrolResult } from './hub-store.ts';
import { lockedNodes } from './locked-nodes.ts';
import { forgetMaintenance, maintenanceOfCluster } from './maintenance.ts';
import { clean } from './store-text.ts';
import type { Tables } from './tables.ts';

type Work = Transaction<Tables>;
type Request = Parameters<Enrolment['enrol']>[0];

export function enrolmentOn(engine: Engine): Enrolment {
  return {
    addToken: async ({ hash, cluster, createdAt, createdBy, expiresAt, usesLeft }) => {
      const id = randomUUID();
      const row = { id, hash, cluster: clean(cluster), created_at: createdAt, created_by: clean(createdBy) };
      await engine.change((work) =>
        work
          .insertInto('enrolment_token')
          .values({ ...row, expires_at: expiresAt, uses_left: usesLeft })
          .execute(),
      );
      return id;
    },
    tokens: (now) =>
      engine.look((db) =>
        db
          .selectFrom('enrolment_token')
          .select(['id', 'cluster', 'created_at as createdAt', 'created_by as createdBy'])
          .select(['expires_at as expiresAt', 'uses_left as usesLeft'])
          .where('expires_at', '>', now)
          .where('uses_left', '>', 0)
          .orderBy('created_at')
          .orderBy('id')
          .execute(),
      ),
    removeToken: (id) =>
      engine.change(async (work) => {
        const { numDeletedRows } = await work.deleteFrom('enrolment_token').where('id', '=', id).executeTakeFirst();
        return numDeletedRows > 0n;
      }),
    enrol: (request, now) =>
      engine.change(async (work) => {
        const result = await enrol(engine, work, request, now);
        if (result.state === 'enrolled') await engine.announce(work);
        return result;
      }),
    nodeKey: (nodeId) =>
      engine.look(async (db) => {
        const row = await db
          .selectFrom('node')
          .select(['public_key', 'revoked_at'])
          .where('id', '=', nodeId)
          .executeTakeFirst();
        return row === undefined ? null : { publicKey: row.public_key, revoked: row.revoked_at !== null };
      }),
    revoke: (nodeId, now) => engine.change((work) => revoke(engine, work, nodeId, now)),
    forget: (nodeId) => engine.change((work) => forget(engine, work, nodeId)),
  };
}

/** The token's row is held from here on: of two nodes that show its last use one comes after the other. */
async function enrol(engine: Engine, work: Work, request: Request, now: string): Promise<EnrolResult> {
  const token = await work
    .selectFrom('enrolment_token')
    .selectAll()
    .where('hash', '=', request.tokenHash)
    .$if(engine.locksRows, (query) => query.forUpdate())
    .executeTakeFirst();
  const { cluster } = request;
  if (token === undefined || token.expires_at <= now || (token.cluster !== '' && token.cluster !== cluster))
    return { state: 'refused', reason: 'token' };
  const there = await nodeThere(work, request);
  // It has its id already, and lost the answer: the token is not used up by that.
  if (there !== null && there.state === 'enrolled') return there;
  if (token.uses_left <= 0) return { state: 'refused', reason: 'token' };
  if (there !== null) return there;
  const id = randomUUID();
  const clusterId = await clusterOf(work, cluster);
  const { numInsertedOrUpdatedRows = 0n } = await work
    .insertInto('node')
    .values({ ...newNode(id, clusterId, request, now), maintenance_until: await maintenanceOfCluster(work, clusterId) })
    .onConflict((conflict) => conflict.columns(['cluster_id', 'name', 'machine_id']).doNothing())
    .executeTakeFirst();
  // By another token, at another hub, a moment ago.
  if (numInsertedOrUpdatedRows === 0n) return (await nodeThere(work, request)) ?? { state: 'refused', reason: 'taken' };
  await work
    .updateTable('enrolment_token')
    .set({ uses_left: token.uses_left - 1 })
    .where('id', '=', token.id)
    .execute();
  await countClusters(engine, work, [clusterId]);
  return { state: 'enrolled', nodeId: id };
}

async function clusterOf(work: Work, name: string): Promise<string> {
  await work
    .insertInto('cluster')
    .values({ id: randomUUID(), name })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  return (await work.selectFrom('cluster').select('id').where('name', '=', name).executeTakeFirstOrThrow()).id;
}

async function nodeThere(work: Work, { cluster, node, machineId, publicKey }: Request): Promise<EnrolResult | null> {
  const row = await work
    .selectFrom('node')
    .innerJoin('cluster', 'cluster.id', 'node.cluster_id')
    .select(['node.id', 'node.public_key', 'node.revoked_at'])
    .where('cluster.name', '=', cluster)
    .where('node.name', '=', node)
    .where('node.machine_id', '=', machineId)
    .executeTakeFirst();
  if (row === undefined) return null;
  if (row.revoked_at !== null) return { state: 'refused', reason: 'revoked' };
  return row.public_key === publicKey ? { state: 'enrolled', nodeId: row.id } : { state: 'refused', reason: 'taken' };
}

const newNode = (id: string, clusterId: string, { node, machineId, publicKey, toolVersion }: Request, now: string) => ({
  ...{ id, cluster_id: clusterId, name: node, machine_id: machineId, public_key: publicKey, tool_version: toolVersion },
  ...{ enrolled_at: now, critical: 0, warnings: 0, notices: 0, unjudged: 0, revision: 0 },
});

/** Its row and its reports stay; what counts of it goes. */
async function revoke(engine: Engine, work: Work, nodeId: string, now: string): Promise<boolean> {
  const node = (await lockedNodes(engine, work, [nodeId])).get(nodeId);
  if (node === undefined || node.revoked_at !== null) return false;
  await work.deleteFrom('problem').where('node_id', '=', nodeId).execute();
  await work.deleteFrom('search_index').where('node_id', '=', nodeId).execute();
  await work.deleteFrom('acknowledgement').where('scope', '=', 'node').where('scope_id', '=', nodeId).execute();
  await forgetMaintenance(work, { nodeId });
  await work
    .updateTable('node')
    .set({ revoked_at: now, maintenance_until: null, critical: 0, warnings: 0, notices: 0 })
    .where('id', '=', nodeId)
    .execute();
  await countClusters(engine, work, [node.cluster_id]);
  await engine.announce(work);
  return true;
}

async function forget(engine: Engine, work: Work, nodeId: string): Promise<boolean> {
  const node = (await lockedNodes(engine, work, [nodeId])).get(nodeId);
  if (node === undefined || node.revoked_at === null) return false;
  for (const table of ['run', 'report_body', 'change', 'problem', 'search_index', 'node_detail'] as const)
    await work.deleteFrom(table).where('node_id', '=', nodeId).execute();
  await work.deleteFrom('node').where('id', '=', nodeId).execute();
  const left = await work.selectFrom('node').select('id').where('cluster_id', '=', node.cluster_id).limit(1).execute();
  if (left.length === 0) {
    await work
      .deleteFrom('acknowledgement')
      .where('scope', '=', 'cluster')
      .where('scope_id', '=', node.cluster_id)
      .execute();
    await forgetMaintenance(work, { clusterId: node.cluster_id });
    // A node that enrols in it at this moment keeps it.
    await work
      .deleteFrom('cluster')
      .where('id', '=', node.cluster_id)
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('node').select('node.id').whereRef('node.cluster_id', '=', 'cluster.id'))),
      )
      .execute();
  }
  await engine.announce(work);
  return true;
}
