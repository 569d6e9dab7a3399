import { oncePer } from '../once-per.ts';
import { type DeviceMapper, type DevNo, type DmDevice, devNo, underlyingDevices } from './device-mapper.ts';

/** Device-mapper devices by number, and what lies on what. */
export interface DeviceStack {
  /** The device-mapper device with this number, or null. */
  readonly at: (number: DevNo) => DmDevice | null;
  /** Devices whose live table names this number, by minor. */
  readonly above: (number: DevNo) => readonly DmDevice[];
  /** All that lies on a device, directly or through others. */
  readonly allAbove: (lower: DmDevice) => readonly DmDevice[];
  /** Whether the first lies on the second, directly or through others. */
  readonly liesOn: (upper: DmDevice, lower: DmDevice) => boolean;
}

export const stackDevices = oncePer((deviceMapper: DeviceMapper): DeviceStack => {
  const byNumber = new Map<DevNo, DmDevice>();
  const above = new Map<DevNo, DmDevice[]>();
  for (const device of byMinor(deviceMapper.devices)) {
    byNumber.set(devNo(device), device);
    for (const number of underlyingDevices(device)) {
      const users = above.get(number);
      if (users) users.push(device);
      else above.set(number, [device]);
    }
  }
  return {
    at: (number) => byNumber.get(number) ?? null,
    above: (number) => above.get(number) ?? [],
    allAbove: (lower) => ascend(lower, above),
    liesOn: (upper, lower) => descends(upper, devNo(lower), byNumber),
  };
});

/** The order in which devices are listed, whatever order they were read in. */
export const byMinor = (devices: readonly DmDevice[]): readonly DmDevice[] =>
  [...devices].sort((a, b) => a.minor - b.minor || a.major - b.major);

function ascend(lower: DmDevice, above: ReadonlyMap<DevNo, readonly DmDevice[]>): readonly DmDevice[] {
  const found = new Set<DmDevice>();
  const queue = [lower];
  for (let device = queue.pop(); device !== undefined; device = queue.pop()) {
    for (const upper of above.get(devNo(device)) ?? []) {
      if (upper === lower || found.has(upper)) continue;
      found.add(upper);
      queue.push(upper);
    }
  }
  return [...found];
}

function descends(upper: DmDevice, goal: DevNo, byNumber: ReadonlyMap<DevNo, DmDevice>): boolean {
  const seen = new Set<DevNo>();
  const queue = [...underlyingDevices(upper)];
  for (let number = queue.pop(); number !== undefined; number = queue.pop()) {
    if (number === goal) return true;
    const device = byNumber.get(number);
    if (seen.has(number) || device === undefined) continue;
    seen.add(number);
    queue.push(...underlyingDevices(device));
  }
  return false;
}
