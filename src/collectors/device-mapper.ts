import { type Host, listDir, lookAgain } from '../host/host.ts';
import type { CommandResult } from '../model/command-result.ts';
import { type DeviceMapper, type DmDevice, type DmTarget, tableLength } from '../model/device-mapper/device-mapper.ts';
import { absent, known, type Problem, type Reading, unreadable } from '../model/reading.ts';
import { outputProblem, parsedOutput } from '../parse/command-output.ts';
import { type DmInfo, parseDmsetupInfo, parseDmsetupTable } from '../parse/dmsetup.ts';
import { unescapeHex } from '../parse/escaped-bytes.ts';

/** A device is suspended for an instant whenever its table is replaced. */
const SUSPENDED_AGAIN_MS = 1000;

/**
 * Every device-mapper device with its live table. `dmsetup info`, `dmsetup table` and /sys/block must agree on the set of
 * devices: an output that ends early at a line's end looks whole, and would let a device's absence accuse another.
 */
export async function collectDeviceMapper(host: Host): Promise<Reading<DeviceMapper>> {
  const devices = await lookAgain(host, () => look(host));
  if (devices.state !== 'known') return devices;
  const suspended = devices.value.filter((device) => device.suspended);
  if (suspended.length === 0) return known({ devices: devices.value, changedMeanwhile: [] });
  return confirmSuspended(host, devices.value);
}

async function look(host: Host): Promise<Reading<readonly DmDevice[]>> {
  const [info, table, blocks] = await Promise.all([
    host.run('dmsetup-info'),
    host.run('dmsetup-table'),
    listDir(host, '/sys/block'),
  ]);
  if (blocks.state === 'unreadable') return blocks;
  const minors = blocks.state === 'absent' ? null : dmMinors(blocks.value);
  const missing = whyAbsent([info, table]);
  if (missing !== null && minors === null)
    return unreadable(
      outputProblem(info, 'failed', `${missing}, and /sys/block cannot tell whether there are devices`),
    );
  if (missing !== null && minors !== null && minors.size === 0) return absent(missing);
  const infos = readInfo(info);
  if (infos.state !== 'known') return infos;
  const tables = readTables(table, infos.value);
  if (tables.state !== 'known') return tables;
  const lacking = minors === null ? null : disagreement(infos.value, minors);
  if (lacking !== null) return unreadable(outputProblem(info, 'truncated', lacking));
  return known(
    infos.value.map(({ segments: _, ...device }) => ({ ...device, table: tables.value.get(device.name) ?? [] })),
  );
}

/** Kernel names are `dm-` and the minor number (drivers/md/dm.c alloc_dev); the major number differs between kernels. */
const dmMinors = (kernelNames: readonly string[]): ReadonlySet<number> =>
  new Set(kernelNames.filter((name) => /^dm-\d+$/.test(name)).map((name) => Number(name.slice('dm-'.length))));

/** Both commands say it, so that one failure alone never reads as a machine without device-mapper. */
function whyAbsent(results: readonly CommandResult[]): string | null {
  if (results.every(({ outcome }) => outcome === 'not-found')) return 'dmsetup is not installed';
  const noDriver = results.every(
    ({ exitCode, stderr }) =>
      exitCode === 1 &&
      // libdm/ioctl/libdm-iface.c: the control node cannot be opened since no driver is behind it.
      stderr.includes('Failure to communicate with kernel device-mapper driver') &&
      /No such (?:device|file or directory)/.test(stderr),
  );
  return noDriver ? 'the kernel has no device-mapper driver loaded' : null;
}

const readInfo = (result: CommandResult): Reading<readonly DmInfo[]> => parsedOutput(result, parseDmsetupInfo);

function readTables(
  result: CommandResult,
  infos: readonly DmInfo[],
): Reading<ReadonlyMap<string, readonly DmTarget[]>> {
  const names = new Set(infos.map((info) => info.name));
  const tables = parsedOutput(result, (text) => parseDmsetupTable(text, names), true);
  const problem = tables.state === 'known' ? tableProblem(result, infos, tables.value) : null;
  return problem === null ? tables : unreadable(problem);
}

/** `segments` is the number of lines that a device must have, so a table cut between two of them shows. */
function tableProblem(
  result: CommandResult,
  infos: readonly DmInfo[],
  tables: ReadonlyMap<string, readonly DmTarget[]>,
): Problem | null {
  const short = infos.find((info) => tables.get(info.name)?.length !== info.segments);
  if (short === undefined) return null;
  const lines = tables.get(short.name)?.length;
  const detail =
    lines === undefined
      ? `lacks ${short.name}, which dmsetup info lists`
      : `has ${lines} of the ${short.segments} segments of ${short.name}`;
  return outputProblem(result, 'truncated', detail);
}

/**
 * A device without a live table has no disk before Linux 5.15 made that later (drivers/md/dm.c dm_setup_md_queue), so only
 * one with a table must be in /sys/block.
 */
function disagreement(infos: readonly DmInfo[], minors: ReadonlySet<number>): string | null {
  const listed = new Set(infos.map((info) => info.minor));
  const lacking = [...minors].find((minor) => !listed.has(minor));
  if (lacking !== undefined) return `lacks dm-${lacking}, which is in /sys/block`;
  const extra = infos.find((info) => info.segments > 0 && !minors.has(info.minor));
  return extra === undefined ? null : `lists ${extra.name}, and /sys/block lacks dm-${extra.minor}`;
}

/** Suspended is what is so in two reads; a second read that fails leaves it open, and LVM could hang on it. */
async function confirmSuspended(host: Host, devices: readonly DmDevice[]): Promise<Reading<DeviceMapper>> {
  await host.pause(SUSPENDED_AGAIN_MS);
  const again = readInfo(await host.run('dmsetup-info'));
  if (again.state !== 'known') return again;
  const identity = ({ name, uuid, minor }: DmInfo | DmDevice): string => JSON.stringify([name, uuid, minor]);
  const still = new Set(again.value.filter((info) => info.suspended).map(identity));
  return known({
    devices: devices.map((device) => ({ ...device, suspended: device.suspended && still.has(identity(device)) })),
    changedMeanwhile: [],
  });
}

/**
 * Drops the devices that were removed, replaced, renamed or resized since device-mapper was read: LVM and the guests'
 * configurations were read later, so judging such a device would compare two moments. What cannot be read drops nothing.
 */
export async function secondLook(host: Host, deviceMapper: DeviceMapper): Promise<DeviceMapper> {
  const blocks = await listDir(host, '/sys/block');
  if (blocks.state !== 'known') return deviceMapper;
  const present = new Set(blocks.value);
  const { devices } = deviceMapper;
  const changed: DmDevice[] = [];
  for (let from = 0; from < devices.length; from += AT_ONCE)
    changed.push(...(await changedOf(host, devices.slice(from, from + AT_ONCE), present)));
  if (changed.length === 0) return deviceMapper;
  const dropped = new Set(changed);
  return {
    devices: devices.filter((device) => !dropped.has(device)),
    changedMeanwhile: [...deviceMapper.changedMeanwhile, ...changed.map((device) => device.name)],
  };
}

/** Devices whose attributes are in memory at once. */
const AT_ONCE = 500;

const ATTRIBUTES = ['dm/name', 'dm/uuid', 'size'] as const;

async function changedOf(
  host: Host,
  devices: readonly DmDevice[],
  present: ReadonlySet<string>,
): Promise<readonly DmDevice[]> {
  const paths = devices.flatMap(({ minor }) => ATTRIBUTES.map((attribute) => `/sys/block/dm-${minor}/${attribute}`));
  const readings = await host.readFiles(paths);
  return devices.filter((device, at) => {
    const [name, uuid, size] = readings.slice(at * ATTRIBUTES.length, (at + 1) * ATTRIBUTES.length).map(textOf);
    return hasChanged(device, present, { name, uuid, size });
  });
}

type Attributes = Readonly<Record<'name' | 'uuid' | 'size', string | undefined>>;

const textOf = (reading: Reading<string>): string | undefined =>
  reading.state === 'known' ? reading.value.replace(/\n$/, '') : undefined;

function hasChanged(device: DmDevice, present: ReadonlySet<string>, now: Attributes): boolean {
  // Without a live table there is no disk to be seen (device-mapper.ts), and nothing to compare.
  if (device.table.length === 0) return false;
  if (!present.has(`dm-${device.minor}`)) return true;
  if (now.name !== undefined && unescapeHex(now.name) !== device.name && now.name !== device.name) return true;
  if (now.uuid !== undefined && unescapeHex(now.uuid) !== device.uuid && now.uuid !== device.uuid) return true;
  return now.size !== undefined && now.size !== `${tableLength(device)}`;
}
