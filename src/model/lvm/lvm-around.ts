import type { BlockDevices } from '../device-mapper/block-devices.ts';
import { type DevNo, type DmDevice, devNo } from '../device-mapper/device-mapper.ts';
import type { DeviceStack } from '../device-mapper/device-stack.ts';
import { splitDmName } from '../device-mapper/dm-name.ts';
import { identifyUuid } from '../device-mapper/dm-uuid.ts';
import { type BlockGraph, blockGraph } from '../paths/block-graph.ts';
import type { Lvm } from './lvm.ts';
import { type LvmCoverage, lvmCoverage } from './lvm-coverage.ts';

/** What LVM was not shown, since it hangs, and which VGs are on it. */
export interface LeftAside {
  /** Names of the maps. */
  readonly maps: readonly string[];
  /** They, what is beneath and what is above them. */
  readonly numbers: ReadonlySet<DevNo>;
  readonly vgUuids: ReadonlySet<string>;
  readonly vgNames: ReadonlySet<string>;
}

/** LVM's report of all devices but those that hang: true of the VGs that are in it, and no proof that there are no others. */
export interface LvmAround {
  readonly lvm: Lvm;
  readonly leftAside: LeftAside;
}

/**
 * What goes with these maps; null where nobody can tell what is on one of them: it may be a copy of a disk that LVM is shown, and
 * LVM, which would have said so, then takes the copy for the disk. What has a volume of LVM above it is that VG's.
 */
export function leftAsideOf(
  stack: DeviceStack,
  blockDevices: BlockDevices,
  maps: readonly DmDevice[],
): LeftAside | null {
  const graph = blockGraph(stack, blockDevices);
  const isLvm = (number: DevNo): boolean => identifyUuid(stack.at(number)?.uuid ?? '').kind === 'lvm';
  const isExplained = (number: DevNo): boolean => {
    const above = graph.above(number);
    return above.length > 0 && above.every((upper) => isLvm(upper) || isExplained(upper));
  };
  const roots = maps.map(devNo);
  if (!roots.every(isExplained)) return null;
  const lower = [...roots, ...allBelow(roots, graph)];
  const numbers = new Set([...lower, ...graph.allAbove(lower)]);
  const volumes = stack.devices.filter((device) => numbers.has(devNo(device)) && isLvm(devNo(device)));
  return {
    maps: maps.map(({ name }) => name),
    numbers,
    vgUuids: new Set(
      volumes.flatMap(({ uuid }) => {
        const identity = identifyUuid(uuid);
        return identity.kind === 'lvm' ? [identity.vgUuid] : [];
      }),
    ),
    vgNames: new Set(volumes.flatMap(({ name }) => splitDmName(name)?.vgName ?? [])),
  };
}

function allBelow(numbers: readonly DevNo[], graph: BlockGraph): ReadonlySet<DevNo> {
  const found = new Set<DevNo>();
  const queue = [...numbers];
  for (let number = queue.pop(); number !== undefined; number = queue.pop())
    for (const lower of graph.below(number)) {
      if (found.has(lower)) continue;
      found.add(lower);
      queue.push(lower);
    }
  return found;
}

/** Nothing is known of a VG on what was left aside, nor of one with such a name: by its name alone a storage may mean either. */
export function coverageAround(stack: DeviceStack, { lvm, leftAside }: LvmAround): LvmCoverage {
  const coverage = lvmCoverage(stack, lvm);
  const { maps, vgUuids, vgNames } = leftAside;
  const because = `LVM was not asked of ${maps.join(', ')}, where its VG or one of its name lies`;
  const stateOf: LvmCoverage['stateOf'] = (device) => {
    const identity = identifyUuid(device.uuid);
    if (identity.kind !== 'lvm') return coverage.stateOf(device);
    const vgName = coverage.vg(identity.vgUuid)?.vgName;
    const isAside = vgUuids.has(identity.vgUuid) || (vgName !== undefined && vgNames.has(vgName));
    if (!isAside) return coverage.stateOf(device);
    return { is: 'unknown', because };
  };
  const whyNotWhole: LvmCoverage['whyNotWhole'] = (vg) =>
    vgUuids.has(vg.vgUuid) || vgNames.has(vg.vgName) ? because : coverage.whyNotWhole(vg);
  return { ...coverage, leftAside: maps, stateOf, whyNotWhole };
}
