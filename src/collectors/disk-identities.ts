import { type Host, listDir } from '../host/host.ts';
import type { BlockDevice, BlockDevices, DiskIdentity } from '../model/device-mapper/block-devices.ts';
import { known, type Reading } from '../model/reading.ts';

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
  return new Map(
    names.value.flatMap((uuid, at) => {
      const link = links[at];
      return link?.state === 'known' ? [[link.value.slice(link.value.lastIndexOf('/') + 1), uuid] as const] : [];
    }),
  );
}
