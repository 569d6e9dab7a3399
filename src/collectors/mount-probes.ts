import { type Host, MOST_PROBED_BYTES, NOT_RECORDED, type ProbeRequest, type ProbeResult } from '../host/host.ts';
import { mountsToAsk } from '../model/mounts/judged-mounts.ts';
import { expectsRemote } from '../model/mounts/missing-mounts.ts';
import { harmlessMessage } from '../model/mounts/mount-secrets.ts';
import { isGarbled, isReadonly, lieOnOthers, mountAt, mountOf, probeKey } from '../model/mounts/mount-tree.ts';
import type {
  Container,
  Containers,
  ExpectedMount,
  ExpectedMounts,
  HostMounts,
  MountProbe,
  MountProbes,
  MountSettings,
  SeenMount,
  ServerAnswer,
} from '../model/mounts/mounts.ts';
import { isRemote, type Server, serverKey, serverOf } from '../model/mounts/remote-filesystems.ts';
import { known, knownOrNull, type Reading, unreadable } from '../model/reading.ts';
import { parseFstab } from '../parse/expected-mounts.ts';
import { parseErrorText, parseStatFilesystem, saysNotImplemented } from '../parse/stat-filesystem.ts';

export interface ProbeSources {
  readonly mounts: Reading<HostMounts>;
  readonly containers: Reading<Containers>;
  readonly expected: Reading<ExpectedMounts>;
}

/** A mount to ask, and the path under which this process reaches it. */
interface Asked {
  readonly mount: SeenMount;
  readonly path: string;
  /** The mount table that it stands in. */
  readonly table: string;
  readonly deadlineMs: number;
}

const NODE_TABLE = '/proc/1/mountinfo';

/**
 * Asks every remote file system, and those of containers that can run full, one time each. First one mount of every
 * superblock, all at once: a dead server costs one child and one timeout, however many mounts show it. Then the other
 * directories of those that answered.
 */
export async function collectMountProbes(
  host: Host,
  sources: ProbeSources,
  settings: MountSettings,
): Promise<Reading<Omit<MountProbes, 'beneath' | 'beneathUnread'>>> {
  const mounts = knownOrNull(sources.mounts);
  const containers = knownOrNull(sources.containers)?.containers ?? [];
  const asked = distinct([...hostMounts(mounts, settings), ...containers.flatMap((one) => innerMounts(one, settings))]);
  const directories = storageDirectories(sources, mounts, settings);
  const first = new Map(asked.map((one) => [one.mount.devNo, one] as const).reverse());
  const representatives = [...first.values()].reverse();
  const [answers, local, fstabs, servers] = await Promise.all([
    ask(host, representatives),
    askDirectories(host, directories),
    readFstabs(host, containers, settings),
    knock(host, [...asked.map(({ mount }) => mount), ...missing(sources.expected, mounts)], settings),
  ]);
  const statfs = new Map(answers);
  const others = asked.filter(({ mount }) => first.get(mount.devNo)?.mount !== mount);
  const stuck = (one: Asked) => probeOf(first.get(one.mount.devNo), answers)?.state === 'timed-out';
  for (const one of others.filter(stuck)) {
    const answer = probeOf(first.get(one.mount.devNo), answers);
    if (answer !== undefined) statfs.set(probeKey(one.mount), answer);
  }
  for (const [key, probe] of await ask(
    host,
    others.filter((one) => !stuck(one)),
  ))
    statfs.set(key, probe);
  for (const { mount, probe } of local) if (!isLost(probe)) statfs.set(probeKey(mount), probe);
  const gone = await unmountedMeanwhile(host, [...asked, ...directories]);
  for (const mount of gone)
    statfs.set(probeKey(mount), { state: 'unknown', because: 'it was unmounted while it was asked' });
  const writable = asked.filter(
    ({ mount, table }) =>
      table === NODE_TABLE && !isReadonly(mount) && statfs.get(probeKey(mount))?.state === 'answered',
  );
  const still = local.filter(({ mount }) => !gone.has(mount));
  return known({
    settings,
    statfs,
    fstabs,
    servers,
    refusesWriting: await askAccess(host, writable),
    localTargets: new Set(still.flatMap(({ mount, probe }) => (isLost(probe) ? [] : [mount.target]))),
    lostDirectories: new Map(
      still.flatMap(({ storeid, path, probe }) => (isLost(probe) ? [[storeid, path] as const] : [])),
    ),
  });
}

const SERVED_BY_NFS: ReadonlySet<string> = new Set(['nfs', 'nfs4']);

/** EACCES, on every architecture of Linux. */
const EACCES = 13;

/** NFS only: SMB and FUSE answer for writing out of the mode that the mount shows. */
async function askAccess(host: Host, asked: readonly Asked[]): Promise<MountProbes['refusesWriting']> {
  const list = asked.filter(({ mount }) => SERVED_BY_NFS.has(mount.fsType));
  const results = await host.probe(list.map(requestOf('access')));
  return new Map(
    list.flatMap(({ mount }, at): (readonly [string, 'all' | 'root' | 'unknown'])[] => {
      const [, number, mode] = /^(\d+) ([0-7]+) \d+\n$/.exec(results[at]?.stdout ?? '') ?? [];
      if (results[at]?.stderr === NOT_RECORDED) return [];
      if (results[at]?.exitCode !== 0 || mode === undefined) return [[probeKey(mount), 'unknown']];
      if (Number(number) !== EACCES) return [];
      const letsAll = (Number.parseInt(mode, 8) & OTHERS_WRITE) !== 0;
      return [[probeKey(mount), letsAll ? 'all' : 'root']];
    }),
  );
}

/** S_IWOTH. */
const OTHERS_WRITE = 0o002;

const isLost = (probe: MountProbe): boolean => probe.state === 'failed' && probe.errorClass === 'ENOENT';

/** The directory of a storage on a local file system of the node: asking it gives the capacity, or that it is not there. */
interface Directory extends Asked {
  readonly storeid: string;
}

const storageDirectories = (
  { expected }: ProbeSources,
  table: HostMounts | null,
  { probeTimeoutMs }: MountSettings,
): readonly Directory[] =>
  (knownOrNull(expected)?.directories ?? []).flatMap(({ storeid, path }) => {
    const mount = mountOf(table?.mounts ?? [], path);
    // An automount may wait for a server.
    if (mount === null || isGarbled(mount) || isRemote(mount.fsType, mount.source) || mount.fsType === 'autofs')
      return [];
    return [{ storeid, mount, path, table: NODE_TABLE, deadlineMs: probeTimeoutMs }];
  });

async function askDirectories(
  host: Host,
  directories: readonly Directory[],
): Promise<readonly (Directory & { readonly probe: MountProbe })[]> {
  const results = await host.probe(directories.map(requestOf('statfs')));
  return directories.flatMap((directory, at) =>
    results[at]?.stderr === NOT_RECORDED ? [] : [{ ...directory, probe: readProbe(directory, results[at]) }],
  );
}

const probeOf = (one: Asked | undefined, answers: ReadonlyMap<string, MountProbe>): MountProbe | undefined =>
  one === undefined ? undefined : answers.get(probeKey(one.mount));

/**
 * The first path of each, so that what the node mounts itself is asked on the node, and by a path that leads through no
 * other server where there is one.
 */
function distinct(all: readonly Asked[]): readonly Asked[] {
  const seen = new Set<string>();
  const byTable = Map.groupBy(all, ({ table }) => table);
  const nested = new Set([...byTable.values()].flatMap((list) => lieOnOthers(list.map(({ mount }) => mount))));
  return all
    .toSorted((a, b) => Number(nested.has(a.mount)) - Number(nested.has(b.mount)))
    .filter(({ mount }) => {
      const key = probeKey(mount);
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
}

const hostMounts = (table: HostMounts | null, { probeTimeoutMs }: MountSettings): readonly Asked[] =>
  (table?.mounts ?? [])
    .filter(({ covered, fsType, source }) => !covered && isRemote(fsType, source))
    .map((mount) => ({ mount, path: mount.target, table: NODE_TABLE, deadlineMs: probeTimeoutMs }));

const innerMounts = ({ mounts, initPid }: Container, { containerTimeoutMs }: MountSettings): readonly Asked[] =>
  mountsToAsk(mounts).map((mount) => ({
    mount,
    path: `/proc/${initPid}/root${mount.target}`,
    table: `/proc/${initPid}/mountinfo`,
    deadlineMs: containerTimeoutMs,
  }));

/** One key for each superblock, however it is asked: what hangs there hangs for all. */
const requestOf =
  (kind: 'access' | 'statfs') =>
  ({ mount, path, deadlineMs }: Asked): ProbeRequest => ({ kind, path, key: `statfs ${mount.devNo}`, deadlineMs });

async function ask(host: Host, asked: readonly Asked[]): Promise<ReadonlyMap<string, MountProbe>> {
  const list = asked.filter(({ mount }) => !isGarbled(mount));
  const garbled = asked.filter(({ mount }) => isGarbled(mount));
  const results = await host.probe(list.map(requestOf('statfs')));
  return new Map([
    ...list.map((one, at) => [probeKey(one.mount), readProbe(one, results[at])] as const),
    ...garbled.map(({ mount }) => [probeKey(mount), GARBLED] as const),
  ]);
}

/** A path that lost bytes is another one, at which root in a container may put a link to anything. */
const GARBLED: MountProbe = {
  state: 'unknown',
  because: 'its line in the mount table is not UTF-8, so it cannot be asked',
};

const TOO_LONG = 'File name too long';

/** EXIT_FAILURE, which stat(1) ends with when the call failed; any other status is a fault of the probe. */
const STAT_FAILED = 1;

function readProbe(
  { mount, deadlineMs }: Pick<Asked, 'mount' | 'deadlineMs'>,
  result: ProbeResult | undefined,
): MountProbe {
  if (result === undefined || result.outcome === 'not-started')
    return { state: 'unknown', because: harmlessMessage(result?.stderr ?? '').trim() || 'it could not be asked' };
  if (result.outcome === 'timed-out')
    return { state: 'timed-out', waitedMs: deadlineMs, leftBehind: result.leftBehind };
  if (result.outcome === 'killed') return { state: 'unknown', because: 'the probe was killed' };
  if (result.exitCode !== 0) {
    if (result.exitCode !== STAT_FAILED)
      return { state: 'unknown', because: `the probe ended with exit status ${result.exitCode}` };
    if (saysNotImplemented(result.stderr)) return { state: 'answered', durationMs: result.durationMs, capacity: null };
    const error = parseErrorText(result.stderr);
    // The table shows paths that no call can be given: mounts are made from within other mounts.
    if (error.detail === TOO_LONG) return { state: 'unknown', because: 'its path is too long to be asked' };
    return error.errorClass === 'other' && result.stderr === ''
      ? { state: 'unknown', because: 'the probe ended without a reason' }
      : { state: 'failed', ...error };
  }
  const answer = parseStatFilesystem(result.stdout);
  if (answer === null) return { state: 'unknown', because: 'the probe printed what cannot be understood' };
  // The kernel answers in the program's place, without asking it, for a mount that only its user may look into.
  if (answer.capacity === null && isPrivateFuse(mount))
    return { state: 'unknown', because: 'only the user who mounted it may look into it', barred: true };
  return { state: 'answered', durationMs: result.durationMs, capacity: answer.capacity };
}

/** Kernel fs/fuse/inode.c fuse_statfs, fuse_allow_current_process. */
const isPrivateFuse = ({ fsType, superOptions }: SeenMount): boolean =>
  fsType.startsWith('fuse') &&
  !superOptions.includes('allow_other') &&
  superOptions.some((option) => /^user_id=[1-9]/.test(option));

async function readFstabs(
  host: Host,
  containers: readonly Container[],
  { containerTimeoutMs }: MountSettings,
): Promise<MountProbes['fstabs']> {
  const results = await host.probe(
    containers.map(({ vmid, initPid }) => ({
      kind: 'read' as const,
      path: `/proc/${initPid}/root/etc/fstab`,
      key: `fstab ${vmid}`,
      deadlineMs: containerTimeoutMs,
    })),
  );
  return new Map(containers.map(({ vmid }, at) => [vmid, readFstab(vmid, results[at])]));
}

/** Each that is missing is a finding, and a directory to look into. The file is the container's: it could name thousands. */
const MOST_EXPECTED = 100;

function readFstab(vmid: number, result: ProbeResult | undefined): Reading<readonly ExpectedMount[]> {
  const source = `/etc/fstab of container ${vmid}`;
  if (result?.outcome === 'exited' && result.exitCode === 0) {
    if (new TextEncoder().encode(result.stdout).length >= MOST_PROBED_BYTES)
      return unreadable({ kind: 'truncated', source, detail: 'it is too long to be read' });
    // A container mounts no disk of its own; the lines for them are those of its template.
    const expected = parseFstab(result.stdout, '/etc/fstab').filter(
      (line) => line.unclear !== undefined || expectsRemote(line),
    );
    if (expected.length <= MOST_EXPECTED) return known(expected);
    const detail = `more than ${MOST_EXPECTED} remote file systems stand in it`;
    return unreadable({ kind: 'failed', source, detail });
  }
  const failure = parseErrorText(result?.stderr ?? '');
  if (result?.outcome === 'exited' && failure.errorClass === 'ENOENT') return known([]);
  const detail = result?.outcome === 'timed-out' ? 'no answer in time' : failure.detail;
  return unreadable({ kind: result?.outcome === 'timed-out' ? 'timed-out' : 'failed', source, detail });
}

interface Sourced {
  readonly fsType: string;
  readonly source: string;
  readonly superOptions: readonly string[];
}

/** A missing mount's server is asked as well: its port says whether mounting again can work. */
const missing = (expected: Reading<ExpectedMounts>, table: HostMounts | null): readonly Sourced[] =>
  (knownOrNull(expected)?.mounts ?? [])
    .filter(({ required, target }) => required && mountAt(table?.mounts ?? [], target) === null)
    .map(({ fsType, source, options }) => ({ fsType: fsType ?? '', source: source ?? '', superOptions: options }));

async function knock(
  host: Host,
  mounts: readonly Sourced[],
  { probeTimeoutMs }: MountSettings,
): Promise<ReadonlyMap<string, ServerAnswer>> {
  const servers = new Map<string, Server>();
  for (const { fsType, source, superOptions } of mounts) {
    const server = serverOf(fsType, source, superOptions);
    if (server !== null) servers.set(serverKey(server), server);
  }
  const answers = await host.knock([...servers.values()], probeTimeoutMs);
  return new Map([...servers.keys()].map((key, at) => [key, answers[at] ?? { answers: null, detail: 'not asked' }]));
}

/** A mount that went away meanwhile was not what answered, and did not fail. */
async function unmountedMeanwhile(host: Host, asked: readonly Asked[]): Promise<ReadonlySet<SeenMount>> {
  const tables = [...new Set(asked.map(({ table }) => table))];
  const texts = await host.readFiles(tables);
  const still = new Map(tables.map((table, at) => [table, mountsIn(textOf(texts[at]))]));
  return new Set(
    asked.flatMap(({ mount, table }) => {
      const { mountId, parentId, devNo } = mount;
      return still.get(table)?.has(`${mountId} ${parentId} ${devNo}`) === true ? [] : [mount];
    }),
  );
}

/** The first three columns of each line. */
const mountsIn = (text: string): ReadonlySet<string> =>
  new Set(text.split('\n').map((line) => line.split(' ', 3).join(' ')));

const textOf = (reading: Reading<string> | undefined): string => (reading?.state === 'known' ? reading.value : '');
