import { oncePer } from '../once-per.ts';
import { type DeviceMapper, type DevNo, type DmDevice, devNo, underlyingDevices } from './device-mapper.ts';

/** Device-mapper devices by number, and what lies on what. */
export interface DeviceStack {
  /** The device-mapper device with this number, or null. */
  readonly at: (number: DevNo) => DmDevice | null;
  /** Devices whose live table names this number, by minor. */
  readonly above: (number: DevNo) => readonly DmDevice[];
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
    liesOn: (upper, lower) => descends(upper, devNo(lower), byNumber),
  };
});

/** The order in which devices are listed, whatever order they were read in. */
export const byMinor = (devices: readonly DmDevice[]): readonly DmDevice[] =>
  [...devices].sort((a, b) => a.minor - b.minor || a.major - b.major);

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
