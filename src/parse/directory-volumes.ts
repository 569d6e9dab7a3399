import { normalPath } from '../model/device-mapper/device-path.ts';
import { fileKind, mayBeOurs, snapshotFile } from '../model/volumes/volume-names.ts';
import type { PlaceContents, StoredSnapshot, StoredVolume } from '../model/volumes/volumes.ts';
import type { ImageHeader, ListedImage, VolumeListing } from './volume-listing.ts';

/** What a listing of images says of volumes: a snapshot that is a file of its own belongs to its volume. */
export function directoryContents({ images, foreign }: VolumeListing, where: string, isBtrfs: boolean): PlaceContents {
  const ours = images.filter((image) => isBtrfs || (image.type !== 'disk-raw' && !image.name.includes('@')));
  const volumes: StoredVolume[] = [];
  for (const guest of Map.groupBy(ours, ({ vmid }) => vmid).values()) volumes.push(...volumesOf(guest, where));
  return { volumes, foreign: foreign + images.length - ours.length };
}

function volumesOf(images: readonly ListedImage[], where: string): readonly StoredVolume[] {
  const names = new Set(images.flatMap(({ name }) => (fileKind(name) === 'snapshot' ? [] : [name])));
  const found = images.map((image) => ({
    image,
    of: fileKind(image.name) === 'snapshot' ? snapshotFile(image.name, names) : null,
  }));
  const files = Map.groupBy(found, ({ of }) => of?.volume ?? null);
  return (files.get(null) ?? []).map(({ image }) => {
    const snapshots = (files.get(image.name) ?? []).map((file) => snapshotOf(file.image, file.of?.snapshot ?? ''));
    const chain = (files.get(image.name) ?? []).map((file) => file.image);
    return volumeOf(image, snapshots, { ...chainEnd(image, chain, where), where });
  });
}

/** What an image reads through, its own snapshots left out. */
interface ChainEnd {
  readonly backing: string | null;
  /** All of it, as absolute paths where it is a file. */
  readonly reads: readonly string[];
  readonly unread: string | null;
}

/** Each file of a chain of snapshots has the one before as its backing file, and the first the base of a linked clone. */
function chainEnd(image: ListedImage, snapshots: readonly ListedImage[], where: string): ChainEnd {
  const files = new Map(snapshots.map((file) => [`${file.vmid}/${file.name}`, file]));
  const passed = new Set<ListedImage>();
  const reads: string[] = [];
  for (let file = image; ; ) {
    const { backing = null, unread = null } = file.header ?? {};
    const next = backing === null ? undefined : files.get(fileBehind(backing, file.vmid, where) ?? '');
    reads.push(...readsOf(file.header, `${where}/${file.vmid}`));
    if (unread !== null || next === undefined || passed.has(next)) {
      const own = new Set([image, ...passed].map(({ vmid, name }) => `${where}/${vmid}/${name}`));
      return { backing, reads: reads.filter((path) => !own.has(path)), unread };
    }
    passed.add(next);
    file = next;
  }
}

const snapshotOf = (image: ListedImage, name: string): StoredSnapshot => ({
  name,
  // What is read through it is written no more.
  createdAt: image.type === 'directory' ? null : iso(image.modified),
  heldBytes: heldBytes(image),
  ours: mayBeOurs(name),
  file: `${image.vmid}/${image.name}`,
});

function volumeOf(
  image: ListedImage,
  files: readonly StoredSnapshot[],
  end: ChainEnd & { where: string },
): StoredVolume {
  const { vmid, name, header } = image;
  const parent = end.backing;
  const inside = (header?.snapshots ?? []).map((snapshot): StoredSnapshot => {
    const createdAt = snapshot.date === 0 ? null : iso(snapshot.date);
    return { name: snapshot.name, createdAt, heldBytes: null, ours: mayBeOurs(snapshot.name), file: null };
  });
  return {
    ...{ name: `${vmid}/${name}`, vmid, kind: fileKind(name) },
    sizeBytes: image.type === 'directory' ? null : (header?.sizeBytes ?? image.sizeBytes),
    heldBytes: heldBytes(image),
    createdAt: null,
    changedAt: iso(image.modified),
    touchedAt: iso(Math.max(image.modified, image.changed)),
    parent,
    parentName: parent === null ? null : fileBehind(parent, vmid, end.where),
    snapshots: [...files, ...inside],
    unread: end.unread,
    ...(end.reads.length === 0 ? {} : { reads: end.reads }),
    ...(image.identity === null ? {} : { identity: image.identity }),
    ...(image.linked ? { linked: true as const } : {}),
    ...(isUnlike(header) ? { unlike: true as const } : {}),
  };
}

const isUnlike = (header: ImageHeader | null): boolean =>
  header !== null && header.sizeBytes === null && header.unread === null;

/** What a directory holds is not in its own blocks. */
const heldBytes = (image: ListedImage): number | null => (image.type === 'directory' ? null : image.heldBytes);

const iso = (seconds: number): string => new Date(Math.min(seconds, LAST_SECOND) * 1000).toISOString();

/** The last instant that a date can say (ECMAScript, Time Values and Time Range). */
const LAST_SECOND = 8.64e12;

/** QEMU block.c path_has_protocol: an address, or options; only what it is called was kept. */
const isNoFile = (name: string): boolean => /^[A-Za-z0-9+.-]+:/.test(name);

/** A backing file as an absolute path: it is relative to the image (QEMU block.c path_combine). */
export function pathBehind(name: string, directory: string): string {
  return isNoFile(name) ? name : normalPath(name.startsWith('/') ? name : `${directory}/${name}`);
}

/** Every file that an image in this directory reads through. */
export const readsOf = (header: ImageHeader | null, directory: string): readonly string[] =>
  header === null
    ? []
    : [...(header.backing === null ? [] : [header.backing]), ...header.files].map((name) =>
        pathBehind(name, directory),
      );

/** The volume of this directory that a backing file means: `../100/base-100-disk-0.qcow2`, `snap-a-vm-100-disk-0.qcow2`. */
export function fileBehind(backing: string, vmid: number, where: string): string | null {
  const whole = pathBehind(backing, `${where}/${vmid}`);
  const name = whole.startsWith(`${where}/`) ? whole.slice(where.length + 1) : '';
  return /^\d+\/[^/]+$/.test(name) ? name : null;
}
