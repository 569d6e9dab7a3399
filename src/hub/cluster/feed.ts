import { createHash, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { believe } from '../../model/cluster/believe.ts';
import type { Peers } from '../../model/cluster/cluster-view.ts';
import type { NodeRecord } from '../../model/cluster/node-record.ts';
import { hashOf } from '../receive/enrol.ts';
import type { HubStore } from '../store/hub-store.ts';
import { digestOfRecord } from './record-digest.ts';

const HOUR_MS = 3_600_000;

/**
 * Takes what nodes published for their reports. Only records that count on a node count here (`believe.ts`): of the others nothing was
 * heard, and a node of which nothing is heard becomes silent.
 */
export async function feed(store: HubStore, cluster: string, peers: Peers): Promise<void> {
  for (const { name, standing } of believe(peers, null).nodes) {
    const isJudged = standing.state === 'judged';
    const nodeId = await nodeIdOf(store, cluster, name, isJudged ? standing.record.toolVersion : '', peers.readAt);
    // It stands on the page all the same, as one of which nothing is heard.
    if (!isJudged) continue;
    const { record } = standing;
    const contentDigest = createHash('sha256').update(JSON.stringify(record.verdict)).digest('hex');
    await store.keep([
      {
        ...{ nodeId, takenAt: record.takenAt, receivedAt: peers.readAt, contentDigest, body: bodyOf(record) },
        digest: digestOfRecord(record),
      },
    ]);
    // A record that was there before is heard again as long as it counts.
    await store.heartbeat([{ nodeId, takenAt: peers.readAt, receivedAt: peers.readAt, contentDigest }]);
  }
}

/** No report: its page says where that is. */
const bodyOf = ({ node }: NodeRecord): Uint8Array => gzipSync(JSON.stringify({ node }));

/** The same id each time: who may write into the store of the cluster is root on one of its nodes, so there is no key to be shown. */
async function nodeIdOf(
  store: HubStore,
  cluster: string,
  node: string,
  toolVersion: string,
  now: string,
): Promise<string> {
  const known = (await store.nodes({})).find((one) => one.node === node && one.cluster === cluster);
  if (known !== undefined) return known.nodeId;
  const tokenHash = hashOf(randomUUID());
  const expiresAt = new Date(Date.parse(now) + HOUR_MS).toISOString();
  await store.addToken({ hash: tokenHash, cluster, createdAt: now, createdBy: 'records', expiresAt, usesLeft: 1 });
  const identity = { cluster, node, machineId: hashOf(node).slice(0, 32), publicKey: hashOf(`${cluster}/${node}`) };
  const result = await store.enrol({ ...identity, tokenHash, toolVersion }, now);
  if (result.state === 'refused') throw new Error(`node ${node} cannot be entered: ${result.reason}`);
  return result.nodeId;
}
