import { type Host, listDir, OPEN_FILES_MS } from '../host/host.ts';
import type { GuestConfig } from '../model/guests/pve.ts';
import type { ProcessTable } from '../model/host-facts.ts';
import { harmlessName } from '../model/mounts/mount-secrets.ts';
import type { SeenMount } from '../model/mounts/mounts.ts';
import { known, type Reading, unreadable } from '../model/reading.ts';
import type { StoredVolume, VolumePlace, VolumeUser } from '../model/volumes/volumes.ts';

/** A volume that no line names by its id, and by what it is open. */
interface Candidate {
  readonly place: VolumePlace;
  readonly volume: StoredVolume;
  /** 0 where nobody looked. */
  readonly inode: number;
  /** Files, and directories with all that is in them. */
  readonly paths: readonly string[];
}

/** Something that uses a file: what it is, and which file that is. */
interface FileUser {
  readonly what: string;
  readonly inode: number;
  readonly path: string;
}

export interface UserSources {
  readonly places: readonly VolumePlace[];
  readonly configs: readonly GuestConfig[];
  readonly mounts: readonly SeenMount[];
  readonly processes: Reading<ProcessTable>;
}

/**
 * Who of this node has open what no configuration names: processes, loop devices, exports. Nothing is read where there is no such
 * volume. Clients of RBD are told by Ceph itself.
 */
export async function collectVolumeUsers(
  host: Host,
  { places, configs, mounts, processes }: UserSources,
): Promise<Reading<readonly VolumeUser[]>> {
  const volumes = unnamed(places, configs);
  if (volumes.length === 0) return known([]);
  if (processes.state !== 'known') return processes;
  const { byPid } = processes.value;
  const candidates = await withPaths(host, volumes, mounts);
  const wanted = {
    inodes: candidates.flatMap(({ inode }) => (inode === 0 ? [] : [inode])),
    paths: candidates.flatMap(({ paths }) => paths),
  };
  const pids = [...byPid.keys()].sort((a, b) => a - b);
  const [open, loops, exported] = await Promise.all([
    host.openFiles(pids, wanted, host.elapsedMs() + OPEN_FILES_MS),
    loopFiles(host),
    exportedFiles(host),
  ]);
  if (open.state !== 'known') return open;
  if (loops.state !== 'known') return loops;
  if (exported.state !== 'known') return exported;
  const openers = open.value.map(([pid, inode, path]): FileUser => {
    const command = harmlessName(byPid.get(pid)?.command ?? '');
    return { what: `process ${pid}${command === '' ? '' : ` (${command})`}`, inode, path };
  });
  return known(usersOf(candidates, [...openers, ...loops.value, ...exported.value]));
}

const usersOf = (candidates: readonly Candidate[], users: readonly FileUser[]): readonly VolumeUser[] =>
  candidates.flatMap(({ place, volume, inode, paths }) => {
    const user = users.find(
      (one) =>
        (one.inode !== 0 && one.inode === inode) ||
        paths.some((path) => one.path === path || one.path.startsWith(`${path}/`)),
    );
    return user === undefined ? [] : [{ placeId: place.id, name: volume.name, what: user.what }];
  });

type Unnamed = Pick<Candidate, 'place' | 'volume'>;

function unnamed(places: readonly VolumePlace[], configs: readonly GuestConfig[]): readonly Unnamed[] {
  const named = new Set(
    configs.flatMap(({ mentions }) =>
      mentions.flatMap(({ target, certainty }) =>
        target.kind === 'volid' && certainty === 'certain' ? [`${target.storeid}:${target.volname}`] : [],
      ),
    ),
  );
  return places.flatMap((place) => {
    if (place.kind === 'rbd' || place.contents.state !== 'known') return [];
    const { volumes } = place.contents.value;
    const isNamed = (name: string) => place.storeids.some((storeid) => named.has(`${storeid}:${name}`));
    return volumes.filter(({ name }) => !isNamed(name)).map((volume) => ({ place, volume }));
  });
}

/** The file or directory; of ZFS the device behind udev's link, and where a dataset is mounted. */
async function withPaths(
  host: Host,
  volumes: readonly Unnamed[],
  mounts: readonly SeenMount[],
): Promise<readonly Candidate[]> {
  const pathOf = ({ place, volume }: Unnamed): string => `${place.where}/${volume.name}`;
  const datasets = volumes.filter(({ place }) => place.kind === 'zfs').map(pathOf);
  const links = await host.readLinks(datasets.map((dataset) => `/dev/zvol/${dataset}`));
  const devices = new Map(
    datasets.flatMap((dataset, at) => {
      const link = links[at];
      const target = link?.state === 'known' ? link.value : null;
      return target === null ? [] : [[dataset, `/dev/${target.slice(target.lastIndexOf('/') + 1)}`] as const];
    }),
  );
  return volumes.map((one) => {
    const { identity } = one.volume;
    // `major:minor inode`.
    const inode = identity === undefined ? 0 : Number(identity.slice(identity.indexOf(' ') + 1));
    const path = pathOf(one);
    if (one.place.kind === 'directory') return { ...one, inode, paths: [path] };
    const mounted = mounts.flatMap(({ source, target }) => (source === path ? [target] : []));
    return { ...one, inode, paths: [...mounted, ...(devices.has(path) ? [devices.get(path) ?? ''] : [])] };
  });
}

/** Files under loop devices (Documentation/ABI/testing/sysfs-block, loop/backing_file). */
async function loopFiles(host: Host): Promise<Reading<readonly FileUser[]>> {
  const names = await listDir(host, '/sys/block');
  if (names.state !== 'known') return names;
  const loops = names.value.filter((name) => /^loop\d+$/.test(name));
  return filesIn(
    host,
    loops.map((name) => [`loop device ${name}`, `/sys/block/${name}/loop/backing_file`]),
  );
}

const LIO = '/sys/kernel/config/target/core';

/** Files that the kernel's target exports (drivers/target/target_core_configfs.c): `core/<HBA>/<backstore>/udev_path`. */
async function exportedFiles(host: Host): Promise<Reading<readonly FileUser[]>> {
  const hbas = await listDir(host, LIO);
  if (hbas.state !== 'known') return hbas.state === 'absent' ? known([]) : hbas;
  const stores = await host.listDirs(hbas.value.map((hba) => `${LIO}/${hba}`));
  const all = hbas.value.flatMap((hba, at) => {
    const listing = stores[at];
    return listing?.state === 'known' ? listing.value.map((name) => `${hba}/${name}`) : [];
  });
  return filesIn(
    host,
    all.map((name) => [`the export ${name} of this node`, `${LIO}/${name}/udev_path`]),
  );
}

/** One that is not there has no file, or was taken away meanwhile. */
async function filesIn(
  host: Host,
  files: readonly (readonly [what: string, path: string])[],
): Promise<Reading<readonly FileUser[]>> {
  const texts = await host.readFiles(files.map(([, path]) => path));
  for (const [at, [, path]] of files.entries()) {
    const text = texts[at];
    if (text?.state === 'unreadable') return text;
    // The kernel writes a whole path and a newline there; of an export somebody may have written anything.
    if (text?.state === 'known' && path.endsWith('/backing_file') && !/^\/.*\n$/s.test(text.value))
      return unreadable({ kind: 'malformed', source: path, detail: 'it is no path' });
  }
  return known(
    files.flatMap(([what], at) => {
      const text = texts[at];
      const path = text?.state === 'known' ? text.value.trim().replace(/ \(deleted\)$/, '') : '';
      return path.startsWith('/') ? [{ what, inode: 0, path }] : [];
    }),
  );
}
