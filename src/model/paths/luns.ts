import type { BlockDevices } from '../device-mapper/block-devices.ts';
import type { DevNo, DmDevice } from '../device-mapper/device-mapper.ts';
import { byMinor, type DeviceStack } from '../device-mapper/device-stack.ts';
import type { Disk, Disks } from './disks.ts';
import { isMultipath } from './multipath-maps.ts';

/** Disks that answer with one WWID and are of one size: ways to one LUN, as far as the LUN tells the truth about its name. */
export interface Lun {
  readonly wwid: string;
  /** By kernel name. */
  readonly ways: readonly Way[];
  /** Multipath maps over any of them, by minor. */
  readonly maps: readonly DmDevice[];
}

export interface Way {
  readonly disk: Disk;
  /** The map that has it as a path. */
  readonly map: DmDevice | null;
  /** Devices that lie on it, or on a partition of it, without a map between. */
  readonly bare: readonly DmDevice[];
}

/** LUNs with more than one way. A name that a device makes up (all zeros) is none. */
export function luns(stack: DeviceStack, { devices: blocks }: BlockDevices, { disks }: Disks): readonly Lun[] {
  const named = disks.filter(({ wwid }) => wwid !== null && wwid !== '' && !/^(?:naa|eui)\.0+$/.test(wwid));
  const parts = Map.groupBy(blocks.values(), ({ disk }) => disk);
  const wayOf = (disk: Disk): Way => {
    const numbers: readonly DevNo[] = [
      disk.devNo,
      ...(parts.get(disk.kernelName) ?? []).map((block) => block.devNo).filter((number) => number !== disk.devNo),
    ];
    const above = numbers.flatMap((number) => stack.above(number));
    return {
      disk,
      map: above.find(isMultipath) ?? null,
      bare: byMinor([...new Set(above.filter((device) => !isMultipath(device)))]),
    };
  };
  return [...Map.groupBy(named, (disk) => [disk.wwid, disk.sizeSectors].join('\n')).values()]
    .filter((same) => same.length > 1)
    .map((same): Lun => {
      const ways = same.map(wayOf).sort((a, b) => (a.disk.kernelName < b.disk.kernelName ? -1 : 1));
      const maps = byMinor([...new Set(ways.flatMap(({ map }) => map ?? []))]);
      return { wwid: same[0]?.wwid ?? '', ways, maps };
    });
}
