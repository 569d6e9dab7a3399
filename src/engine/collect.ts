import { collectActivity, collectFinishedTasks } from '../collectors/activity.ts';
import { collectAutoextend } from '../collectors/autoextend.ts';
import { collectBlockDevices, collectDiskIdentities, type Scope } from '../collectors/block-devices.ts';
import { collectCluster } from '../collectors/cluster.ts';
import { collectDeviceMapper, secondLook } from '../collectors/device-mapper.ts';
import { resolveDevicePaths } from '../collectors/device-paths.ts';
import { collectDisks } from '../collectors/disks.ts';
import { collectGuests } from '../collectors/guests.ts';
import { collectHaResources } from '../collectors/ha-resources.ts';
import { collectHostFacts } from '../collectors/host-facts.ts';
import { collectHostMounts } from '../collectors/host-mounts.ts';
import { collectHostNames } from '../collectors/host-names.ts';
import { collectLvm } from '../collectors/lvm.ts';
import { collectLvmAround } from '../collectors/lvm-around.ts';
import { collectMdArrays } from '../collectors/md-arrays.ts';
import { collectNodeIdentities } from '../collectors/node-identities.ts';
import { collectPeers } from '../collectors/peers.ts';
import { collectProcesses } from '../collectors/processes.ts';
import { collectDatacenter, collectStorage } from '../collectors/pve-configuration.ts';
import { collectReplication } from '../collectors/replication.ts';
import { collectRunning } from '../collectors/running.ts';
import { collectTargetStatuses, collectThinPools } from '../collectors/target-status.ts';
import { collectTrend } from '../collectors/trend.ts';
import { collectUsage } from '../collectors/usage.ts';
import { collectZfsPools } from '../collectors/zfs-pools.ts';
import type { Host } from '../host/host.ts';
import type { CommandResult } from '../model/command-result.ts';
import type { ProcessTable } from '../model/host-facts.ts';
import { DEFAULT_MOUNT_SETTINGS, type MountSettings } from '../model/mounts/mounts.ts';
import { type Absent, absent, known, type Reading } from '../model/reading.ts';
import type { CollectedName, Snapshot } from '../model/snapshot.ts';
import { collectMounts, type MountSections, type Timer } from './collect-mounts.ts';
import { collectVolumes, type VolumeSources } from './collect-volumes.ts';

/**
 * Reads one node. The order is part of the judgement, since the node goes on working while we look:
 * device-mapper, then what is in flight, then configurations and LVM, then device-mapper again. So a volume that a task
 * was making when device-mapper was read is either seen with its task or with its reference, and an entry that is still
 * there at the second look, with the same UUID, was there all the time. Without mount settings no mount is looked at:
 * a repair waits for no server, and reads who uses what as late as it can, of all processes.
 */
export async function collect(
  node: Host,
  settings: MountSettings | null = DEFAULT_MOUNT_SETTINGS,
  scope: Scope = settings === null ? 'all' : 'what is open',
): Promise<Snapshot> {
  const takenAt = node.now().toISOString();
  const timed = timer(node);
  const host = scope === 'all' ? node : askingOnce(node);
  const [hostFacts, cluster, firstLook] = await Promise.all([
    timed(() => collectHostFacts(host)),
    timed(() => collectCluster(host)),
    timed(() => collectDeviceMapper(host)),
  ]);
  // Perl takes its time to start.
  const waitingForPeers = settings === null ? NO_NODES.peers : timed(() => collectPeers(host, cluster.reading));
  const processes = await collectProcesses(host);
  const askSettings = askedOnce(() => host.run('lvm-settings'));
  const [activity, running] = await Promise.all([
    timed(() => collectActivity(host, cluster.reading, processes)),
    timed(() => collectRunning(host, cluster.reading, processes)),
  ]);
  const [pve, kernel, replication, finishedTasks] = await Promise.all([
    collectPve(host, cluster.reading, timed),
    collectStack(host, { firstLook, processes, scope, forRepair: settings === null, askSettings }, timed),
    settings === null ? NO_VOLUMES.replication : timed(() => collectReplication(host, cluster.reading)),
    timed(() => collectFinishedTasks(host)),
  ]);
  // Dead servers are waited for while device-mapper is read again.
  const sources = { storage: pve.storage.reading, cluster: cluster.reading, running: running.reading, processes };
  const waitingForMounts = lookAtMounts(host, { ...sources, guests: pve.guests.reading }, settings, timed);
  const secondTime = await timed(async () =>
    firstLook.reading.state === 'known' ? known(await secondLook(host, firstLook.reading.value)) : firstLook.reading,
  );
  const usage = kernel.usage ?? (await timed(() => collectUsage(host, kernel.blockDevices.reading)));
  const blockDevices =
    settings === null ? await collectDiskIdentities(host, kernel.blockDevices.reading) : kernel.blockDevices.reading;
  const identities =
    settings === null
      ? NO_NODES.identities
      : await timed(() => collectNodeIdentities(host, cluster.reading, kernel.blockDevices.reading, askSettings));
  return {
    takenAt,
    sections: {
      host: hostFacts,
      deviceMapper: { reading: secondTime.reading, durationMs: firstLook.durationMs + secondTime.durationMs },
      cluster,
      activity,
      running,
      replication,
      finishedTasks,
      ...pve,
      ...kernel,
      blockDevices: { ...kernel.blockDevices, reading: blockDevices },
      usage,
      identities,
      peers: await waitingForPeers,
      ...(await waitingForMounts),
    },
  };
}

async function lookAtMounts(
  host: Host,
  sources: Parameters<typeof collectMounts>[1] & Pick<VolumeSources, 'guests'>,
  settings: MountSettings | null,
  timed: Timer,
): Promise<MountSections & SectionsOf<'volumes' | 'zfsPools'>> {
  if (settings === null) return { ...NO_MOUNTS, volumes: NO_VOLUMES.volumes, zfsPools: NO_VOLUMES.zfsPools };
  const [sections, zfsPools] = await Promise.all([
    collectMounts(host, sources, settings, timed),
    timed(() => collectZfsPools(host, sources.processes)),
  ]);
  const { mounts, expectedMounts: expected, mountProbes: probes } = sections;
  const seen = {
    ...{ mounts: mounts.reading, expected: expected.reading, probes: probes.reading },
    zfsPools: zfsPools.reading,
  };
  // No storage is looked into whose mount does not answer, and no pool that is suspended.
  return { ...sections, zfsPools, volumes: await timed(() => collectVolumes(host, { ...sources, ...seen })) };
}

/** Two sections want the same answer. */
function askedOnce<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  return () => {
    answer ??= ask();
    return answer;
  };
}

/** The command line of a guest's process says which guest runs, and later whose an open device is: a thread reads it, once. */
function askingOnce(host: Host): Host {
  const answers = new Map<string, Reading<string>>();
  const isKept = (path: string): boolean => path.startsWith('/proc/') && path.endsWith('/cmdline');
  const readFiles: Host['readFiles'] = async (paths) => {
    if (!paths.some(isKept)) return host.readFiles(paths);
    const asked = paths.filter((path) => !answers.has(path));
    const readings = new Map((await host.readFiles(asked)).map((reading, at) => [asked[at] ?? '', reading]));
    for (const [path, reading] of readings) if (isKept(path)) answers.set(path, reading);
    return paths.map((path) => answers.get(path) ?? readings.get(path) ?? absent(path));
  };
  return { ...host, readFiles };
}

const leftOut = <const K extends CollectedName>(reason: string, names: readonly K[]): Record<K, LeftOut> =>
  Object.fromEntries(names.map((name) => [name, { reading: absent(reason), durationMs: 0 }])) as Record<K, LeftOut>;

type LeftOut = { readonly reading: Absent; readonly durationMs: number };

const NO_DEVICES = leftOut('only mounts were asked for, so nothing else was read', [
  'deviceMapper',
  'blockDevices',
  'thinPools',
  'autoextend',
  'targetStatuses',
  'disks',
  'mdArrays',
  'trend',
  'lvm',
  'lvmAround',
  'usage',
  'activity',
  'replication',
  'ha',
  'finishedTasks',
  'datacenter',
  'hostNames',
  'identities',
  'peers',
  'replication',
  'volumes',
  'zfsPools',
]);

/** A repair has no use for mounts of servers and must not wait for one. */
const NO_MOUNTS = leftOut('not looked at for a repair', [
  'mounts',
  'containers',
  'expectedMounts',
  'mountProbes',
  'stuckProcesses',
  'backupJobs',
  'fileSystems',
  'btrfs',
]);

const NO_NODES = leftOut('a repair does not ask what other nodes published', ['peers', 'identities']);

const NO_VOLUMES = leftOut('a repair asks of volumes on LVM only', ['volumes', 'replication', 'zfsPools']);

/** What the checks of mounts need, and who is behind a mount. No device-mapper, no LVM, no open files. */
export async function collectOnlyMounts(
  host: Host,
  settings: MountSettings = DEFAULT_MOUNT_SETTINGS,
): Promise<Snapshot> {
  const takenAt = host.now().toISOString();
  const timed = timer(host);
  const [hostFacts, cluster] = await Promise.all([
    timed(() => collectHostFacts(host)),
    timed(() => collectCluster(host)),
  ]);
  const processes = await collectProcesses(host);
  const [running, storage, guests] = await Promise.all([
    timed(() => collectRunning(host, cluster.reading, processes)),
    timed(() => collectStorage(host, cluster.reading)),
    timed(() => collectGuests(host, cluster.reading)),
  ]);
  const sources = { storage: storage.reading, cluster: cluster.reading, running: running.reading, processes };
  const mounts = await collectMounts(host, sources, settings, timed);
  return { takenAt, sections: { ...NO_DEVICES, host: hostFacts, cluster, running, storage, guests, ...mounts } };
}
/** No repair depends on how full a pool is. */
const NO_POOLS: Reading<never> = absent('a repair does not ask how full the pools are');

const NOT_AROUND: Reading<never> = absent('a repair needs LVM as a whole');

const NO_DISKS: Reading<never> = absent('a repair does not ask how the paths to the disks are');

const NO_TREND: Reading<never> = absent('a repair does not ask what was before');

const timer =
  (host: Host): Timer =>
  async (read) => {
    const start = host.elapsedMs();
    const reading = await read();
    return { reading, durationMs: host.elapsedMs() - start };
  };

type SectionsOf<K extends keyof Snapshot['sections']> = Pick<Snapshot['sections'], K>;

async function collectPve(
  host: Host,
  cluster: Snapshot['sections']['cluster']['reading'],
  timed: Timer,
): Promise<SectionsOf<'storage' | 'datacenter' | 'guests' | 'hostNames' | 'ha'>> {
  const seen = await collectHostMounts(host);
  const mounts = seen.state === 'known' ? seen.value.mounts : [];
  const stored = timed(() => collectStorage(host, cluster));
  const [storage, datacenter, guests, hostNames, ha] = await Promise.all([
    stored,
    timed(() => collectDatacenter(host, cluster)),
    timed(async () =>
      resolveDevicePaths(host, await collectGuests(host, cluster), cluster, (await stored).reading, mounts),
    ),
    timed(() => collectHostNames(host, mounts)),
    timed(() => collectHaResources(host, cluster)),
  ]);
  return { storage, datacenter, guests, hostNames, ha };
}

interface StackSources {
  readonly firstLook: Snapshot['sections']['deviceMapper'];
  readonly processes: Reading<ProcessTable>;
  readonly scope: Scope;
  readonly forRepair: boolean;
  readonly askSettings: () => Promise<CommandResult>;
}

/** Who uses the devices is read while LVM looks at its own; for a repair after all else, so `usage` is null. */
async function collectStack(
  host: Host,
  { firstLook: { reading }, processes, scope, forRepair, askSettings }: StackSources,
  timed: Timer,
): Promise<
  SectionsOf<
    | 'blockDevices'
    | 'thinPools'
    | 'autoextend'
    | 'targetStatuses'
    | 'disks'
    | 'mdArrays'
    | 'trend'
    | 'lvm'
    | 'lvmAround'
  > & {
    readonly usage: Snapshot['sections']['usage'] | null;
  }
> {
  const [targetStatuses, blockDevices] = await Promise.all([
    timed(() => collectTargetStatuses(host, reading)),
    timed(() => collectBlockDevices(host, reading, scope)),
  ]);
  const seen = { blockDevices: blockDevices.reading, targetStatuses: targetStatuses.reading, processes };
  const hints = scope === 'all' ? null : { processes, deviceMapper: reading };
  const waitingForPools = timed(async () => (forRepair ? NO_POOLS : collectThinPools(host, reading)));
  const waitingForLvm = timed(() => collectLvm(host, reading, seen));
  const [lvm, lvmAround, thinPools, autoextend, disks, mdArrays, trend, usage] = await Promise.all([
    waitingForLvm,
    waitingForLvm.then((lvm) =>
      timed(async () => (forRepair ? NOT_AROUND : collectLvmAround(host, lvm.reading, reading, seen, askSettings))),
    ),
    waitingForPools,
    waitingForPools.then((pools) => timed(() => collectAutoextend(askSettings, pools.reading, processes))),
    timed(async () => (forRepair ? NO_DISKS : collectDisks(host, reading, seen))),
    timed(async () => (forRepair ? NO_DISKS : collectMdArrays(host, blockDevices.reading))),
    timed(async () => (forRepair ? NO_TREND : collectTrend(host))),
    forRepair ? null : timed(() => collectUsage(host, blockDevices.reading, hints)),
  ]);
  return { blockDevices, lvm, lvmAround, thinPools, autoextend, targetStatuses, disks, mdArrays, trend, usage };
}
