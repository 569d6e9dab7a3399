import type { Readings } from '../check.ts';
import { listed, SOURCE } from '../evidence.ts';
import type { Evidence } from '../finding.ts';
import type { Storage } from '../guests/pve.ts';
import { type ON_FILE_SYSTEM, onFileSystem } from '../mounts/carried-mounts.ts';
import { knownOrNull } from '../reading.ts';

type Wanted = Readings<(typeof ON_FILE_SYSTEM)[number]>;

/** Who has data in a pool: by storages of its volumes and datasets, and by directories in its file systems. */
export interface PoolUsers {
  /** Storages of this node. */
  readonly storeids: readonly string[];
  /** Guests of this node. */
  readonly vmids: readonly number[];
  /** The root file system of this node is in it. */
  readonly isRoot: boolean;
}

const isInPool = (dataset: string, pool: string): boolean => dataset === pool || dataset.startsWith(`${pool}/`);

export function poolUsers(pool: string, wanted: Wanted): PoolUsers {
  const node = knownOrNull(wanted.cluster)?.nodeName;
  const isOfPool = ({ type, disabled, nodes, properties }: Storage): boolean =>
    type === 'zfspool' &&
    isInPool(properties['pool'] ?? '', pool) &&
    !disabled &&
    node !== undefined &&
    (nodes === null || nodes.includes(node));
  const storages = (knownOrNull(wanted.storage)?.storages ?? []).filter(isOfPool).map(({ storeid }) => storeid);
  const mounted = (knownOrNull(wanted.mounts)?.mounts ?? []).filter(
    ({ fsType, source }) => fsType === 'zfs' && isInPool(source, pool),
  );
  const systems = [...new Set(mounted.map(({ devNo }) => devNo))].map((number) => onFileSystem(number, wanted));
  const named = (knownOrNull(wanted.guests)?.configs ?? []).filter(
    (config) =>
      config.node === node &&
      config.mentions.some(
        ({ section, target }) => section === 'current' && target.kind === 'volid' && storages.includes(target.storeid),
      ),
  );
  const vmids = [...new Set([...named, ...systems.flatMap(({ guests }) => guests)].map(({ vmid }) => vmid))];
  return {
    storeids: [...new Set([...storages, ...systems.flatMap(({ storeids }) => storeids)])],
    vmids: vmids.sort((a, b) => a - b),
    isRoot: systems.some(({ target }) => target === '/'),
  };
}

/** `guests 100, 101`, `this node itself and storage tank`, or `what is in it`. */
export function poolWhom({ storeids, vmids, isRoot }: PoolUsers): string {
  const others =
    vmids.length > 0
      ? [`guest${vmids.length === 1 ? '' : 's'} ${listed(vmids.map(String), 6)}`]
      : storeids.length > 0
        ? [`storage ${listed(storeids, 4)}`]
        : [];
  const whom = [...(isRoot ? ['this node itself'] : []), ...others];
  return whom.length === 0 ? 'what is in it' : listed(whom, 2, ' and ');
}

export const poolEvidence = ({ storeids, vmids }: PoolUsers): readonly Evidence[] => [
  ...(storeids.length === 0 ? [] : [{ fact: `in it: storage ${listed(storeids, 4)}`, source: SOURCE.storage }]),
  ...(vmids.length === 0
    ? []
    : [
        {
          fact: `guests with disks in it: ${listed(vmids.map(String), 10)}`,
          source: SOURCE.guests,
        },
      ]),
];
