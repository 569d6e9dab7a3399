import { type Host, NOT_RECORDED, type ProbeResult, readFile } from '../host/host.ts';
import type { Storage } from '../model/guests/pve.ts';
import { harmlessMessage } from '../model/mounts/mount-secrets.ts';
import { isGarbled, mountAt, mountOf, probeKey, standsOn } from '../model/mounts/mount-tree.ts';
import type { ExpectedMounts, HostMounts, MountProbe, MountProbes, SeenMount } from '../model/mounts/mounts.ts';
import { isRemote, mayBeSharedBy } from '../model/mounts/remote-filesystems.ts';
import { absent, known, type Problem, type Reading, unreadable } from '../model/reading.ts';
import type { PlaceContents, VolumePlace } from '../model/volumes/volumes.ts';
import { directoryContents } from '../parse/directory-volumes.ts';
import { parseErrorText } from '../parse/stat-filesystem.ts';
import { parseVolumeListing } from '../parse/volume-listing.ts';

/** Mounts as they were read before, and whether they answer. */
export interface DirectorySources {
  readonly mounts: Reading<HostMounts>;
  readonly expected: Reading<ExpectedMounts>;
  readonly probes: Reading<MountProbes>;
}

/** A directory of ten thousand images on a server that is busy; perl takes two seconds for two hundred thousand names. */
const LISTING_MS = 15_000;

/** The directory of images of a storage, on a mount that answers; null: the table does not show which. */
interface Directory {
  readonly storage: Storage;
  readonly path: string;
  readonly mount: SeenMount | null;
}

/** What is to be said of a storage's directory instead of looking. */
interface Refused {
  readonly storage: Storage;
  readonly path: string;
  readonly contents: Exclude<VolumePlace['contents'], { state: 'known' }>;
}

/**
 * What is in the directories of storages: one child for each that is asked, never where its mount does not answer. Storages of one
 * directory are one place.
 */
export async function directoryPlaces(
  host: Host,
  storages: readonly Storage[],
  sources: DirectorySources,
): Promise<readonly VolumePlace[]> {
  const found = storages.map((storage) => directoryOf(storage, sources));
  const refused = found.filter((one) => 'contents' in one);
  const asked = found.filter((one) => 'mount' in one);
  const byPath = Map.groupBy(asked, ({ path }) => path);
  const results = await host.probe(
    [...byPath].map(([path, [first]]) => ({
      ...{ kind: 'volumes' as const, path, deadlineMs: LISTING_MS },
      // What hangs if it hangs is the file system: a statfs that still waits for it is enough.
      key: `statfs ${first?.mount?.devNo ?? path}`,
    })),
  );
  const gone = await goneMounts(host, asked);
  const listed = [...byPath].map(([path, means], at) => placeOf(path, means, results[at], gone));
  return [...merged(listed), ...refused.map(refusedPlace)];
}

const refusedPlace = ({ storage: { storeid, shared }, path, contents }: Refused): VolumePlace => ({
  ...{ kind: 'directory', id: path, where: path, storeids: [storeid], shared, contents },
});

/** Places with one identity are one place, whatever paths lead to it. */
function merged(places: readonly VolumePlace[]): readonly VolumePlace[] {
  return [...Map.groupBy(places, ({ id }) => id).values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : {
          ...first,
          storeids: [first, ...others].flatMap(({ storeids }) => storeids),
          shared: first.shared || others.some(({ shared }) => shared),
        },
  );
}

/** `content-dirs images=/disks` (Plugin.pm get_subdir). */
function imagesIn(path: string, { properties }: Storage): string {
  const given = /(?:^|[\s,;])images=([^\s,;]+)/.exec(properties['content-dirs'] ?? '')?.[1];
  const parts = `${path}/${given ?? 'images'}`.split('/').filter((part) => part !== '');
  return `/${parts.join('/')}`;
}

function directoryOf(storage: Storage, { mounts, expected, probes }: DirectorySources): Directory | Refused {
  const path = storage.properties['path'] ?? '';
  const refuse = (contents: Refused['contents']): Refused => ({ storage, path: imagesIn(path, storage), contents });
  const failed = (detail: string, kind: Problem['kind'] = 'failed') =>
    refuse(unreadable({ kind, source: `storage ${storage.storeid}`, detail }));
  const unread = [mounts, expected, probes].find(({ state }) => state === 'unreadable');
  if (unread?.state === 'unreadable') return refuse(unread);
  if (mounts.state !== 'known' || expected.state !== 'known' || probes.state !== 'known')
    return refuse(absent('mounts were not looked at'));
  const table = mounts.value.mounts;
  const mounted = expected.value.mounts.find(
    ({ origin, storeid }) => origin === 'storage' && storeid === storage.storeid,
  );
  if (mounted?.unclear !== undefined) return failed(mounted.unclear);
  const isMounted = mounted === undefined || mountAt(table, mounted.target) !== null;
  const resolved =
    expected.value.directories.find(({ storeid }) => storeid === storage.storeid)?.path ??
    (storage.type === 'dir' || storage.type === 'btrfs' ? undefined : mounted?.target);
  if (resolved === undefined) return failed('where its path leads could not be seen');
  if (!isMounted) return failed(`nothing is mounted on ${mounted?.target ?? resolved}`);
  if (probes.value.lostDirectories.has(storage.storeid))
    return refuse(absent(`directory ${resolved} of storage ${storage.storeid} does not exist`));
  const directory = imagesIn(resolved, storage);
  const mount = mountOf(table, directory);
  if (mount === null) return { storage, path: directory, mount };
  if (isGarbled(mount)) return failed('which file system it is on could not be seen');
  if (mount.fsType === 'autofs') return failed('looking at it would mount it');
  const silent = whySilent([mount, ...standsOn(table, mount)], probes.value);
  return silent === null ? { storage, path: directory, mount } : failed(silent, 'timed-out');
}

/** The mounts that a path leads through have to answer, each of them; what no server is behind is not asked everywhere. */
function whySilent(mounts: readonly SeenMount[], { statfs }: MountProbes): string | null {
  for (const mount of mounts) {
    const probe = statfs.get(probeKey(mount));
    const why = probe === undefined ? 'it was not asked' : silenceOf(probe);
    if (why !== null && (probe !== undefined || isRemote(mount.fsType, mount.source)))
      return `${mount.target} does not answer: ${why}`;
  }
  return null;
}

function silenceOf(probe: MountProbe): string | null {
  if (probe.state === 'answered') return null;
  if (probe.state === 'timed-out') return `no answer within ${probe.waitedMs / 1000} s`;
  return probe.state === 'failed' ? probe.detail : probe.because;
}

/** What went away while it was looked at would show what lies beneath. */
async function goneMounts(host: Host, asked: readonly Directory[]): Promise<ReadonlySet<SeenMount>> {
  if (asked.length === 0) return new Set();
  const text = await readFile(host, '/proc/1/mountinfo');
  const still = new Set((text.state === 'known' ? text.value : '').split('\n').map(identityOf));
  const isGone = ({ mountId, parentId, devNo }: SeenMount) => !still.has(`${mountId} ${parentId} ${devNo}`);
  return new Set(asked.flatMap(({ mount }) => (mount !== null && isGone(mount) ? [mount] : [])));
}

/** The first three columns of a line of mountinfo. */
const identityOf = (line: string): string => line.split(' ', 3).join(' ');

function placeOf(
  path: string,
  means: readonly Directory[],
  result: ProbeResult | undefined,
  gone: ReadonlySet<SeenMount>,
): VolumePlace {
  const place = {
    ...{ kind: 'directory' as const, where: path, storeids: means.map(({ storage }) => storage.storeid) },
    shared: means.some(({ storage, mount }) => storage.shared || isSeenElsewhere(mount, result)),
  };
  if (means.some(({ mount }) => mount !== null && gone.has(mount)))
    return {
      ...place,
      id: path,
      contents: problem(place.storeids, 'vanished', `${path} was unmounted while it was looked at`),
    };
  const isBtrfs = means.some(({ storage }) => storage.type === 'btrfs');
  const listing = result?.outcome === 'exited' && result.exitCode === 0 ? parseVolumeListing(result.stdout) : null;
  if (listing === null) return { ...place, id: path, contents: whyNotListed(path, place.storeids, result) };
  return { ...place, id: listing.identity, contents: known(directoryContents(listing, path, isBtrfs)) };
}

/**
 * Whether other nodes may have the same file system, whatever storage.cfg says: a server's or a cluster's, and one that is not what
 * the mount table shows there (stat(2); a file on btrfs has a device number of its subvolume).
 */
function isSeenElsewhere(mount: SeenMount | null, result: ProbeResult | undefined): boolean {
  if (mount === null || mayBeSharedBy(mount.fsType, mount.source)) return true;
  return mount.fsType !== 'btrfs' && !(result?.stdout ?? '').startsWith(`D ${mount.devNo} `);
}

function whyNotListed(
  path: string,
  storeids: readonly string[],
  result: ProbeResult | undefined,
): Exclude<Reading<PlaceContents>, { state: 'known' }> {
  if (result === undefined || result.stderr === NOT_RECORDED) return absent(`${path}: ${NOT_RECORDED}`);
  if (result.outcome === 'not-started') return problem(storeids, 'failed', harmlessMessage(result.stderr).trim());
  if (result.outcome === 'killed') return problem(storeids, 'killed', `the look at ${path} was killed`);
  if (result.outcome === 'timed-out')
    return problem(storeids, 'timed-out', `${path} could not be listed within ${LISTING_MS / 1000} s`);
  if (result.exitCode === 0) return problem(storeids, 'malformed', `the list of ${path} is not whole`);
  const { errorClass, detail } = parseErrorText(result.stderr);
  const isTop = result.stderr.trimEnd().split('\n').at(-1)?.startsWith(`${path}: `) === true;
  // PVE makes the directory with the first volume.
  if (errorClass === 'ENOENT' && isTop) return absent(`${path} does not exist`);
  return problem(storeids, errorClass === 'EACCES' ? 'denied' : 'failed', `${path} could not be listed: ${detail}`);
}

const problem = (storeids: readonly string[], kind: Problem['kind'], detail: string) =>
  unreadable({ kind, source: `storage ${storeids.join(', ')}`, detail });
