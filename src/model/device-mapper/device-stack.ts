import { append } from '../append.ts';
import { type GuestDevice, guestDevices } from '../guests/guest-devices.ts';
import { type DeviceMapper, type DevNo, type DmDevice, devNo, underlyingDevices } from './device-mapper.ts';
import { identifyUuid } from './dm-uuid.ts';

/** Device-mapper devices by what they are asked for, and what lies on what. */
export interface DeviceStack extends DeviceMapper {
  /** The device with this number, or null. */
  readonly at: (number: DevNo) => DmDevice | null;
  readonly named: (name: string) => DmDevice | null;
  /** How many have this name, or this UUID where it is not empty. */
  readonly sharing: (device: DmDevice) => number;
  /** Devices whose live table names this number, by minor. */
  readonly above: (number: DevNo) => readonly DmDevice[];
  /** All that lies on a device, directly or through others. */
  readonly allAbove: (lower: DmDevice) => readonly DmDevice[];
  /** Whether the first lies on the second, directly or through others. */
  readonly liesOn: (upper: DmDevice, lower: DmDevice) => boolean;
  /** Whether two numbers are one disk: equal, or a path and the multipath map over it. */
  readonly sameDisk: (a: DevNo, b: DevNo) => boolean;
  readonly firstSuspended: DmDevice | null;
  /** Entries of guests' volumes. */
  readonly entries: readonly GuestDevice[];
  readonly isEntry: (device: DmDevice) => boolean;
  readonly entryAt: (number: DevNo) => GuestDevice | null;
}

export function stackDevices(deviceMapper: DeviceMapper): DeviceStack {
  const byNumber = new Map<DevNo, DmDevice>();
  const above = new Map<DevNo, DmDevice[]>();
  const paths = new Map<DevNo, ReadonlySet<DevNo>>();
  for (const device of byMinor(deviceMapper.devices)) {
    byNumber.set(devNo(device), device);
    const below = underlyingDevices(device);
    for (const number of below) append(above, number, device);
    if (identifyUuid(device.uuid).kind === 'multipath') paths.set(devNo(device), new Set(below));
  }
  const byName = new Map<string, DmDevice[]>();
  const byUuid = new Map<string, DmDevice[]>();
  for (const device of deviceMapper.devices) {
    append(byName, device.name, device);
    if (device.uuid !== '') append(byUuid, device.uuid, device);
  }
  const entries = guestDevices(deviceMapper);
  const entryDevices = new Set(entries.map(({ device }) => device));
  const entriesByNumber = new Map(entries.map((entry) => [devNo(entry.device), entry] as const).reverse());
  return {
    ...deviceMapper,
    at: (number) => byNumber.get(number) ?? null,
    named: (name) => byName.get(name)?.[0] ?? null,
    sharing: ({ name, uuid }) => new Set([...(byName.get(name) ?? []), ...(byUuid.get(uuid) ?? [])]).size,
    above: (number) => above.get(number) ?? [],
    allAbove: (lower) => ascend(lower, above),
    liesOn: (upper, lower) => descends(upper, devNo(lower), byNumber),
    sameDisk: (a, b) => a === b || (paths.get(a)?.has(b) ?? false) || (paths.get(b)?.has(a) ?? false),
    firstSuspended: deviceMapper.devices.find(({ suspended }) => suspended) ?? null,
    entries,
    isEntry: (device) => entryDevices.has(device),
    entryAt: (number) => entriesByNumber.get(number) ?? null,
  };
}

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
