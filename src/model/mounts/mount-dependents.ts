import { append } from '../append.ts';
import type { Readings } from '../check.ts';
import { listed } from '../evidence.ts';
import type { Evidence } from '../finding.ts';
import type { GuestConfig, Guests, Storage } from '../guests/pve.ts';
import { oncePer } from '../once-per.ts';
import { isWithin } from './mount-tree.ts';
import type { SeenMount } from './mounts.ts';
import { storagePath } from './storage-mounts.ts';

/** Sections that say who uses a mount. */
export const DEPENDENTS = ['storage', 'guests', 'cluster', 'containers', 'backupJobs'] as const;

type Wanted = Readings<(typeof DEPENDENTS)[number]>;

/** The storage whose directory is the mount point; else the first with its directory on the mount. */
export const storageOf = (target: string, storages: readonly Storage[]): string | null =>
  (storages.find((storage) => storagePath(storage) === target) ?? storagesOn(target, storages)[0])?.storeid ?? null;

const storagesOn = (target: string, storages: readonly Storage[]): readonly Storage[] =>
  storages.filter((storage) => !storage.disabled && isWithin(storagePath(storage) ?? '', target));

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

function guestsOn(target: string, storeids: readonly string[], guests: Guests): readonly GuestConfig[] {
  const { byStorage, byPath } = mentionsOf(guests);
  return [
    ...storeids.flatMap((storeid) => byStorage.get(storeid) ?? []),
    ...byPath.filter(({ path }) => isWithin(path, target)).map(({ config }) => config),
  ];
}

/** Storages on it, guests with volumes on those or with a directory of it bound in, backup jobs that write to it. */
export function dependentsOf(target: string, mount: SeenMount | null, wanted: Wanted): Dependents {
  const { storage, guests, cluster, containers, backupJobs } = wanted;
  const storages = storage.state === 'known' ? storagesOn(target, storage.value.storages) : [];
  const storeids = storages.map(({ storeid }) => storeid);
  const node = cluster.state === 'known' ? cluster.value.nodeName : null;
  const found = new Map<number, DependentGuest>();
  for (const { vmid, type, name, node: at } of guests.state === 'known' ? guestsOn(target, storeids, guests.value) : [])
    if (node === null || at === node) found.set(vmid, { vmid, type, name });
  for (const { vmid, name, mounts } of containers.state === 'known' ? containers.value.containers : []) {
    if (mount !== null && mounts.some(({ devNo }) => devNo === mount.devNo))
      found.set(vmid, { vmid, type: 'lxc', name });
  }
  const jobs = backupJobs.state === 'known' ? backupJobs.value.jobs : [];
  return {
    storeids,
    guests: [...found.values()].sort((a, b) => a.vmid - b.vmid),
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
