import type { KeyObject } from 'node:crypto';
import type { HubStore } from '../store/hub-store.ts';
import { ed25519Key } from './signature-check.ts';

/** A node that enrolled. */
export interface KnownNode {
  readonly nodeId: string;
  /** The name that it enrolled with, and must report as. */
  readonly node: string;
  readonly revoked: boolean;
  readonly key: KeyObject;
}

/** So long another hub over the same database may have revoked a node unnoticed; what is kept is judged by the store again. */
const KEPT_MS = 30_000;

const MOST_KEPT = 20_000;

/** Keys of nodes, asked for once in a while. Unknown ids are not remembered: anybody can make them up. */
export function knownNodes(store: Pick<HubStore, 'nodeKey' | 'node'>, now: () => number) {
  const kept = new Map<string, { readonly node: KnownNode; readonly until: number }>();
  return {
    find: async (nodeId: string): Promise<KnownNode | null> => {
      const known = kept.get(nodeId);
      if (known !== undefined && known.until > now()) return known.node;
      kept.delete(nodeId);
      const [stored, row] = await Promise.all([store.nodeKey(nodeId), store.node(nodeId)]);
      const key = stored === null ? null : ed25519Key(stored.publicKey);
      if (stored === null || row === null || key === null) return null;
      const node = { nodeId, node: row.node, revoked: stored.revoked, key };
      const [oldest] = kept.keys();
      if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      kept.set(nodeId, { node, until: now() + KEPT_MS });
      return node;
    },
    forget: (nodeId: string): void => {
      kept.delete(nodeId);
    },
  };
}

export type KnownNodes = ReturnType<typeof knownNodes>;
