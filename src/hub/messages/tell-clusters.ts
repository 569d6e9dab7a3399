import { randomUUID } from 'node:crypto';
import type { NotifySettings } from '../../model/config/config.ts';
import type { Sending } from '../../notify/deliver.ts';
import { type Outcome, tellChannels } from '../../notify/tell.ts';
import type { HubStore, NodeRow, OpenProblem } from '../store/hub-store.ts';
import { MOST_OF_NODE, openMessages, type Settings } from './cluster-messages.ts';
import { type ClusterRows, toldCluster } from './told-cluster.ts';

/** A cluster with more is read node by node, and of each the worst `MOST_OF_NODE`: one node must not push out the others. */
const MOST_PROBLEMS = 5000;

/** A hub that was killed while it sent leaves the rest to another after this. A round of one cluster takes a minute at most. */
const LEASE_MS = 5 * 60_000;
const LEASE = 'messages/lease';

export interface Round {
  readonly settings: NotifySettings;
  readonly silentAfterMs: number;
  readonly sending: Sending;
}

export interface ClusterOutcome extends Outcome {
  readonly cluster: string;
}

/**
 * Tells the channels of every cluster what is new in it, one message for a cluster and channel. Of several hubs over one database one
 * does it at a time. Throws `StoreAway`; what was not told then is told by the next round.
 */
export async function tellClusters(store: HubStore, round: Round): Promise<readonly ClusterOutcome[]> {
  if (round.settings.channels.length === 0) return [];
  const lease = await takeLease(store, round.sending.now());
  if (lease === null) return [];
  try {
    const outcomes: ClusterOutcome[] = [];
    for (const { clusterId, name } of await store.clusters({ silentBefore: silentBefore(round), sort: 'name' })) {
      outcomes.push(...(await tellCluster(store, clusterId, name, round)));
      if (!(await lease.renew(round.sending.now()))) return outcomes;
    }
    return outcomes;
  } finally {
    await lease.release();
  }
}

const silentBefore = ({ sending, silentAfterMs }: Round): string =>
  new Date(sending.now().getTime() - silentAfterMs).toISOString();

async function tellCluster(
  store: HubStore,
  clusterId: string,
  name: string,
  round: Round,
): Promise<readonly ClusterOutcome[]> {
  const [all, areas, unjudged] = await Promise.all([
    store.nodes({ clusterId, revoked: false }),
    store.areas(clusterId),
    store.unjudged(clusterId),
  ]);
  const nodes = all.filter(({ maintenanceUntil }) => maintenanceUntil === null);
  const aside = new Set(all.flatMap(({ node, maintenanceUntil }) => (maintenanceUntil === null ? [] : [node])));
  if (nodes.length === 0) return [];
  const { problems, cut } = await problemsOf(store, clusterId, nodes);
  const moment = { now: round.sending.now().toISOString(), silentBefore: silentBefore(round) };
  const report = toldCluster({ name, nodes, problems, cut, areas, unjudged }, moment);
  const { settings, sending } = round;
  const channels = await openMessages(
    store,
    clusterId,
    { report, aside },
    settings.channels.map((channel) => channel.name),
  );
  // A look in between, as those at a cluster are: what `always` means for a hub is its digest.
  const outcomes = await tellChannels(channels, { settings, sending, cause: 'retry', cluster: { name, heard: [] } });
  return outcomes.map((outcome) => ({ ...outcome, cluster: name }));
}

/** What stands in a cluster; `cut`: nodes whose problems are not all in it. */
async function problemsOf(
  store: HubStore,
  clusterId: string,
  nodes: readonly NodeRow[],
): Promise<Pick<ClusterRows, 'problems' | 'cut'>> {
  const all = await store.problems({ clusterId, limit: MOST_PROBLEMS + 1, offset: 0 });
  const told = new Set(nodes.map(({ nodeId }) => nodeId));
  if (all.length <= MOST_PROBLEMS) return { problems: all.filter(({ nodeId }) => told.has(nodeId)), cut: new Set() };
  const cut = new Set<string>();
  const problems: OpenProblem[] = [];
  for (const { nodeId } of nodes) {
    const own = await store.problems({ nodeId, limit: MOST_OF_NODE + 1, offset: 0 });
    if (own.length > MOST_OF_NODE) cut.add(nodeId);
    problems.push(...own.slice(0, MOST_OF_NODE));
  }
  return { problems, cut };
}

interface Lease {
  readonly renew: (now: Date) => Promise<boolean>;
  readonly release: () => Promise<void>;
}

/** null where another hub is telling. */
async function takeLease(settings: Settings, now: Date): Promise<Lease | null> {
  const holder = randomUUID();
  const text = (at: Date): string => `${new Date(at.getTime() + LEASE_MS).toISOString()} ${holder}`;
  const was = await settings.setting(LEASE);
  // A time further ahead than any lease was written by a wrong clock.
  const until = Date.parse(was?.split(' ')[0] ?? '');
  if (until > now.getTime() && until - now.getTime() <= 2 * LEASE_MS) return null;
  let held = text(now);
  if (!(await settings.changeSetting(LEASE, was, held))) return null;
  return {
    renew: async (at) => {
      const next = text(at);
      const ours = await settings.changeSetting(LEASE, held, next);
      held = next;
      return ours;
    },
    release: async () => {
      await settings.changeSetting(LEASE, held, null);
    },
  };
}
