import type { Host, ProbeResult } from '../host/host.ts';
import { type WalkedPath, walkLinks } from '../host/walk-links.ts';
import { isDevicePath } from '../model/device-mapper/device-path.ts';
import type { GuestConfig } from '../model/guests/pve.ts';
import { mountOf } from '../model/mounts/mount-tree.ts';
import type { SeenMount } from '../model/mounts/mounts.ts';
import { isOnThisMachine } from '../model/mounts/remote-filesystems.ts';
import { DRIVE_KEY } from '../model/needs/disk-keys.ts';
import type { OutsideImage, StoredVolume, VolumePlace, Volumes } from '../model/volumes/volumes.ts';
import { readsOf } from '../parse/directory-volumes.ts';
import { parseVolumeListing } from '../parse/volume-listing.ts';

/** Reading one header. */
const LOOK_MS = 5000;
/** An image reads through another, and so on. */
const MOST_ROUNDS = 6;
const MOST_IMAGES = 128;

type Followed = Pick<Volumes, 'places'> & { readonly outside: readonly OutsideImage[] };

/**
 * What guests have as images by a path, and what images read through, beyond the volumes that were listed: links are followed, and
 * headers read, until nothing is left that may lead to a volume. Only file systems of this machine, and those of places that answered.
 */
export async function followImages(
  host: Host,
  places: readonly VolumePlace[],
  configs: readonly GuestConfig[],
  mounts: readonly SeenMount[],
): Promise<Followed> {
  const directories = places.filter(({ kind, contents }) => kind === 'directory' && contents.state === 'known');
  const listed = new Set(directories.flatMap(pathsIn));
  const answered = new Set(directories.map(({ where }) => mountOf(mounts, where)?.target));
  const follow = async (paths: readonly string[]): Promise<ReadonlyMap<string, WalkedPath>> => {
    const isRemote = (path: string): boolean => {
      const mount = mountOf(mounts, path);
      return mount === null || !isOnThisMachine(mount.fsType, mount.source);
    };
    const walked = await walkLinks(host, [...paths], mounts, isDevicePath);
    return new Map(
      [...walked].map(([path, end]) => {
        if (end.hidden !== null || end.there || !isRemote(end.path)) return [path, end];
        const isAsked = answered.has(mountOf(mounts, end.path)?.target);
        return [path, isAsked ? { ...end, there: true } : { ...end, hidden: end.path }];
      }),
    );
  };
  const ends = new Map<string, WalkedPath>();
  const outside = new Map<string, OutsideImage>();
  let open = [...drivePaths(configs), ...directories.flatMap(readsIn)];
  for (let round = 0; open.length > 0; round += 1) {
    const paths = [...new Set(open)].filter((path) => isFile(path) && !listed.has(path) && !ends.has(path));
    const walked = await follow(paths);
    for (const [path, end] of walked) ends.set(path, end);
    const found = [...walked.values()].filter(({ path }) => isFile(path) && !listed.has(path) && !outside.has(path));
    for (const { hidden, path } of found)
      if (hidden !== null) outside.set(path, unseen(path, `where it leads could not be seen (${hidden})`));
    const asked = [...new Set(found.flatMap(({ hidden, there, path }) => (hidden === null && there ? [path] : [])))];
    const isEnd = round === MOST_ROUNDS || outside.size + asked.length > MOST_IMAGES;
    const looked = isEnd
      ? asked.map((path) => unseen(path, 'too many images read through others'))
      : await lookAt(host, asked);
    for (const image of looked) outside.set(image.path, image);
    open = looked.flatMap(({ reads }) => reads);
  }
  const endOf = (path: string): string => ends.get(path)?.path ?? path;
  const ended = <T extends { readonly reads?: readonly string[] }>(one: T): T =>
    one.reads === undefined ? one : { ...one, reads: one.reads.map(endOf) };
  return { places: places.map((place) => withEnds(place, ended)), outside: [...outside.values()].map(ended) };
}

function withEnds(place: VolumePlace, ended: (volume: StoredVolume) => StoredVolume): VolumePlace {
  const { contents } = place;
  if (place.kind !== 'directory' || contents.state !== 'known') return place;
  return {
    ...place,
    contents: { ...contents, value: { ...contents.value, volumes: contents.value.volumes.map(ended) } },
  };
}

const isFile = (path: string): boolean => path.startsWith('/') && !isDevicePath(path) && !path.endsWith('.iso');

const volumesIn = ({ contents }: VolumePlace): readonly StoredVolume[] =>
  contents.state === 'known' ? contents.value.volumes : [];

const pathsIn = (place: VolumePlace): readonly string[] =>
  volumesIn(place).flatMap(({ name, snapshots }) =>
    [name, ...snapshots.flatMap(({ file }) => file ?? [])].map((one) => `${place.where}/${one}`),
  );

const readsIn = (place: VolumePlace): readonly string[] => volumesIn(place).flatMap(({ reads = [] }) => reads);

/** As far as this node followed them; a path that leads nowhere is asked where a server has it. */
const drivePaths = (configs: readonly GuestConfig[]): readonly string[] =>
  configs.flatMap(({ mentions }) =>
    mentions.flatMap(({ key, target }) =>
      target.kind === 'path' && target.resolved !== undefined && DRIVE_KEY.test(key)
        ? [target.resolved ?? target.path]
        : [],
    ),
  );

const unseen = (path: string, unread: string): OutsideImage => ({ path, identity: null, reads: [], unread });

async function lookAt(host: Host, paths: readonly string[]): Promise<readonly OutsideImage[]> {
  const results = await host.probe(
    paths.map((path) => ({ kind: 'volumes' as const, path, key: `volumes ${path}`, deadlineMs: LOOK_MS })),
  );
  return paths.map((path, at) => imageIn(path, results[at]));
}

function imageIn(path: string, result: ProbeResult | undefined): OutsideImage {
  const listing = result?.outcome === 'exited' && result.exitCode === 0 ? parseVolumeListing(result.stdout) : null;
  const [image] = listing?.images ?? [];
  if (image === undefined) return unseen(path, 'its header could not be read');
  const { identity, header } = image;
  return {
    path,
    identity,
    reads: readsOf(header, path.slice(0, path.lastIndexOf('/'))),
    unread: header?.unread ?? null,
  };
}
