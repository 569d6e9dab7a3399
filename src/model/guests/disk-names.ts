import { normalPath, parseDevicePath } from '../device-mapper/device-path.ts';
import { namesOf, placesByStorage } from '../needs/stored-references.ts';
import { isMadeAnew } from '../needs/unsettled.ts';
import { isDisk } from '../volumes/guest-disks.ts';
import type { VolumePlace } from '../volumes/volumes.ts';
import type { Cluster, GuestConfig, Storage, VolumeMention } from './pve.ts';

/** A disk by its place: two storages may mean one VG or one directory, and a path may mean what a volume id names. */
export interface DiskPlace {
  /** `vg san/vm-100-disk-0`; the same on every node where its storage is shared. */
  readonly id: string;
  /** Nodes, and perhaps other clusters, see the same disk. */
  readonly shared: boolean;
  /** A device that no storage manages: a LUN, a whole disk. */
  readonly isRaw: boolean;
}

/** A line of a configuration that names a disk. */
export interface DiskName {
  readonly config: GuestConfig;
  readonly mention: VolumeMention;
  /** The volume id or path, as the line says it. */
  readonly text: string;
  readonly place: DiskPlace;
}

export interface DiskSources {
  readonly configs: readonly GuestConfig[];
  readonly storages: readonly Storage[];
  readonly cluster: Cluster;
  /** Empty where nobody looked: then only the storage id tells where a volume is that is not on LVM. */
  readonly places: readonly VolumePlace[];
}

/** Every disk that certain lines of the cluster name and that this node can place, by its place. */
export function diskNames(sources: DiskSources): ReadonlyMap<string, readonly DiskName[]> {
  const find = placer(sources);
  const names = sources.configs.flatMap((config) =>
    config.mentions.flatMap((mention): readonly DiskName[] => {
      if (mention.certainty !== 'certain' || !(isDisk(mention.key) || /^unused\d+$/.test(mention.key))) return [];
      const place = find(mention, config);
      // A disk of another node with the same name is another disk.
      if (place === null || !(place.shared || config.node === sources.cluster.nodeName)) return [];
      const { target } = mention;
      const text = target.kind === 'path' ? target.path : `${target.storeid}:${target.volname}`;
      return [{ config, mention, text, place }];
    }),
  );
  return Map.groupBy(names, ({ place }) => place.id);
}

function placer({ storages, places }: DiskSources): (mention: VolumeMention, config: GuestConfig) => DiskPlace | null {
  const byStoreid = new Map(storages.map((storage) => [storage.storeid, storage]));
  const placeOf = placesByStorage(places);
  const sharedVgs = new Set(storages.flatMap(({ shared, properties }) => (shared ? (properties['vgname'] ?? []) : [])));
  const vgs = new Set(storages.flatMap(({ properties }) => properties['vgname'] ?? []));
  const inVg = (vgName: string, lvName: string): DiskPlace => ({
    ...{ id: `vg ${vgName}/${lvName}`, shared: sharedVgs.has(vgName), isRaw: false },
  });
  const byVolid = (storeid: string, volname: string): DiskPlace | null => {
    const storage = byStoreid.get(storeid);
    if (storage === undefined || isMadeAnew(volname) || /^(?:iso|import|snippets|vztmpl|backup)\//.test(volname))
      return null;
    const vgName = storage.properties['vgname'];
    const last = volname.slice(volname.lastIndexOf('/') + 1);
    if (vgName !== undefined) return inVg(vgName, last);
    const place = placeOf.get(storeid);
    if (place === undefined) return { id: `storage ${storeid}:${volname}`, shared: storage.shared, isRaw: false };
    const name = namesOf(place.kind, volname).at(-1) ?? volname;
    return { id: `${place.kind} ${place.id}/${name}`, shared: place.shared, isRaw: false };
  };
  const byPath = (path: string, resolved: string | null | undefined): DiskPlace | null => {
    const place = places.find(({ kind, where }) => kind === 'directory' && path.startsWith(`${where}/`));
    if (place !== undefined)
      return { id: `directory ${place.id}/${path.slice(place.where.length + 1)}`, shared: place.shared, isRaw: false };
    const device = parseDevicePath(path);
    if (device?.kind === 'volume' && vgs.has(device.vgName) && device.lvNames.length === 1)
      return inVg(device.vgName, device.lvNames[0] ?? '');
    if (!path.startsWith('/dev/') || /^\/dev\/(?:sr\d|cdrom|dvd)/.test(normalPath(path))) return null;
    // Only where this node followed the path: a name of another node may be another device here.
    return resolved == null ? null : { id: `device ${resolved}`, shared: false, isRaw: true };
  };
  return ({ target }) =>
    target.kind === 'volid' ? byVolid(target.storeid, target.volname) : byPath(target.path, target.resolved);
}
