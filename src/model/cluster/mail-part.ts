/** One mail for the cluster: what nodes tell each other of it, and which of them sends. */
import type { Severity } from '../finding.ts';
import type { ChannelRecord } from '../notify/channel-record.ts';
import { OLDEST_SECONDS } from './believe.ts';
import { type ClusterView, type JudgedNode, judgedNodes } from './cluster-view.ts';

/** What a channel of the cluster took, for whoever sends next. */
export interface ToldChannel extends Pick<ChannelRecord, 'told' | 'sentAt' | 'digestAt' | 'turn'> {
  readonly channel: string;
}

export interface MailPart {
  /** This node leaves its news to the cluster's mail, once another node says that it tells them. */
  readonly joins: boolean;
  /** Its channels, by which it would send; empty: it never sends. */
  readonly channels: readonly string[];
  /** When it last saw to it that everything was told, and nothing failed; null: never. */
  readonly passedAt: string | null;
  /** Nodes whose problems it tells. Only who is named here keeps silent. */
  readonly covers: readonly string[];
  /** Its own problems that its own channels know. */
  readonly heard: readonly { readonly id: string; readonly severity: Severity }[];
  /** What the cluster's channels took, as far as it knows; null: it did not fit. */
  readonly told: readonly ToldChannel[] | null;
}

/** `own`: it tells its own news, as a node without a cluster. `sends`: it tells those of all that it covers. */
export type MailRole =
  | { readonly role: 'own'; readonly because: string }
  | { readonly role: 'sends'; readonly covers: readonly string[] }
  | { readonly role: 'covered'; readonly by: string; readonly channels: readonly string[] };

const own = (because: string): MailRole => ({ role: 'own', because });

/**
 * Who tells the news of this node. Everybody decides by what was published, its own record too, so that nodes that hear the same
 * decide the same. The one with the lowest id sends, and another keeps silent only where that one names it: a node that is
 * not believed, whose sender is gone, or that lost its quorum tells its own news, and so nothing is lost in between.
 */
export function mailRole(view: ClusterView): MailRole {
  const joined = judgedNodes(view).filter(({ standing }) => standing.record.mail?.joins === true);
  if (!joined.some(({ name }) => name === view.self)) return own('what this node published does not count');
  if (joined.length < 2) return own('no other node leaves its news to a mail of the cluster');
  const able = joined.filter(({ standing }) => canSend(standing));
  const sends: MailRole = { role: 'sends', covers: joined.map(({ name }) => name) };
  if (able[0]?.name === view.self) return sends;
  // One with a lower id that is back has to say that it tells all: until then whoever sends goes on.
  const naming = able.filter(({ standing }) => standing.record.mail?.covers.includes(view.self));
  const other = naming.find(({ name }) => name !== view.self);
  if (other !== undefined)
    return { role: 'covered', by: other.name, channels: other.standing.record.mail?.channels ?? [] };
  return naming.length > 0 ? sends : own('no node says that it tells the news of this one');
}

/** It has channels, and saw to them lately, by its own clock. */
function canSend({ record: { mail, takenAt } }: JudgedNode): boolean {
  if (mail === undefined || mail === null || mail.channels.length === 0 || mail.passedAt === null) return false;
  return (Date.parse(takenAt) - Date.parse(mail.passedAt)) / 1000 <= OLDEST_SECONDS;
}

/** A problem of a node among those of a cluster. What is between nodes has one name on all of them. */
export const idInCluster = (node: string, { id, kind }: { readonly id: string; readonly kind: string }): string =>
  kind === 'cluster' ? id : `${node}/${id}`;
