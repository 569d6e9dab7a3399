import { type DirectorySources, directoryPlaces } from '../collectors/directory-places.ts';
import { followImages } from '../collectors/outside-images.ts';
import { type Asking, rbdPlaces } from '../collectors/rbd-places.ts';
import { collectVolumeUsers } from '../collectors/volume-users.ts';
import { zfsPlaces } from '../collectors/zfs-places.ts';
import type { Host } from '../host/host.ts';
import { isFor } from '../model/cluster/across-nodes.ts';
import type { Cluster, Guests, RunningGuests, Storage, StorageConfig, VolumeMention } from '../model/guests/pve.ts';
import type { ProcessTable } from '../model/host-facts.ts';
import type { ZfsPools } from '../model/paths/zfs-pools.ts';
import { absent, known, type Reading } from '../model/reading.ts';
import type { PlaceKind, VolumePlace, Volumes } from '../model/volumes/volumes.ts';

/** What was read before: no place is looked at whose mount does not answer. */
export interface VolumeSources extends DirectorySources {
  readonly storage: Reading<StorageConfig>;
  readonly cluster: Reading<Cluster>;
  readonly guests: Reading<Guests>;
  readonly running: Reading<RunningGuests>;
  readonly processes: Reading<ProcessTable>;
  readonly zfsPools: Reading<ZfsPools>;
}

const KINDS: ReadonlyMap<string, PlaceKind> = new Map([
  ...['btrfs', 'cifs', 'dir', 'glusterfs', 'nfs'].map((type) => [type, 'directory'] as const),
  ['rbd', 'rbd'],
  ...['zfs', 'zfspool'].map((type) => [type, 'zfs'] as const),
]);

/** What stands on storages other than LVM, each place once, all at the same time. */
export async function collectVolumes(host: Host, sources: VolumeSources): Promise<Reading<Volumes>> {
  const { storage, cluster } = sources;
  if (storage.state !== 'known') return storage;
  if (cluster.state !== 'known') return cluster;
  const storages = storage.value.storages.filter(({ type }) => KINDS.has(type));
  const ours = storages.filter((one) => whyNotAsked(one, cluster.value.nodeName) === null);
  const [directories, datasets, pools] = await Promise.all([
    directoryPlaces(
      host,
      ours.filter(({ type }) => KINDS.get(type) === 'directory'),
      sources,
    ),
    zfsPlaces(
      host,
      ours.filter(({ type }) => type === 'zfspool'),
      sources.zfsPools,
    ),
    rbdPlaces(
      host,
      ours.filter(({ type }) => type === 'rbd'),
      askingOf(sources, cluster.value.nodeName),
    ),
  ]);
  const others = storages.flatMap((one) => notAsked(one, cluster.value.nodeName));
  const table = sources.mounts.state === 'known' ? sources.mounts.value.mounts : [];
  const configs = sources.guests.state === 'known' ? sources.guests.value.configs : [];
  const followed = await followImages(host, directories, configs, table);
  const places = [...followed.places, ...datasets, ...pools, ...others];
  const users = await collectVolumeUsers(host, { places, configs, mounts: table, processes: sources.processes });
  return known({ readAt: host.now().toISOString(), places, outside: followed.outside, users });
}

/** Where configurations or processes could not be read, nobody is told that an image is not needed, so none is asked about it. */
function askingOf({ guests, running, storage }: VolumeSources, node: string): Asking {
  if (guests.state !== 'known') return { isMentioned: () => true, isStopped: () => false };
  const { configs } = guests.value;
  const mentioned = new Set(
    configs.flatMap(({ mentions, rawNames }) => [...mentions.flatMap(mentionedIn(storage)), ...rawNames]),
  );
  const isMentioned = (name: string, where: string) => mentioned.has(name) || mentioned.has(`${where} ${name}`);
  const here = new Set(configs.filter((config) => config.node === node).map(({ vmid }) => vmid));
  const runs = running.state === 'known' ? new Set(running.value.guests.map(({ vmid }) => vmid)) : here;
  return { isMentioned, isStopped: (vmid) => here.has(vmid) && !runs.has(vmid) };
}

/** Names of images: in the pool of their storage, anywhere where no such storage says where, and nowhere where another type does. */
function mentionedIn(config: Reading<StorageConfig>): (mention: VolumeMention) => readonly string[] {
  const storages = config.state === 'known' ? config.value.storages : [];
  return ({ target }) => {
    if (target.kind === 'path') return target.path.split('/');
    const names = target.volname.split('/');
    const storage = storages.find(({ storeid, type }) => storeid === target.storeid && type !== '');
    if (storage === undefined) return names;
    const { pool = 'rbd', namespace } = storage.properties;
    const where = namespace === undefined ? pool : `${pool}/${namespace}`;
    return storage.type === 'rbd' ? names.map((name) => `${where} ${name}`) : [];
  };
}

function whyNotAsked(storage: Storage, node: string): string | null {
  if (storage.disabled) return `storage ${storage.storeid} is disabled`;
  if (!isFor(storage, node)) return `storage ${storage.storeid} is not for this node`;
  return storage.type === 'zfs' ? `the volumes of storage ${storage.storeid} are on another machine` : null;
}

function notAsked(storage: Storage, node: string): readonly VolumePlace[] {
  const why = whyNotAsked(storage, node);
  const kind = KINDS.get(storage.type);
  if (why === null || kind === undefined) return [];
  const { storeid, shared, properties } = storage;
  const where = properties['path'] ?? properties['pool'] ?? storeid;
  return [{ kind, id: `storage ${storeid}`, storeids: [storeid], where, shared, contents: absent(why) }];
}
