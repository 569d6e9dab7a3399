import { type Host, listDir } from '../host/host.ts';
import type { BtrfsFileSystem, BtrfsFileSystems, BtrfsMember } from '../model/mounts/btrfs.ts';
import { known, type Reading } from '../model/reading.ts';
import { parseBtrfsErrors } from '../parse/btrfs-errors.ts';

const BTRFS = '/sys/fs/btrfs';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * What the kernel says of each mounted btrfs and of its devices (Documentation/ABI/testing/sysfs-fs-btrfs; `devinfo` came with Linux 5.10,
 * `error_stats` with 5.14). No disk is asked.
 */
export async function collectBtrfs(host: Host): Promise<Reading<BtrfsFileSystems>> {
  const listing = await listDir(host, BTRFS);
  if (listing.state === 'unreadable') return listing;
  const uuids = listing.state === 'known' ? listing.value.filter((name) => UUID.test(name)).sort() : [];
  const read = await Promise.all(uuids.map((uuid) => readOne(host, uuid)));
  return known({
    fileSystems: read.map(({ fileSystem }) => fileSystem),
    unread: read.flatMap(({ unread }) => unread),
  });
}

interface ReadFileSystem {
  readonly fileSystem: BtrfsFileSystem;
  readonly unread: readonly string[];
}

async function readOne(host: Host, uuid: string): Promise<ReadFileSystem> {
  const base = `${BTRFS}/${uuid}`;
  const unread: string[] = [];
  const [devices, infos] = await host.listDirs([`${base}/devices`, `${base}/devinfo`]);
  const namesIn = (listing: Reading<readonly string[]> | undefined, path: string): readonly string[] => {
    if (listing?.state === 'known') return listing.value;
    unread.push(`${path} could not be read`);
    return [];
  };
  const names = [...namesIn(devices, `${base}/devices`)].sort();
  const ids = namesIn(infos, `${base}/devinfo`)
    .filter((name) => /^\d{1,9}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
  const texts = await host.readFiles([
    `${base}/label`,
    ...names.flatMap((name) => [`/sys/class/block/${name}/dev`, `/sys/class/block/${name}/dm/name`]),
    ...ids.flatMap((id) => [`${base}/devinfo/${id}/missing`, `${base}/devinfo/${id}/error_stats`]),
  ]);
  const ofMembers = texts.slice(1 + 2 * names.length);
  const members = ids.flatMap((id, at): readonly BtrfsMember[] => {
    const [missing, errors] = ofMembers.slice(2 * at, 2 * at + 2);
    const isMissing = missing?.state === 'known' ? FLAGS.get(missing.value) : undefined;
    const counted = errors?.state === 'known' ? parseBtrfsErrors(errors.value) : null;
    if (isMissing === undefined) unread.push(`${base}/devinfo/${id}/missing could not be read`);
    if (counted === null && errors?.state !== 'absent')
      unread.push(`${base}/devinfo/${id}/error_stats could not be read`);
    return isMissing === undefined ? [] : [{ id, missing: isMissing, errors: counted }];
  });
  return {
    fileSystem: {
      uuid,
      label: textOf(texts[0]),
      devices: names.map((name, at) => ({
        name,
        devNo: textOf(texts[1 + 2 * at]),
        mapped: textOf(texts[2 + 2 * at]),
      })),
      members,
    },
    unread,
  };
}

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['0\n', false],
  ['1\n', true],
]);

const textOf = (reading: Reading<string> | undefined): string =>
  reading?.state === 'known' ? reading.value.trim() : '';
