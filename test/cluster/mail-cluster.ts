import { type TellAll, tellInCluster } from '../../src/cli/cluster-mail.ts';
import type { ClusterState } from '../../src/engine/cluster-state.ts';
import { recorded } from '../../src/engine/own-record.ts';
import type { NodeWord } from '../../src/model/cluster/cluster-view.ts';
import type { NodeRecord } from '../../src/model/cluster/node-record.ts';
import type { Policy } from '../../src/model/config/config.ts';
import type { Severity } from '../../src/model/finding.ts';
import type { Report } from '../../src/model/report/report.ts';
import { mailPartOf } from '../../src/notify/cluster-round.ts';
import { tellChannels } from '../../src/notify/tell.ts';
import { parseNodeRecord } from '../../src/parse/node-record.ts';
import { openChannels } from '../../src/store/channels.ts';
import { keepRun } from '../../src/store/history.ts';
import { aMember, aRecord } from '../data/node-records.ts';
import { silentTerminal } from '../docs/own-commands.ts';
import { clientFor } from '../notify/recording-client.ts';
import { webhook } from '../notify/samples.ts';
import { found, report } from '../store/past-reports.ts';
import { scratchDirectory } from '../store/scratch.ts';

/** Where a process is killed. */
export type Kill = 'before-sending' | 'after-sending' | 'after-noting' | 'before-publishing';

export interface Heard {
  readonly id: string;
  readonly from: string;
  readonly fresh: readonly string[];
  readonly resolved: readonly string[];
  /** What it says still stands, is changed, comes and goes, or cannot be seen. */
  readonly others: readonly string[];
}

export interface MailNode {
  readonly name: string;
  readonly directory: string;
  /** What it knows of all nodes. */
  readonly words: Map<string, NodeWord>;
  standing: Readonly<Record<string, Severity>>;
  isUp: boolean;
  /** The part of a network that it is in. */
  side: number;
  /** A version that knows of no mail of the cluster. */
  isOld: boolean;
  channel: 'well' | 'down';
  clockMs: number;
  last: Report | null;
}

const MINUTE_MS = 60_000;

type Lists = Readonly<
  Record<'new' | 'changed' | 'standing' | 'flapping' | 'notJudged' | 'resolved', { readonly id: string }[]>
>;
type Said = Lists & Readonly<Record<'id' | 'node', string>>;

class Killed extends Error {}

/** A cluster whose nodes check, publish and tell as the program does, each with its own history; what arrives is `heard`. */
export function mailCluster(count: number, policy: Policy = 'on-change', setting: 'one' | 'each' = 'one') {
  const nodes = Array.from({ length: count }, (_, at): MailNode => {
    const name = `pve${at + 1}`;
    return {
      ...{ name, directory: scratchDirectory(), words: new Map(), standing: {}, isUp: true, side: 0 },
      ...{ isOld: false, channel: 'well', clockMs: 0, last: null },
    };
  });
  const heard: Heard[] = [];
  let clock = Date.parse('2026-11-20T02:00:00.000Z');
  const settings = {
    ...{ digestAt: '07:00', otherwise: 'root' as const, remindDays: 0, healthyDays: 0 },
    ...{ cluster: setting, channels: [{ ...webhook('http://x'), policy }] },
  };
  const nowOf = (node: MailNode): string => new Date(clock + node.clockMs).toISOString();
  const seenBy = (node: MailNode) => nodes.filter(({ isUp, side }) => isUp && side === node.side);
  const hasQuorum = (node: MailNode) => seenBy(node).length > count / 2;

  const listen = (body: string, ids: Set<string>): void => {
    const said = JSON.parse(body) as Said;
    if (ids.has(said.id)) return;
    ids.add(said.id);
    const { id, node: from } = said;
    const names = (...lists: readonly (keyof Lists)[]) =>
      lists.flatMap((list) => said[list]).map((one) => (from.startsWith('cluster') ? one.id : `${from}/${one.id}`));
    const others = names('changed', 'standing', 'flapping', 'notJudged');
    heard.push({ id, from, fresh: names('new'), resolved: names('resolved'), others });
  };
  const ids = new Set<string>();

  /** As `notify-run.ts` does it, without a lock and with a client of ours. */
  const tellAs =
    (node: MailNode, kill: Kill | null): TellAll =>
    async (path, occasion) => {
      if (kill === 'before-sending') throw new Killed();
      const store = openChannels(path, nowOf(node));
      const forgetful = {
        ...store,
        save: (name: string, one: Parameters<typeof store.save>[1]) => one.waiting !== null && store.save(name, one),
      };
      const outcomes = await tellChannels(kill === 'after-sending' ? forgetful : store, {
        ...occasion,
        limits: { beginUntilMs: 1e9, endMs: 1e9 },
        sending: {
          ...{ now: () => new Date(nowOf(node)), elapsedMs: () => 0 },
          pause: (ms) => (ms > 1e8 ? new Promise(() => undefined) : Promise.resolve()),
          client: {
            ...clientFor(0, () => undefined),
            post: async ({ body }) => {
              if (node.channel === 'well') listen(String(body), ids);
              const status = node.channel === 'well' ? 200 : 503;
              return { outcome: 'answered', status, body: '', retryAfterMs: 0, redirectHost: '' };
            },
          },
        },
      });
      store.close();
      if (kill === 'after-sending' || kill === 'after-noting') throw new Killed();
      const failed = outcomes.flatMap(({ channel, delivery }) => (delivery.state === 'failed' ? [channel] : []));
      return { sent: [], failed };
    };

  const stateOf = (node: MailNode): ClusterState => {
    const online = new Set(seenBy(node).map(({ name }) => name));
    return {
      peers: {
        ...{ self: node.name, readAt: nowOf(node), quorate: hasQuorum(node), words: node.words, fresh: null },
        members: nodes.map(({ name }, at) => aMember(name, at + 1, online.has(name))),
      },
      ...{
        storage: { storages: [], problems: [], mentionedVgs: [] },
        guests: { configs: [] },
        clusterName: 'lab',
        own: null,
      },
    };
  };

  const recordOf = (node: MailNode): NodeRecord =>
    aRecord(
      node.name,
      {},
      {
        takenAt: nowOf(node),
        verdict: {
          ...{ status: 'warning', grade: 'B', unjudged: [], checks: ['DM010'] },
          problems: reportOf(node).problems.map(recorded),
        },
      },
    );

  const reportOf = (node: MailNode): Report => {
    const findings = Object.entries(node.standing).map(([id, severity]) => found('DM010', id, severity));
    return { ...report({ takenAt: nowOf(node), findings }), node: node.name };
  };

  /** Every value goes through the parser: what a node writes, another one has to believe. */
  const publish = async (node: MailNode): Promise<void> => {
    const mail = node.isOld ? null : await mailPartOf(node.directory, setting === 'one', ['hook']);
    const record = { ...recordOf(node), ...(mail === null ? {} : { mail }) };
    const word = parseNodeRecord(JSON.stringify(record), node.name);
    for (const one of hasQuorum(node) ? seenBy(node) : [node]) one.words.set(node.name, word);
  };

  const tell = async (node: MailNode, cause: 'run' | 'retry', kill: Kill | null): Promise<void> => {
    if (!node.isUp) return;
    try {
      const telling = { path: node.directory, settings, cause };
      const send = tellAs(node, kill);
      if (node.isOld) await send(node.directory, { settings, cause }, silentTerminal().terminal);
      else await tellInCluster(stateOf(node), telling, silentTerminal().terminal, send);
      if (kill !== 'before-publishing') await publish(node);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  };

  /** The nightly `check --send`. */
  const check = async (node: MailNode, kill: Kill | null = null): Promise<void> => {
    if (!node.isUp) return;
    keepRun({ path: node.directory, keepDays: 100, isSent: true }, reportOf(node));
    await tell(node, 'run', kill);
  };

  /** A quarter of an hour: every node publishes, then looks what is to be told. */
  const quarter = async (kills: Readonly<Record<string, Kill>> = {}): Promise<void> => {
    clock += 15 * MINUTE_MS;
    for (const node of nodes) if (node.isUp) await publish(node);
    for (const node of nodes) await tell(node, 'retry', kills[node.name] ?? null);
  };

  const quarters = async (times: number): Promise<void> => {
    for (let turn = 0; turn < times; turn += 1) await quarter();
  };

  return {
    ...{ nodes, heard, check, quarter, quarters },
    node: (number: number): MailNode => nodes[number - 1] ?? missing(number),
    checkAll: async () => {
      for (const node of nodes) await check(node);
    },
    pass: (minutes: number) => {
      clock += minutes * MINUTE_MS;
    },
    /** How often a problem was told as new, by id. */
    told: () => {
      const counts: Record<string, number> = {};
      for (const { fresh } of heard) for (const id of fresh) counts[id] = (counts[id] ?? 0) + 1;
      return counts;
    },
  };
}

const missing = (number: number): never => {
  throw new Error(`there is no node ${number}`);
};
