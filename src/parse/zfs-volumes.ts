import { datasetKind, isDated, mayBeOurs } from '../model/volumes/volume-names.ts';
import type { PlaceContents, StoredSnapshot, StoredVolume } from '../model/volumes/volumes.ts';
import type { ZfsDataset } from './zfs-list.ts';

/**
 * Guests' volumes among the direct children of a storage's dataset (pve-storage src/PVE/Storage/ZFSPoolPlugin.pm zfs_list_zvol:
 * deeper ones are none of PVE's); null where the pool does not have the dataset.
 */
export function zfsContents(datasets: readonly ZfsDataset[], pool: string): PlaceContents | null {
  if (!datasets.some(({ name }) => name === pool)) return null;
  const inside = datasets.filter(
    ({ name }) => name.startsWith(`${pool}/`) && !name.slice(pool.length + 1).includes('/'),
  );
  const children = inside.filter(({ type }) => type !== 'snapshot');
  const byVolume = Map.groupBy(
    inside.filter(({ type }) => type === 'snapshot'),
    ({ name }) => name.split('@')[0] ?? '',
  );
  const isInside = new Set(children);
  const outside = Map.groupBy(
    datasets.filter((dataset) => dataset.origin !== null && !isInside.has(dataset)),
    ({ origin }) => origin?.split('@')[0] ?? '',
  );
  const volumes = children.flatMap((dataset): StoredVolume[] => {
    const volume = volumeOf(dataset, pool, byVolume.get(dataset.name) ?? []);
    const clones = outside.get(dataset.name);
    if (volume === null) return [];
    return [clones === undefined ? volume : { ...volume, clonesOutside: clones.map(({ name }) => name) }];
  });
  return { volumes, foreign: children.length - volumes.length };
}

function snapshotOf(dataset: ZfsDataset): StoredSnapshot {
  const [, name = ''] = dataset.name.split('@');
  return {
    name,
    createdAt: iso(dataset.creation),
    heldBytes: dataset.usedBytes,
    ours: mayBeOurs(name) && !isDated(name),
    file: null,
  };
}

function volumeOf(dataset: ZfsDataset, pool: string, snapshots: readonly ZfsDataset[]): StoredVolume | null {
  const name = dataset.name.slice(pool.length + 1);
  const said = datasetKind(name);
  if (said === null) return null;
  const { origin, volsizeBytes, refquotaBytes } = dataset;
  const parent = origin?.split('@')[0] ?? '';
  const createdAt = iso(dataset.creation);
  return {
    ...{ name, vmid: said.vmid, kind: dataset.partlyReceived ? 'temporary' : said.kind },
    sizeBytes: volsizeBytes ?? (refquotaBytes === 0 ? null : refquotaBytes),
    heldBytes: dataset.usedBytes,
    ...{ createdAt, changedAt: null, touchedAt: createdAt },
    parent: origin,
    parentName: parent.startsWith(`${pool}/`) ? parent.slice(pool.length + 1) : null,
    snapshots: snapshots.toSorted((a, b) => a.creation - b.creation).map(snapshotOf),
    unread: null,
  };
}

const iso = (seconds: number): string => new Date(Math.min(seconds, 8.64e12) * 1000).toISOString();
