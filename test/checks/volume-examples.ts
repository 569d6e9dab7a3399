import type { GuestConfig, Storage } from '../../src/model/guests/pve.ts';
import { known } from '../../src/model/reading.ts';
import type { Sections } from '../../src/model/snapshot.ts';
import { datasetKind, fileKind } from '../../src/model/volumes/volume-names.ts';
import type { StoredSnapshot, StoredVolume, VolumePlace } from '../../src/model/volumes/volumes.ts';
import { cluster, guests, quiet, running, storage, storages } from './examples.ts';

/** Storages other than LVM with what stands on them, read at noon. */
export const NOON = '2026-11-20T12:00:00.000Z';
export const LONG_AGO = '2026-10-01T00:00:00.000Z';

const MIB = 1024 * 1024;

const LAST_PART = /[^/]+$/;

/** A volume of the guest that its name states, untouched since October. */
export function stored(name: string, over: Partial<StoredVolume> = {}): StoredVolume {
  const file = LAST_PART.exec(name)?.[0] ?? name;
  const dataset = datasetKind(file);
  const isFile = name.includes('/');
  return {
    ...{ name, vmid: isFile ? Number(name.split('/')[0]) : (dataset?.vmid ?? 0) },
    kind: isFile ? fileKind(file) : (dataset?.kind ?? 'custom'),
    ...{ sizeBytes: 8 * MIB, heldBytes: 4 * MIB, createdAt: null, changedAt: LONG_AGO, touchedAt: LONG_AGO },
    ...{ parent: null, parentName: null, snapshots: [], unread: null },
    ...over,
  };
}

export const snapshot = (name: string, over: Partial<StoredSnapshot> = {}): StoredSnapshot => ({
  ...{ name, createdAt: LONG_AGO, heldBytes: MIB, ours: true, file: null },
  ...over,
});

const WHERE = { directory: '/mnt/disks/images', zfs: 'tank', rbd: 'rbd' } as const;

/** The place of storage `disks`, `tank` or `pool`. */
export const placeOf = (
  kind: VolumePlace['kind'],
  volumes: readonly StoredVolume[],
  over: Partial<VolumePlace> = {},
): VolumePlace => ({
  ...{ kind, id: `id of ${WHERE[kind]}`, where: WHERE[kind], shared: false },
  storeids: [kind === 'directory' ? 'disks' : kind === 'zfs' ? 'tank' : 'pool'],
  contents: known({ volumes, foreign: 0 }),
  ...over,
});

const TYPES = { directory: 'dir', zfs: 'zfspool', rbd: 'rbd' } as const;

const storageOf = ({ kind, shared }: VolumePlace, storeid: string): Storage => ({
  ...storage(storeid, '', { type: TYPES[kind], shared }),
  properties: {},
});

/** A quiet node of a cluster with these places and guests. */
export const nodeWith = (places: readonly VolumePlace[], ...configs: readonly GuestConfig[]): Partial<Sections> => ({
  ...{ cluster, guests: guests(...configs), running: running(), activity: quiet },
  storage: storages(...places.flatMap((place) => place.storeids.map((storeid) => storageOf(place, storeid)))),
  volumes: { readAt: NOON, places, users: known([]) },
  replication: { configured: true, jobs: [], states: [] },
  finishedTasks: { tasks: [] },
});
