import type { Found } from '../check.ts';
import { reads } from '../command/command.ts';
import type { Carried } from './carried.ts';
import { carriedEvidence, carriedWhom } from './carried-words.ts';
import {
  DRBD_HARM,
  type DrbdPeer,
  type DrbdSituation,
  type DrbdVolume,
  isStandAlone,
  isSyncing,
  lackingPeers,
  peerWords,
} from './drbd9.ts';

/** What PATH008 says of a volume of DRBD 9. */
export function drbd9Finding(volume: DrbdVolume, situation: DrbdSituation, carried: Carried): Found {
  const { minor, resource, role, disk, suspended, peers } = volume;
  const { title, consequence, impact, remedy } = WORDS[situation];
  const short = title(volume);
  const io = suspended ? ', I/O suspended' : '';
  return {
    harm: DRBD_HARM[situation],
    subject: { kind: 'device', id: `drbd${minor}` },
    title: `drbd${minor} ${short}`,
    headline: `${short}: ${consequence(carriedWhom(carried))}`,
    evidence: [
      {
        fact: `drbd${minor} is volume ${volume.volume} of resource ${resource}: role ${role}, own disk ${disk}${io}`,
        source: SOURCE,
      },
      ...peers.map((peer) => ({ fact: `peer ${peerWords(peer)}`, source: SOURCE })),
      ...carriedEvidence(carried),
    ],
    impact,
    remedy: { text: remedy, commands: LOOK },
  };
}

const SOURCE = '/sys/kernel/debug/drbd';

const LOOK = [
  reads('drbdadm', 'status'),
  reads('journalctl', '-k', '--grep', 'drbd.*(split|Split-Brain|quorum|detach|error)'),
] as const;

interface Words {
  readonly title: (volume: DrbdVolume) => string;
  readonly consequence: (whom: string) => string;
  readonly impact: string;
  readonly remedy: string;
}

const named = (peers: readonly DrbdPeer[]): string => peers.map(peerWords).join(', ');

const WORDS: Readonly<Record<DrbdSituation, Words>> = {
  suspended: {
    title: () => 'holds back all I/O',
    consequence: (whom) => `all I/O of ${whom} waits until it goes on`,
    impact:
      'Reads and writes wait. DRBD does so where quorum or the last good copy is lost; during a snapshot it does so for seconds.',
    remedy:
      'Bring the other nodes and the replication network back: with quorum the I/O goes on by itself. Do not override the quorum before ' +
      'it is certain that nothing writes on the other side.',
  },
  'no-data': {
    title: ({ disk }) => `has no good copy on this node (${disk})`,
    consequence: (whom) => `all I/O of ${whom} goes over the network at best, and ends with the peers`,
    impact: 'The node has lost its copy. What is left are the copies of the peers, as far as they are connected.',
    remedy:
      'Look at the disk beneath first and replace or repair it, then attach it again and let it synchronise from a peer. Do not make this ' +
      'side primary by force: its data is not the newest.',
  },
  unreachable: {
    title: ({ disk }) => `reaches no good copy (own disk ${disk})`,
    consequence: (whom) => `every read and write of ${whom} fails`,
    impact: 'Neither this node nor a peer that is connected holds an UpToDate copy.',
    remedy:
      'Bring the nodes with a copy and the replication network back. Do not make a side primary by force whose data is not the newest.',
  },
  apart: {
    title: ({ peers }) =>
      `is StandAlone and has given up ${peers
        .filter(isStandAlone)
        .map(({ name }) => name)
        .join(', ')}`,
    consequence: (whom) => `the copies of ${whom} may have gone different ways (split brain)`,
    impact:
      'After a split brain DRBD ends the connection on purpose. Each side may hold writes that the other one has not, and one of the ' +
      'two sets will be lost.',
    remedy:
      'Find out which side has the data that counts, while nothing writes to either. Only then discard the other one: ' +
      '`drbdadm connect --discard-my-data` there, `drbdadm connect` here. That step loses what the discarded side has written.',
  },
  alone: {
    title: (volume) => `has one good copy only; not good: ${named(lackingPeers(volume))}`,
    consequence: (whom) => `the next failure takes ${whom}`,
    impact: 'Writes go to one copy. The others are behind from this moment on.',
    remedy:
      'See whether the other nodes and the replication network are up, and what became of their disks. Peers connect by themselves.',
  },
  syncing: {
    title: ({ peers }) => `is synchronising with ${named(peers.filter(isSyncing))}`,
    consequence: () => 'until it ends there is a copy less',
    impact: 'Do not take a node with a good copy down before it has ended.',
    remedy: 'Wait for it.',
  },
  incomplete: {
    title: (volume) => `has good copies, but not all: ${named(lackingPeers(volume))}`,
    consequence: (whom) => `less is left for ${whom} than was meant`,
    impact:
      'Two copies are good. A peer that only gives its vote is missed when another one fails: quorum may be lost then.',
    remedy: 'See whether the node and the replication network are up. It connects by itself when they are.',
  },
  single: {
    title: () => 'has its only good copy on this node',
    consequence: (whom) => `there is no second copy for ${whom}`,
    impact: 'No peer holds a copy: the disk beneath is all there is, and backups.',
    remedy: 'If a second copy was meant, add it, or see on the peers why they have no disk.',
  },
};
