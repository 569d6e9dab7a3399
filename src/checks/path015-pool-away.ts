import { defineCheck, type Facts, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { listed, SOURCE } from '../model/evidence.ts';
import type { Storage } from '../model/guests/pve.ts';
import { ON_FILE_SYSTEM } from '../model/mounts/carried-mounts.ts';
import { poolEvidence, poolUsers } from '../model/paths/pool-users.ts';

const NEEDS = ['zfsPools', 'volumes', 'storage', 'cluster', 'guests'] as const;

type Needed = Facts<(typeof NEEDS)[number]>;

/** Only where a guest of this node needs it: a node of a cluster need not have the pool of every storage. */
export const path015 = defineCheck({
  code: 'PATH015',
  title: 'storage whose ZFS pool is not imported',
  harms: { operation: '' },
  needs: NEEDS,
  wants: ON_FILE_SYSTEM,
  examine: (facts: Needed, wanted) =>
    isListed(facts)
      ? poolsAway(facts).map(({ pool, storages, vmids }) =>
          findingFor(pool, storages, vmids, poolEvidence(poolUsers(pool, wanted))),
        )
      : [],
  unjudged: (facts: Needed) =>
    isListed(facts)
      ? []
      : poolsAway(facts).map(
          ({ pool }) => `neither the kernel nor zfs list showed a pool: whether ${pool} is imported is not known`,
        ),
});

/** Where neither shows one, nobody can tell a node without pools from one whose list was not read. */
const isListed = (facts: Needed): boolean => importedIn(facts).size > 0;

interface AwayPool {
  readonly pool: string;
  readonly storages: readonly Storage[];
  /** Guests of this node that need it, at least one. */
  readonly vmids: readonly number[];
}

function poolsAway(facts: Needed): readonly AwayPool[] {
  const imported = importedIn(facts);
  const byPool = Map.groupBy(
    facts.storage.storages.filter((one) => isOfThisNode(one, facts)),
    ({ properties }) => properties['pool']?.split('/')[0] ?? '',
  );
  return [...byPool].flatMap(([pool, storages]) => {
    const vmids = pool === '' || imported.has(pool) ? [] : guestsOf(storages, facts);
    return vmids.length === 0 ? [] : [{ pool, storages, vmids }];
  });
}

/** By the kernel's word; what `zfs list` shows is there too, where /proc shows nothing of ZFS. */
const importedIn = ({ zfsPools, volumes }: Needed): ReadonlySet<string> =>
  new Set([
    ...zfsPools.pools.map(({ name }) => name),
    ...volumes.places.flatMap(({ kind, id, contents }) =>
      kind === 'zfs' && contents.state === 'known' ? (id.split('/')[0] ?? []) : [],
    ),
  ]);

const isOfThisNode = ({ type, disabled, nodes }: Storage, { cluster }: Needed): boolean =>
  type === 'zfspool' && !disabled && (nodes === null || nodes.includes(cluster.nodeName));

const guestsOf = (storages: readonly Storage[], { guests, cluster }: Needed): readonly number[] =>
  guests.configs
    .filter(
      ({ node, mentions }) =>
        node === cluster.nodeName &&
        mentions.some(
          ({ section, certainty, target }) =>
            section === 'current' &&
            certainty === 'certain' &&
            target.kind === 'volid' &&
            storages.some(({ storeid }) => storeid === target.storeid),
        ),
    )
    .map(({ vmid }) => vmid)
    .sort((a, b) => a - b);

/** A pool that is not imported has no guest that runs on it. */
function findingFor(
  pool: string,
  storages: readonly Storage[],
  vmids: readonly number[],
  evidence: Found['evidence'],
): Found {
  const storeids = listed(
    storages.map(({ storeid }) => storeid),
    4,
  );
  const guests = `guest${vmids.length === 1 ? '' : 's'} ${listed(vmids.map(String), 6)}`;
  return {
    harm: 'operation',
    subject: { kind: 'device', id: pool },
    title: `ZFS pool ${pool}, which storage ${storeids} needs, is not imported`,
    headline: `is not imported: ${guests} cannot start`,
    evidence: [
      { fact: `no pool called ${pool} is imported`, source: '/proc/spl/kstat/zfs' },
      { fact: `storage ${storeids} is enabled for this node and has its volumes in ${pool}`, source: SOURCE.storage },
      ...evidence,
    ],
    vmids,
    impact:
      'No volume of the pool is there: guests with disks in it do not start, and the storage shows a question mark. Proxmox VE tries to import the pool whenever it asks the storage, and fails.',
    remedy: {
      text: `Look whether the disks of the pool are there, and what an import would say: \`zpool import\` without a name only lists. Bring missing devices back first; do not import with -f or -F before you know why they are away, or whether another system uses the pool. Where this node is not meant to have ${pool}, restrict the storage to the nodes that are (\`nodes\` in storage.cfg).`,
      commands: [
        reads('zpool', 'list'),
        reads('lsblk', '-o', 'NAME,KNAME,SIZE,FSTYPE,LABEL,WWN'),
        reads('journalctl', '-b', '-u', 'zfs-import*', '--no-pager'),
      ],
    },
  };
}
