import { mountOf } from '../mounts/mount-tree.ts';
import type { Container, HostMounts, SeenMount } from '../mounts/mounts.ts';
import { oncePer } from '../once-per.ts';
import type { PlaceContents, StoredVolume, VolumePlace, Volumes } from './volumes.ts';

/**
 * What may need a file without being read for it: extents of vmdk, external data files, links, backing files that are written
 * otherwise than as a path, directories that are mounted once more. As long as these are not followed, what they may lead to
 * is not judged.
 */

/** Where the same files are seen besides. */
export interface OtherViews {
  readonly mounts: HostMounts | null;
  readonly containers: readonly Container[];
}

/** Why a volume of a directory may be in use although no configuration names it; null where nothing says so. */
export function whyUnreadUse(place: VolumePlace, volume: StoredVolume, all: Volumes, views: OtherViews): string | null {
  if (place.kind !== 'directory' || place.contents.state !== 'known') return null;
  const file = volume.name.slice(volume.name.lastIndexOf('/') + 1);
  if (volume.kind === 'custom' && IS_PART.test(file))
    return 'its name is none that Proxmox VE gives: it may be part of another image (an extent of a vmdk, an external data file)';
  const descriptor = IS_PART.test(file) ? vmdkBeside(place.contents.value, volume) : null;
  if (descriptor !== null)
    return `${descriptor} may have it as an extent or a parent: what a vmdk reads through is not read`;
  if (ALONE.test(volume.kind)) return null;
  const blind = blindIn(all).find((other) => other.place !== place || other.volume !== volume);
  if (blind !== undefined) return `${blind.volume.name} may read through it: ${blind.because}`;
  return mountedAgain(place, volume, views);
}

/** Proxmox VE makes none of these to be read through. */
const ALONE = /^(?:cloudinit|fleecing|vmstate|temporary)$/;

const IS_PART = /\.(?:raw|vmdk)$/;

const vmdkBeside = ({ volumes }: PlaceContents, volume: StoredVolume): string | null =>
  volumes.find((other) => other !== volume && other.name.endsWith('.vmdk'))?.name ?? null;

interface Blind {
  readonly place: VolumePlace;
  readonly volume: StoredVolume;
  readonly because: string;
}

/** Images of directories of which nobody knows what they read through. */
const blindIn = oncePer(({ places }: Volumes): readonly Blind[] => {
  const directories = places.filter(({ kind }) => kind === 'directory');
  return directories.flatMap((place) =>
    place.contents.state !== 'known'
      ? []
      : place.contents.value.volumes.flatMap((volume) => {
          const because = whyBlind(volume, directories);
          return because === null ? [] : [{ place, volume, because }];
        }),
  );
});

function whyBlind(
  { unread, linked, parent, parentName }: StoredVolume,
  directories: readonly VolumePlace[],
): string | null {
  if (linked === true) return 'it is a link, and where it leads was not read';
  if (unread !== null) return `its header could not be read (${unread})`;
  if (parent === null || isFound(parent, parentName, directories) || isOfNetwork(parent)) return null;
  return parent === 'json:'
    ? 'its backing file is written as json'
    : `its backing file ${parent} is none of the volumes that were listed, and may be a link`;
}

function isFound(parent: string, parentName: string | null, directories: readonly VolumePlace[]): boolean {
  return directories.some(
    ({ where, contents }) =>
      contents.state === 'known' &&
      contents.value.volumes.some(({ name, snapshots }) =>
        [name, ...snapshots.map(({ file }) => file)].some(
          (one) => one !== null && (one === parentName || `${where}/${one}` === parent),
        ),
      ),
  );
}

/** QEMU block.c path_has_protocol: what it is called is all that was kept of it. */
const isOfNetwork = (parent: string): boolean => /^(?!json:|file:)[A-Za-z0-9+.-]+:$/.test(parent);

/** The kernel shows a directory that is mounted once more by the directory of the file system (proc(5), mountinfo, field 4). */
function mountedAgain({ where }: VolumePlace, { name }: StoredVolume, views: OtherViews): string | null {
  const table = views.mounts?.mounts ?? [];
  const mount = mountOf(table, where);
  if (mount === null) return null;
  const inside = `${mount.root}/${where.slice(mount.target.length)}/${name}`.replaceAll(/\/+/g, '/');
  const isView = ({ devNo, root }: SeenMount): boolean =>
    devNo === mount.devNo && root !== mount.root && root.length > mount.root.length && isAtOrAbove(root, inside);
  const again = table.find((one) => one !== mount && isView(one));
  if (again !== undefined) return `${again.root} is mounted on ${again.target} as well`;
  const container = views.containers.find(({ mounts }) => mounts.some(isView));
  return container === undefined ? null : `a directory that it is in is mounted into container ${container.vmid}`;
}

const isAtOrAbove = (directory: string, path: string): boolean =>
  path === directory || path.startsWith(`${directory}/`);
