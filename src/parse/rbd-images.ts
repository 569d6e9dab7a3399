import type { CephPool } from '../model/volumes/ceph-questions.ts';
import { datasetKind, mayBeOurs } from '../model/volumes/volume-names.ts';
import type { PlaceContents, StoredVolume } from '../model/volumes/volumes.ts';
import type { RbdParent, RbdRow } from './rbd.ts';

/** Rows of `rbd ls -l` as volumes of guests. */

export const whereOf = ({ pool, namespace }: { readonly pool: string; readonly namespace: string | null }): string =>
  namespace === null || namespace === '' ? pool : `${pool}/${namespace}`;

const parentText = (parent: RbdParent): string => `${whereOf(parent)}/${parent.image}@${parent.snapshot}`;

export function imagesOf(pool: CephPool, rows: readonly RbdRow[]): PlaceContents {
  const images = rows.filter(({ snapshot }) => snapshot === null);
  const snapshots = Map.groupBy(
    rows.filter(({ snapshot }) => snapshot !== null),
    ({ name }) => name,
  );
  const volumes = images.flatMap((row): StoredVolume[] => {
    const said = datasetKind(row.name);
    if (said === null) return [];
    const { parent } = row;
    const isNear = parent !== null && whereOf(parent) === whereOf(pool);
    return [
      {
        ...{ name: row.name, ...said, sizeBytes: row.sizeBytes, heldBytes: null },
        ...{ createdAt: null, changedAt: null, touchedAt: null },
        parent: parent && parentText(parent),
        parentName: isNear ? parent.image : null,
        snapshots: (snapshots.get(row.name) ?? []).map(({ snapshot }) => ({
          ...{ name: snapshot ?? '', createdAt: null, heldBytes: null, file: null },
          ours: mayBeOurs(snapshot ?? ''),
        })),
        unread: null,
        rbd: { imageId: row.imageId, locked: row.locked, watchers: null },
      },
    ];
  });
  return { volumes, foreign: images.length - volumes.length };
}

/** A name of which nobody knows whether there is an image, nor what it reads through. */
export function unopenedImage(name: string): readonly StoredVolume[] {
  const said = datasetKind(name);
  if (said === null) return [];
  return [
    {
      ...{ name, ...said, sizeBytes: null, heldBytes: null, createdAt: null, changedAt: null, touchedAt: null },
      ...{ parent: null, parentName: null, snapshots: [], unread: 'rbd could not open it' },
      rbd: { imageId: '', locked: false, watchers: null },
    },
  ];
}
