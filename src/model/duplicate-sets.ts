import type { DeviceMapper, DmDevice } from './device-mapper.ts';
import { buildDmName, splitDmName } from './dm-name.ts';
import { type GuestDevice, guestDevices } from './guest-devices.ts';
import { volumePath } from './lvm.ts';

/** Several entries that stand for one volume: the one to keep, and the others. */
export interface DuplicateSet {
  readonly vgName: string;
  readonly lvName: string;
  readonly vmid: number;
  readonly keep: DmDevice;
  readonly extras: readonly DmDevice[];
}

/**
 * Guest-volume entries that decode to one (VG, LV). Judged from device-mapper alone: LVM could tell a ghost from a
 * volume, but then hiding LVM would turn the kept one into an extra.
 */
export function duplicateSets(deviceMapper: DeviceMapper): readonly DuplicateSet[] {
  const groups = new Map<string, GuestDevice[]>();
  for (const entry of guestDevices(deviceMapper)) {
    const group = groups.get(volumePath(entry));
    if (group) group.push(entry);
    else groups.set(volumePath(entry), [entry]);
  }
  return [...groups.values()].flatMap((group) => {
    const [keep, ...extras] = [...group].sort((a, b) => compareForKeeping(a.device, b.device));
    if (keep === undefined || extras.length === 0) return [];
    const { vgName, lvName, vmid } = keep;
    return [{ vgName, lvName, vmid, keep: keep.device, extras: extras.map((extra) => extra.device) }];
  });
}

/** In use first, then an LVM UUID, then the name that LVM gives the volume, then the lowest minor. */
export function compareForKeeping(a: DmDevice, b: DmDevice): number {
  const before = (holds: (device: DmDevice) => boolean) => Number(holds(b)) - Number(holds(a));
  return (
    before((device) => device.openCount > 0) ||
    before((device) => device.uuid.startsWith('LVM-')) ||
    before(hasCanonicalName) ||
    a.minor - b.minor ||
    a.major - b.major
  );
}

/** Whether the name is exactly what LVM builds from the volume it decodes to. */
export function hasCanonicalName(device: DmDevice): boolean {
  const name = splitDmName(device.name);
  return name !== null && device.name === buildDmName(name.vgName, name.lvName);
}
