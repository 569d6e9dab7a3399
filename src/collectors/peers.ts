import type { Host, NodeAnswer } from '../host/host.ts';
import type { FreshAnswer, Peers } from '../model/cluster/cluster-view.ts';
import type { Cluster } from '../model/guests/pve.ts';
import { absent, known, type Reading } from '../model/reading.ts';
import { parseClusterRecords } from '../parse/cluster-records.ts';
import { commandText, noAnswer } from '../parse/command-output.ts';
import { parseNodeRecord } from '../parse/node-record.ts';

/** What the nodes of the cluster have published of themselves. A hung pmxcfs is not asked: its own section says that it hangs. */
export async function collectPeers(host: Host, cluster: Reading<Cluster>): Promise<Reading<Peers>> {
  if (cluster.state !== 'known') return cluster;
  if (cluster.value.clusterName === '') return absent('this node is in no cluster');
  if (cluster.value.isAlone) return absent('this node is alone in its cluster');
  // Nothing of this node may count for longer than it was looked at.
  const readAt = host.now().toISOString();
  const result = await host.run('cluster-records');
  if (result.outcome === 'not-found') return absent('what other nodes published was not read');
  const text = commandText({ ...result, argv: ['perl', 'PVE::Cluster'] });
  const peers = text.state === 'known' ? parseClusterRecords(text.value, readAt) : text;
  return peers.state === 'known' ? known(await withAnswers(host, peers.value)) : peers;
}

async function withAnswers(host: Host, peers: Peers): Promise<Peers> {
  if (host.askNodes === null) return peers;
  const asked = peers.members.filter(({ name, online }) => online && name !== peers.self);
  const answers = await host.askNodes(asked);
  const fresh = asked.flatMap(({ name }, at): [string, FreshAnswer][] => {
    const answer = answers[at];
    return answer === undefined ? [] : [[name, answerOf(answer, name)]];
  });
  return { ...peers, fresh: new Map(fresh) };
}

function answerOf({ askedAt, answeredAt, result }: NodeAnswer, node: string): FreshAnswer {
  const text = commandText({ ...result, argv: ['ssh', node] });
  if (text.state === 'known') {
    // One more than anybody asks for: a node that prints millions of lines costs no time and no memory.
    const lines = text.value.split('\n', MOST_WORDS + 1).filter((line) => line !== '');
    if (lines.length === 0) return { state: 'silent', because: 'its pve-doctor printed no record' };
    if (lines.length > MOST_WORDS) return { state: 'silent', because: 'it printed more than it was asked for' };
    return { state: 'answered', words: lines.map((line) => parseNodeRecord(line, node)), askedAt, answeredAt };
  }
  return { state: 'silent', because: noAnswer(text, result) };
}

/** `publish --print` gives no more looks. */
const MOST_WORDS = 5;
