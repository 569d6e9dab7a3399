import type { Capture, CapturedProbe } from '../../../src/model/capture.ts';
import { dmName } from '../../lab/node/device-mapper.ts';
import type { Amounts } from './amounts.ts';
import { DM_MAJOR, minorsOf } from './device-mapper.ts';
import { runningGuests } from './guest-configs.ts';
import { containerLines, hostLines, type Line, tableText } from './mount-tables.ts';
import { type Volume, vmidOf } from './volumes.ts';

interface Process {
  readonly pid: number;
  readonly command: string;
  readonly parent: number;
  /** Number of its mount namespace. */
  readonly namespace: number;
}

const HOST_NAMESPACE = 4_026_531_841;
const KERNEL_THREADS = 0.05;
/** Mount ids of namespaces do not overlap. */
const IDS_APART = 2000;
/** Volumes that a container has mounted: its root and one more. */
const MOUNTED = 2;

type Parts = Required<Pick<Capture, 'files' | 'directories' | 'links' | 'probes' | 'openBlockDevices'>>;

/** Guests' processes with what they hold, their mount namespaces, and as many others as are asked for. */
export function recordProcesses(
  amounts: Amounts,
  volumes: readonly Volume[],
  binds: ReadonlyMap<number, string>,
): Parts {
  const { machines, containers } = runningGuests(amounts);
  const { processes, holders, inits } = makeProcesses(amounts, machines, containers);
  const byGuest = Map.groupBy(
    [...minorsOf(volumes)].filter(([{ origin }]) => origin === ''),
    ([{ guest }]) => guest ?? -1,
  );
  const host = hostLines(amounts);
  const files: Files = { '/proc/1/mountinfo': tableText(host, 30) };
  const probes: Record<string, CapturedProbe> = {};
  for (const [at, one] of inits.entries()) {
    const own = (byGuest.get(one.guest) ?? []).slice(0, MOUNTED);
    const mounted = own.map(([volume, minor], index) => fileSystem(volume, minor, index));
    const bind = host.find(({ target }) => target === binds.get(one.guest));
    const shared = bind === undefined ? [] : [{ ...bind, target: '/mnt/shared' }];
    recordContainer(files, probes, { ...one, host, mounted, shared, firstId: (2 * at + 1) * IDS_APART });
  }
  for (const [guest, pid] of holders) recordMachine(files, vmidOf(guest), pid);
  for (const { pid, command, parent } of processes) files[`/proc/${pid}/stat`] = [statOf(pid, command, parent)];
  files['/proc/net/unix'] = [
    'Num       RefCount Protocol Flags    Type St Inode Path',
    // Every machine has some, with containers or without.
    '0000000000000000: 00000002 00000000 00010000 0001 01 21000 /run/systemd/private',
    ...inits.map(
      ({ guest }, at) =>
        `${(at + 4096).toString(16).padStart(16, '0')}: 00000002 00000000 00010000 0001 01 ${70_000 + at} @/var/lib/lxc/${vmidOf(guest)}/command`,
    ),
  ];
  return {
    ...{ files, probes },
    directories: {
      '/proc': [...processes.map(({ pid }) => `${pid}`), 'locks', 'mounts', 'net', 'self', 'sys', 'uptime'],
      '/var/run/qemu-server': machines.map((guest) => `${vmidOf(guest)}.pid`),
      '/run': ['lock', 'lxc', 'qemu-server'],
    },
    links: Object.fromEntries(processes.map(({ pid, namespace }) => [`/proc/${pid}/ns/mnt`, `mnt:[${namespace}]`])),
    openBlockDevices: [...holders].flatMap(([guest, pid]) =>
      (byGuest.get(guest) ?? []).map(([, minor]) => [pid, `${DM_MAJOR}:${minor}`] as const),
    ),
  };
}

type Files = Record<string, string | readonly string[]>;

interface Init {
  readonly guest: number;
  readonly monitor: number;
  readonly pid: number;
}

function makeProcesses(amounts: Amounts, machines: readonly number[], containers: readonly number[]) {
  const processes: Process[] = [];
  const next = (command: string, parent: number, namespace = HOST_NAMESPACE): number => {
    const pid = processes.length < 2 ? processes.length + 1 : 1000 + 3 * processes.length;
    processes.push({ pid, command, parent, namespace });
    return pid;
  };
  next('systemd', 0);
  const kthreadd = next('kthreadd', 0);
  for (let at = 0; at < amounts.processes * KERNEL_THREADS; at += 1) next(`kworker/${at % 64}:${at}`, kthreadd);
  const holders = new Map(machines.map((guest) => [guest, next('kvm', 1)]));
  const inits = containers.map((guest, at): Init => {
    const monitor = next('lxc-start', 1, HOST_NAMESPACE + 1 + 2 * at);
    return { guest, monitor, pid: next('systemd', monitor, HOST_NAMESPACE + 2 + 2 * at) };
  });
  for (let at = 0; processes.length < amounts.processes; at += 1) {
    const turn = at % Math.max(1, inits.length);
    const init = at % 20 === 0 ? undefined : inits[turn];
    if (init === undefined) next('pvedaemon worke', 1);
    else next('nginx', init.pid, HOST_NAMESPACE + 2 + 2 * turn);
  }
  return { processes, holders, inits };
}

const fileSystem = ({ vg, lv }: Volume, minor: number, at: number): Line => ({
  ...{ devNo: `${DM_MAJOR}:${minor}`, target: `/srv/${at}`, fsType: 'ext4' },
  ...{ source: `/dev/mapper/${dmName(vg, lv)}`, superOptions: 'rw,stripe=16' },
});

interface ContainerFacts extends Init {
  readonly host: readonly Line[];
  readonly mounted: readonly Line[];
  readonly shared: readonly Line[];
  readonly firstId: number;
}

/** The monitor has a copy of the node's table and the container's root; init has a table of its own. */
function recordContainer(files: Files, probes: Record<string, CapturedProbe>, facts: ContainerFacts): void {
  const { guest, monitor, pid, host, mounted, shared, firstId } = facts;
  const vmid = vmidOf(guest);
  const [root, ...volumes] = mounted;
  if (root === undefined) return;
  const inner = [...volumes, ...shared];
  const rootfs = { ...root, target: `/var/lib/lxc/${vmid}/rootfs` };
  files[`/proc/${monitor}/mountinfo`] = tableText([...host, rootfs], firstId);
  files[`/proc/${monitor}/cgroup`] = [`0::/lxc.monitor/${vmid}`];
  files[`/proc/${pid}/mountinfo`] = tableText(containerLines(root, inner, vmid), firstId + IDS_APART);
  files[`/proc/${pid}/status`] = ['Name:\tsystemd', `Pid:\t${pid}`, `NSpid:\t${pid}\t1`];
  files[`/var/lib/lxc/${vmid}/config`] = [`lxc.uts.name = ct${vmid}`];
  probes[`read /proc/${pid}/root/etc/fstab`] = { stdout: ['# UNCONFIGURED FSTAB FOR BASE SYSTEM'], durationMs: 4 };
  for (const { target } of inner)
    probes[`statfs /proc/${pid}/root${target}`] = {
      stdout: ['4096 8000000 4000000 3500000 2097152 2000000 ext2/ext3'],
      durationMs: 3,
    };
}

function recordMachine(files: Files, vmid: number, pid: number): void {
  const pidFile = `/var/run/qemu-server/${vmid}.pid`;
  files[pidFile] = [`${pid}`];
  files[`/proc/${pid}/cmdline`] = `/usr/bin/kvm\0-id\0${vmid}\0-name\0guest${vmid}\0-pidfile\0${pidFile}\0`;
  files[`/proc/${pid}/comm`] = ['kvm'];
  files[`/proc/${pid}/status`] = ['Name:\tkvm', `Pid:\t${pid}`, 'Uid:\t0\t0\t0\t0', `NSpid:\t${pid}`];
}

const statOf = (pid: number, command: string, parent: number): string =>
  `${pid} (${command}) S ${parent} ${pid} ${pid} 0 -1 4194560 724 13046 65 411 104 1 245 4 20 0 1 0 6 2625536 422 18446744073709551615 365788061696 365788138425 548675222928 0 0 0 0 0 65538 1 0 0 17 0 0 0 0 0 0 365788167728 365788172864 365788188672 548675223359 548675223382 548675223382 548675223529 0`;
