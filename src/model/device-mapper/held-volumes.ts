import { decodeDevice, type GuestDevice } from '../guests/guest-devices.ts';
import { type DmDevice, devNo } from './device-mapper.ts';
import type { DeviceStack } from './device-stack.ts';
import { identifyUuid } from './dm-uuid.ts';

/** What a device is that lies on a guest's volume. */
export type ChildKind = 'partition-map' | 'guest-vg' | 'hand-made' | 'other';

export interface Child {
  readonly device: DmDevice;
  readonly kind: ChildKind;
}

/** A guest's volume with the host's devices on top of it, parents before children. */
export interface HeldVolume {
  readonly entry: GuestDevice;
  readonly children: readonly Child[];
}

/** Guest volumes that the host itself holds open: not by their own LVM layers, but by maps into the guest's data. */
export const heldVolumes = (stack: DeviceStack): readonly HeldVolume[] =>
  stack.entries.flatMap((entry) => {
    const children = childrenOf(entry, stack);
    return children.some(({ kind }) => kind !== 'other') ? [{ entry, children }] : [];
  });

/** The partition maps among what lies on a volume, the highest first: each can go once those on it are gone. */
export const partitionMaps = (children: readonly Child[]): readonly DmDevice[] =>
  children
    .filter(({ kind }) => kind === 'partition-map')
    .map(({ device }) => device)
    .reverse();

function childrenOf(entry: GuestDevice, stack: DeviceStack): readonly Child[] {
  const found = new Map<DmDevice, Child>();
  const queue = [entry.device];
  for (let parent = queue.shift(); parent !== undefined; parent = queue.shift()) {
    for (const device of stack.above(devNo(parent))) {
      const kind = found.has(device) || device === entry.device ? null : kindOf(device, parent, entry);
      if (kind === null) continue;
      found.set(device, { device, kind });
      queue.push(device);
    }
  }
  return [...found.values()];
}

/** null for LVM's own layers: a thin pool, a snapshot or a cache in the VG of the volume itself. */
function kindOf(device: DmDevice, parent: DmDevice, entry: GuestDevice): ChildKind | null {
  const identity = identifyUuid(device.uuid);
  if (identity.kind === 'partition') return 'partition-map';
  if (identity.kind === 'lvm') {
    const own = identifyUuid(entry.device.uuid);
    return own.kind === 'lvm' && own.vgUuid === identity.vgUuid ? null : 'guest-vg';
  }
  if (identity.kind !== 'hand-made') return 'other';
  if (isNamedAsPartition(device.name, parent.name)) return 'partition-map';
  const named = decodeDevice(device);
  return named !== null && named.vgName === entry.vgName && named.vmid === entry.vmid ? 'hand-made' : 'other';
}

/** `<map>p1` as kpartx names it by hand, `<map>-part1` as its udev rule does. */
export const isNamedAsPartition = (name: string, parent: string): boolean =>
  name.startsWith(parent) && /^(?:p|-part)\d+$/.test(name.slice(parent.length));
