import { UsageError } from '../../model/faults.ts';
import type { HubStore, NodeRow } from '../store/hub-store.ts';
import { columns, type HubTerminal } from './hub-terminal.ts';
import { type ConfigOptions, whoIsHere, withStore } from './with-store.ts';

const allNodes = async (store: HubStore): Promise<readonly NodeRow[]> => [
  ...(await store.nodes({ revoked: false })),
  ...(await store.nodes({ revoked: true })),
];

export async function runNodeList(options: ConfigOptions, terminal: HubTerminal): Promise<number> {
  return await withStore(options, terminal, async (store) => {
    const rows = (await allNodes(store)).map((node) => [
      ...[node.cluster, node.node, node.nodeId, node.lastContactAt ?? 'never'],
      node.revokedAt === null ? (node.status ?? 'no report yet') : 'revoked',
    ]);
    await terminal.print(columns(['CLUSTER', 'NODE', 'ID', 'LAST HEARD', 'STATUS'], rows));
    return 0;
  });
}

/** By id, or by cluster and name where those mean one. */
async function nodeOf(store: HubStore, word: string): Promise<NodeRow> {
  const found = (await allNodes(store)).filter(
    ({ nodeId, cluster, node }) => nodeId === word || `${cluster}/${node}` === word,
  );
  const [only] = found;
  if (only === undefined) throw new UsageError(`there is no node ${word}; node list shows them`);
  if (found.length > 1)
    throw new UsageError(
      `several nodes are called ${word}: give an id, ${found.map(({ nodeId }) => nodeId).join(' or ')}`,
    );
  return only;
}

export async function runNodeRevoke(word: string, options: ConfigOptions, terminal: HubTerminal): Promise<number> {
  return await withStore(options, terminal, async (store) => {
    const { nodeId, cluster, node } = await nodeOf(store, word);
    const at = new Date().toISOString();
    if (!(await store.revoke(nodeId, at))) throw new UsageError(`${word} was revoked before`);
    await store.audit({ at, who: whoIsHere(), action: 'revoke-node', detail: `${cluster}/${node}` });
    return 0;
  });
}

export async function runNodeForget(word: string, options: ConfigOptions, terminal: HubTerminal): Promise<number> {
  return await withStore(options, terminal, async (store) => {
    const { nodeId, cluster, node, revokedAt } = await nodeOf(store, word);
    if (revokedAt === null)
      throw new UsageError(`${word} is not revoked: revoke it first, so that it does not come back`);
    await store.forget(nodeId);
    const at = new Date().toISOString();
    await store.audit({ at, who: whoIsHere(), action: 'forget-node', detail: `${cluster}/${node}` });
    return 0;
  });
}
