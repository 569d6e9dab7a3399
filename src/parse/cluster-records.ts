import type { Member, NodeWord, Peers } from '../model/cluster/cluster-view.ts';
import { isRecord } from '../model/json-shape.ts';
import { absent, known, type Reading, unreadable } from '../model/reading.ts';
import { parseNodeRecord } from './node-record.ts';
import { parseJsonObject } from './pmxcfs.ts';

const SOURCE = 'PVE::Cluster';

const failed = (detail: string) => unreadable({ kind: 'failed', source: SOURCE, detail });
const malformed = (detail: string) => unreadable({ kind: 'malformed', source: SOURCE, detail });

/** What the program of host/cluster-scripts.ts answered: members and the words of all nodes. */
export function parseClusterRecords(text: string, readAt: string): Reading<Peers> {
  const answer = parseJsonObject(text);
  if (answer === null || !text.endsWith('\n')) return malformed('its answer is not whole');
  switch (answer['outcome']) {
    case 'missing':
      return absent('this node has no PVE::Cluster');
    case 'failed':
      return failed(String(answer['detail']).trim().split('\n')[0]?.slice(0, 300) ?? '');
    case 'read':
      return parsePeers(answer, readAt);
    default:
      return malformed('its answer is of no known form');
  }
}

function parsePeers(answer: Readonly<Record<string, unknown>>, readAt: string): Reading<Peers> {
  const { members: info, records } = answer;
  const self = isRecord(info) ? info['nodename'] : null;
  if (!isRecord(info) || typeof self !== 'string' || self === '' || !isRecord(records))
    return malformed('it does not say which node this is');
  const { cluster, nodelist } = info;
  if (cluster === undefined) return absent('this node is in no cluster');
  if (!isRecord(cluster) || !isRecord(nodelist)) return malformed('it does not say who is in the cluster');
  const members: Member[] = [];
  for (const [name, node] of Object.entries(nodelist)) {
    const member = isRecord(node) ? parseMember(name, node) : null;
    if (member === null) return malformed(`what it says of node ${name.slice(0, 80)} is not understood`);
    members.push(member);
  }
  if (!members.some(({ name }) => name === self)) return malformed('this node is not in its own cluster');
  const words = new Map(
    Object.entries(records).map(([name, value]): [string, NodeWord] => [name, wordOf(value, name)]),
  );
  return known({ self, readAt, members, quorate: cluster['quorate'] === 1, words, fresh: null });
}

function parseMember(name: string, { id, online, ip }: Readonly<Record<string, unknown>>): Member | null {
  if (!Number.isSafeInteger(id) || (online !== 0 && online !== 1)) return null;
  return { name, nodeId: Number(id), online: online === 1, ip: typeof ip === 'string' ? ip : '' };
}

function wordOf(value: unknown, node: string): NodeWord {
  const text = isRecord(value) ? value['text'] : null;
  if (typeof text === 'string') return parseNodeRecord(text, node);
  const problem = isRecord(value) && typeof value['problem'] === 'string' ? value['problem'] : 'it is no text';
  return { state: 'unusable', kind: 'damaged', because: `its record cannot be read: ${problem.slice(0, 100)}` };
}
