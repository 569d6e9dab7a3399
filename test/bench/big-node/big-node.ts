import type { Capture } from '../../../src/model/capture.ts';
import type { Amounts } from './amounts.ts';
import { makeEntries, minorsOf, recordEntries } from './device-mapper.ts';
import { recordGuests, runningGuests } from './guest-configs.ts';
import { lvmReport } from './lvm-report.ts';
import { hostLines, isRemote, recordProbes } from './mount-tables.ts';
import { recordProcesses } from './processes.ts';
import { makeVolumes } from './volumes.ts';

/** A busy node of a big cluster as a capture, the same for the same amounts. Nothing in it is anybody's. */
export function bigNode(amounts: Amounts): Capture {
  const made = makeVolumes(amounts);
  const { machines, containers } = runningGuests(amounts);
  const runs = new Set([...machines, ...containers]);
  const lines = hostLines(amounts);
  const remote = lines.filter(isRemote);
  // Every second container has a share of the node in it.
  const binds = new Map(
    containers.flatMap((guest, at) =>
      at % 2 === 0 ? [[guest, remote[at % remote.length]?.target ?? ''] as const] : [],
    ),
  );
  const stacked = makeEntries(made, ({ guest, origin }) => guest !== null && origin === '' && runs.has(guest));
  const devices = recordEntries(stacked);
  const guests = recordGuests(amounts, made.volumes, binds, storagesOf(remote));
  const processes = recordProcesses(amounts, made.volumes, binds);
  const asked = recordProbes(lines, amounts.staleMounts);
  return {
    ...{ format: 'pve-doctor-capture', version: 1, takenAt: '2026-11-20T02:00:00.000Z' },
    note: `made up: ${minorsOf(made.volumes).size} active volumes, ${amounts.guests} guests, ${amounts.mounts} mounts`,
    commands: { ...devices.commands, 'lvm-fullreport': { stdout: lvmReport(made.volumes) } },
    files: {
      ...NODE_FILES,
      '/etc/fstab': fstab(amounts.missingMounts),
      ...devices.files,
      ...guests.files,
      ...processes.files,
    },
    directories: { ...devices.directories, ...guests.directories, ...processes.directories },
    links: { '/etc/pve/local': 'nodes/pve1', ...devices.links, ...processes.links },
    stats: { '/etc/pve/local': { mode: '120755' } },
    openBlockDevices: processes.openBlockDevices,
    rootCapacity: { totalBytes: 100_000_000_000, availableBytes: 60_000_000_000 },
    ...asked,
    probes: { ...asked.probes, ...processes.probes },
  };
}

/** Every third remote mount below /mnt/pve is a storage. */
const storagesOf = (remote: ReturnType<typeof hostLines>): readonly string[] =>
  remote.flatMap(({ target, source, fsType }) => {
    const id = /^\/mnt\/pve\/(.+)$/.exec(target)?.[1];
    const [host = '', path = ''] = source.replace(/^\/\//, '').split(/:|\/(?=share)/);
    if (id === undefined) return [];
    const share = fsType === 'cifs' ? [`cifs: ${id}`, `\tshare ${path}`] : [`nfs: ${id}`, `\texport ${path}`];
    return ['', ...share, `\tpath ${target}`, `\tserver ${host}`, '\tcontent images,iso,backup'];
  });

const fstab = (missing: number): readonly string[] => [
  'UUID=0f0f0f0f-0000-4000-8000-000000000000 / ext4 errors=remount-ro 0 1',
  ...Array.from({ length: missing }, (_, at) => `192.0.2.100:/export/gone${at} /mnt/gone/${at} nfs4 rw 0 0`),
];

const NODE_FILES: Readonly<Record<string, readonly string[]>> = {
  '/etc/passwd': ['root:x:0:0:root:/root:/bin/bash'],
  '/proc/sys/kernel/hostname': ['pve1'],
  '/proc/sys/kernel/osrelease': ['6.14.11-4-pve'],
  '/proc/swaps': ['Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority'],
  '/proc/uptime': ['860400.41 0.00'],
  '/proc/loadavg': ['12.91 10.24 9.08 3/21073 590'],
  '/proc/locks': [],
  '/usr/share/perl5/PVE/pvecfg.pm': ['sub version {', "    return '9.1.1';", '}'],
};
