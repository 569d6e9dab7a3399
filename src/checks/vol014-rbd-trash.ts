import { defineCheck, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { counted, listed } from '../model/evidence.ts';
import { size } from '../model/size.ts';
import { minuteOf } from '../model/time-words.ts';
import { inPool, type RbdPlace, rbdPlaces, unreadTrash } from '../model/volumes/rbd-places.ts';
import type { TrashedImage, VolumePlace, Volumes } from '../model/volumes/volumes.ts';

export const vol014 = defineCheck({
  code: 'VOL014',
  title: 'RBD images in the trash of a pool',
  harms: { housekeeping: '' },
  needs: ['volumes'],
  examine: ({ volumes }) =>
    rbdPlaces(volumes).flatMap((pool) =>
      pool.trash.trashed.length === 0 ? [] : [findingFor(pool, childrenOf(pool.place, volumes), volumes.readAt)],
    ),
  unjudged: ({ volumes }) => [
    ...unreadTrash(volumes),
    ...rbdPlaces(volumes).flatMap(({ place, trash }) => {
      const unsized = trash.trashed.filter(({ sizeBytes }) => sizeBytes === null).length;
      return unsized === 0
        ? []
        : [`the size of ${counted(unsized, 'image')} in the trash of ${place.where} was not read`];
    }),
  ],
});

/**
 * Images that read through one in the trash, by its name: a clone keeps its parent wherever the parent goes. One that has the name
 * now may be the parent as well, which the list does not tell.
 */
function childrenOf({ where }: VolumePlace, { places }: Volumes): ReadonlyMap<string, readonly string[]> {
  const clones = places.flatMap(({ kind, contents }) =>
    kind === 'rbd' && contents.state === 'known' ? contents.value.volumes : [],
  );
  const prefix = `${where}/`;
  const pairs = clones.flatMap(({ name, parent }) =>
    parent?.startsWith(prefix) ? [{ child: name, parent: parent.slice(prefix.length).replace(/@.*$/, '') }] : [],
  );
  return new Map([...Map.groupBy(pairs, ({ parent }) => parent)].map(([name, all]) => [name, all.map((p) => p.child)]));
}

/** The sum where all are known. */
function bytesOf(images: readonly TrashedImage[]): number | null {
  const sizes = images.flatMap(({ sizeBytes }) => sizeBytes ?? []);
  return sizes.length === images.length ? sizes.reduce((sum, one) => sum + one, 0) : null;
}

function describe(image: TrashedImage, clones: readonly string[], now: string): string {
  const { name, imageId, deletedAt, protectedUntil, sizeBytes } = image;
  const held = sizeBytes === null ? '' : `, ${size(sizeBytes)}`;
  const until = protectedUntil > now ? `protected until ${minuteOf(protectedUntil)}` : 'expired';
  const used = clones.length === 0 ? '' : `; ${listed(clones, 5)} read through an image of this name`;
  return `${name} (${imageId}${held}), there since ${minuteOf(deletedAt)}, ${until}${used}`;
}

function findingFor({ place, trash }: RbdPlace, clones: ReadonlyMap<string, readonly string[]>, now: string): Found {
  const images = trash.trashed;
  const bytes = bytesOf(images);
  const of = bytes === null ? '' : ` of up to ${size(bytes)}`;
  const storeid = place.storeids[0] ?? '';
  const list = inPool(place, 'rbd', 'trash', 'ls', '--all', '-l');
  const cloned = images.filter(({ name }) => clones.has(name)).length;
  const shown = images.slice(0, 20).map((image) => describe(image, clones.get(image.name) ?? [], now));
  const left = images.length - shown.length;
  return {
    harm: 'housekeeping',
    subject: { kind: 'storage', id: storeid },
    title: `the trash of pool ${place.where} holds ${counted(images.length, 'image')}${of}`,
    headline: `has ${counted(images.length, 'image')} in the trash of its pool${of}`,
    bytes,
    evidence: [...shown, ...(left > 0 ? [`and ${left} more`] : [])].map((fact) => ({ fact, source: list.join(' ') })),
    impact:
      'They take space that no list of Proxmox VE shows. Proxmox VE moves nothing there itself: an administrator did, another client of the ' +
      'pool, or Ceph where it is told to (`rbd_move_to_trash_on_remove`).',
    remedy: {
      text:
        'Find out who put them there, and for what. What is wanted can be brought back (`rbd trash restore`); `pve-doctor explain VOL014` shows how, ' +
        'and what to find out of the others.' +
        (cloned === 0 ? '' : ` Clones may read through ${counted(cloned, 'image')} of them, which they need.`),
      commands: [reads(...list)],
    },
    certainty: 'certain',
  };
}
