import { type Host, listDir, readFile } from '../host/host.ts';
import { plainWwid } from '../model/cluster/disk-print.ts';
import type { NodeIdentities } from '../model/cluster/node-identities.ts';
import type { DiskPrint, LvmSettingsPrint } from '../model/cluster/node-record.ts';
import type { CommandResult } from '../model/command-result.ts';
import type { BlockDevices } from '../model/device-mapper/block-devices.ts';
import type { Cluster } from '../model/guests/pve.ts';
import { absent, known, knownOf, type Reading } from '../model/reading.ts';
import { parsedOutput } from '../parse/command-output.ts';
import { parseLvmSettings } from '../parse/lvm-config.ts';
import { parseDevicesFile } from '../parse/lvm-report.ts';

const BY_UUID = '/dev/disk/by-uuid';
const DEVICES_FILE = '/etc/lvm/devices/system.devices';

/** /sys/block/X/size counts these, whatever the disk does. */
const SECTOR_BYTES = 512;

/** What this node's disks and file systems are called on other nodes. Only in a cluster has anybody a use for it. */
export async function collectNodeIdentities(
  host: Host,
  cluster: Reading<Cluster>,
  blockDevices: Reading<BlockDevices>,
  askSettings: () => Promise<CommandResult>,
): Promise<Reading<NodeIdentities>> {
  if (cluster.state !== 'known') return cluster;
  if (cluster.value.clusterName === '') return absent('this node is in no cluster');
  if (cluster.value.isAlone) return absent('this node is alone in its cluster');
  if (blockDevices.state !== 'known') return blockDevices;
  const settings = await askSettings();
  if (settings.outcome === 'not-found') return absent('there is no LVM here to share');
  const disks = new Set([...blockDevices.value.devices.values()].flatMap(({ disk }) => disk ?? []));
  const [bootId, prints, fileSystems, lvmSettings] = await Promise.all([
    readFile(host, '/proc/sys/kernel/random/boot_id'),
    readDisks(host, [...disks]),
    readFileSystems(host),
    readLvmSettings(host, settings),
  ]);
  const boot = bootId.state === 'known' ? bootId.value.trim() : '';
  return known({ bootId: boot, disks: prints, fileSystems, lvmSettings });
}

const FILES = ['size', 'wwid', 'device/wwid', 'serial', 'device/serial'] as const;

async function readDisks(host: Host, names: readonly string[]): Promise<ReadonlyMap<string, DiskPrint>> {
  const readings = await host.readFiles(names.flatMap((name) => FILES.map((file) => `/sys/block/${name}/${file}`)));
  // The kernel ends each with a newline: a text without one was cut, and half a size is another disk's.
  const words = readings.map((reading) =>
    reading.state === 'known' && reading.value.endsWith('\n') ? reading.value.trim() : '',
  );
  return new Map(
    names.map((name, index) => {
      const [size = '', wwid = '', deviceWwid = '', serial = '', deviceSerial = ''] = words.slice(index * FILES.length);
      const sizeBytes = /^\d+$/.test(size) ? Number(size) * SECTOR_BYTES : null;
      return [name, { wwid: plainWwid(wwid || deviceWwid), serial: serial || deviceSerial, sizeBytes }];
    }),
  );
}

/** udev's links, `../../dm-3`: what is on a disk is read by udev and not by us. */
async function readFileSystems(host: Host): Promise<NodeIdentities['fileSystems']> {
  const uuids = await listDir(host, BY_UUID);
  if (uuids.state !== 'known') return uuids;
  const links = await host.readLinks(uuids.value.map((uuid) => `${BY_UUID}/${uuid}`));
  return known(
    new Map(knownOf(uuids.value, links).map(([uuid, link]) => [link.slice(link.lastIndexOf('/') + 1), uuid])),
  );
}

async function readLvmSettings(host: Host, result: CommandResult): Promise<Reading<LvmSettingsPrint>> {
  const settings = parsedOutput(result, parseLvmSettings);
  if (settings.state !== 'known') return settings;
  const file = settings.value.useDevicesFile === true ? await readFile(host, DEVICES_FILE) : null;
  return known({ ...settings.value, devices: file?.state === 'known' ? parseDevicesFile(file.value) : null });
}
