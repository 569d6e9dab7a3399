import { type DmDevice, type DmTarget, devNo } from './device-mapper/device-mapper.ts';
import type { Evidence } from './finding.ts';

/** Where a fact was read, as a person would look it up. */
export const SOURCE = {
  dmInfo: 'dmsetup info -c',
  dmTable: 'dmsetup table',
  dmThinPools: 'dmsetup status --target thin-pool',
  dmStatus: 'dmsetup status',
  lvm: 'lvm fullreport',
  lvmSettings: 'lvmconfig --typeconfig full activation',
  guests: '/etc/pve/nodes/*/{qemu-server,lxc}/*.conf',
  host: '/etc/fstab, /etc/crypttab, /etc/drbd.d, saveconfig.json, targets.conf, /etc/systemd/system',
  storage: '/etc/pve/storage.cfg',
  datacenter: '/etc/pve/datacenter.cfg',
  running: '/var/run/qemu-server, /proc/net/unix',
  blockDevices: '/sys/dev/block',
  openFiles: '/proc/*/fd, /sys/block/loop*, /sys/kernel/config/target',
  inFlight: '/etc/pve, /var/log/pve/tasks/active, /proc/locks',
} as const;

/** Longer lists are cut, and say so. */
const LISTED = 20;

/** What a device is, in one line. */
export function deviceEvidence(device: DmDevice): Evidence {
  const identity = device.uuid === '' ? 'no UUID (made by hand)' : `UUID ${device.uuid}`;
  return {
    fact: `${device.name} is ${devNo(device)}, ${identity}, open count ${device.openCount}`,
    source: SOURCE.dmInfo,
  };
}

/** The live table of a device, at most a few lines of it. */
export const tableEvidence = (device: DmDevice): Evidence => ({
  fact: `${device.name} maps ${device.table.length === 0 ? 'nothing' : listed(device.table.map(describeTarget), 4)}`,
  source: SOURCE.dmTable,
});

/** A line as `dmsetup table` prints it. */
export const describeTarget = (target: DmTarget): string =>
  [target.start, target.length, target.type, ...target.args].join(' ').trim();

/** Joins a list, cut after `limit` with the number of those left out. */
export function listed(items: readonly string[], limit = LISTED, separator = ', '): string {
  const left = items.length - limit;
  return [...items.slice(0, limit), ...(left > 0 ? [`and ${left} more`] : [])].join(separator);
}

/** `1 sector`, `3 sectors`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
