import type { Host } from '../host/host.ts';
import { resolvePaths } from '../host/resolve-paths.ts';
import { hasLostBytes } from '../model/believable.ts';
import { isDevicePath, isOtherDevice, normalPath, parseDevicePath } from '../model/device-mapper/device-path.ts';
import type { SeenMount } from '../model/mounts/mounts.ts';
import type { HostName, HostNames } from '../model/needs/host-names.ts';
import { describeProblem, known, knownOf, type Reading } from '../model/reading.ts';
import {
  crypttabDevices,
  drbdDevices,
  fstabDevices,
  lioDevices,
  type NamedDevices,
  tgtDevices,
  unitDevices,
} from '../parse/host-names.ts';

type Parser = (text: string) => NamedDevices;

/** One file each, or all of a directory whose name fits. What is not there names nothing. */
const FILES: readonly (readonly [path: string, read: Parser])[] = [
  ['/etc/fstab', fstabDevices],
  ['/etc/crypttab', crypttabDevices],
  ['/etc/drbd.conf', drbdDevices],
  ['/etc/rtslib-fb-target/saveconfig.json', lioDevices],
  ['/etc/target/saveconfig.json', lioDevices],
  ['/etc/tgt/targets.conf', tgtDevices],
];

const FOLDERS: readonly (readonly [path: string, names: RegExp, read: Parser])[] = [
  ['/etc/drbd.d', /\.res$/, drbdDevices],
  ['/etc/tgt/conf.d', /\.conf$/, tgtDevices],
  ['/etc/systemd/system', /\.(?:mount|swap)$/, unitDevices],
  ['/run/systemd/system', /\.(?:mount|swap)$/, unitDevices],
];

interface Source {
  readonly path: string;
  readonly read: Parser;
  /** A folder that was listed has it. */
  readonly isListed?: true;
}

interface Written {
  readonly file: string;
  readonly line: number | null;
  readonly text: string;
}

interface Found {
  readonly written: readonly Written[];
  readonly gaps: readonly string[];
}

/** What this node itself needs of its volumes. A place that could not be read is a gap: the others still say what they name. */
export async function collectHostNames(host: Host, mounts: readonly SeenMount[]): Promise<Reading<HostNames>> {
  const folders = await listSources(
    host,
    FOLDERS.map(([path, names, read]) => ({ path, names, read })),
  );
  const sources = [...FILES.map(([path, read]) => ({ path, read })), ...folders.sources];
  const found = await readSources(host, sources);
  const { names, gaps } = await resolve(host, found.written, mounts);
  return known({ names, gaps: [...folders.gaps, ...found.gaps, ...gaps] });
}

interface Folder extends Source {
  readonly names: RegExp;
}

async function listSources(
  host: Host,
  folders: readonly Folder[],
): Promise<{ readonly sources: readonly Source[]; readonly gaps: readonly string[] }> {
  const listings = await host.listDirs(folders.map(({ path }) => path));
  const [sources, gaps]: [Source[], string[]] = [[], []];
  for (const [at, { path, names, read }] of folders.entries()) {
    const listing = listings[at];
    if (listing?.state === 'unreadable') gaps.push(describeProblem(listing.problem));
    if (listing?.state === 'known')
      sources.push(
        ...listing.value
          .filter((name) => names.test(name))
          .map((name) => ({ path: `${path}/${name}`, read, isListed: true as const })),
      );
  }
  return { sources, gaps };
}

/** How often a file may include others that include others. */
const DEEPEST = 4;
const MOST_FILES = 500;

async function readSources(host: Host, first: readonly Source[]): Promise<Found> {
  const [written, gaps]: [Written[], string[]] = [[], []];
  const seen = new Set<string>();
  let open = first;
  for (let depth = 0; open.length > 0; depth += 1) {
    const sources = open.filter(({ path }) => !seen.has(path));
    if (sources.length > 0 && (depth > DEEPEST || seen.size + sources.length > MOST_FILES))
      return { written, gaps: [...gaps, `${sources[0]?.path} was not read: too many files include others`] };
    for (const { path } of sources) seen.add(path);
    const texts = await host.readFiles(sources.map(({ path }) => path));
    const masked = await maskedOf(host, sources, texts);
    const included: Folder[] = [];
    for (const [at, { path, read, isListed }] of sources.entries()) {
      const text = texts[at];
      if (text?.state === 'absent' && isListed) gaps.push(`${path} was there and is not any more`);
      if (text?.state === 'unreadable' && !masked.has(path)) gaps.push(describeProblem(text.problem));
      if (text?.state !== 'known') continue;
      const { devices, includes, problem } = read(text.value);
      const lost = hasLostBytes(text.value) ? 'it holds bytes that are no UTF-8' : null;
      const why = problem ?? lost;
      if (why !== null) gaps.push(`${path}: ${why}`);
      written.push(...devices.map((device) => ({ ...device, file: path })));
      for (const include of includes) {
        const folder = folderOf(include, path, read);
        if (folder === null) gaps.push(`${path} includes ${include}, which was not followed`);
        else included.push(folder);
      }
    }
    const listed = await listSources(host, included);
    gaps.push(...listed.gaps);
    open = listed.sources;
  }
  return { written, gaps };
}

/** `drbd.d/*.res`, `/var/lib/linstor.d/*.res`: only the last part may hold a `*`. */
function folderOf(include: string, from: string, read: Parser): Folder | null {
  const whole = include.startsWith('/') ? include : `${from.slice(0, from.lastIndexOf('/'))}/${include}`;
  const [, path = '', name = ''] = /^(\/[^*?[\]{}]*)\/([^/?[\]{}]+)$/.exec(whole) ?? [];
  if (path === '' || path.split('/').includes('..')) return null;
  const names = name.split('*').map((part) => part.replace(/[.+^$()|\\]/g, '\\$&'));
  return { path, names: new RegExp(`^${names.join('.*')}$`), read };
}

/** A unit that is masked is a link to /dev/null (systemctl(1)). */
async function maskedOf(
  host: Host,
  sources: readonly Source[],
  texts: readonly Reading<string>[],
): Promise<ReadonlySet<string>> {
  const unread = sources.filter(({ read }, at) => read === unitDevices && texts[at]?.state === 'unreadable');
  const links = await host.readLinks(unread.map(({ path }) => path));
  return new Set(
    unread.flatMap(({ path }, at) => {
      const link = links[at];
      return link?.state === 'known' && link.value === '/dev/null' ? [path] : [];
    }),
  );
}

const TAG_LINKS: Readonly<Record<string, string>> = {
  UUID: 'by-uuid',
  LABEL: 'by-label',
  PARTUUID: 'by-partuuid',
  PARTLABEL: 'by-partlabel',
  ID: 'by-id',
};

/** udev writes what is no plain character of a label as `\xNN` (systemd src/shared/device-nodes.c encode_devnode_name). */
const encoded = (text: string): string =>
  text.replace(/[^\p{L}\p{N}#+\-.:=@_]/gu, (character) =>
    [...new TextEncoder().encode(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
  );

/** `/dev/disk/by-uuid/…` of a tag; a path as it is. */
function pathOf(text: string): string {
  const [, tag = '', value = ''] = /^([A-Z]+)=(.*)$/s.exec(text) ?? [];
  const folder = TAG_LINKS[tag];
  return folder === undefined ? text : `/dev/disk/${folder}/${encoded(value)}`;
}

/** DRBD's own devices, whose volumes its resources name. */
const isNoVolume = (path: string): boolean => isOtherDevice(path) || /^\/dev\/(?:drbd|bcache)\d/.test(path);

/** udev's link to a volume of ZFS or Ceph says which it is. */
const isVolumeLink = ({ text }: Written): boolean => /^\/dev\/(?:zvol|rbd|rbd-pve)\//.test(text);

async function resolve(host: Host, written: readonly Written[], mounts: readonly SeenMount[]): Promise<HostNames> {
  const [volumes, others] = [written.filter(isVolumeLink), written.filter((one) => !isVolumeLink(one))];
  const linked = volumes.map((one): HostName => ({ ...one, path: normalPath(one.text), resolved: null }));
  const asked = others.map((one) => ({ one, path: pathOf(one.text) })).filter(({ path }) => !isNoVolume(path));
  if (asked.length === 0) return { names: linked, gaps: [] };
  const links = await resolvePaths(
    host,
    asked.map(({ path }) => path),
    mounts,
  );
  const isUnseen = ({ path }: { readonly path: string }) =>
    parseDevicePath(path) === null && (links.get(path) ?? null) === null;
  const whyUnseen = await unseenRule(
    host,
    asked.filter(isUnseen).map(({ path }) => path),
  );
  const [names, gaps]: [HostName[], string[]] = [linked, []];
  for (const { one, path } of asked) {
    const resolved = links.get(path) ?? null;
    if (resolved !== null && !isDevicePath(resolved)) {
      names.push({ file: one.file, line: one.line, text: one.text, path: resolved, resolved });
      continue;
    }
    if (resolved !== null && isNoVolume(resolved)) continue;
    const byForm = parseDevicePath(path) === null ? null : path;
    names.push({ file: one.file, line: one.line, text: one.text, path: byForm, resolved });
    const why = isUnseen({ path }) ? whyUnseen(path) : null;
    if (why !== null)
      gaps.push(`${one.file}${one.line === null ? '' : `, line ${one.line}`} names ${one.text}: ${why}`);
  }
  return { names, gaps };
}

/**
 * Why nobody knows where a path leads that was not found; null where it is known to lead nowhere: a folder on the way was listed, and
 * what comes next is not in it.
 */
async function unseenRule(host: Host, paths: readonly string[]): Promise<(path: string) => string | null> {
  const steps = (path: string) => {
    const parts = path.split('/').slice(1);
    return parts.slice(1).map((name, at) => ({ name, folder: `/${parts.slice(0, at + 1).join('/')}` }));
  };
  const folders = [...new Set(paths.filter(isDevicePath).flatMap((path) => steps(path).map(({ folder }) => folder)))];
  const listings = await host.listDirs(folders);
  const namesIn = new Map(knownOf(folders, listings));
  return (path) => {
    for (const { name, folder } of isDevicePath(path) ? steps(path) : []) {
      const names = namesIn.get(folder) ?? [];
      if (names.length === 0) return NOT_SEEN;
      // Where anything has a UUID or a label, udev has made its folder.
      if (!names.includes(name)) return isTagFolder(path, folder) ? NOT_SEEN : null;
    }
    return NOT_SEEN;
  };
}

/** On the way to the folder of a tag: where anything has a UUID or a label, udev has made it. */
const isTagFolder = (path: string, folder: string): boolean =>
  path.startsWith('/dev/disk/') && (folder === '/dev' || folder === '/dev/disk');

const NOT_SEEN = 'where that leads could not be seen';
