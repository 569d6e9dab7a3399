import type { Host } from '../host/host.ts';
import { normalPath } from '../model/device-mapper/device-path.ts';
import type { Cluster, StorageConfig } from '../model/guests/pve.ts';
import { mountOf } from '../model/mounts/mount-tree.ts';
import type { ExpectedMount, ExpectedMounts, HostMounts, SeenMount } from '../model/mounts/mounts.ts';
import { isOnThisMachine } from '../model/mounts/remote-filesystems.ts';
import { storageDirectories, storageMounts } from '../model/mounts/storage-mounts.ts';
import { absent, describeProblem, known, knownOf, type Reading } from '../model/reading.ts';
import { parseFstab, parseMountUnit } from '../parse/expected-mounts.ts';

export interface ExpectationSources {
  readonly storage: Reading<StorageConfig>;
  readonly cluster: Reading<Cluster>;
  readonly mounts: Reading<HostMounts>;
}

/**
 * What should be mounted on this node. A place that could not be read is a gap: what the others expect is still judged, since
 * nothing that one of them says takes back what another expects.
 */
export async function collectExpectedMounts(host: Host, sources: ExpectationSources): Promise<Reading<ExpectedMounts>> {
  const { storage, cluster, mounts } = sources;
  if (mounts.state !== 'known') return mounts;
  const [fstab = absent('')] = await host.readFiles(['/etc/fstab']);
  const units = await readUnits(host);
  const node = cluster.state === 'known' ? cluster.value.nodeName : null;
  const storages = storage.state === 'known' ? storage.value : NO_STORAGES;
  const table = mounts.value.mounts;
  const expected = [
    ...storageMounts(storages, node),
    ...(fstab.state === 'known' ? parseFstab(fstab.value, '/etc/fstab') : []),
    ...(units.state === 'known' ? units.value : []),
  ];
  const directories = await withoutLinks(host, storageDirectories(storages, node), table);
  return known({
    mounts: await withoutLinks(host, expected, table),
    directories: directories.flatMap(({ storeid, target, unclear: because }) =>
      storeid === null || because !== undefined ? [] : [{ storeid, path: target }],
    ),
    gaps: [
      ...[storage, fstab, units].flatMap((reading) =>
        reading.state === 'unreadable' ? [describeProblem(reading.problem)] : [],
      ),
      ...directories.flatMap(({ unclear: because }) => because ?? []),
    ],
  });
}

const NO_STORAGES: StorageConfig = { storages: [], problems: [], mentionedVgs: [] };

const UNIT_DIRECTORIES = ['/etc/systemd/system', '/run/systemd/system'];

/** Units of the administrator and of PVE (CephFS). Those that systemd makes of fstab are read there. */
async function readUnits(host: Host): Promise<Reading<readonly ExpectedMount[]>> {
  const listings = await host.listDirs(UNIT_DIRECTORIES);
  const bad = listings.find((listing) => listing.state === 'unreadable');
  if (bad?.state === 'unreadable') return bad;
  const names = listings.flatMap((listing, at) =>
    listing.state === 'known' ? listing.value.map((name) => ({ name, path: `${UNIT_DIRECTORIES[at]}/${name}` })) : [],
  );
  const units = names.filter(({ name }) => name.endsWith('.mount'));
  if (units.length === 0) return known([]);
  const starters = names.filter(({ name }) => /\.(?:wants|requires)$/.test(name)).map(({ path }) => path);
  const started = (await host.listDirs(starters)).flatMap((listing) =>
    listing.state === 'known' ? listing.value : [],
  );
  const texts = await host.readFiles(units.map(({ path }) => path));
  const unread = await firstUnread(host, units, texts);
  if (unread !== null) return unread;
  const onDemand = new Set(names.map(({ name }) => name).filter((name) => name.endsWith('.automount')));
  const expected = knownOf(units, texts).flatMap(([{ name, path }, text]) => {
    const required = started.includes(name) && !onDemand.has(name.replace(/\.mount$/, '.automount'));
    return parseMountUnit(text, path, required) ?? [];
  });
  return known(expected);
}

/** A unit that is masked, which is a link to /dev/null (systemctl(1)), asks for nothing. */
async function firstUnread(
  host: Host,
  units: readonly { readonly path: string }[],
  texts: readonly Reading<string>[],
): Promise<Extract<Reading<never>, { state: 'unreadable' }> | null> {
  const unread = units.flatMap(({ path }, at) => {
    const text = texts[at];
    return text?.state === 'unreadable' ? [{ path, text }] : [];
  });
  if (unread.length === 0) return null;
  const links = await host.readLinks(unread.map(({ path }) => path));
  const masked = links.map((link) => link.state === 'known' && link.value === '/dev/null');
  return unread.find((_, at) => !masked[at])?.text ?? null;
}

/** S_IFMT and S_IFLNK of st_mode. */
const TYPE_BITS = 0o170000;
const LINK = 0o120000;

const MOST_LINKS = 8;

/**
 * The mount table shows paths without symbolic links, configurations may not. Only directories of this machine's own
 * file systems are looked at. Where a link cannot be seen, the mount is not required and not judged either.
 */
async function withoutLinks(
  host: Host,
  expected: readonly ExpectedMount[],
  mounts: readonly SeenMount[],
): Promise<readonly ExpectedMount[]> {
  let current = [...expected];
  for (let round = 0; round < MOST_LINKS; round += 1) {
    const paths = [...new Set(current.flatMap(({ target }) => localPrefixes(target, mounts)))];
    const stats = await host.stats(paths);
    const statOf = new Map(paths.map((path, at) => [path, stats[at]]));
    const links = paths.filter((_, at) => {
      const stat = stats[at];
      return stat?.state === 'known' && (stat.value.mode & TYPE_BITS) === LINK;
    });
    const targets = await host.readLinks(links);
    let changed = false;
    current = current.map((mount) => {
      const prefixes = localPrefixes(mount.target, mounts);
      const hidden = prefixes.find((path) => statOf.get(path)?.state === 'unreadable');
      if (hidden !== undefined) return unclear(mount, hidden);
      const link = prefixes.find((path) => links.includes(path));
      const leads = link === undefined ? undefined : targets[links.indexOf(link)];
      if (link === undefined) return mount;
      if (leads?.state !== 'known') return unclear(mount, link);
      changed = true;
      return { ...mount, target: resolved(link, leads.value, mount.target.slice(link.length)) };
    });
    if (!changed) break;
  }
  return current;
}

const unclear = (mount: ExpectedMount, path: string): ExpectedMount =>
  mount.required
    ? { ...mount, required: false, unclear: `${mount.readFrom}: whether ${path} is a link could not be seen` }
    : mount;

/** `/mnt`, `/mnt/pve`, `/mnt/pve/nas`: as far as they are on file systems that cannot hang. */
function localPrefixes(path: string, mounts: readonly SeenMount[]): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '');
  const all = parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}`);
  const end = all.findIndex((prefix) => {
    const mount = mountOf(mounts, prefix);
    return mount === null || !isOnThisMachine(mount.fsType, mount.source);
  });
  return end < 0 ? all : all.slice(0, end);
}

const resolved = (link: string, leads: string, rest: string): string =>
  normalPath(`${leads.startsWith('/') ? '' : `${link}/../`}${leads}${rest}`);
