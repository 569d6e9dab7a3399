import type { DeviceMapper, DmDevice } from './device-mapper.ts';
import { guestDevices } from './guest-devices.ts';
import { oncePer } from './once-per.ts';

/** Devices by what they are asked for, so that a thousand findings do not go through a thousand devices each. */
export interface DeviceIndex {
  readonly named: (name: string) => DmDevice | null;
  /** How many have this name, or this UUID where it is not empty. */
  readonly sharing: (device: DmDevice) => number;
  readonly isGuestEntry: (device: DmDevice) => boolean;
  readonly firstSuspended: DmDevice | null;
}

export const indexDevices = oncePer((deviceMapper: DeviceMapper): DeviceIndex => {
  const byName = new Map<string, DmDevice[]>();
  const byUuid = new Map<string, DmDevice[]>();
  for (const device of deviceMapper.devices) {
    byName.set(device.name, [...(byName.get(device.name) ?? []), device]);
    if (device.uuid !== '') byUuid.set(device.uuid, [...(byUuid.get(device.uuid) ?? []), device]);
  }
  const entries = new Set(guestDevices(deviceMapper).map(({ device }) => device));
  return {
    named: (name) => byName.get(name)?.[0] ?? null,
    sharing: ({ name, uuid }) => new Set([...(byName.get(name) ?? []), ...(byUuid.get(uuid) ?? [])]).size,
    isGuestEntry: (device) => entries.has(device),
    firstSuspended: deviceMapper.devices.find(({ suspended }) => suspended) ?? null,
  };
});
