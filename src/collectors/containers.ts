import type { Host } from '../host/host.ts';
import type { Cluster, RunningGuests } from '../model/guests/pve.ts';
import type { ProcessTable } from '../model/host-facts.ts';
import { mountsToAsk } from '../model/mounts/judged-mounts.ts';
import { withCovered } from '../model/mounts/mount-tree.ts';
import type { Container, ContainerConfig, Containers } from '../model/mounts/mounts.ts';
import { describeProblem, known, knownOf, type Reading, type Unreadable, unreadable } from '../model/reading.ts';
import { parseContainerConfig } from '../parse/container-config.ts';
import { parseMountinfo } from '../parse/mountinfo.ts';

export interface ContainerSources {
  readonly running: Reading<RunningGuests>;
  readonly processes: Reading<ProcessTable>;
  readonly cluster: Reading<Cluster>;
}

/**
 * Running containers with their mounts, without entering one and without a process for any: the init process is the
 * child of LXC's monitor, and its mount table is a file.
 */
export async function collectContainers(host: Host, sources: ContainerSources): Promise<Reading<Containers>> {
  const { running, processes, cluster } = sources;
  if (running.state !== 'known') return running;
  const monitors = new Map(
    running.value.guests.flatMap(({ vmid, type, pid }) => (type === 'lxc' ? [[vmid, pid]] : [])),
  );
  if (monitors.size === 0) return known({ containers: [], gaps: [] });
  if (processes.state !== 'known') return processes;
  const inits = await findInits(host, monitors, processes.value);
  const vmids = [...monitors.keys()].sort((a, b) => a - b);
  const found = vmids.flatMap((vmid) => {
    const initPid = inits.get(vmid);
    return initPid === undefined ? [] : [{ vmid, initPid }];
  });
  const tables = await host.readFiles(found.map(({ initPid }) => `/proc/${initPid}/mountinfo`));
  const configs = await readConfigs(host, found, cluster);
  const gaps = vmids
    .filter((vmid) => !inits.has(vmid))
    .map((vmid) => `container ${vmid}: its init process was not found`);
  const containers = found.flatMap(({ vmid, initPid }, at): readonly Container[] => {
    const mounts = readTable(vmid, initPid, tables[at]);
    if (typeof mounts === 'string') gaps.push(mounts);
    const { name = '', config = noConfig(vmid, 'was not read') } = configs[at] ?? {};
    return typeof mounts === 'string' ? [] : [{ vmid, name, initPid, mounts, config }];
  });
  return known({ containers, gaps });
}

type Found = readonly { readonly vmid: number; readonly initPid: number }[];

/** Root in a container may bind one directory a hundred thousand times, and each could be a process that asks for it. */
const MOST_TO_ASK = 500;

/** A container that has stopped meanwhile is no gap: it runs no more. */
function readTable(vmid: number, initPid: number, table: Reading<string> | undefined): Container['mounts'] | string {
  if (table === undefined || table.state === 'absent')
    return `container ${vmid}: process ${initPid} has ended meanwhile`;
  if (table.state === 'unreadable') return `container ${vmid}: ${describeProblem(table.problem)}`;
  const { value, problems } = parseMountinfo(table.value);
  if (problems.length > 0) return `container ${vmid}: its mount table is not whole (${problems[0]})`;
  const mounts = withCovered(value);
  const count = mountsToAsk(mounts).length;
  return count > MOST_TO_ASK ? `container ${vmid}: ${count} mounts to ask, which are too many; none was asked` : mounts;
}

async function findInits(
  host: Host,
  monitors: ReadonlyMap<number, number | null>,
  { byPid }: ProcessTable,
): Promise<ReadonlyMap<number, number>> {
  const named = new Map([...monitors].filter((entry): entry is [number, number] => entry[1] !== null));
  const found = await nameMonitors(host, byPid);
  const children = Map.groupBy([...byPid.keys()], (pid) => byPid.get(pid)?.parentPid);
  const inits = new Map<number, number>();
  for (const vmid of monitors.keys()) {
    const monitor = named.get(vmid) ?? found.get(vmid);
    if (monitor === undefined) continue;
    const [init] = await firstOfNamespace(host, children.get(monitor) ?? []);
    if (init !== undefined) inits.set(vmid, init);
  }
  for (const vmid of monitors.keys()) {
    if (inits.has(vmid)) continue;
    const [init] = await firstOfNamespace(host, await pidsOfCgroup(host, vmid));
    if (init !== undefined) inits.set(vmid, init);
  }
  return inits;
}

/**
 * A monitor's cgroup stands at the top (pve-container src/PVE/LXC.pm). Root in a container may give its processes any name,
 * and a cgroup below its own that of another container's monitor.
 */
const MONITOR = /^\d+:[^:]*:\/lxc\.monitor[./](\d+)(?:\/|$)/m;

/** VMIDs of LXC's monitors, by their cgroup. */
async function nameMonitors(host: Host, byPid: ProcessTable['byPid']): Promise<ReadonlyMap<number, number>> {
  const pids = [...byPid].filter(([, { command }]) => command.startsWith('lxc-start')).map(([pid]) => pid);
  const cgroups = await host.readFiles(pids.map((pid) => `/proc/${pid}/cgroup`));
  return new Map(
    knownOf(pids, cgroups).flatMap(([pid, text]) => {
      const vmid = MONITOR.exec(text)?.[1];
      return vmid === undefined ? [] : [[Number(vmid), pid] as const];
    }),
  );
}

/** Processes that are number 1 of a namespace one below ours; containers inside a container have more numbers. */
async function firstOfNamespace(host: Host, pids: readonly number[]): Promise<readonly number[]> {
  const statuses = await host.readFiles(pids.map((pid) => `/proc/${pid}/status`));
  return knownOf(pids, statuses).flatMap(([pid, status]) => (/^NSpid:\t\d+\t1$/m.test(status) ? [pid] : []));
}

/** Pure cgroup v2, with systemd as init, and the named hierarchy of v1 (PVE 6). */
async function pidsOfCgroup(host: Host, vmid: number): Promise<readonly number[]> {
  const groups = [
    `lxc/${vmid}/ns/init.scope`,
    `lxc/${vmid}/ns`,
    `lxc/${vmid}`,
    `systemd/lxc/${vmid}/ns`,
    `systemd/lxc/${vmid}`,
  ];
  const texts = await host.readFiles(groups.map((group) => `/sys/fs/cgroup/${group}/cgroup.procs`));
  return texts
    .flatMap((text) => (text.state === 'known' ? text.value.split('\n').filter((line) => line !== '') : []))
    .map(Number);
}

interface NamedConfig {
  readonly name: string;
  readonly config: Reading<ContainerConfig>;
}

const noConfig = (vmid: number, detail: string): Unreadable =>
  unreadable({ kind: 'failed', source: `/etc/pve/nodes/*/lxc/${vmid}.conf`, detail });

/** PVE's own configuration, and the one that it generated for LXC, which is there when pmxcfs is not. */
async function readConfigs(host: Host, found: Found, cluster: Reading<Cluster>): Promise<readonly NamedConfig[]> {
  const node = cluster.state === 'known' ? cluster.value.nodeName : null;
  const own =
    node === null ? [] : await host.readFiles(found.map(({ vmid }) => `/etc/pve/nodes/${node}/lxc/${vmid}.conf`));
  const generated = await host.readFiles(found.map(({ vmid }) => `/var/lib/lxc/${vmid}/config`));
  return found.map(({ vmid }, at) => {
    const text = own[at] ?? noConfig(vmid, 'this node could not be named');
    const lxc = generated[at];
    const hostname = text.state === 'known' ? /^hostname:\s*(\S+)/m.exec(text.value)?.[1] : undefined;
    const utsName = lxc?.state === 'known' ? /^lxc\.uts\.name\s*=\s*(\S+)/m.exec(lxc.value)?.[1] : undefined;
    const config =
      text.state === 'known'
        ? known(parseContainerConfig(text.value))
        : text.state === 'unreadable'
          ? text
          : noConfig(vmid, 'does not exist');
    return { name: hostname ?? utsName ?? '', config };
  });
}
