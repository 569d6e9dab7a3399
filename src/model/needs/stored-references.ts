import { append } from '../append.ts';
import type { Reference } from '../guests/guest-entries.ts';
import type { StorageConfig, VolumeMention } from '../guests/pve.ts';
import { isWithin } from '../mounts/mount-tree.ts';
import type { VolumePlace, Volumes } from '../volumes/volumes.ts';
import { DRIVE_KEY, isVolumeOf } from './disk-keys.ts';

/** Which configuration refers to which volume of a place. Volumes are compared as (place, name), never by storage id or pattern. */
export interface StoredReferences {
  /** Those that name this volume; on a place of this node alone only those of its own guests. */
  readonly find: (place: VolumePlace, name: string) => readonly Reference[];
  /** Those by this path of an image outside of all storages. */
  readonly findPath: (path: string) => readonly Reference[];
  /** Those that may mean it, since nobody knows what they mean: an unknown storage, text, a path that leads nobody knows where. */
  readonly findUnplaced: (vmid: number, name: string) => readonly Reference[];
}

type Found<K> = Map<K, Reference[]>;

interface Index {
  readonly named: Map<VolumePlace, Found<string>>;
  /** Images outside of storages, by their path. */
  readonly outside: Found<string>;
  readonly loose: Found<string>;
  readonly unplacedOf: Found<number>;
  /** Drives by a path that leads nobody knows where: to any volume. */
  readonly anywhere: Reference[];
  /** Directories that a container has mounted, by what names of their volumes begin with. */
  readonly mounted: Map<VolumePlace, { readonly prefix: string; readonly reference: Reference }[]>;
  readonly places: readonly VolumePlace[];
  readonly placeOf: ReadonlyMap<string, VolumePlace>;
  /** Types of all storages that storage.cfg says whole. */
  readonly types: ReadonlyMap<string, string>;
}

/**
 * The volumes that a volume id names: `100/a.raw` and a linked clone's `100/base.raw/101/a.qcow2` on directories, `base/vm` elsewhere
 * (pve-storage src/PVE/Storage/Plugin.pm and ZFSPoolPlugin.pm parse_volname).
 */
export function namesOf(kind: VolumePlace['kind'], volname: string): readonly string[] {
  const parts = volname.split('/').filter((part) => part !== '');
  if (kind !== 'directory') return parts;
  return parts.flatMap((part, at) => {
    const file = parts[at + 1];
    return at % 2 === 0 && /^\d+$/.test(part) && file !== undefined ? [`${part}/${file}`] : [];
  });
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** The same while it is filled. */
export interface StoredIndex extends StoredReferences {
  readonly add: (mention: VolumeMention, reference: Reference) => void;
  /** A name that stands in some text. */
  readonly addName: (name: string, reference: Reference) => void;
}

export function storedReferences(volumes: Volumes | null, storage: StorageConfig): StoredIndex {
  const places = volumes?.places ?? [];
  const index: Index = {
    named: new Map(),
    outside: new Map((volumes?.outside ?? []).map(({ path }) => [path, []])),
    loose: new Map(),
    unplacedOf: new Map(),
    anywhere: [],
    mounted: new Map(),
    places,
    placeOf: placesByStorage(places),
    types: new Map(storage.storages.flatMap(({ storeid, type }) => (type === '' ? [] : [[storeid, type]]))),
  };
  return {
    find: (place, name) => [
      ...(index.named.get(place)?.get(name) ?? NONE),
      ...(index.mounted.get(place) ?? []).flatMap(({ prefix, reference }) =>
        name.startsWith(prefix) ? [reference] : [],
      ),
    ],
    findPath: (path) => index.outside.get(path) ?? NONE,
    findUnplaced: (vmid, name) => {
      const file = lastPart(name);
      const words = new Set([file, file.replace(/\.(?:raw|qcow2|vmdk|subvol)$/, '')]);
      return [
        ...(index.unplacedOf.get(vmid) ?? NONE),
        ...[...words].flatMap((word) => index.loose.get(word) ?? NONE),
        ...index.anywhere,
      ];
    },
    add: (mention, reference) => {
      const { target } = mention;
      if (target.kind === 'path') addPath(index, target, mention, reference);
      else addVolume(index, target, mention, reference);
    },
    addName: (name, reference) => append(index.loose, name, reference),
  };
}

/** The place that each storage means, of those that were to be looked at. */
export const placesByStorage = (places: readonly VolumePlace[]): ReadonlyMap<string, VolumePlace> =>
  new Map(places.flatMap((place) => place.storeids.map((storeid) => [storeid, place] as const)));

const NONE: readonly Reference[] = [];

function addVolume(
  index: Index,
  { storeid, volname }: Extract<VolumeMention['target'], { kind: 'volid' }>,
  { key }: VolumeMention,
  reference: Reference,
): void {
  const place = index.placeOf.get(storeid);
  if (place !== undefined && place.contents.state === 'known') {
    for (const name of namesOf(place.kind, volname)) addNamed(index, place, name, reference);
    return;
  }
  const isKnown = index.types.has(storeid);
  // LVM has its own section; a place that was not looked at may be the one that another storage means by another path.
  if (isKnown && place === undefined) return;
  for (const part of new Set(volname.split('/'))) append(index.loose, part, { ...reference, certainty: 'maybe' });
  if (!isKnown && reference.certainty === 'certain' && isVolumeOf(volname, key))
    append(index.unplacedOf, reference.vmid, { ...reference, certainty: 'maybe' });
}

/** A storage that is not shared means another place on each node. */
function addNamed(index: Index, place: VolumePlace, name: string, reference: Reference): void {
  if (!place.shared && !reference.local) return;
  const names = index.named.get(place) ?? new Map<string, Reference[]>();
  index.named.set(place, names);
  append(names, name, reference);
}

function addPath(
  index: Index,
  { path, resolved }: Extract<VolumeMention['target'], { kind: 'path' }>,
  { key }: VolumeMention,
  reference: Reference,
): void {
  let isPlaced = false;
  for (const one of resolved == null ? [path] : [path, resolved]) {
    const place = index.places.find(({ where, kind }) => one.startsWith(`${LINKS[kind]}${where}/`));
    if (place !== undefined) addNamed(index, place, nameIn(place, one), reference);
    const outside = reference.local ? index.outside.get(one) : undefined;
    outside?.push(reference);
    isPlaced ||= outside !== undefined || (place !== undefined && isListed(place, nameIn(place, one)));
    append(index.loose, lastPart(one), { ...reference, certainty: 'maybe' });
  }
  const isNumbered = [path, resolved ?? ''].some((one) => /^\/dev\/(?:zd|rbd)\d/.test(one));
  const isFile = DRIVE_KEY.test(key) && !path.startsWith('/dev/') && !path.endsWith('.iso');
  if (reference.certainty === 'certain' && !isPlaced && (isNumbered || isFile))
    index.anywhere.push({ ...reference, certainty: 'maybe' });
  if (!DRIVE_KEY.test(key)) addMounted(index, path, reference);
}

/** What a path names where it is listed; a link or a directory of another name leads on. */
const isListed = ({ contents }: VolumePlace, name: string): boolean =>
  contents.state !== 'known' || contents.value.volumes.some((volume) => volume.name === name);

/** A directory of the node that a container has: the images, those of a guest, or one above them. */
function addMounted(index: Index, path: string, reference: Reference): void {
  const directory = path.replace(/(?<=.)\/+$/, '');
  for (const place of index.places) {
    if (place.kind !== 'directory') continue;
    const inside = directory.startsWith(`${place.where}/`) ? directory.slice(place.where.length + 1) : null;
    const prefix = isWithin(place.where, directory)
      ? ''
      : inside !== null && /^\d+$/.test(inside)
        ? `${inside}/`
        : null;
    if (prefix !== null) append(index.mounted, place, { prefix, reference: { ...reference, certainty: 'maybe' } });
  }
}

/** Where udev's links to the devices of each are. */
export const LINKS = { directory: '', zfs: '/dev/zvol/', rbd: '/dev/rbd/' } as const;

const nameIn = ({ where, kind }: VolumePlace, path: string): string =>
  path.slice(where.length + 1 + LINKS[kind].length);
