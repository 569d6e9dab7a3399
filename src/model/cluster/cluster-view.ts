/** What one node makes of all that the nodes of its cluster said. */
import type { NodeRecord } from './node-record.ts';

/** A node of the cluster as `.members` lists it. */
export interface Member {
  readonly name: string;
  readonly nodeId: number;
  readonly online: boolean;
  /** Empty where pmxcfs does not know it. */
  readonly ip: string;
}

/** What stood in the key/value store of this node, or came over ssh: one for each node that said anything. */
export type NodeWord =
  | { readonly state: 'record'; readonly record: NodeRecord }
  /** A record that its node took back: it was there and has nothing to say now. */
  | { readonly state: 'withdrawn'; readonly takenAt: string }
  /** Nobody can read it: damaged, hostile, of a later format. One sentence without a full stop. */
  | { readonly state: 'unusable'; readonly kind: 'damaged' | 'future-format'; readonly because: string };

/** All that was read of the other nodes (the section `peers` of a snapshot). */
export interface Peers {
  /** This node. */
  readonly self: string;
  /** ISO 8601, by the clock of this node. */
  readonly readAt: string;
  readonly members: readonly Member[];
  /** As this node's pmxcfs says it; one whose corosync hangs goes on saying yes. */
  readonly quorate: boolean;
  /** From the key/value store, by node. */
  readonly words: ReadonlyMap<string, NodeWord>;
  /** Answers of nodes that were asked just now (`--fresh`), by node; null where nobody was asked. */
  readonly fresh: ReadonlyMap<string, FreshAnswer> | null;
}

export type FreshAnswer =
  /** Several looks of one node, the oldest first; at least one. */
  | {
      readonly state: 'answered';
      readonly words: readonly NodeWord[];
      readonly askedAt: string;
      readonly answeredAt: string;
    }
  | { readonly state: 'silent'; readonly because: string };

/**
 * Every node is either judged by a record that counts, or not judged: never clean because nothing was heard of it.
 * In the order of node ids.
 */
export interface ClusterView {
  readonly self: string;
  /** By the clock of this node; ages count up to here. */
  readonly takenAt: string;
  readonly nodes: readonly NodeView[];
}

export interface NodeView {
  readonly name: string;
  readonly nodeId: number;
  readonly standing: JudgedNode | UnjudgedNode;
}

export interface JudgedNode {
  readonly state: 'judged';
  /** The newest. */
  readonly record: NodeRecord;
  /** Looks at this node in order of time, `record` the last of them; several only where it was asked (`--fresh`). */
  readonly samples: readonly NodeRecord[];
  /** `here`: read by this very run, without a verdict. */
  readonly via: 'here' | 'record' | 'ssh';
  /** Negative where its clock is ahead. */
  readonly ageSeconds: number;
  /** Its clock minus ours, where that can be told: it answered ssh, or wrote a time that has not come yet. */
  readonly clockAheadSeconds: number | null;
}

export interface UnjudgedNode {
  readonly state: 'not-judged';
  readonly reason: UnjudgedReason;
  /** One sentence without a full stop, for people. */
  readonly because: string;
  /** When it was last heard, by its own clock; null where nothing says so. */
  readonly lastHeardAt: string | null;
  /** Its clock minus ours, where it wrote a time that has not come yet. */
  readonly clockAheadSeconds: number | null;
}

export type UnjudgedReason =
  /** `.members` of a quorate node says so. */
  | 'offline'
  /** Its record is older than three intervals. */
  | 'silent'
  | 'no-record'
  /** It took its record back. */
  | 'withdrawn'
  | 'damaged'
  | 'future-format'
  /** It wrote a time that has not come yet: no age can be told. */
  | 'clock'
  /** This node has no quorum, so nothing that it holds of the others counts. */
  | 'own-cluster'
  /** It was asked over ssh and did not answer. */
  | 'unreachable';

/** Nodes whose word counts, this one among them. */
export const judgedNodes = (view: ClusterView): readonly (NodeView & { readonly standing: JudgedNode })[] =>
  view.nodes.flatMap((node) => (node.standing.state === 'judged' ? [{ ...node, standing: node.standing }] : []));

export const unjudgedNodes = (view: ClusterView): readonly (NodeView & { readonly standing: UnjudgedNode })[] =>
  view.nodes.flatMap((node) => (node.standing.state === 'not-judged' ? [{ ...node, standing: node.standing }] : []));
