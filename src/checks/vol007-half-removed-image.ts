import { defineCheck, type Found } from '../model/check.ts';
import { minuteOf } from '../model/time-words.ts';
import { inPool, type RbdPlace, rbdPlaces, unreadTrash } from '../model/volumes/rbd-places.ts';
import { datasetKind } from '../model/volumes/volume-names.ts';
import type { HalfRemovedImage } from '../model/volumes/volumes.ts';

/**
 * A removal opens its image a moment after it began, and a client that died is forgotten after half a minute. Clocks of two
 * machines may differ by more.
 */
const SETTLED_MS = 600_000;

export const vol007 = defineCheck({
  code: 'VOL007',
  title: 'RBD image whose removal broke off',
  harms: { operation: '' },
  needs: ['volumes'],
  examine: ({ volumes }) =>
    rbdPlaces(volumes).flatMap((pool) =>
      pool.trash.removals
        .filter(({ held, startedAt }) => held === false && isSettled(startedAt, volumes.readAt))
        .map((image) => findingFor(pool, image)),
    ),
  unjudged: ({ volumes }) => [
    ...unreadTrash(volumes),
    ...rbdPlaces(volumes).flatMap(({ place, trash }) =>
      trash.removals.flatMap(({ name, held }) =>
        held === null ? [`whether a client is removing ${name} of ${place.where} now could not be read`] : [],
      ),
    ),
  ],
});

const isSettled = (startedAt: string, now: string): boolean => Date.parse(now) - Date.parse(startedAt) >= SETTLED_MS;

function findingFor({ place }: RbdPlace, { name, imageId, startedAt, doubled }: HalfRemovedImage): Found {
  return {
    harm: 'operation',
    subject: { kind: 'volume', id: `${place.storeids[0]}:${name}` },
    title: `the removal of ${name} on ${place.where} began ${minuteOf(startedAt)} and broke off`,
    headline: `has an image of which the removal broke off, ${name}`,
    evidence: [
      {
        fact: `image ${imageId}, called ${name}, is being removed since ${minuteOf(startedAt)}`,
        source: inPool(place, 'rados', 'listomapvals', 'rbd_trash').join(' '),
      },
      {
        fact: 'no client has it open, at two looks',
        source: inPool(place, 'rados', 'listwatchers', `rbd_header.${imageId}`).join(' '),
      },
      ...(doubled
        ? [
            {
              fact: `another image was made under the name ${name} since`,
              source: inPool(place, 'rbd', 'ls').join(' '),
            },
          ]
        : []),
    ],
    impact:
      `It takes space, \`rbd trash ls\` does not show it, and \`rbd ls\` lists a name that cannot be opened: with Ceph 16 and older the list of ` +
      `storage ${place.storeids.join(', ')} fails in Proxmox VE, and with it disk rescans, migrations and removals there.`,
    remedy: {
      text:
        'Nothing brings it back; its removal can only be ended. Find out first that no client of any node is still at it, and that its number is ' +
        `still ${imageId}. ` +
        (doubled
          ? 'Its name means the image that was made under it since, so nothing may be done by the name.'
          : 'Its name may mean another image tomorrow, so nothing may be done by the name.'),
    },
    vmid: datasetKind(name)?.vmid ?? null,
  };
}
