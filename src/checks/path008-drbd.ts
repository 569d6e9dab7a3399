import { type Advice, defineCheck, type Facts, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import type { Evidence } from '../model/finding.ts';
import type { Harm } from '../model/harm.ts';
import { ABOVE, carriedBy } from '../model/paths/carried.ts';
import { carriedEvidence, carriedWhom } from '../model/paths/carried-words.ts';
import { type DrbdDevice, unreadDisks } from '../model/paths/disks.ts';
import { drbdSituation } from '../model/paths/drbd9.ts';
import { drbd9Finding } from '../model/paths/drbd9-finding.ts';

const NEEDS = ['stack', 'blockDevices', 'disks'] as const;

type Needed = Facts<(typeof NEEDS)[number]>;

export const path008 = defineCheck({
  code: 'PATH008',
  dependsOnStack: true,
  title: 'DRBD resource without two good copies',
  harms: {
    data: 'no good copy can be reached, or the copies have parted',
    redundancy: 'one copy alone is good',
    housekeeping: 'a peer is missing that is not needed, or was never meant',
  },
  needs: NEEDS,
  wants: ABOVE,
  examine: (facts: Needed, above) => {
    // The major number of DRBD is fixed (linux/major.h).
    const over = (minor: number) => carriedBy([`147:${minor}`], facts, above);
    return [
      ...facts.disks.drbd.flatMap((drbd) => {
        const situation = situationOf(drbd);
        if (situation === null) return [];
        const carried = over(drbd.minor);
        return [findingFor(drbd, situation, carriedWhom(carried), carriedEvidence(carried))];
      }),
      ...facts.disks.drbd9.flatMap((volume) => {
        const situation = drbdSituation(volume);
        return situation === null ? [] : [drbd9Finding(volume, situation, over(volume.minor))];
      }),
    ];
  },
  unjudged: ({ disks }: Needed) =>
    unreadDisks({ unread: disks.drbdUnread }).map((words) => `${words} (\`drbdadm status\` shows it)`),
});

type Situation = 'no-data' | 'apart' | 'alone' | 'syncing';

/** drbd 8.4 user guide, "Connection states" and "Disk states". */
function situationOf({ connection, disk, peerDisk }: DrbdDevice): Situation | null {
  if (connection === 'Unconfigured') return null;
  if (disk === 'Diskless' || disk === 'Failed' || disk === 'Inconsistent')
    return connection.startsWith('Sync') || connection.startsWith('Paused') ? 'syncing' : 'no-data';
  if (connection === 'StandAlone') return 'apart';
  if (connection.startsWith('Sync') || connection.startsWith('Paused')) return 'syncing';
  return connection === 'Connected' && disk === 'UpToDate' && peerDisk === 'UpToDate' ? null : 'alone';
}

const HARM: Readonly<Record<Situation, Harm>> = {
  'no-data': 'data',
  apart: 'data',
  alone: 'redundancy',
  syncing: 'redundancy',
};

const findingFor = (drbd: DrbdDevice, situation: Situation, whom: string, above: readonly Evidence[]): Found => ({
  harm: HARM[situation],
  subject: { kind: 'device', id: `drbd${drbd.minor}` },
  title: `drbd${drbd.minor} ${titles[situation](drbd)}`,
  headline: `${titles[situation](drbd)}: ${consequences[situation](whom)}`,
  evidence: [
    {
      fact: `drbd${drbd.minor}: connection ${drbd.connection}, role ${drbd.role}, disk ${drbd.disk}, disk of the peer ${drbd.peerDisk}`,
      source: '/proc/drbd',
    },
    ...above,
  ],
  impact: impacts[situation],
  remedy: remedies[situation],
});

const titles: Readonly<Record<Situation, (drbd: DrbdDevice) => string>> = {
  'no-data': ({ disk }) => `has no good copy on this node (${disk})`,
  apart: () => 'is StandAlone and has given up its peer',
  alone: ({ connection, peerDisk }) => `has one good copy only (${connection}, peer ${peerDisk})`,
  syncing: ({ connection }) => `is synchronising (${connection})`,
};

const consequences: Readonly<Record<Situation, (whom: string) => string>> = {
  'no-data': (whom) => `all I/O of ${whom} goes over the network at best, and ends with the peer`,
  apart: (whom) => `the two copies of ${whom} may have gone different ways (split brain)`,
  alone: (whom) => `the next failure takes ${whom}`,
  syncing: () => 'until it ends one copy alone is good',
};

const impacts: Readonly<Record<Situation, string>> = {
  'no-data': 'Without a disk and without a peer every read and write fails.',
  apart:
    'After a split brain DRBD ends the connection on purpose. Each side may hold writes that the other one has not, and one of the ' +
    'two sets will be lost.',
  alone: 'Writes go to one copy. The other one is behind from this moment on.',
  syncing: 'Do not take the other node down before it has ended.',
};

const LOOK = [
  reads('cat', '/proc/drbd'),
  reads('journalctl', '-k', '--grep', 'drbd.*(split|Split-Brain|detach|error)'),
] as const;

const remedies: Readonly<Record<Situation, Advice>> = {
  'no-data': {
    text:
      'Look at the disk beneath first and replace or repair it, then attach it again and let it synchronise from the peer. Do not make this ' +
      'side primary by force: its data is not the newest.',
    commands: LOOK,
  },
  apart: {
    text:
      'Find out which side has the data that counts, while nothing writes to either. Only then discard the other one: ' +
      '`drbdadm connect --discard-my-data` there, `drbdadm connect` here. That step loses what the discarded side has written.',
    commands: LOOK,
  },
  alone: {
    text: 'See whether the other node and the replication network are up. It connects by itself when they are.',
    commands: LOOK,
  },
  syncing: { text: 'Wait for it.', commands: [reads('cat', '/proc/drbd')] },
};
