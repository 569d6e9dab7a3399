import type { BlockDevice, BlockDevices } from '../device-mapper/block-devices.ts';
import { type DevNo, devNo, underlyingDevices } from '../device-mapper/device-mapper.ts';
import type { DeviceStack } from '../device-mapper/device-stack.ts';

/** What lies on what, by number: device-mapper, partitions, and what else the kernel stacks (md, DRBD, bcache). */
export interface BlockGraph {
  /** One step down. */
  readonly below: (number: DevNo) => readonly DevNo[];
  /** One step up. */
  readonly above: (number: DevNo) => readonly DevNo[];
  /** Everything over these, through whatever lies between. */
  readonly allAbove: (numbers: readonly DevNo[]) => ReadonlySet<DevNo>;
}

/** Devices by number, each with those that it lies on, where neither a table nor a partition says so. */
export type Slaves = ReadonlyMap<DevNo, readonly DevNo[]>;

const NO_SLAVES: Slaves = new Map();

export function blockGraph(
  stack: DeviceStack,
  { devices: blocks }: BlockDevices,
  slaves: Slaves = NO_SLAVES,
): BlockGraph {
  const byName = new Map([...blocks.values()].map((block) => [block.kernelName, block]));
  const below = new Map<DevNo, readonly DevNo[]>(slaves);
  for (const block of blocks.values()) {
    const disk = byName.get(partitionOf(block) ?? '');
    if (disk !== undefined) below.set(block.devNo, [disk.devNo]);
  }
  for (const device of stack.devices) below.set(devNo(device), underlyingDevices(device));
  const above = new Map<DevNo, DevNo[]>();
  for (const [upper, lowers] of below)
    for (const lower of lowers) above.set(lower, [...(above.get(lower) ?? []), upper]);
  const over = (number: DevNo): readonly DevNo[] => above.get(number) ?? [];
  return { below: (number) => below.get(number) ?? [], above: over, allAbove: (numbers) => ascend(numbers, over) };
}

/** The disk that a device is a partition of; of virtual disks only the name says so (`md0p1`, `nvme0n1p1`). */
export const partitionOf = ({ kernelName, disk }: BlockDevice): string | null =>
  disk === null
    ? (/^((?:nvme\d+n|md|loop|drbd|nbd)\d+)p\d+$/.exec(kernelName)?.[1] ?? null)
    : disk === kernelName
      ? null
      : disk;

function ascend(numbers: readonly DevNo[], above: (number: DevNo) => readonly DevNo[]): ReadonlySet<DevNo> {
  const found = new Set<DevNo>();
  const queue = [...numbers];
  for (let number = queue.pop(); number !== undefined; number = queue.pop()) {
    for (const upper of above(number)) {
      if (found.has(upper)) continue;
      found.add(upper);
      queue.push(upper);
    }
  }
  for (const number of numbers) found.delete(number);
  return found;
}
