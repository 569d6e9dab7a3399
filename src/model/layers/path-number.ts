import { type DevNo, devNo } from '../device-mapper/device-mapper.ts';
import { parseDevicePath } from '../device-mapper/device-path.ts';
import { buildDmName } from '../device-mapper/dm-name.ts';
import type { LayerSources } from './layer-sources.ts';

/** The device that a path below /dev stands for; null where the path alone does not tell. */
export function pathNumber(path: string, { blocks, stack }: LayerSources): DevNo | null {
  const kernelName = /^\/dev\/([^/]+)$/.exec(path)?.[1];
  const block = [...blocks.devices.values()].find((one) => one.kernelName === kernelName);
  if (block !== undefined) return block.devNo;
  const device = parseDevicePath(path);
  if (device?.kind === 'number') return `${device.major}:${device.minor}`;
  const names = device?.kind === 'volume' ? device.lvNames.map((lvName) => buildDmName(device.vgName, lvName)) : [];
  const mapped = /^\/dev\/mapper\/(.+)$/.exec(path)?.[1];
  const found = [...(mapped === undefined ? [] : [mapped]), ...names].flatMap((name) => stack.named(name) ?? [])[0];
  if (found !== undefined) return devNo(found);
  const byUuid = device?.kind === 'uuid' ? stack.devices.find(({ uuid }) => uuid === `LVM-${device.uuid}`) : undefined;
  return byUuid === undefined ? null : devNo(byUuid);
}
