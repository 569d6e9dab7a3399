import type { Readings } from '../check.ts';
import type { BlockDevices } from '../device-mapper/block-devices.ts';
import { type DevNo, type DmDevice, devNo } from '../device-mapper/device-mapper.ts';
import type { DeviceStack } from '../device-mapper/device-stack.ts';
import type { Usage } from '../device-mapper/device-use.ts';
import type { GroupStanding } from '../guests/group-standing.ts';
import type { Cluster, Guests, StorageConfig } from '../guests/pve.ts';
import { type LogicalVolume, type Lvm, volumePath } from '../lvm/lvm.ts';
import type { ThinPool, ThinPools } from '../lvm/thin-pools.ts';
import type { JudgedMount } from '../mounts/judged-mounts.ts';
import type { ExpectedMounts, HostMounts } from '../mounts/mounts.ts';
import { type BlockGraph, blockGraph } from '../paths/block-graph.ts';
import type { ABOVE } from '../paths/carried.ts';
import { type Disk, type Disks, type Stacked, slavesOf } from '../paths/disks.ts';
import type { MdArrays } from '../paths/md-arrays.ts';
import { type MultipathMap, multipathMaps } from '../paths/multipath-maps.ts';
import type { TargetStatuses } from '../paths/target-status.ts';
import type { ZfsPools } from '../paths/zfs-pools.ts';
import { knownOrNull, type Reading, whyNot } from '../reading.ts';

/** What the layers are made of; of the sections in `readings` each may be missing, and then its layers say so. */
export interface LayerReadings extends Readings<(typeof ABOVE)[number]> {
  readonly targetStatuses: Reading<TargetStatuses>;
  readonly thinPools: Reading<ThinPools>;
  readonly disks: Reading<Disks>;
  readonly mdArrays: Reading<MdArrays>;
  readonly zfsPools: Reading<ZfsPools>;
  readonly lvm: Reading<Lvm>;
  readonly guests: Reading<Guests>;
  readonly storage: Reading<StorageConfig>;
  readonly cluster: Reading<Cluster>;
  readonly mounts: Reading<HostMounts>;
  readonly expectedMounts: Reading<ExpectedMounts>;
  readonly nodeMounts: Reading<readonly JudgedMount[]>;
  readonly groups: Reading<GroupStanding>;
  readonly usage: Reading<Usage>;
}

export interface LayerSources {
  readonly stack: DeviceStack;
  readonly blocks: BlockDevices;
  readonly graph: BlockGraph;
  readonly readings: LayerReadings;
  readonly maps: ReadonlyMap<DevNo, MultipathMap>;
  /** Maps that have a disk as a path and mark it as failed, by the disk's number. */
  readonly failedIn: ReadonlyMap<DevNo, readonly string[]>;
  readonly disks: ReadonlyMap<DevNo, Disk>;
  readonly stacked: ReadonlyMap<DevNo, Stacked>;
  readonly pools: ReadonlyMap<DevNo, ThinPool>;
  /** Volumes by `vg/lv`, and devices by UUID. */
  readonly lvs: ReadonlyMap<string, LogicalVolume>;
  readonly byUuid: ReadonlyMap<string, DmDevice>;
}

export function layerSources(stack: DeviceStack, blocks: BlockDevices, readings: LayerReadings): LayerSources {
  const disks = knownOrNull(readings.disks);
  const statuses = knownOrNull(readings.targetStatuses);
  const maps = disks === null ? [] : multipathMaps(stack, statuses ?? { byName: new Map() }, blocks, disks);
  const failed = maps.flatMap(({ device, paths }) =>
    paths.filter(({ works, disk }) => works === false && disk !== null).map((path) => [path, device.name] as const),
  );
  const byPath = Map.groupBy(failed, ([{ devNo: number }]) => number);
  return {
    ...{ stack, blocks, readings },
    graph: blockGraph(stack, blocks, disks === null ? undefined : slavesOf(disks, blocks)),
    maps: new Map(maps.map((map) => [devNo(map.device), map])),
    failedIn: new Map([...byPath].map(([number, entries]) => [number, entries.map(([, name]) => name)])),
    disks: new Map((disks?.disks ?? []).map((disk) => [disk.devNo, disk])),
    stacked: new Map((disks?.stacked ?? []).map((one) => [one.devNo, one])),
    lvs: new Map((knownOrNull(readings.lvm)?.lvs ?? []).map((lv) => [volumePath(lv), lv] as const).reverse()),
    byUuid: new Map(stack.devices.map((device) => [device.uuid, device] as const).reverse()),
    pools: new Map(
      (knownOrNull(readings.thinPools)?.pools ?? []).flatMap((pool) =>
        pool.devNo === null ? [] : [[pool.devNo, pool]],
      ),
    ),
  };
}

/** Why a section is not there, as the end of a sentence. */
export const because = (reading: Reading<unknown>): string => whyNot(reading) ?? '';
