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
  const attributes = ['dm/name', 'dm/uuid', 'size'] as const;
  const paths = devices.flatMap(({ minor }) => attributes.map((attribute) => `/sys/block/dm-${minor}/${attribute}`));
  const readings = await host.readFiles(paths);
  const changed = devices.filter((device, at) => {
    const [name, uuid, size] = readings.slice(at * attributes.length, (at + 1) * attributes.length).map(textOf);
    return hasChanged(device, present, { name, uuid, size });
  });
  if (changed.length === 0) return deviceMapper;
  const dropped = new Set(changed);
  return {
    devices: devices.filter((device) => !dropped.has(device)),
    changedMeanwhile: [...deviceMapper.changedMeanwhile, ...changed.map((device) => device.name)],
  };
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
