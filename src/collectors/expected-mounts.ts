import type { Host } from '../host/host.ts';
import { walkLinks } from '../host/walk-links.ts';
import type { Cluster, StorageConfig } from '../model/guests/pve.ts';
import type { ExpectedMount, ExpectedMounts, HostMounts, SeenMount } from '../model/mounts/mounts.ts';
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
  const unseen = directories.flatMap(({ unclear: because }) => because ?? []);
  const directoryGaps = [...new Set([...problemOf(storage), ...problemOf(cluster), ...unseen])];
  return known({
    mounts: await withoutLinks(host, expected, table),
    directories: directories.flatMap(({ storeid, target, unclear: because }) =>
      storeid === null || because !== undefined ? [] : [{ storeid, path: target }],
    ),
    gaps: [...directoryGaps, ...problemOf(fstab), ...problemOf(units)],
    directoryGaps,
  });
}

const problemOf = (reading: Reading<unknown>): readonly string[] =>
  reading.state === 'unreadable' ? [describeProblem(reading.problem)] : [];

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

/**
 * The mount table shows paths without symbolic links, configurations may not. Where a link cannot be seen, the mount is not
 * required and not judged either.
 */
async function withoutLinks(
  host: Host,
  expected: readonly ExpectedMount[],
  mounts: readonly SeenMount[],
): Promise<readonly ExpectedMount[]> {
  const walked = await walkLinks(host, [...new Set(expected.map(({ target }) => target))], mounts);
  return expected.map((mount) => {
    const { path = mount.target, hidden = null } = walked.get(mount.target) ?? {};
    const there = { ...mount, target: path };
    return hidden === null ? there : unclear(there, hidden);
  });
}

const unclear = (mount: ExpectedMount, path: string): ExpectedMount =>
  mount.required
    ? { ...mount, required: false, unclear: `${mount.readFrom}: whether ${path} is a link could not be seen` }
    : mount;
