import { type Host, listDir } from '../host/host.ts';
import { type DeviceMapper, type DmDevice, tableLength } from '../model/device-mapper/device-mapper.ts';
import type { Reading } from '../model/reading.ts';
import { unescapeHex } from '../parse/escaped-bytes.ts';

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
