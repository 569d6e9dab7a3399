import { type Host, listDir, readFile } from '../host/host.ts';
import type { Activity, Cluster, FinishedTasks, HeldLock, Task } from '../model/guests/pve.ts';
import type { ProcessTable } from '../model/host-facts.ts';
import { known, type Reading, unreadable } from '../model/reading.ts';
import { parseProcLocks } from '../parse/proc-tables.ts';
import { mayBeRootOfNode, parseProcessStat } from '../parse/processes.ts';
import {
  type ActiveTask,
  parseActiveTasks,
  parseTaskIndex,
  parseWorkerTitle,
  taskVmids,
  touchesVolumes,
} from '../parse/tasks.ts';

const ACTIVE_TASKS = '/var/log/pve/tasks/active';
const CLUSTER_LOCKS = '/etc/pve/priv/lock';
/** A cluster lock that nobody renewed for this long is no longer held (pve-cluster Cluster.pm cfs_lock). */
const CLUSTER_LOCK_MS = 120_000;

interface LockOwner {
  readonly vmid: number | null;
  readonly storeid: string | null;
}

/** Directories of lock files and what each file stands for. The files persist: only a held flock counts (PVE::Tools). */
const LOCK_FILES: readonly { readonly folder: string; readonly owner: (name: string) => LockOwner | null }[] = [
  { folder: '/var/lock/qemu-server', owner: (name) => guestLock(/^lock-(\d+)\.conf$/.exec(name)) },
  { folder: '/run/lock/lxc', owner: (name) => guestLock(/^pve-config-(\d+)\.lock$/.exec(name)) },
  {
    folder: '/var/lock/pve-manager',
    owner: (name) => guestLock(/^pve-migrate-(\d+)$/.exec(name)) ?? storageLock(/^pve-storage-(.+)$/.exec(name)),
  },
  { folder: '/run', owner: (name) => (name === 'vzdump.lock' ? { vmid: null, storeid: null } : null) },
];

const guestLock = (match: RegExpExecArray | null): LockOwner | null =>
  match && { vmid: Number(match[1]), storeid: null };

const storageLock = (match: RegExpExecArray | null): LockOwner | null =>
  match && { vmid: null, storeid: match[1] ?? null };

/** What is in flight on this node: tasks whose process still runs, and locks that somebody holds now. */
export async function collectActivity(
  host: Host,
  cluster: Reading<Cluster>,
  processes: Reading<ProcessTable>,
): Promise<Reading<Activity>> {
  if (cluster.state === 'absent') return cluster;
  if (processes.state === 'unreadable') return processes;
  const table = processes.state === 'known' ? processes.value : NO_PROCESSES;
  const tasks = await readTasks(host, table);
  if (tasks.state !== 'known') return tasks;
  const flocks = await readFlocks(host, cluster.state === 'known', table);
  if (flocks.state !== 'known') return flocks;
  const clusterLocks = cluster.state === 'known' ? await readClusterLocks(host) : known([]);
  if (clusterLocks.state !== 'known') return clusterLocks;
  return known({ ...tasks.value, locks: [...flocks.value, ...clusterLocks.value] });
}

const NO_PROCESSES: ProcessTable = { byPid: new Map() };

/** After a crash lines of dead workers stay: a task runs only while its process has the start time it was given. */
async function readTasks(host: Host, processes: ProcessTable): Promise<Reading<Omit<Activity, 'locks'>>> {
  const text = await readFile(host, ACTIVE_TASKS);
  if (text.state === 'unreadable') return text;
  const parsed = text.state === 'known' ? parseActiveTasks(text.value) : { value: [], problems: [] };
  const [malformed] = parsed.problems;
  if (malformed !== undefined) return unreadable({ kind: 'malformed', source: ACTIVE_TASKS, detail: malformed });
  const unlisted = await unlistedWorkers(host, processes, new Set(parsed.value.map(({ pid }) => pid)));
  if (unlisted.state !== 'known') return unlisted;
  const candidates = [...parsed.value, ...unlisted.value].filter((task) => !task.ended && touchesVolumes(task.type));
  const stats = await host.readFiles(candidates.map(({ pid }) => `/proc/${pid}/stat`));
  const running: Task[] = [];
  const died: Task[] = [];
  for (const [at, { upid, type, id, user, processStart }] of candidates.entries()) {
    const stat = stats[at];
    if (stat?.state === 'unreadable') return stat;
    const process = stat?.state === 'known' ? parseProcessStat(stat.value).value : null;
    const runs = process?.startTicks === processStart && process.state !== 'Z';
    (runs ? running : died).push({ upid, type, id, vmids: taskVmids(type, id), user });
  }
  return known({ tasks: running, ...(died.length === 0 ? {} : { died }) });
}

/**
 * Workers that the list does not have: it was lost or cut, or one has just begun. Each is named `task UPID:…` (pve-common
 * src/PVE/RESTEnvironment.pm fork_worker), of which a process's short name keeps the beginning.
 */
async function unlistedWorkers(
  host: Host,
  { byPid }: ProcessTable,
  listed: ReadonlySet<number>,
): Promise<Reading<readonly ActiveTask[]>> {
  const named = [...byPid].flatMap(([pid, { command, state }]) =>
    command.startsWith('task UPID:') && state !== 'Z' && !listed.has(pid) ? [pid] : [],
  );
  const statuses = await host.readFiles(named.map((pid) => `/proc/${pid}/status`));
  const pids = named.filter((_, at) => mayBeRootOfNode(statuses[at]));
  const titles = await host.readFiles(pids.map((pid) => `/proc/${pid}/cmdline`));
  const tasks: ActiveTask[] = [];
  for (const [at, pid] of pids.entries()) {
    const title = titles[at];
    if (title?.state === 'unreadable') return title;
    if (title?.state !== 'known') continue;
    const task = parseWorkerTitle(title.value);
    if (task === null)
      return unreadable({
        kind: 'malformed',
        source: `/proc/${pid}/cmdline`,
        detail: 'a task of PVE without its name',
      });
    tasks.push(task);
  }
  return known(tasks);
}

async function readFlocks(
  host: Host,
  isMounted: boolean,
  { byPid }: ProcessTable,
): Promise<Reading<readonly HeldLock[]>> {
  const listings = await host.listDirs(LOCK_FILES.map(({ folder }) => folder));
  const files: (LockOwner & { readonly path: string })[] = [];
  for (const [at, { folder, owner }] of LOCK_FILES.entries()) {
    const listing = listings[at];
    if (listing?.state === 'unreadable') return listing;
    for (const name of listing?.state === 'known' ? listing.value : []) {
      const owned = owner(name);
      if (owned) files.push({ ...owned, path: `${folder}/${name}` });
    }
  }
  if (files.length === 0) return known([]);
  const text = await readFile(host, '/proc/locks');
  const malformed = (detail: string) => unreadable({ kind: 'malformed', source: '/proc/locks', detail });
  if (text.state === 'unreadable') return text;
  // pmxcfs itself holds one as long as /etc/pve is mounted (pve-cluster src/pmxcfs/pmxcfs.c lockfile).
  if (text.state === 'absent' || (isMounted && text.value === ''))
    return malformed('it shows no lock, not even that of pmxcfs');
  const parsed = parseProcLocks(text.value);
  const [problem] = parsed.problems;
  if (problem !== undefined) return malformed(problem);
  const stats = await host.stats(files.map(({ path }) => path));
  const held: HeldLock[] = [];
  for (const [at, { path, vmid, storeid }] of files.entries()) {
    const stat = stats[at];
    if (stat?.state === 'unreadable') return stat;
    const lock =
      stat?.state === 'known' &&
      parsed.value.find(({ inode, device }) => inode === stat.value.inode && device === stat.value.device);
    // Who took it may have ended while a child of it has the file open.
    if (lock) held.push({ path, vmid, storeid, pid: lock.pid !== null && byPid.has(lock.pid) ? lock.pid : null });
  }
  return known(held);
}

/** Locks of shared storages are directories: only their names are read, never anything else below priv. */
async function readClusterLocks(host: Host): Promise<Reading<readonly HeldLock[]>> {
  const listing = await listDir(host, CLUSTER_LOCKS);
  if (listing.state !== 'known') return listing.state === 'absent' ? known([]) : listing;
  const names = listing.value.filter((name) => name.startsWith('storage-'));
  const stats = await host.stats(names.map((name) => `${CLUSTER_LOCKS}/${name}`));
  const isHeld = (at: number): boolean => {
    const stat = stats[at];
    return stat?.state !== 'known' || host.now().getTime() - stat.value.modifiedMs < CLUSTER_LOCK_MS;
  };
  return known(
    names
      .filter((_, at) => isHeld(at))
      .map((name) => ({
        path: `${CLUSTER_LOCKS}/${name}`,
        vmid: null,
        storeid: name.slice('storage-'.length),
        pid: null,
      })),
  );
}

/** Older first. PVE begins a new one at about 50 KB and keeps the others (pve-manager bin/pveupdate, task log rotation). */
const INDEXES = ['/var/log/pve/tasks/index.1', '/var/log/pve/tasks/index'] as const;

/** Tasks of guests that ended on this node. */
export async function collectFinishedTasks(host: Host): Promise<Reading<FinishedTasks>> {
  const texts = await host.readFiles(INDEXES);
  const unread = texts.find((text) => text.state === 'unreadable');
  if (unread !== undefined) return unread;
  return known({ tasks: texts.flatMap((text) => (text.state === 'known' ? parseTaskIndex(text.value).value : [])) });
}
