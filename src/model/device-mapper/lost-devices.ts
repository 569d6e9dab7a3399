import type { BlockDevices } from './block-devices.ts';
import { type DeviceMapper, type DevNo, type DmDevice, devNo, underlyingDevices } from './device-mapper.ts';
import { byMinor } from './device-stack.ts';

/** Why nothing can be read through a device. */
export type Loss = 'missing' | 'offline' | 'no-path' | 'error-target';

/** A device that is gone or fails: the lowest one that explains what is above it. */
export interface LostDevice {
  readonly number: DevNo;
  readonly loss: Loss;
  /** The device-mapper device it is, or null (a disk, or a number that does not exist). */
  readonly device: DmDevice | null;
  /** `sda`, or empty where the kernel has no such device. */
  readonly kernelName: string;
  /** `offline`, `transport-offline`; empty where there is no state. */
  readonly state: string;
  /** Device-mapper devices that depend on it, itself included where it is one. */
  readonly affected: readonly DmDevice[];
}

/** Targets that go on working while one of the devices below is left. */
const REDUNDANT = new Set(['multipath', 'raid', 'mirror']);

/** States in which the SCSI layer fails every command (kernel drivers/scsi/scsi_sysfs.c sdev_states). */
const FAILING_STATES = new Set(['offline', 'transport-offline']);

type Root = Omit<LostDevice, 'affected'>;

export function lostDevices(deviceMapper: DeviceMapper, blockDevices: BlockDevices): readonly LostDevice[] {
  const rootsOf = rootFinder(deviceMapper, blockDevices);
  const found = new Map<DevNo, { readonly root: Root; readonly affected: DmDevice[] }>();
  for (const device of byMinor(deviceMapper.devices)) {
    for (const root of rootsOf(devNo(device))) {
      const known = found.get(root.number);
      if (known) known.affected.push(device);
      else found.set(root.number, { root, affected: [device] });
    }
  }
  return [...found.values()].map(({ root, affected }) => ({ ...root, affected }));
}

/** Disks below device-mapper devices of which nobody could ask whether they fail. */
export function unaskedDisks(deviceMapper: DeviceMapper, { devices }: BlockDevices): readonly string[] {
  const below = deviceMapper.devices.flatMap(underlyingDevices);
  return [...new Set(below)].flatMap((number) => {
    const block = devices.get(number);
    return block?.state === null ? [block.kernelName] : [];
  });
}

function rootFinder(deviceMapper: DeviceMapper, { devices }: BlockDevices): (number: DevNo) => readonly Root[] {
  const mapped = new Map(deviceMapper.devices.map((device) => [devNo(device), device]));
  const memo = new Map<DevNo, readonly Root[]>();
  // A device-mapper device that was removed while the node was read has a number that nobody has any more.
  const mapperMajors = new Set(
    deviceMapper.changedMeanwhile.length > 0 ? deviceMapper.devices.map((d) => d.major) : [],
  );
  const isInChange = (number: DevNo) => mapperMajors.has(Number(number.split(':')[0]));

  const leaf = (number: DevNo): readonly Root[] => {
    const block = devices.get(number);
    if (block === undefined)
      return isInChange(number) ? [] : [{ number, loss: 'missing', device: null, kernelName: '', state: '' }];
    if (block.state === null || !FAILING_STATES.has(block.state)) return [];
    return [{ number, loss: 'offline', device: null, kernelName: block.kernelName, state: block.state }];
  };
  const rootsOf = (number: DevNo): readonly Root[] => {
    const known = memo.get(number);
    if (known) return known;
    // A stack has no cycles; text that claims one ends here.
    memo.set(number, []);
    const device = mapped.get(number);
    const roots = device === undefined ? leaf(number) : throughDevice(device, rootsOf);
    memo.set(number, roots);
    return roots;
  };
  return rootsOf;
}

function throughDevice(device: DmDevice, rootsOf: (number: DevNo) => readonly Root[]): readonly Root[] {
  const itself = { number: devNo(device), device, kernelName: '', state: '' };
  if (device.table.some((target) => target.type === 'error')) return [{ ...itself, loss: 'error-target' }];
  const below = underlyingDevices(device).map(rootsOf);
  if (below.length > 0 && below.every((roots) => roots.length === 0)) return NO_ROOTS;
  if (!device.table.some((target) => REDUNDANT.has(target.type))) return unique(below.flat());
  const allLost = below.every((roots) => roots.length > 0);
  if (device.table.some((target) => target.type === 'multipath'))
    return allLost ? [{ ...itself, loss: 'no-path' }] : [];
  return allLost ? unique(below.flat()) : [];
}

const NO_ROOTS: readonly Root[] = [];

const unique = (roots: readonly Root[]): readonly Root[] => [
  ...new Map(roots.map((root) => [root.number, root])).values(),
];
