import { whyNot } from '../reading.ts';
import type { RbdTrash, VolumePlace, Volumes } from './volumes.ts';

/** A pool of Ceph that was looked at, with what it keeps besides volumes. */
export interface RbdPlace {
  readonly place: VolumePlace;
  readonly trash: RbdTrash;
}

export function rbdPlaces({ places }: Volumes): readonly RbdPlace[] {
  return places.flatMap((place) => {
    const trash = place.contents.state === 'known' ? place.contents.value.rbd?.trash : undefined;
    return trash?.state === 'known' ? [{ place, trash: trash.value }] : [];
  });
}

/** Pools of this node that could not be looked at, each as a sentence. */
export const unreadPools = ({ places }: Volumes): readonly string[] =>
  places.flatMap(({ kind, contents }) => (kind === 'rbd' && contents.state === 'unreadable' ? [whyNot(contents)] : []));

/** Those, and pools whose trash could not be read. */
export const unreadTrash = (volumes: Volumes): readonly string[] => [
  ...unreadPools(volumes),
  ...volumes.places.flatMap(({ contents }) => {
    const unread = contents.state === 'known' && contents.value.rbd ? whyNot(contents.value.rbd.trash) : null;
    return unread === null ? [] : [unread];
  }),
];

/**
 * A command of Ceph for the pool of this place, as a person types it: `rbd ls -l -p tank --namespace one`. Without more words Ceph asks
 * the own cluster, which may have a pool of that name.
 */
export function inPool<const W extends readonly [string, ...string[]]>(
  { where, reach = [] }: VolumePlace,
  ...words: W
): readonly [...W, ...string[]] {
  const [pool = '', namespace] = where.split('/');
  return [...words, '-p', pool, ...(namespace === undefined ? [] : ['--namespace', namespace]), ...reach];
}

/**
 * Places of one name that hold an image of one number are one place, by whatever monitors they were reached: a cluster gives
 * no number twice.
 */
export function withoutTwins(places: readonly VolumePlace[]): readonly VolumePlace[] {
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
