import { defineCheck, type Facts, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { listed } from '../model/evidence.ts';
import type { Evidence } from '../model/finding.ts';
import type { Harm } from '../model/harm.ts';
import { ON_FILE_SYSTEM } from '../model/mounts/carried-mounts.ts';
import { type PoolUsers, poolEvidence, poolUsers, poolWhom } from '../model/paths/pool-users.ts';
import {
  errorWords,
  hasErrors,
  isWell,
  type PoolDevice,
  type PoolStatus,
  type ZfsPool,
} from '../model/paths/zfs-pools.ts';

const NEEDS = ['zfsPools'] as const;

type Needed = Facts<(typeof NEEDS)[number]>;

export const path013 = defineCheck({
  code: 'PATH013',
  title: 'ZFS pool that has lost devices, counts errors or does not answer',
  harms: {
    data: 'it cannot be used, or has stopped its I/O',
    redundancy: 'it has lost a device, is being rebuilt, or met errors',
    housekeeping: 'a spare, log or cache device is away',
  },
  needs: NEEDS,
  wants: ON_FILE_SYSTEM,
  examine: ({ zfsPools }: Needed, wanted) =>
    zfsPools.pools.flatMap((pool) => {
      const situation = situationOf(pool);
      return situation === null || situation === 'not judged'
        ? []
        : [findingFor(pool, situation, poolUsers(pool.name, wanted))];
    }),
  unjudged: ({ zfsPools }: Needed) => [
    ...(zfsPools.statusUnread === '' ? [] : [zfsPools.statusUnread]),
    ...zfsPools.pools.flatMap((pool) =>
      situationOf(pool) === 'not judged' ? [`ZFS pool ${pool.name} is in state ${pool.state}`] : [],
    ),
  ],
});

/** `errors`: data is lost, and whose it is the pool does not say in short; `counted`: a device met errors that the pool got over; `beside`: a spare, log or cache device is away. */
type Situation = 'suspended' | 'lost' | 'errors' | 'degraded' | 'rebuilding' | 'counted' | 'beside';

const LOST: ReadonlySet<string> = new Set(['FAULTED', 'OFFLINE', 'REMOVED', 'UNAVAIL', 'SPLIT']);

/** The worst first. `TRANSITIONING` while it is imported or exported; a later ZFS may have other words. */
function situationOf({ state, status }: ZfsPool): Situation | 'not judged' | null {
  if (state === 'SUSPENDED') return 'suspended';
  if (LOST.has(state)) return 'lost';
  if (status !== null && (status.dataErrors !== '' || status.scrubErrors > 0)) return 'errors';
  if (status?.scan !== undefined && status.scan !== '') return 'rebuilding';
  if (state === 'DEGRADED') return 'degraded';
  if (state !== 'ONLINE') return 'not judged';
  if (status === null) return null;
  if (status.devices.some(hasErrors)) return 'counted';
  return status.devices.some((device) => !isWell(device)) ? 'beside' : null;
}

const HARM: Readonly<Record<Situation, Harm>> = {
  suspended: 'data',
  lost: 'data',
  errors: 'redundancy',
  degraded: 'redundancy',
  rebuilding: 'redundancy',
  counted: 'redundancy',
  beside: 'housekeeping',
};

function findingFor(pool: ZfsPool, situation: Situation, users: PoolUsers): Found {
  const { name, state, status } = pool;
  return {
    harm: HARM[situation],
    subject: { kind: 'device', id: name },
    title: titles[situation](pool),
    headline: headlines[situation](pool, poolWhom(users)),
    evidence: [
      { fact: `pool ${name} is in state ${state}`, source: `/proc/spl/kstat/zfs/${name}/state` },
      ...(status === null ? [] : statusEvidence(status)),
      ...poolEvidence(users),
    ],
    ...(situation === 'lost' && { lost: `ZFS pool ${name} cannot be used` }),
    ...(situation === 'suspended' && { lost: `ZFS pool ${name} has stopped all I/O` }),
    impact: impacts[situation],
    remedy: { text: remedies[situation], commands: situation === 'suspended' ? KERNEL_LOG : LOOK },
  };
}

const isLeaf = ({ name }: PoolDevice): boolean => /^(?:\/|\d{6,}$)/.test(name);

const badDevices = ({ devices }: PoolStatus): readonly PoolDevice[] =>
  devices.filter((device) => isLeaf(device) && (hasErrors(device) || !isWell(device)));

function statusEvidence(status: PoolStatus): readonly Evidence[] {
  const source = 'zpool status -LP';
  return [
    ...badDevices(status)
      .slice(0, MOST_DEVICES)
      .map(({ name, state, note, ...device }) => ({
        fact: `${name} is ${state}${note === '' ? '' : `, ${note}`}${hasErrors({ ...device, name, state, note }) ? `, errors: ${errorWords({ ...device, name, state, note })}` : ''}`,
        source,
      })),
    ...(status.scan === '' ? [] : [{ fact: status.scan, source }]),
    ...(status.scrubErrors === 0 ? [] : [{ fact: `the last scrub left ${status.scrubErrors} errors`, source }]),
    ...(status.dataErrors === '' ? [] : [{ fact: `errors: ${status.dataErrors}`, source }]),
  ];
}

const MOST_DEVICES = 8;

const namesOf = ({ status }: ZfsPool): string =>
  status === null
    ? ''
    : listed(
        badDevices(status).map(({ name, note }) => /^was (\S+)/.exec(note)?.[1] ?? name),
        4,
      );

const titles: Readonly<Record<Situation, (pool: ZfsPool) => string>> = {
  suspended: ({ name, state }) => `ZFS pool ${name} is ${state}`,
  lost: ({ name, state }) => `ZFS pool ${name} is ${state}`,
  errors: ({ name }) => `ZFS pool ${name} has data that cannot be read`,
  degraded: ({ name, state }) => `ZFS pool ${name} is ${state}`,
  rebuilding: ({ name, status }) => `ZFS pool ${name} is being rebuilt (${status?.scan ?? ''})`,
  counted: (pool) => `ZFS pool ${pool.name} counts errors on ${namesOf(pool) || 'a device'}`,
  beside: (pool) =>
    `ZFS pool ${pool.name} has a device that is away: ${namesOf(pool) || 'a spare, log or cache device'}`,
};

const withNames = (pool: ZfsPool): string => (namesOf(pool) === '' ? '' : ` (${namesOf(pool)})`);

const headlines: Readonly<Record<Situation, (pool: ZfsPool, whom: string) => string>> = {
  suspended: (_, whom) => `has stopped all I/O: every read and write of ${whom} waits`,
  lost: (_, whom) => `cannot be used: no data of ${whom} can be read`,
  errors: (_, whom) => `has lost data of which it has no good copy, maybe of ${whom}`,
  degraded: (pool, whom) => `has lost a device${withNames(pool)}: another failure may take ${whom}`,
  rebuilding: ({ status }, whom) => `is being rebuilt (${status?.scan ?? ''}): until then a failure may take ${whom}`,
  counted: (pool, whom) => `has a device that loses or changes data${withNames(pool)}, and ${whom} on it`,
  beside: (pool) => `has a spare, log or cache device that is away${withNames(pool)}`,
};

const impacts: Readonly<Record<Situation, string>> = {
  suspended:
    'Whatever reads or writes the pool waits and cannot be ended by a signal. Commands of ZFS wait too, and with them the storage pages of Proxmox VE.',
  lost: 'Nothing in the pool can be read. Guests with disks in it do not start, and those that run get errors.',
  errors:
    'Reads of these blocks fail, and a guest that reads them gets an error. A backup or a replication of what holds them stops there.',
  degraded: 'The pool goes on with less redundancy or none. Another failed device can take all that is in it.',
  rebuilding:
    'The pool has no redundancy, or less of it, until it has ended; its devices are read from end to end meanwhile.',
  counted:
    'ZFS counts these since the pool was imported or somebody cleared them. So far it had a good copy of everything; the device may fail next.',
  beside:
    'The pool has all of its data. Without its spare the next failed device is not replaced by itself; without its log or cache it is slower.',
};

const remedies: Readonly<Record<Situation, string>> = {
  suspended:
    'Bring the missing devices back first: cabling, controller, array. Then let the pool go on with `zpool clear`, or restart the node. Do not export or import the pool while guests use it.',
  lost: 'Bring the missing devices back: cabling, controller, array. Do not import the pool with -f or -F before you know why they are away.',
  errors:
    'See which volumes and files hold the errors, and bring them back from a backup. Then find the device or memory that made them. `zpool clear` and a scrub afterwards show whether new ones come.',
  degraded:
    'Find the device that is missing or failed and why. Back up what is in the pool, then replace the device; a scrub afterwards shows whether all data is whole.',
  rebuilding:
    'Take no device away before it has ended, and back up what is in the pool. A scrub afterwards shows whether all data is whole.',
  counted:
    'Look at SMART data, cable and controller of the device, and replace it where it goes on. A scrub reads everything and mends what has a good copy; `zpool clear` sets the counters to zero, so that new errors are told as such.',
  beside: 'Bring the device back or take it out of the pool with `zpool remove`, and add another one.',
};

const KERNEL_LOG = [reads('journalctl', '-k', '--since', '-2h', '--grep', 'zio|WARNING: Pool|I/O error')] as const;

const LOOK = [reads('zpool', 'status', '-v'), ...KERNEL_LOG] as const;
