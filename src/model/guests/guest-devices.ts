import {
  type DeviceMapper,
  type DevNo,
  type DmDevice,
  devNo,
  underlyingDevices,
} from '../device-mapper/device-mapper.ts';
import { splitDmName } from '../device-mapper/dm-name.ts';
import { identifyUuid } from '../device-mapper/dm-uuid.ts';
import { decodeGuestVolume, type GuestVolumeKind, isVmid } from './guest-volume.ts';

/** A device that stands for a guest's volume: what its UUID says it is, then its name decoded. */
export interface GuestDevice {
  readonly device: DmDevice;
  readonly vgName: string;
  readonly lvName: string;
  readonly vmid: number;
  readonly volumeKind: GuestVolumeKind;
}

/**
 * Guest-volume entries among all devices. Not among them: internal layers, partition maps, multipath, crypt; and a
 * hand-made map that lies on a guest's volume itself (a partition by hand is that volume's child, not an entry).
 */
export function guestDevices(deviceMapper: DeviceMapper): readonly GuestDevice[] {
  const named = deviceMapper.devices.flatMap((device) => decodeDevice(device) ?? []);
  const byDevNo = new Map(named.map((entry) => [devNo(entry.device), entry]));
  return named.filter((entry) => isVmid(entry.vmid) && (entry.device.uuid !== '' || !liesOnOwnVolume(entry, byDevNo)));
}

/** The guest volume that a device stands for by its own UUID and name, or null. */
export function decodeDevice(device: DmDevice): GuestDevice | null {
  const identity = identifyUuid(device.uuid);
  if (identity.kind !== 'hand-made' && (identity.kind !== 'lvm' || identity.layer !== '')) return null;
  const name = splitDmName(device.name);
  if (name === null) return null;
  // LVM before 2.02.106 leaves the layer out of the UUID (lvm2 dev_manager.c old_style_dlid); the name still has it.
  if (identity.kind === 'lvm' && name.layer !== '') return null;
  const volume = decodeGuestVolume(name.lvName);
  if (volume === null) return null;
  const { vgName, lvName } = name;
  return { device, vgName, lvName, vmid: volume.vmid, volumeKind: volume.kind };
}

function liesOnOwnVolume(entry: GuestDevice, byDevNo: ReadonlyMap<DevNo, GuestDevice>): boolean {
  return underlyingDevices(entry.device).some((number) => {
    const below = byDevNo.get(number);
    return below !== undefined && below.vgName === entry.vgName && below.vmid === entry.vmid;
  });
}
