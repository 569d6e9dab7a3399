import { type Host, listDir, readFile } from '../host/host.ts';
import type { Cluster, RunningGuest, RunningGuests } from '../model/pve.ts';
import { known, type Reading, unreadable } from '../model/reading.ts';
import { isNetUnix, parseRunningContainers } from '../parse/proc-net-unix.ts';
import { parseProcessStat } from '../parse/process-stat.ts';
import { parseQemuCmdline } from '../parse/qemu-cmdline.ts';

const PID_FILES = '/var/run/qemu-server';

/**
 * Guests that run on this node, by files alone: `qm list` shows only guests whose configuration is here, and so misses
 * the QEMU of an incoming migration.
 */
export async function collectRunning(host: Host, cluster: Reading<Cluster>): Promise<Reading<RunningGuests>> {
  if (cluster.state === 'absent') return cluster;
  const machines = await readMachines(host);
  if (machines.state !== 'known') return machines;
  const containers = await readContainers(host);
  if (containers.state !== 'known') return containers;
  return known({ guests: [...machines.value, ...containers.value] });
}

/** A VM runs when its pid file names a QEMU with that very pid file (qemu-server Helpers.pm vm_running_locally). */
async function readMachines(host: Host): Promise<Reading<readonly RunningGuest[]>> {
  const listing = await listDir(host, PID_FILES);
  if (listing.state === 'unreadable') return listing;
  const vmids = (listing.state === 'known' ? listing.value : []).flatMap(
    (name) => /^(\d+)\.pid$/.exec(name)?.[1] ?? [],
  );
  const pids = await readAll(
    host,
    vmids.map((vmid) => `${PID_FILES}/${vmid}.pid`),
  );
  if (pids.state !== 'known') return pids;
  const named = vmids.flatMap((vmid, at) => {
    const pid = /^(\d+)\s*(?:\n|$)/.exec(pids.value[at] ?? '')?.[1];
    return pid === undefined ? [] : [{ vmid: Number(vmid), pid: Number(pid) }];
  });
  const commandLines = await readAll(
    host,
    named.map(({ pid }) => `/proc/${pid}/cmdline`),
  );
  if (commandLines.state !== 'known') return commandLines;
  const states = await readAll(
    host,
    named.map(({ pid }) => `/proc/${pid}/stat`),
  );
  if (states.state !== 'known') return states;
  return known(
    named.flatMap(({ vmid, pid }, at): RunningGuest[] => {
      const qemu = parseQemuCmdline(commandLines.value[at] ?? '');
      const isZombie = parseProcessStat(states.value[at] ?? '').value?.state === 'Z';
      if (isZombie || !isOwnPidFile(qemu?.pidFile ?? null, vmid)) return [];
      return [{ vmid, type: 'qemu', pid, incoming: qemu?.incoming ?? false }];
    }),
  );
}

/** /var/run is a link to /run; PVE writes the first. */
const isOwnPidFile = (path: string | null, vmid: number): boolean =>
  path === `/var/run/qemu-server/${vmid}.pid` || path === `/run/qemu-server/${vmid}.pid`;

/** Texts of files, null for one that is not there: a process that ended is no failure. */
async function readAll(host: Host, paths: readonly string[]): Promise<Reading<readonly (string | null)[]>> {
  const readings = await host.readFiles(paths);
  for (const reading of readings) if (reading.state === 'unreadable') return reading;
  return known(readings.map((reading) => (reading.state === 'known' ? reading.value : null)));
}

async function readContainers(host: Host): Promise<Reading<readonly RunningGuest[]>> {
  const sockets = await readFile(host, '/proc/net/unix');
  if (sockets.state === 'absent') return known([]);
  if (sockets.state === 'unreadable') return sockets;
  if (!isNetUnix(sockets.value))
    return unreadable({ kind: 'malformed', source: '/proc/net/unix', detail: 'it is not the list of unix sockets' });
  return known(
    parseRunningContainers(sockets.value).map((vmid) => ({ vmid, type: 'lxc', pid: null, incoming: false })),
  );
}
