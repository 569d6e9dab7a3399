import { volumePath } from '../lvm/lvm.ts';
import type { DmDevice } from './device-mapper.ts';
import type { DeviceStack } from './device-stack.ts';
import { buildDmName, splitDmName } from './dm-name.ts';

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
export const duplicateSets = ({ entries }: DeviceStack): readonly DuplicateSet[] =>
  [...Map.groupBy(entries, volumePath).values()].flatMap((group) => {
    const [keep, ...extras] = sortForKeeping(group.map(({ device }) => device));
    const [named] = group;
    if (keep === undefined || named === undefined || extras.length === 0) return [];
    return [{ vgName: named.vgName, lvName: named.lvName, vmid: named.vmid, keep, extras }];
  });

/** In use first, then an LVM UUID, then the name that LVM gives the volume, then the lowest minor. */
export function sortForKeeping(devices: readonly DmDevice[]): readonly DmDevice[] {
  if (devices.length < 2) return devices;
  const ranked = devices.map((device) => ({ device, rank: rankOf(device) }));
  ranked.sort((a, b) => a.rank - b.rank || a.device.minor - b.device.minor || a.device.major - b.device.major);
  return ranked.map(({ device }) => device);
}

function rankOf(device: DmDevice): number {
  const [open, lvm, canonical] = [device.openCount > 0, device.uuid.startsWith('LVM-'), hasCanonicalName(device)];
  return (open ? 0 : 4) + (lvm ? 0 : 2) + (canonical ? 0 : 1);
}

/** Whether the name is exactly what LVM builds from the volume it decodes to. */
export function hasCanonicalName(device: DmDevice): boolean {
  const name = splitDmName(device.name);
  return name !== null && device.name === buildDmName(name.vgName, name.lvName);
}
