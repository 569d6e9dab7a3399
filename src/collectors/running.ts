import { type Host, listDir, readFile } from '../host/host.ts';
import { hasLostBytes } from '../model/believable.ts';
import type { Cluster, RunningGuest, RunningGuests } from '../model/guests/pve.ts';
import type { ProcessTable } from '../model/host-facts.ts';
import { known, type Reading, unreadable } from '../model/reading.ts';
import { netUnixComplaint, parseRunningContainers } from '../parse/proc-tables.ts';
import { mayBeRootOfNode, parseProcessStat, parseQemuCmdline } from '../parse/processes.ts';

const PID_FILES = '/var/run/qemu-server';

/**
 * Guests that run on this node, by files alone: `qm list` shows only guests whose configuration is here, and so misses
 * the QEMU of an incoming migration.
 */
export async function collectRunning(
  host: Host,
  cluster: Reading<Cluster>,
  processes: Reading<ProcessTable>,
): Promise<Reading<RunningGuests>> {
  if (cluster.state === 'absent') return cluster;
  if (processes.state === 'unreadable') return processes;
  const machines = await readMachines(host, processes.state === 'known' ? processes.value.byPid : new Map());
  if (machines.state !== 'known') return machines;
  const containers = await readContainers(host);
  if (containers.state !== 'known') return containers;
  return known({ guests: [...machines.value, ...containers.value] });
}

/** A process that may be a VM: named by a pid file, or a QEMU of PVE whose pid file is lost. */
interface Candidate {
  readonly pid: number;
  /** null without a pid file. */
  readonly vmid: number | null;
}

/** What PVE starts is `/usr/bin/kvm`; another QEMU is none of its guests. */
const PROGRAM = 'kvm';

/** A VM runs when its pid file names a QEMU with that very pid file (qemu-server Helpers.pm vm_running_locally). */
async function readMachines(host: Host, byPid: ProcessTable['byPid']): Promise<Reading<readonly RunningGuest[]>> {
  const named = await readPidFiles(host);
  if (named.state !== 'known') return named;
  const listed = new Set(named.value.map(({ pid }) => pid));
  const others = [...byPid].flatMap(([pid, { command }]) => (command === PROGRAM && !listed.has(pid) ? [pid] : []));
  const statuses = await host.readFiles(others.map((pid) => `/proc/${pid}/status`));
  const lost = others.filter((_, at) => mayBeRootOfNode(statuses[at]));
  const candidates: readonly Candidate[] = [...named.value, ...lost.map((pid) => ({ pid, vmid: null }))];
  const read = (name: string) =>
    readAll(
      host,
      candidates.map(({ pid }) => `/proc/${pid}/${name}`),
    );
  const commandLines = await read('cmdline');
  if (commandLines.state !== 'known') return commandLines;
  const states = await read('stat');
  if (states.state !== 'known') return states;
  const guests: RunningGuest[] = [];
  for (const [at, candidate] of candidates.entries()) {
    const { pid } = candidate;
    const guest = judge(candidate, commandLines.value[at] ?? null, states.value[at] ?? null);
    if (typeof guest === 'string') return unreadable({ kind: 'malformed', source: `/proc/${pid}`, detail: guest });
    if (guest !== null) guests.push(guest);
  }
  return known(guests);
}

/** null: it does not run; a sentence: what is said of the process cannot all be true. */
function judge(
  { pid, vmid }: Candidate,
  commandLine: string | null,
  stat: string | null,
): RunningGuest | string | null {
  if (commandLine === null || stat === null) return null;
  const process = parseProcessStat(stat).value;
  if (process === null) return 'whether it has ended cannot be told';
  if (process.state === 'Z') return null;
  const qemu = parseQemuCmdline(commandLine);
  if (process.command === PROGRAM && (qemu?.pidFile == null || hasLostBytes(qemu.pidFile)))
    return 'it is a QEMU of PVE, and of which guest it does not say';
  const own = /^\/(?:var\/)?run\/qemu-server\/(\d+)\.pid$/.exec(qemu?.pidFile ?? '')?.[1];
  if (own === undefined || (vmid !== null && vmid !== Number(own))) return null;
  return { vmid: Number(own), type: 'qemu', pid, incoming: qemu?.incoming ?? false };
}

/** QEMU writes its number and a newline (os-posix.c, util/oslib-posix.c qemu_write_pidfile); so anything else is being written. */
async function readPidFiles(host: Host): Promise<Reading<readonly Candidate[]>> {
  const listing = await listDir(host, PID_FILES);
  if (listing.state === 'unreadable') return listing;
  const vmids = (listing.state === 'known' ? listing.value : []).flatMap(
    (name) => /^(\d+)\.pid$/.exec(name)?.[1] ?? [],
  );
  const paths = vmids.map((vmid) => `${PID_FILES}/${vmid}.pid`);
  const texts = await readAll(host, paths);
  if (texts.state !== 'known') return texts;
  const candidates: Candidate[] = [];
  for (const [at, vmid] of vmids.entries()) {
    const text = texts.value[at] ?? null;
    if (text === null) continue;
    const pid = /^(\d+)\n$/.exec(text)?.[1];
    if (pid === undefined)
      return unreadable({ kind: 'malformed', source: paths[at] ?? PID_FILES, detail: 'it does not name a process' });
    candidates.push({ pid: Number(pid), vmid: Number(vmid) });
  }
  return known(candidates);
}

/** Texts of files, null for one that is not there: a process that ended is no failure. */
async function readAll(host: Host, paths: readonly string[]): Promise<Reading<readonly (string | null)[]>> {
  const readings = await host.readFiles(paths);
  for (const reading of readings) if (reading.state === 'unreadable') return reading;
  return known(readings.map((reading) => (reading.state === 'known' ? reading.value : null)));
}

async function readContainers(host: Host): Promise<Reading<readonly RunningGuest[]>> {
  const sockets = await readFile(host, '/proc/net/unix');
  const malformed = (detail: string) => unreadable({ kind: 'malformed', source: '/proc/net/unix', detail });
  if (sockets.state === 'unreadable') return sockets;
  if (sockets.state === 'absent') return malformed('it is not there, so no container can be seen');
  const complaint = netUnixComplaint(sockets.value);
  if (complaint !== null) return malformed(complaint);
  return known(
    parseRunningContainers(sockets.value).map((vmid) => ({ vmid, type: 'lxc', pid: null, incoming: false })),
  );
}
