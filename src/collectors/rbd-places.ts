import type { Host } from '../host/host.ts';
import type { CommandResult } from '../model/command-result.ts';
import type { Storage } from '../model/guests/pve.ts';
import { known, type Reading, unreadable } from '../model/reading.ts';
import {
  type CephPool,
  type CephQuestion,
  cephName,
  isImageId,
  isImageName,
  reachOf,
  whyNoPool,
} from '../model/volumes/ceph-questions.ts';
import { withoutTwins } from '../model/volumes/rbd-places.ts';
import type { HalfRemovedImage, PlaceContents, RbdTrash, StoredVolume, VolumePlace } from '../model/volumes/volumes.ts';
import { commandText, outputProblem } from '../parse/command-output.ts';
import {
  parseListWatchers,
  parseRbdImages,
  parseRbdInfo,
  parseRbdNames,
  parseRbdStatus,
  parseRbdTrash,
  parseRbdUsage,
  type RbdInfo,
  type RbdRow,
  type RbdTrashEntry,
} from '../parse/rbd.ts';
import { imagesOf, unopenedImage, whereOf } from '../parse/rbd-images.ts';

/** Which images are worth a child of their own. */
export interface Asking {
  /** Some configuration may mean it; `where` is `pool` or `pool/namespace`, since each has names of its own. */
  readonly isMentioned: (name: string, where: string) => boolean;
  /** Its guest is this node's and does not run. */
  readonly isStopped: (vmid: number) => boolean;
}

/** The pools of storages of type rbd, each asked once. */
export async function rbdPlaces(
  host: Host,
  storages: readonly Storage[],
  asking: Asking,
): Promise<readonly VolumePlace[]> {
  const pools = await cephPools(host, storages);
  const asked = [...Map.groupBy(pools, ({ pool }) => identityOf(pool)).values()];
  const places = await Promise.all(
    asked.map(async (means): Promise<VolumePlace[]> => {
      const [first] = means;
      if (first === undefined) return [];
      return [
        {
          ...{ kind: 'rbd', id: identityOf(first.pool), where: whereOf(first.pool) },
          ...{ storeids: means.map(({ storage }) => storage.storeid), shared: true },
          ...(first.pool.monitors.length === 0 ? {} : { reach: reachOf(first.pool) }),
          contents: await contentsOf(host, first, asking),
        },
      ];
    }),
  );
  return withoutTwins(places.flat());
}

interface Meant {
  readonly storage: Storage;
  readonly pool: CephPool;
  /** The keyring could not be looked for. */
  readonly problem: Exclude<Reading<unknown>, { state: 'known' | 'absent' }> | null;
}

const OWN_CLUSTER = '/etc/pve/ceph.conf';
const PRIVATE = '/etc/pve/priv/ceph';

/**
 * As Proxmox VE finds a cluster (pve-storage src/PVE/CephConfig.pm ceph_connect_option): without monitors it is the own one; a
 * storage's configuration and keyring count if they exist.
 */
async function cephPools(host: Host, storages: readonly Storage[]): Promise<readonly Meant[]> {
  const looked = storages.flatMap(({ storeid }) => [`${PRIVATE}/${storeid}.conf`, `${PRIVATE}/${storeid}.keyring`]);
  const stats = looked.length === 0 ? [] : await host.stats(looked);
  return storages.map((storage, at) => {
    const { storeid, properties } = storage;
    const [conf, keyring] = stats.slice(2 * at, 2 * at + 2);
    const monitors = (properties['monhost'] ?? '').split(/[\s,;\0]+/).filter((one) => one !== '');
    const unread = [conf, keyring].find((stat) => stat?.state === 'unreadable');
    const ifThere = (stat: typeof conf, path: string) => (stat?.state === 'known' ? path : null);
    const pool: CephPool = {
      ...{ storeid, pool: properties['pool'] ?? 'rbd', namespace: properties['namespace'] ?? null },
      conf: monitors.length === 0 ? OWN_CLUSTER : ifThere(conf, `${PRIVATE}/${storeid}.conf`),
      monitors: monitors.map((one) => (one.includes('::') && !one.startsWith('[') ? `[${one}]` : one)),
      user: properties['username'] ?? 'admin',
      keyring: ifThere(keyring, `${PRIVATE}/${storeid}.keyring`),
    };
    return { storage, pool, problem: unread?.state === 'unreadable' ? unread : null };
  });
}

const identityOf = (pool: CephPool): string =>
  `${pool.monitors.length === 0 ? OWN_CLUSTER : pool.monitors.toSorted().join(',')} ${whereOf(pool)}`;

async function contentsOf(
  host: Host,
  { storage, pool, problem }: Meant,
  asking: Asking,
): Promise<Reading<PlaceContents>> {
  if (problem !== null) return problem;
  const refused = whyNoPool(pool);
  if (refused === null) return rbdContents(host, pool, asking);
  return unreadable({ kind: 'malformed', source: `storage ${storage.storeid}`, detail: refused });
}

/** Images of one pool that are asked one by one: each costs 0.1 s of a processor. */
const MOST_ASKED = 64;
/** Children at a time. */
const AT_ONCE = 4;

/**
 * What is in a pool. Names come first: an image that is made meanwhile is listed without a name, which matters to nobody, and one
 * that goes meanwhile is not taken for one that cannot be opened.
 */
export async function rbdContents(host: Host, pool: CephPool, asking: Asking): Promise<Reading<PlaceContents>> {
  const [named, dumped] = await ask(host, pool, [{ ask: 'names' }, { ask: 'trash' }]);
  const names = read(named, parseRbdNames);
  if (names.state !== 'known') return names;
  const [listed] = await ask(host, pool, [{ ask: 'images' }]);
  const rows = imageRows(listed);
  if (rows.state !== 'known') return rows;
  const entries = trashEntries(dumped);
  const removing = new Set(
    entries.state === 'known'
      ? entries.value.filter(({ source }) => source === REMOVING).map((one) => one.imageId)
      : [],
  );
  const alive = rows.value.filter(({ imageId }) => !removing.has(imageId));
  const found = imagesOf(pool, alive);
  const opened = new Set(alive.map(({ name }) => name));
  const gone = new Set(entries.state === 'known' ? entries.value.map(({ name }) => name) : []);
  const closed = names.value.filter((name) => !opened.has(name) && !gone.has(name)).flatMap(unopenedImage);
  return known({
    volumes: [...(await withDetails(host, pool, found.volumes, asking)), ...closed],
    foreign: found.foreign,
    rbd: { trash: await trashOf(host, pool, entries, names.value, opened) },
  });
}

async function ask(
  host: Host,
  pool: CephPool,
  questions: readonly CephQuestion[],
  mostMs = Number.POSITIVE_INFINITY,
): Promise<readonly (CommandResult | undefined)[]> {
  const results: CommandResult[] = [];
  const began = host.elapsedMs();
  for (let at = 0; at < questions.length && host.elapsedMs() - began < mostMs; at += AT_ONCE) {
    const some = questions.slice(at, at + AT_ONCE);
    const answers = await host.askCeph(some.map((question) => ({ pool, question })));
    // The command line has many words before those that say what was asked.
    results.push(...answers.map((answer, i) => ({ ...answer, argv: sourceOf(pool, some[i]) })));
    // A cluster that stopped answering keeps each child for its whole time.
    if (answers.some(({ outcome, exitCode }) => outcome !== 'exited' || exitCode === TIMED_OUT)) break;
  }
  return results;
}

function sourceOf(pool: CephPool, question: CephQuestion | undefined): readonly string[] {
  const [, ...words] = question === undefined ? [] : cephName({ pool, question }).split(' ');
  return [`storage ${pool.storeid}, ${words.join(' ')}`];
}

/** ETIMEDOUT, which Ceph's programs end with. */
const TIMED_OUT = 110;

function read<T>(result: CommandResult | undefined, parse: (text: string) => T | null): Reading<T> {
  if (result === undefined) return NOT_ASKED;
  const text = commandText(result);
  if (text.state !== 'known') return text;
  const value = parse(text.value);
  return value === null ? unreadable(outputProblem(result, 'malformed', 'printed what is not whole')) : known(value);
}

const NOT_ASKED = unreadable({ kind: 'timed-out', source: 'rbd', detail: 'the cluster stopped answering before' });

/** One image that cannot be opened makes some versions end with an error after they printed all others. */
function imageRows(result: CommandResult | undefined): Reading<readonly RbdRow[]> {
  const isSpoiled = result?.outcome === 'exited' && result.exitCode === 2 && result.stdout !== '' && !result.truncated;
  return read(isSpoiled ? { ...result, exitCode: 0 } : result, parseRbdImages);
}

/** cls_rbd_types.h TrashImageSource: an `rbd rm` under way moves its image here first. */
const REMOVING = 3;
/** Those that a person brought there; mirroring and migration look after their own. */
const BY_USERS: ReadonlySet<number> = new Set([0, 4]);

/** Without the object nothing was ever moved there. */
function trashEntries(result: CommandResult | undefined): Reading<readonly RbdTrashEntry[]> {
  if (result?.exitCode === 1 && /^error getting omap keys \S+: \(2\) /m.test(result.stderr)) return known([]);
  return read(result, parseRbdTrash);
}

/** Age and watchers of what nobody seems to need, and watchers of what is locked while its guest is stopped. */
async function withDetails(
  host: Host,
  pool: CephPool,
  volumes: readonly StoredVolume[],
  asking: Asking,
): Promise<readonly StoredVolume[]> {
  const { isStopped } = asking;
  const isMentioned = (name: string): boolean => asking.isMentioned(name, whereOf(pool));
  const asked = volumes
    .filter(({ name, vmid, rbd }) => isImageName(name) && (!isMentioned(name) || (rbd?.locked && isStopped(vmid))))
    .slice(0, MOST_ASKED);
  const answers = await ask(
    host,
    pool,
    asked.flatMap(({ name: image }) => [{ ask: 'image', image } as const, { ask: 'status', image } as const]),
  );
  const details = asked.map((volume, at): Detailed => {
    const info = read(answers[2 * at], parseRbdInfo);
    const watchers = read(answers[2 * at + 1], parseRbdStatus);
    return {
      volume,
      info: info.state === 'known' ? info.value : null,
      watchers: watchers.state === 'known' ? watchers.value : null,
    };
  });
  const unneeded = details.filter(({ volume }) => !isMentioned(volume.name));
  const held = await heldBytes(host, pool, unneeded);
  const detailed = new Map(details.map((one) => [one.volume, withDetail(one, held.get(one.volume) ?? null)]));
  const idle = volumes.filter(({ name, vmid }) => isMentioned(name) && isStopped(vmid));
  const opened = await openUnlocked(host, pool, idle);
  return volumes.map((volume) => detailed.get(volume) ?? opened.get(volume) ?? volume);
}

/** Who has disks of stopped guests open without a lock; of those that somebody has, whether mirroring writes them. */
async function openUnlocked(
  host: Host,
  pool: CephPool,
  volumes: readonly StoredVolume[],
): Promise<ReadonlyMap<StoredVolume, StoredVolume>> {
  const asked = volumes
    .filter(({ name, unread, rbd }) => isImageName(name) && unread === null && rbd?.locked === false)
    .slice(0, MOST_ASKED);
  const answers = await ask(
    host,
    pool,
    asked.map(({ name: image }) => ({ ask: 'status', image })),
  );
  const watched = asked.flatMap((volume, at) => {
    const watchers = read(answers[at], parseRbdStatus);
    return watchers.state === 'known' ? [{ volume, watchers: watchers.value }] : [];
  });
  const open = watched.filter(({ watchers }) => watchers.length > 0);
  const infos = await ask(
    host,
    pool,
    open.map(({ volume }) => ({ ask: 'image', image: volume.name })),
  );
  const mirrored = new Map(
    open.map(({ volume }, at) => {
      const info = read(infos[at], parseRbdInfo);
      return [volume, info.state === 'known' ? info.value.mirrored : null] as const;
    }),
  );
  return new Map(
    watched.map(({ volume, watchers }) => {
      const copy = mirrored.get(volume) ?? (watchers.length === 0 ? false : null);
      return [volume, { ...volume, ...(volume.rbd && { rbd: { ...volume.rbd, watchers, mirrored: copy } }) }] as const;
    }),
  );
}

/** What was told of one image; null where it was not. */
interface Detailed {
  readonly volume: StoredVolume;
  readonly info: RbdInfo | null;
  readonly watchers: readonly string[] | null;
}

function withDetail({ volume, info, watchers }: Detailed, held: number | null): StoredVolume {
  const { createdAt = null, changedAt = null, mirrored = null } = info ?? {};
  const [touchedAt = null] = [createdAt, changedAt]
    .filter((time) => time !== null)
    .sort()
    .reverse();
  const rbd = volume.rbd && { ...volume.rbd, watchers, mirrored };
  return { ...volume, createdAt, changedAt, touchedAt, heldBytes: held, ...(rbd && { rbd }) };
}

/** All counts of a pool in all. */
const MOST_COUNTING_MS = 10_000;

/**
 * Bytes of those that no client has open and that have an object map: 0.1 s of a processor for 1 TiB, and 6 s without such a map,
 * for which they stay unknown (Ceph 16.2.15).
 */
async function heldBytes(
  host: Host,
  pool: CephPool,
  details: readonly Detailed[],
): Promise<ReadonlyMap<StoredVolume, number>> {
  const counted = details.filter(({ info, watchers }) => info?.isMapped === true && watchers?.length === 0);
  const answers = await ask(
    host,
    pool,
    counted.map(({ volume }) => ({ ask: 'usage', image: volume.name })),
    MOST_COUNTING_MS,
  );
  return new Map(
    counted.flatMap(({ volume }, at) => {
      const used = read(answers[at], parseRbdUsage);
      return used.state === 'known' ? [[volume, used.value] as const] : [];
    }),
  );
}

async function trashOf(
  host: Host,
  pool: CephPool,
  entries: Reading<readonly RbdTrashEntry[]>,
  names: readonly string[],
  opened: ReadonlySet<string>,
): Promise<Reading<RbdTrash>> {
  if (entries.state !== 'known') return entries;
  const { removals, trashed } = {
    removals: entries.value.filter(({ source, imageId }) => source === REMOVING && isImageId(imageId)),
    trashed: entries.value.filter(({ source }) => BY_USERS.has(source)),
  };
  const sized = trashed.slice(0, MOST_ASKED);
  const infos = await ask(
    host,
    pool,
    sized.map(({ imageId }) => ({ ask: 'trashed', imageId })),
  );
  const held = await heldRemovals(host, pool, removals);
  return known({
    trashed: trashed.map(({ imageId, name, deletedAt, protectedUntil }, at) => {
      const info = read(infos[at], parseRbdInfo);
      return {
        imageId,
        name,
        deletedAt,
        protectedUntil,
        sizeBytes: info.state === 'known' ? info.value.sizeBytes : null,
      };
    }),
    removals: removals.flatMap(({ imageId, name, deletedAt }): HalfRemovedImage[] => {
      const state = held.get(imageId) ?? null;
      if (state === 'gone') return [];
      const doubled = opened.has(name) || names.filter((one) => one === name).length > 1;
      return [{ imageId, name, startedAt: deletedAt, held: state, doubled }];
    }),
  });
}

/** A client that is cut off registers again within seconds. */
const BETWEEN_LOOKS_MS = 3000;

/**
 * Which of them a client has open. A removal has its image open but for a moment at its beginning, so that one look without a
 * client proves nothing: those are looked at twice, and what began just now is nobody's to judge (VOL007).
 */
async function heldRemovals(
  host: Host,
  pool: CephPool,
  removals: readonly RbdTrashEntry[],
): Promise<ReadonlyMap<string, boolean | 'gone' | null>> {
  const look = async (imageIds: readonly string[]) => {
    const answers = await ask(
      host,
      pool,
      imageIds.map((imageId) => ({ ask: 'watchers', imageId })),
    );
    return imageIds.map((imageId, at) => [imageId, isHeld(answers[at])] as const);
  };
  const first = await look(removals.slice(0, MOST_ASKED).map(({ imageId }) => imageId));
  const free = first.flatMap(([imageId, held]) => (held === false ? [imageId] : []));
  if (free.length > 0) await host.pause(BETWEEN_LOOKS_MS);
  return new Map([...first, ...(await look(free))]);
}

function isHeld(result: CommandResult | undefined): boolean | 'gone' | null {
  if (result?.exitCode === 1 && /^error listing watchers \S+: \(2\) /m.test(result.stderr)) return 'gone';
  const watchers = read(result, parseListWatchers);
  return watchers.state === 'known' ? watchers.value > 0 : null;
}
