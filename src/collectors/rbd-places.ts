import { type CephPool, whyNoPool } from '../host/ceph.ts';
import type { Host } from '../host/host.ts';
import type { Storage } from '../model/guests/pve.ts';
import { type Reading, unreadable } from '../model/reading.ts';
import type { PlaceContents, VolumePlace } from '../model/volumes/volumes.ts';
import { type Asking, rbdContents } from './rbd-volumes.ts';

/** The pools of storages of type rbd, each asked once. */
export async function rbdPlaces(
  host: Host,
  storages: readonly Storage[],
  asking: Asking,
): Promise<readonly VolumePlace[]> {
  const pools = await cephPools(host, storages);
  const asked = [...Map.groupBy(pools, ({ pool }) => identityOf(pool)).values()];
  const places = await Promise.all(
    asked.map(async (means): Promise<VolumePlace[]> => {
      const [first] = means;
      if (first === undefined) return [];
      return [
        {
          ...{ kind: 'rbd', id: identityOf(first.pool), where: whereOf(first.pool) },
          ...{ storeids: means.map(({ storage }) => storage.storeid), shared: true },
          contents: await contentsOf(host, first, asking),
        },
      ];
    }),
  );
  return withoutTwins(places.flat());
}

interface Meant {
  readonly storage: Storage;
  readonly pool: CephPool;
  /** The keyring could not be looked for. */
  readonly problem: Exclude<Reading<unknown>, { state: 'known' | 'absent' }> | null;
}

const OWN_CLUSTER = '/etc/pve/ceph.conf';
const PRIVATE = '/etc/pve/priv/ceph';

/**
 * As Proxmox VE finds a cluster (pve-storage src/PVE/CephConfig.pm ceph_connect_option): without monitors it is the own one; a
 * storage's configuration and keyring count if they exist.
 */
async function cephPools(host: Host, storages: readonly Storage[]): Promise<readonly Meant[]> {
  const looked = storages.flatMap(({ storeid }) => [`${PRIVATE}/${storeid}.conf`, `${PRIVATE}/${storeid}.keyring`]);
  const stats = looked.length === 0 ? [] : await host.stats(looked);
  return storages.map((storage, at) => {
    const { storeid, properties } = storage;
    const [conf, keyring] = stats.slice(2 * at, 2 * at + 2);
    const monitors = (properties['monhost'] ?? '').split(/[\s,;\0]+/).filter((one) => one !== '');
    const unread = [conf, keyring].find((stat) => stat?.state === 'unreadable');
    const ifThere = (stat: typeof conf, path: string) => (stat?.state === 'known' ? path : null);
    const pool: CephPool = {
      ...{ storeid, pool: properties['pool'] ?? 'rbd', namespace: properties['namespace'] ?? null },
      conf: monitors.length === 0 ? OWN_CLUSTER : ifThere(conf, `${PRIVATE}/${storeid}.conf`),
      monitors: monitors.map((one) => (one.includes('::') && !one.startsWith('[') ? `[${one}]` : one)),
      user: properties['username'] ?? 'admin',
      keyring: ifThere(keyring, `${PRIVATE}/${storeid}.keyring`),
    };
    return { storage, pool, problem: unread?.state === 'unreadable' ? unread : null };
  });
}

const whereOf = ({ pool, namespace }: CephPool): string => (namespace === null ? pool : `${pool}/${namespace}`);

const identityOf = (pool: CephPool): string =>
  `${pool.monitors.length === 0 ? OWN_CLUSTER : pool.monitors.toSorted().join(',')} ${whereOf(pool)}`;

async function contentsOf(
  host: Host,
  { storage, pool, problem }: Meant,
  asking: Asking,
): Promise<Reading<PlaceContents>> {
  if (problem !== null) return problem;
  const refused = whyNoPool(pool);
  if (refused === null) return rbdContents(host, pool, asking);
  return unreadable({ kind: 'malformed', source: `storage ${storage.storeid}`, detail: refused });
}

/**
 * Places of one name that hold an image of one number are one place, by whatever monitors they were reached: a cluster gives
 * no number twice.
 */
function withoutTwins(places: readonly VolumePlace[]): readonly VolumePlace[] {
  const kept: VolumePlace[] = [];
  for (const place of places) {
    const at = kept.findIndex((other) => other.where === place.where && shareAnImage(other, place));
    const twin = kept[at];
    if (twin === undefined) kept.push(place);
    else kept[at] = { ...twin, storeids: [...twin.storeids, ...place.storeids] };
  }
  return kept;
}

const idsOf = ({ contents }: VolumePlace): readonly string[] =>
  contents.state === 'known' ? contents.value.volumes.map(({ name, rbd }) => `${rbd?.imageId} ${name}`) : [];

function shareAnImage(one: VolumePlace, other: VolumePlace): boolean {
  const ids = new Set(idsOf(one));
  return idsOf(other).some((id) => ids.has(id));
}
