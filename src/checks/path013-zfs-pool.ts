import { defineCheck, type Facts, type Found, type Readings } from '../model/check.ts';
import { listed, SOURCE } from '../model/evidence.ts';
import type { Storage } from '../model/guests/pve.ts';
import type { ZfsPool } from '../model/paths/zfs-pools.ts';
import { knownOrNull } from '../model/reading.ts';

const NEEDS = ['zfsPools'] as const;
const WANTS = ['storage', 'guests', 'cluster'] as const;

type Wanted = Readings<(typeof WANTS)[number]>;

export const path013 = defineCheck({
  code: 'PATH013',
  title: 'ZFS pool that has lost devices or does not answer',
  harms: { data: 'it cannot be used, or has stopped its I/O', redundancy: 'it has lost a device' },
  needs: NEEDS,
  wants: WANTS,
  examine: ({ zfsPools }: Facts<(typeof NEEDS)[number]>, wanted) =>
    zfsPools.pools.flatMap((pool) => {
      const situation = situationOf(pool);
      return situation === null || situation === 'not judged' ? [] : [findingFor(pool, situation, hitBy(pool, wanted))];
    }),
  unjudged: ({ zfsPools }: Facts<(typeof NEEDS)[number]>) =>
    zfsPools.pools.flatMap((pool) =>
      situationOf(pool) === 'not judged' ? [`ZFS pool ${pool.name} is in state ${pool.state}`] : [],
    ),
});

type Situation = 'degraded' | 'suspended' | 'lost';

const LOST: ReadonlySet<string> = new Set(['FAULTED', 'OFFLINE', 'REMOVED', 'UNAVAIL', 'SPLIT']);

/** `TRANSITIONING` while it is imported or exported; a later ZFS may have other words. */
function situationOf({ state }: ZfsPool): Situation | 'not judged' | null {
  if (state === 'ONLINE') return null;
  if (state === 'DEGRADED') return 'degraded';
  if (state === 'SUSPENDED') return 'suspended';
  return LOST.has(state) ? 'lost' : 'not judged';
}

/** Storages and guests of this node whose volumes are in the pool; empty where nobody could tell. */
interface Hit {
  readonly storeids: readonly string[];
  readonly vmids: readonly number[];
}

function hitBy({ name }: ZfsPool, { storage, guests, cluster }: Wanted): Hit {
  const node = knownOrNull(cluster)?.nodeName;
  const isInPool = ({ type, properties: { pool = '' } }: Storage): boolean =>
    type === 'zfspool' && (pool === name || pool.startsWith(`${name}/`));
  const isHere = ({ disabled, nodes }: Storage): boolean =>
    !disabled && node !== undefined && (nodes === null || nodes.includes(node));
  const storeids = (knownOrNull(storage)?.storages ?? [])
    .filter((one) => isInPool(one) && isHere(one))
    .map(({ storeid }) => storeid);
  const vmids = (knownOrNull(guests)?.configs ?? [])
    .filter((config) => config.node === node)
    .filter(({ mentions }) =>
      mentions.some(
        ({ section, target }) => section === 'current' && target.kind === 'volid' && storeids.includes(target.storeid),
      ),
    )
    .map(({ vmid }) => vmid)
    .sort((a, b) => a - b);
  return { storeids, vmids };
}

function findingFor(pool: ZfsPool, situation: Situation, hit: Hit): Found {
  const { name, state } = pool;
  const { storeids, vmids } = hit;
  return {
    harm: situation === 'degraded' ? 'redundancy' : 'data',
    subject: { kind: 'device', id: name },
    title: `ZFS pool ${name} is ${state}`,
    headline: headlines[situation](whom(hit)),
    evidence: [
      { fact: `pool ${name} is in state ${state}`, source: `/proc/spl/kstat/zfs/${name}/state` },
      ...(storeids.length === 0 ? [] : [{ fact: `in it: storage ${listed(storeids, 4)}`, source: SOURCE.storage }]),
      ...(vmids.length === 0
        ? []
        : [
            {
              fact: `guests with disks in it: ${listed(vmids.map(String), 10)}`,
              source: SOURCE.guests,
            },
          ]),
    ],
    ...(situation === 'degraded'
      ? {}
      : { lost: `ZFS pool ${name} ${situation === 'lost' ? 'cannot be used' : 'has stopped all I/O'}` }),
    impact: impacts[situation],
    remedy: { text: remedies[situation], commands: situation === 'suspended' ? KERNEL_LOG : LOOK },
  };
}

const whom = ({ vmids, storeids }: Hit): string => {
  if (vmids.length > 0) return `guest${vmids.length === 1 ? '' : 's'} ${listed(vmids.map(String), 6)}`;
  return storeids.length > 0 ? `storage ${listed(storeids, 4)}` : 'what is in it';
};

const headlines: Readonly<Record<Situation, (whom: string) => string>> = {
  degraded: (whom) => `has lost a device: another failure may take ${whom}`,
  suspended: (whom) => `has stopped all I/O: every read and write of ${whom} waits`,
  lost: (whom) => `cannot be used: no data of ${whom} can be read`,
};

const impacts: Readonly<Record<Situation, string>> = {
  degraded: 'The pool goes on with less redundancy or none. Another failed device can take all that is in it.',
  suspended:
    'Whatever reads or writes the pool waits and cannot be ended by a signal. Commands of ZFS wait too, and with them the storage pages of Proxmox VE.',
  lost: 'Nothing in the pool can be read. Guests with disks in it do not start, and those that run get errors.',
};

const remedies: Readonly<Record<Situation, string>> = {
  degraded:
    'Find the device that is missing or failed and why. Back up what is in the pool, then replace the device; a scrub afterwards shows whether all data is whole.',
  suspended:
    'Bring the missing devices back first: cabling, controller, array. Then let the pool go on with `zpool clear`, or restart the node. Do not export or import the pool while guests use it.',
  lost: 'Bring the missing devices back: cabling, controller, array. Do not import the pool with -f or -F before you know why they are away.',
};

const KERNEL_LOG = [['journalctl', '-k', '--since', '-2h', '--grep', 'zio|WARNING: Pool|I/O error']] as const;

const LOOK = [['zpool', 'status', '-v'], ...KERNEL_LOG] as const;
