import { isDevicePath } from '../device-mapper/device-path.ts';
import type { PlaceContents, StoredVolume, VolumePlace, Volumes } from '../volumes/volumes.ts';
import type { ImageLine } from './references.ts';

/**
 * Which image reads through which: backing files, external data, extents and parents of vmdk, origins of clones. Two names of one file
 * (a link, a directory that is two storages) are one image.
 */
export interface ImageGraph {
  readonly imageOf: (volume: Stored) => Image;
  readonly readersOf: (image: Image) => readonly Image[];
  /** Why anything that is a file may be in use although nobody names it: an image of which nobody knows what it reads through. */
  readonly blind: readonly Blind[];
}

/** A volume where it stands. */
export interface Stored {
  readonly place: VolumePlace;
  readonly volume: StoredVolume;
}

export interface Image {
  readonly key: string;
  /** Every volume that it is; none where it stands outside of all storages. */
  readonly volumes: readonly Stored[];
  /** Its paths outside of the volumes of storages. */
  readonly paths: readonly string[];
}

export interface Blind {
  readonly key: string;
  readonly name: string;
  readonly because: string;
}

interface Node {
  readonly key: string;
  readonly stored: Stored | null;
  readonly path: string | null;
  readonly reads: readonly string[];
}

export function imageGraph(volumes: Volumes): ImageGraph {
  const all = volumes.places.flatMap((place) =>
    place.contents.state === 'known' ? place.contents.value.volumes.map((volume): Stored => ({ place, volume })) : [],
  );
  const nodes = [...all.map(nodeOf), ...(volumes.outside ?? []).map(outsideNode)];
  const byKey = Map.groupBy(nodes, ({ key }) => key);
  const images = new Map([...byKey].map(([key, same]) => [key, imageOf(key, same)]));
  const byName = new Map(nodes.flatMap((node) => namesOf(node).map((name) => [name, node.key] as const)));
  const readers = new Map<string, Set<string>>();
  for (const { key, reads } of nodes)
    for (const read of reads) {
      const target = byName.get(read);
      if (target !== undefined && target !== key) readers.set(target, (readers.get(target) ?? new Set()).add(key));
    }
  const found = (key: string): readonly Image[] => [images.get(key)].filter((image) => image !== undefined);
  return {
    imageOf: (one) => images.get(keyOf(one)) ?? { key: keyOf(one), volumes: [one], paths: [] },
    readersOf: ({ key }) => [...(readers.get(key) ?? [])].flatMap(found),
    blind: blindIn(all, volumes, (name) => byName.has(name)),
  };
}

const keyOf = ({ place, volume }: Stored): string =>
  volume.identity === undefined ? `${place.kind} ${place.id} ${volume.name}` : `file ${volume.identity}`;

const imageOf = (key: string, same: readonly Node[]): Image => ({
  key,
  volumes: same.flatMap(({ stored }) => stored ?? []),
  paths: same.flatMap(({ path }) => path ?? []),
});

/** What it is called where another image reads it. */
function namesOf({ stored, path }: Node): readonly string[] {
  if (stored === null) return path === null ? [] : [path];
  const { place, volume } = stored;
  const own = [volume.name, ...volume.snapshots.flatMap(({ file }) => file ?? [])];
  return own.map((name) => `${PREFIX[place.kind]}${place.where}/${name}`);
}

const PREFIX = { directory: '', zfs: '/dev/zvol/', rbd: 'rbd:' } as const;

function nodeOf(stored: Stored): Node {
  const { place, volume } = stored;
  const { parent, parentName } = volume;
  const near = parentName === null ? null : `${place.where}/${parentName}`;
  const origin = near ?? (place.kind === 'directory' ? parent : (parent?.split('@')[0] ?? null));
  const reads = origin === null ? [] : [`${PREFIX[place.kind]}${origin}`];
  return { key: keyOf(stored), stored, path: null, reads: [...reads, ...(volume.reads ?? [])] };
}

const outsideNode = ({ path, identity, reads }: NonNullable<Volumes['outside']>[number]): Node => ({
  ...{ key: identity === null ? `path ${path}` : `file ${identity}`, stored: null, path, reads },
});

function blindIn(all: readonly Stored[], volumes: Volumes, isKnown: (name: string) => boolean): readonly Blind[] {
  const blind = all.flatMap((one): readonly Blind[] => {
    const because = one.place.kind === 'directory' ? whyBlind(one, volumes.outside !== undefined, isKnown) : null;
    return because === null ? [] : [{ key: keyOf(one), name: one.volume.name, because }];
  });
  const outside = (volumes.outside ?? []).flatMap(({ path, unread, reads }): readonly Blind[] => {
    const because = unread ?? whyUnread(reads);
    return because === null ? [] : [{ key: `path ${path}`, name: path, because }];
  });
  return [...blind, ...outside];
}

/** Captures of older versions have no identity, and headers of qcow2 alone. */
function whyBlind(
  { place, volume: { unread, linked, parent, parentName, reads, identity } }: Stored,
  isFollowed: boolean,
  isKnown: (name: string) => boolean,
): string | null {
  if (linked === true && identity === undefined) return 'it is a link, and where it leads was not read';
  if (unread !== null) return `its header could not be read (${unread})`;
  const all = [...(reads ?? []), ...(reads !== undefined || parent === null ? [] : [parent])];
  const lost = isFollowed
    ? undefined
    : (all.find((one) => one.startsWith('/') && !isDevicePath(one) && !isKnown(one)) ??
      (parentName !== null && !isKnown(`${place.where}/${parentName}`) ? (parent ?? undefined) : undefined));
  return lost === undefined
    ? whyUnread(all)
    : `its backing file ${lost} is none of the volumes that were listed, and may be a link`;
}

const whyUnread = (reads: readonly string[]): string | null =>
  reads.includes('json:') ? 'its backing file is written as json' : null;

/** Devices that files read through. */
export const devicesRead = (volumes: Volumes | null): readonly ImageLine[] => [
  ...(volumes?.places ?? []).flatMap(({ contents }) =>
    contents.state === 'known'
      ? contents.value.volumes.flatMap(({ vmid, name, reads }) => lines(vmid, name, reads))
      : [],
  ),
  ...(volumes?.outside ?? []).flatMap(({ path, reads }) => lines(0, path, reads)),
];

const lines = (vmid: number, name: string, reads: readonly string[] = []): readonly ImageLine[] =>
  reads.filter(isDevicePath).map((path) => ({ vmid, name, path }));

/** Of a listing by an older version: what may be part of a vmdk, or of an image with its data outside. */
export function whyMaybePart({ volumes }: PlaceContents, volume: StoredVolume): string | null {
  const isPart = /\.(?:raw|vmdk)$/.test(volume.name) && volume.identity === undefined;
  if (!isPart) return null;
  if (volume.kind === 'custom')
    return 'its name is none that Proxmox VE gives: it may be part of another image (an extent of a vmdk, an external data file)';
  const beside = volumes.find((other) => other !== volume && other.name.endsWith('.vmdk'));
  return beside === undefined
    ? null
    : `${beside.name} may have it as an extent or a parent: what a vmdk reads through is not read`;
}
