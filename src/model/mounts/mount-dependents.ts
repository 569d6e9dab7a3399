import { append } from '../append.ts';
import type { Readings } from '../check.ts';
import { listed } from '../evidence.ts';
import type { Evidence } from '../finding.ts';
import type { GuestConfig, Guests, Storage } from '../guests/pve.ts';
import { oncePer } from '../once-per.ts';
import { isWithin, mountOf } from './mount-tree.ts';
import type { SeenMount } from './mounts.ts';
import { storagePath } from './storage-mounts.ts';

/** Sections that say who uses a mount. */
export const DEPENDENTS = ['storage', 'guests', 'cluster', 'containers', 'backupJobs', 'mounts'] as const;

type Wanted = Readings<(typeof DEPENDENTS)[number]>;

type Place = Pick<SeenMount, 'target' | 'devNo'>;

/** The storage whose directory is the mount point; else the first with its directory on the mount. */
export const storageOf = (mount: Place, storages: readonly Storage[], table: readonly SeenMount[]): string | null =>
  (
    storages.find((storage) => storagePath(storage) === mount.target) ??
    storages.find((storage) => !storage.disabled && liesOn(mount, table)(storagePath(storage) ?? ''))
  )?.storeid ?? null;

/** Whether a path is on a mount, and on none that lies in it. */
const liesOn =
  (mount: Place, table: readonly SeenMount[]) =>
  (path: string): boolean =>
    isWithin(path, mount.target) && (mountOf(table, path)?.devNo ?? mount.devNo) === mount.devNo;

export interface DependentGuest {
  readonly vmid: number;
  readonly type: 'qemu' | 'lxc';
  /** Empty where its configuration has none. */
  readonly name: string;
}

/** Who is behind a mount of the node. */
export interface Dependents {
  readonly storeids: readonly string[];
  readonly guests: readonly DependentGuest[];
  readonly backupJobs: readonly string[];
}

/** Guests by the storages, and with the paths, that their current configurations name. */
const mentionsOf = oncePer(({ configs }: Guests) => {
  const byStorage = new Map<string, GuestConfig[]>();
  const byPath: { readonly config: GuestConfig; readonly path: string }[] = [];
  for (const config of configs) {
    for (const { section, target } of config.mentions) {
      if (section !== 'current') continue;
      if (target.kind === 'path') byPath.push({ config, path: target.path });
      else append(byStorage, target.storeid, config);
    }
  }
  return { byStorage, byPath };
});

type GuestSources = Pick<Wanted, 'guests' | 'cluster' | 'containers'>;

/** Guests of this node with volumes on these storages, with a path there, or, as they run, with a directory of the mount bound in. */
export function guestsOf(
  storeids: readonly string[],
  isThere: (path: string) => boolean,
  mount: Pick<SeenMount, 'devNo'> | null,
  { guests, cluster, containers }: GuestSources,
): readonly DependentGuest[] {
  const node = cluster.state === 'known' ? cluster.value.nodeName : null;
  const mentions = guests.state === 'known' ? mentionsOf(guests.value) : null;
  const configs = [
    ...storeids.flatMap((storeid) => mentions?.byStorage.get(storeid) ?? []),
    ...(mentions?.byPath ?? []).filter(({ path }) => isThere(path)).map(({ config }) => config),
  ];
  const found = new Map<number, DependentGuest>();
  for (const { vmid, type, name, node: at } of configs)
    if (node === null || at === node) found.set(vmid, { vmid, type, name });
  for (const { vmid, name, mounts } of containers.state === 'known' ? containers.value.containers : []) {
    if (mount !== null && mounts.some(({ devNo }) => devNo === mount.devNo))
      found.set(vmid, { vmid, type: 'lxc', name });
  }
  return [...found.values()].sort((a, b) => a.vmid - b.vmid);
}

/** Storages on it, guests with volumes on those or with a directory of it bound in, backup jobs that write to it. */
export function dependentsOf(target: string, mount: SeenMount | null, wanted: Wanted): Dependents {
  const { storage, backupJobs, mounts, cluster } = wanted;
  const table = mounts.state === 'known' ? mounts.value.mounts : [];
  const isThere =
    mount === null ? (path: string) => isWithin(path, target) : liesOn({ target, devNo: mount.devNo }, table);
  const node = cluster.state === 'known' ? cluster.value.nodeName : null;
  const isHere = ({ disabled, nodes }: Storage) =>
    !disabled && (nodes === null || node === null || nodes.includes(node));
  const storeids = (storage.state === 'known' ? storage.value.storages : [])
    .filter((one) => isHere(one) && isThere(storagePath(one) ?? ''))
    .map(({ storeid }) => storeid);
  const jobs = backupJobs.state === 'known' ? backupJobs.value.jobs : [];
  return {
    storeids,
    guests: guestsOf(storeids, isThere, mount, wanted),
    backupJobs: jobs.filter(({ storeid, enabled }) => enabled && storeids.includes(storeid)).map(({ id }) => id),
  };
}

/** `CT 101 (web)`, `VM 169`; `Guest 102` where its configuration is not there to say more. */
export function guestLabel({
  vmid,
  type,
  name,
}: Omit<DependentGuest, 'type'> & { readonly type: 'qemu' | 'lxc' | null }): string {
  const kind = type === null ? 'Guest' : type === 'lxc' ? 'CT' : 'VM';
  return name === '' ? `${kind} ${vmid}` : `${kind} ${vmid} (${name})`;
}

/** One line for each kind of dependent that there is. */
export const dependentsEvidence = ({ storeids, guests, backupJobs }: Dependents): readonly Evidence[] => [
  ...(storeids.length === 0 ? [] : [{ fact: `storage on it: ${listed(storeids)}`, source: '/etc/pve/storage.cfg' }]),
  ...(guests.length === 0
    ? []
    : [
        {
          fact: `guests behind it: ${listed(guests.map(guestLabel))}`,
          source: 'guest configurations, /proc/<init>/mountinfo',
        },
      ]),
  ...(backupJobs.length === 0
    ? []
    : [{ fact: `backup jobs that write to it: ${listed(backupJobs)}`, source: '/etc/pve/jobs.cfg' }]),
];
