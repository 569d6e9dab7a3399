import { randomUUID } from 'node:crypto';
import {
  type ChannelRecord,
  type ChannelStore,
  type NewestRun,
  UNKNOWN_CHANNEL,
} from '../../model/notify/channel-record.ts';
import { graded } from '../../model/report/grade.ts';
import { type HistoryState, lookOf, updateHistory } from '../../model/report/history-state.ts';
import type { Report } from '../../model/report/report.ts';
import { nodeOf, withHistory } from '../../model/report/report-history.ts';
import type { Accounts } from '../store/people.ts';

/** Where it is kept what channels were told: small values that all hubs over one database share. */
export type Settings = Pick<Accounts, 'setting' | 'changeSetting'>;

const pictureName = (clusterId: string): string => `messages/${clusterId}/picture`;
const recordName = (clusterId: string, channel: string): string => `messages/${clusterId}/channel/${channel}`;

/** What is damaged is as if it had never been written: a channel gets it all again, rather than nothing ever. */
function parsed<T>(text: string | null): T | null {
  try {
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}

async function write(settings: Settings, name: string, value: unknown): Promise<void> {
  // Only who holds the lease writes, so there is nobody to be faster.
  await settings.changeSetting(name, await settings.setting(name), JSON.stringify(value));
}

/** Problems of one node that are told of. */
export const MOST_OF_NODE = 500;
/** And that are remembered with those that were told before: a node that names others each time must not fill the store. */
const MOST_REMEMBERED = 2 * MOST_OF_NODE;

/**
 * Problems of nodes that nobody speaks for any more are neither standing nor resolved: they are forgotten. So are, of a node with too
 * many, those that were seen longest ago.
 */
function ofNodes(before: HistoryState, nodes: ReadonlySet<string>): HistoryState {
  const newestFirst = before.problems.toSorted((a, b) => (a.lastSeen > b.lastSeen ? -1 : 1));
  const problems = [...Map.groupBy(newestFirst, nodeOf)].flatMap(([node, own]) =>
    node === null ? own : nodes.has(node) ? own.slice(0, MOST_REMEMBERED) : [],
  );
  return { ...before, problems };
}

type Parts = Pick<HistoryState, 'problems' | 'blind'>;

/** What is known of nodes in maintenance, apart from the rest: it stays as it was before until that is over. */
function setAside(
  state: HistoryState,
  aside: ReadonlySet<string>,
): { readonly rest: HistoryState; readonly kept: Parts } {
  const isAside = (node: string | null): boolean => node !== null && aside.has(node);
  // `node pve2`, `check DM010 on pve1`.
  const ofBlind = (name: string): string => name.slice(name.lastIndexOf(' ') + 1);
  const rest = {
    ...state,
    problems: state.problems.filter((problem) => !isAside(nodeOf(problem))),
    blind: state.blind.filter(({ name }) => !isAside(ofBlind(name))),
  };
  const kept = {
    problems: state.problems.filter((problem) => isAside(nodeOf(problem))),
    blind: state.blind.filter(({ name }) => isAside(ofBlind(name))),
  };
  return { rest, kept };
}

/**
 * Goes on from the look before, keeps this one, and answers what channels are told from. `aside`: nodes in maintenance, of which the report
 * says nothing.
 */
export async function openMessages(
  settings: Settings,
  clusterId: string,
  { report, aside }: { readonly report: Report; readonly aside: ReadonlySet<string> },
  channels: readonly string[],
): Promise<ChannelStore> {
  const nodes = new Set([...(report.cluster?.report.nodes.map(({ name }) => name) ?? []), ...aside]);
  const before = parsed<HistoryState>(await settings.setting(pictureName(clusterId)));
  const parts = before === null ? null : setAside(ofNodes(before, nodes), aside);
  const updated = updateHistory(parts?.rest ?? null, lookOf(report));
  const { standing, resolved, unseen, notJudged } = updated;
  const { problems = [], blind = [] } = parts?.kept ?? {};
  const state = {
    ...updated.state,
    problems: [...updated.state.problems, ...problems],
    blind: [...updated.state.blind, ...blind],
  };
  const judged = graded({ ...report, notJudged }, unseen);
  const run: NewestRun = {
    uuid: randomUUID(),
    picture: { ...state, status: judged.status },
    report: withHistory(judged, {
      ...{ previous: null, problems: standing, resolved, notJudged: unseen, trend: [], problem: '' },
    }),
  };
  await write(settings, pictureName(clusterId), run.picture);
  const records = new Map<string, ChannelRecord>();
  for (const name of channels) {
    const record = parsed<ChannelRecord>(await settings.setting(recordName(clusterId, name)));
    if (record !== null) records.set(name, forgetting(record, nodes));
  }
  return {
    newest: () => run,
    record: (name) => records.get(name) ?? UNKNOWN_CHANNEL,
    save: async (name, record) => {
      records.set(name, record);
      await write(settings, recordName(clusterId, name), record);
    },
  };
}

const forgetting = (record: ChannelRecord, nodes: ReadonlySet<string>): ChannelRecord =>
  record.told === null ? record : { ...record, told: { ...record.told, picture: ofNodes(record.told.picture, nodes) } };
