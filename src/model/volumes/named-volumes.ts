import type { Facts } from '../check.ts';
import type { GuestConfig, VolumeMention } from '../guests/pve.ts';
import { isIncomplete } from '../mounts/mount-secrets.ts';
import { namesOf, placesByStorage } from '../needs/stored-references.ts';
import type { PlaceContents, StoredVolume, VolumePlace } from './volumes.ts';

/** What a line of a configuration of this node names on a place that was looked at. */
export interface NamedVolume {
  readonly config: GuestConfig;
  readonly mention: VolumeMention;
  readonly volid: string;
  readonly place: VolumePlace;
  readonly name: string;
  /** null: it is not there. */
  readonly volume: StoredVolume | null;
}

/**
 * Every volume that certain lines of this node's guests name, with what stands there under that name; of a linked clone the clone
 * itself. What a storage that was not looked at holds is not among them.
 */
export function namedVolumes({
  volumes,
  guests,
  cluster,
}: Facts<'volumes' | 'guests' | 'cluster'>): readonly NamedVolume[] {
  const placeOf = placesByStorage(volumes.places);
  const byName = new Map<VolumePlace, ReadonlyMap<string, StoredVolume>>();
  const volumesOf = (place: VolumePlace, { volumes: all }: PlaceContents): ReadonlyMap<string, StoredVolume> => {
    const made = byName.get(place) ?? new Map(all.map((volume) => [volume.name, volume]));
    byName.set(place, made);
    return made;
  };
  return guests.configs
    .filter(({ node }) => node === cluster.nodeName)
    .flatMap((config) =>
      config.mentions.flatMap((mention): readonly NamedVolume[] => {
        const { target, certainty } = mention;
        const place = target.kind === 'volid' && certainty === 'certain' ? placeOf.get(target.storeid) : undefined;
        if (target.kind !== 'volid' || place?.contents.state !== 'known') return [];
        const name = namesOf(place.kind, target.volname).at(-1);
        if (name === undefined || isIncomplete(target.volname)) return [];
        const volume = volumesOf(place, place.contents.value).get(name) ?? null;
        return [{ config, mention, volid: `${target.storeid}:${target.volname}`, place, name, volume }];
      }),
    );
}
