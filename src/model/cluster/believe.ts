import { span } from '../time-words.ts';
import type {
  ClusterView,
  FreshAnswer,
  JudgedNode,
  Member,
  NodeView,
  NodeWord,
  Peers,
  UnjudgedNode,
  UnjudgedReason,
} from './cluster-view.ts';
import type { NodeRecord } from './node-record.ts';

/** Every node publishes this often (packaging/systemd/pve-doctor-publish.timer). */
export const INTERVAL_SECONDS = 15 * 60;

/** A record that is older says nothing of now. */
export const OLDEST_SECONDS = 3 * INTERVAL_SECONDS;

/** A record from the future has no age. Less than this is a clock as clocks are. */
const AHEAD_SECONDS = 120;

type Standing = JudgedNode | UnjudgedNode;

/**
 * What counts of all that nodes said, by the rules that a real cluster file system taught (docs/cluster.md):
 * what a dead or cut node said stays with the others for ever, a node without quorum holds what it held before, and one whose
 * corosync hangs believes itself healthy. So a word counts by its own age and while its node is online in a quorate cluster,
 * and nobody is clean because nothing was heard of it. `here` is what this run has read of this node; null: it counts like the
 * others.
 */
export function believe(peers: Peers, here: NodeRecord | null, takenAt = peers.readAt): ClusterView {
  const members = peers.members.toSorted((a, b) => a.nodeId - b.nodeId || (a.name < b.name ? -1 : 1));
  const nodes = members.map((member): NodeView => {
    const { name, nodeId } = member;
    return { name, nodeId, standing: standingOf(member, peers, here, takenAt) };
  });
  return { self: peers.self, takenAt, nodes: nodes.map((node) => withHangingCorosync(node, nodes, peers.self)) };
}

function standingOf(member: Member, peers: Peers, here: NodeRecord | null, takenAt: string): Standing {
  const { name } = member;
  const word = peers.words.get(name);
  if (name === peers.self && here !== null) return { ...judged(here, 'here', takenAt), ageSeconds: 0 };
  const heard = word?.state === 'record' ? word.record.takenAt : word?.state === 'withdrawn' ? word.takenAt : null;
  if (!peers.quorate)
    return unjudged('own-cluster', 'this node has no quorum, so what it knows of the others may be old', heard);
  if (!member.online && name !== peers.self) return unjudged('offline', 'it is offline', heard);
  if (peers.fresh !== null && name !== peers.self) return standingByAnswer(peers.fresh.get(name), takenAt, heard);
  return standingByWord(word, takenAt, name === peers.self);
}

function standingByWord(word: NodeWord | undefined, takenAt: string, isSelf: boolean): Standing {
  if (word === undefined) return unjudged('no-record', isSelf ? OWN_RECORD_LOST : NO_RECORD, null);
  if (word.state === 'unusable') return unjudged(word.kind, word.because, null);
  if (word.state === 'withdrawn') return unjudged('withdrawn', 'it took its record back', word.takenAt);
  const standing = judged(word.record, 'record', takenAt);
  const { ageSeconds } = standing;
  if (ageSeconds < -AHEAD_SECONDS) {
    const because = `its clock is at least ${span(-ageSeconds)} ahead of this node's, so the age of its record cannot be told`;
    return { ...unjudged('clock', because, word.record.takenAt), clockAheadSeconds: -ageSeconds };
  }
  return ageSeconds <= OLDEST_SECONDS
    ? standing
    : unjudged('silent', `its last record is ${span(ageSeconds)} old`, word.record.takenAt);
}

const NO_RECORD =
  'it has published nothing: pve-doctor is not installed there, or has not run since that node or its pve-cluster started';
const OWN_RECORD_LOST = 'it has published nothing since its pve-cluster started';

/** A node that was asked and did not answer is not judged, whatever its last record says. */
function standingByAnswer(answer: FreshAnswer | undefined, takenAt: string, heard: string | null): Standing {
  if (answer === undefined) return unjudged('unreachable', 'it was not asked', heard);
  if (answer.state === 'silent') return unjudged('unreachable', answer.because, heard);
  const samples = answer.words.flatMap((word) => (word.state === 'record' ? [word.record] : []));
  const bad = answer.words.find(({ state }) => state !== 'record');
  const record = samples.at(-1);
  if (record === undefined || bad !== undefined)
    return bad?.state === 'unusable'
      ? unjudged(bad.kind, bad.because, heard)
      : unjudged('damaged', 'it answered without a record', heard);
  const standing = judged(record, 'ssh', takenAt);
  return {
    ...standing,
    samples,
    ageSeconds: Math.max(0, standing.ageSeconds),
    clockAheadSeconds: clockOf(samples, answer),
  };
}

/** Its looks were taken between question and answer: what lies outside is its clock. */
function clockOf(
  samples: readonly NodeRecord[],
  { askedAt, answeredAt }: Extract<FreshAnswer, { readonly state: 'answered' }>,
): number {
  const first = Math.min(...samples.map(({ takenAt }) => Date.parse(takenAt)));
  const last = Math.max(...samples.map(({ takenAt }) => Date.parse(takenAt)));
  const behind = Date.parse(askedAt) - first;
  const ahead = last - Date.parse(answeredAt);
  return Math.round((ahead > 0 ? ahead : behind > 0 ? -behind : 0) / 1000);
}

function judged(record: NodeRecord, via: JudgedNode['via'], takenAt: string): JudgedNode {
  const ageSeconds = Math.round((Date.parse(takenAt) - Date.parse(record.takenAt)) / 1000);
  return { state: 'judged', record, samples: [record], via, ageSeconds, clockAheadSeconds: null };
}

const unjudged = (reason: UnjudgedReason, because: string, lastHeardAt: string | null): UnjudgedNode => ({
  ...{ state: 'not-judged', reason, because, lastHeardAt, clockAheadSeconds: null },
});

/** A node whose corosync hangs sees all others online for ever, and hears nothing more of any. */
function withHangingCorosync(node: NodeView, all: readonly NodeView[], self: string): NodeView {
  const { standing } = node;
  const others = all.filter(({ name }) => name !== self);
  const isDeaf =
    others.length > 1 &&
    others.every(
      ({ standing: { state, ...rest } }) => state === 'not-judged' && 'reason' in rest && rest.reason === 'silent',
    );
  if (standing.state !== 'not-judged' || standing.reason !== 'silent' || !isDeaf) return node;
  const because = `${standing.because}, as is that of every other node: corosync of this node may hang`;
  return { ...node, standing: { ...standing, because } };
}
