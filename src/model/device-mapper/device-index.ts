import { type GuestDevice, guestDevices } from '../guests/guest-devices.ts';
import { oncePer } from '../once-per.ts';
import { type DeviceMapper, type DevNo, type DmDevice, devNo } from './device-mapper.ts';

/** Devices by what they are asked for, so that a thousand findings do not go through a thousand devices each. */
export interface DeviceIndex {
  readonly named: (name: string) => DmDevice | null;
  /** How many have this name, or this UUID where it is not empty. */
  readonly sharing: (device: DmDevice) => number;
  readonly isGuestEntry: (device: DmDevice) => boolean;
  /** The entry of a guest's volume with this number. */
  readonly guestEntryAt: (number: DevNo) => GuestDevice | null;
  readonly firstSuspended: DmDevice | null;
}

export const indexDevices = oncePer((deviceMapper: DeviceMapper): DeviceIndex => {
  const byName = new Map<string, DmDevice[]>();
  const byUuid = new Map<string, DmDevice[]>();
  for (const device of deviceMapper.devices) {
    byName.set(device.name, [...(byName.get(device.name) ?? []), device]);
    if (device.uuid !== '') byUuid.set(device.uuid, [...(byUuid.get(device.uuid) ?? []), device]);
  }
  const entries = guestDevices(deviceMapper);
  const entryDevices = new Set(entries.map(({ device }) => device));
  const byNumber = new Map(entries.map((entry) => [devNo(entry.device), entry] as const).reverse());
  return {
    named: (name) => byName.get(name)?.[0] ?? null,
    sharing: ({ name, uuid }) => new Set([...(byName.get(name) ?? []), ...(byUuid.get(uuid) ?? [])]).size,
    isGuestEntry: (device) => entryDevices.has(device),
    guestEntryAt: (number) => byNumber.get(number) ?? null,
    firstSuspended: deviceMapper.devices.find(({ suspended }) => suspended) ?? null,
  };
});
