import { type Host, listDir, lookAgain } from '../host/host.ts';
import type { BlockDevice, BlockDevices, DiskIdentity } from '../model/device-mapper/block-devices.ts';
import { type DeviceMapper, type DevNo, devNo, underlyingDevices } from '../model/device-mapper/device-mapper.ts';
import { known, knownOf, type Reading, unreadable } from '../model/reading.ts';

const DIRECTORY = '/sys/dev/block';

/** Who is about to change something needs all; whoever looks needs no more than what the open counts leave open. */
export type Scope = 'all' | 'what is open';

/**
 * Every block device of the node. Holders are read for device-mapper devices, the SCSI state for the others that their
 * tables name, and the WWID of every disk. A link or a list of holders that cannot be read makes the whole unreadable, since a number that is
 * missing here means that the device does not exist, and an empty list that nothing is stacked on it.
 */
export async function collectBlockDevices(
  host: Host,
  deviceMapper: Reading<DeviceMapper>,
  scope: Scope = 'all',
): Promise<Reading<BlockDevices>> {
  const links = await lookAgain(host, () => readNumbers(host), ['truncated']);
  if (links.state !== 'known') return links;
  const idle = scope === 'all' ? new Set() : idleDevices(deviceMapper);
  const asked = [...links.value].filter(([number]) => !idle.has(number));
  const holders = await readHolders(
    host,
    asked.map(([, target]) => kernelName(target)),
  );
  if (holders.state !== 'known') return holders;
  const states = await readStates(host, deviceMapper, links.value);
  const wwids = await readWwids(host, links.value);
  const devices = new Map<DevNo, BlockDevice>();
  for (const [number, target] of links.value) {
    const name = kernelName(target);
    const disk = wholeDisk(target);
    devices.set(number, {
      devNo: number,
      kernelName: name,
      holders: holders.value.get(name) ?? [],
      state: states.has(number) ? (states.get(number) ?? null) : '',
      disk,
      wwid: disk === null ? '' : (wwids.get(disk) ?? ''),
    });
  }
  return known({ devices });
}

/** What is stacked on a device has it open, so nothing is on those that nobody has. */
const idleDevices = (deviceMapper: Reading<DeviceMapper>): ReadonlySet<DevNo> =>
  new Set(
    deviceMapper.state === 'known'
      ? deviceMapper.value.devices.flatMap((device) => (device.openCount === 0 ? [devNo(device)] : []))
      : [],
  );

/** A path of an NVMe disk with several: it is in /sys/block and has no number (drivers/nvme/host/multipath.c). */
const HIDDEN = /^nvme\d+c\d+n\d+$/;

/** Every number with its link. What /sys/block lists must be among them, or a device would look as if it were gone. */
async function readNumbers(host: Host): Promise<Reading<ReadonlyMap<DevNo, string>>> {
  const disks = await listDir(host, '/sys/block');
  const numbers = await listDir(host, DIRECTORY);
  if (numbers.state !== 'known') return numbers;
  const links = await readEach(host, numbers.value);
  if (links.state !== 'known' || disks.state !== 'known') return links;
  const found = new Set([...links.value.values()].map(kernelName));
  const lacking = disks.value.find((name) => !found.has(name) && !HIDDEN.test(name));
  if (lacking === undefined) return links;
  return unreadable({ kind: 'truncated', source: DIRECTORY, detail: `lacks ${lacking}, which is in /sys/block` });
}

/** `../../devices/virtual/block/dm-3` by number. A device that is removed meanwhile is left out. */
async function readEach(host: Host, numbers: readonly DevNo[]): Promise<Reading<ReadonlyMap<DevNo, string>>> {
  const readings = await host.readLinks(numbers.map((number) => `${DIRECTORY}/${number}`));
  const links = new Map<DevNo, string>();
  for (const [at, number] of numbers.entries()) {
    const reading = readings[at];
    if (reading?.state === 'unreadable') return reading;
    if (reading?.state === 'known') links.set(number, reading.value);
  }
  return known(links);
}

const kernelName = (target: string): string => target.slice(target.lastIndexOf('/') + 1);

async function readHolders(
  host: Host,
  kernelNames: readonly string[],
): Promise<Reading<ReadonlyMap<string, readonly string[]>>> {
  const mapped = kernelNames.filter((name) => /^dm-\d+$/.test(name));
  const readings = await host.listDirs(mapped.map((name) => `/sys/block/${name}/holders`));
  const holders = new Map<string, readonly string[]>();
  for (const [at, name] of mapped.entries()) {
    const reading = readings[at];
    // Gone meanwhile is not the same as hidden: ENODEV of a device that is being removed leaves nothing stacked on it.
    if (reading?.state === 'unreadable' && reading.problem.kind !== 'vanished') return reading;
    if (reading?.state === 'known') holders.set(name, reading.value);
  }
  return known(holders);
}

/**
 * SCSI states (drivers/scsi/scsi_sysfs.c sdev_states) of the disks below; null where the state cannot be read. Every SCSI
 * disk has one, and others that are not there are of a disk without.
 */
async function readStates(
  host: Host,
  deviceMapper: Reading<DeviceMapper>,
  links: ReadonlyMap<DevNo, string>,
): Promise<ReadonlyMap<DevNo, string | null>> {
  if (deviceMapper.state !== 'known') return new Map();
  const below = [...new Set(deviceMapper.value.devices.flatMap(underlyingDevices))];
  const asked = below.flatMap((devNo) => {
    const disk = wholeDisk(links.get(devNo) ?? '');
    const isScsi = SCSI_PLACE.test(links.get(devNo) ?? '');
    return disk === null ? [] : [{ devNo, isScsi, path: `/sys/block/${disk}/device/state` }];
  });
  const readings = await host.readFiles(asked.map(({ path }) => path));
  const states = new Map<DevNo, string | null>();
  for (const [at, { devNo, isScsi }] of asked.entries()) {
    const reading = readings[at];
    if (reading?.state === 'known') states.set(devNo, stateOf(reading.value));
    else if (isScsi || (reading?.state === 'unreadable' && reading.problem.kind !== 'vanished'))
      states.set(devNo, null);
  }
  return states;
}

/** `…/2:0:0:1/block/sda`: host, channel, target, LUN. */
const SCSI_PLACE = /\/\d+:\d+:\d+:\d+\/block\//;

/** sdev_states, and those of an NVMe controller (drivers/nvme/host/sysfs.c nvme_sysfs_show_state). */
const STATES = new Set([
  ...['created', 'running', 'cancel', 'deleted', 'quiesce', 'offline', 'transport-offline', 'blocked'],
  ...['created-blocked', 'live', 'new', 'resetting', 'connecting', 'deleting', 'deleting (no IO)', 'dead'],
]);

/** The kernel ends the file with a newline, so a text without one was cut. */
function stateOf(text: string): string | null {
  const state = text.trimEnd();
  return text.endsWith('\n') && STATES.has(state) ? state : null;
}

/**
 * drivers/scsi/scsi_sysfs.c sdev_show_wwid and drivers/nvme/host/sysfs.c wwid_show. It only adds to what is said of two
 * disks, so one that cannot be read is left out.
 */
async function readWwids(host: Host, links: ReadonlyMap<DevNo, string>): Promise<ReadonlyMap<string, string>> {
  const disks = [...new Set([...links.values()].flatMap((target) => wholeDisk(target) ?? []))];
  const path = (disk: string) =>
    disk.startsWith('nvme') ? `/sys/block/${disk}/wwid` : `/sys/block/${disk}/device/wwid`;
  const readings = await host.readFiles(disks.map(path));
  return new Map(knownOf(disks, readings).flatMap(([disk, text]) => (text.trim() === '' ? [] : [[disk, text.trim()]])));
}

/** The disk that a device is, or is a partition of: `…/block/sda/sda1` is on `sda`. Virtual devices have no state. */
function wholeDisk(target: string): string | null {
  if (target.includes('/devices/virtual/')) return null;
  return /\/block\/([^/]+)(?:\/[^/]+)?$/.exec(target)?.[1] ?? null;
}

/** Whole disks have these themselves; of a partition the disk has them, one directory up. */
const OF_DISK = ['diskseq', 'wwid', 'device/wwid', 'serial', 'device/serial'] as const;

const BY_PARTITION = '/dev/disk/by-partuuid';

/**
 * What tells disks from others that would stand at their numbers: of all of them, since nothing maps a disk any more whose last
 * entry was removed. A file that is not there
 * or cannot be read leaves its word empty, and nothing is put back onto a disk without any.
 */
export async function collectDiskIdentities(
  host: Host,
  blockDevices: Reading<BlockDevices>,
): Promise<Reading<BlockDevices>> {
  if (blockDevices.state !== 'known') return blockDevices;
  const { devices } = blockDevices.value;
  const disks = [...devices.values()].filter(({ kernelName }) => !kernelName.startsWith('dm-'));
  if (disks.length === 0) return blockDevices;
  const [bootId = ''] = await words(host, ['/proc/sys/kernel/random/boot_id']);
  const partitions = await partitionUuids(host);
  const identified = new Map(devices);
  for (const disk of disks)
    identified.set(disk.devNo, { ...disk, identity: await identityOf(host, disk, bootId, partitions) });
  return known({ devices: identified });
}

async function identityOf(
  host: Host,
  { kernelName }: BlockDevice,
  bootId: string,
  partitions: ReadonlyMap<string, string>,
): Promise<DiskIdentity> {
  const at = `/sys/class/block/${kernelName}`;
  const paths = OF_DISK.flatMap((file) => [`${at}/${file}`, `${at}/../${file}`]);
  const [size = '', ...rest] = await words(host, [`${at}/size`, ...paths]);
  const [diskSeq = '', wwid = '', wwidOfDevice = '', serial = '', serialOfDevice = ''] = OF_DISK.map(
    (_, file) => rest[2 * file] || rest[2 * file + 1] || '',
  );
  return {
    ...{ sizeSectors: size, diskSeq, bootId },
    ...{ wwid: wwid || wwidOfDevice, serial: serial || serialOfDevice, partUuid: partitions.get(kernelName) ?? '' },
  };
}

const words = async (host: Host, paths: readonly string[]): Promise<readonly string[]> =>
  (await host.readFiles(paths)).map((reading) => (reading.state === 'known' ? reading.value.trim() : ''));

/** By kernel name, as udev's links say (`../../sda1`). */
async function partitionUuids(host: Host): Promise<ReadonlyMap<string, string>> {
  const names = await listDir(host, BY_PARTITION);
  if (names.state !== 'known') return new Map();
  const links = await host.readLinks(names.value.map((name) => `${BY_PARTITION}/${name}`));
  return new Map(knownOf(names.value, links).map(([uuid, link]) => [kernelName(link), uuid]));
}
