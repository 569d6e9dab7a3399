import type { BlockDevices } from '../device-mapper/block-devices.ts';
import { devNo } from '../device-mapper/device-mapper.ts';
import type { DeviceStack } from '../device-mapper/device-stack.ts';
import { knownOrNull } from '../reading.ts';
import { controllerLayer, deviceLayer, fileLayer, sessionLayer } from './device-layer.ts';
import { type GuestDisk, guestDiskLayer, guestDisks, mountTargetOf } from './guest-disks.ts';
import { deviceId, finished, type Layer, type Made, mountId, volumeId } from './layer.ts';
import { type LayerReadings, type LayerSources, layerSources } from './layer-sources.ts';
import { mountLayer, serverLayer } from './mount-layer.ts';
import { poolId, poolLayer } from './pool-layer.ts';
import { volumeLayer } from './volume-layer.ts';

/** The ways from guests' disks down to disks and servers, and up again. */
export interface Layers {
  readonly at: (id: string) => Layer;
  /** Of all guests of the cluster, by VMID and key. */
  readonly guestDisks: readonly GuestDisk[];
  /** All that this node has, whether a guest uses it or not. */
  readonly ids: readonly string[];
  /** A layer and everything beneath it, each once, what is above before what is beneath. */
  readonly from: (ids: readonly string[]) => readonly Layer[];
  readonly sources: LayerSources;
}

export function layersOf(stack: DeviceStack, blocks: BlockDevices, readings: LayerReadings): Layers {
  const sources = layerSources(stack, blocks, readings);
  const disks = guestDisks(knownOrNull(readings.guests)?.configs ?? []);
  const byId = new Map(disks.map((disk) => [disk.id, disk]));
  const made = new Map<string, Layer>();
  const at = (id: string): Layer => {
    const known = made.get(id) ?? finished(id, make(id, byId.get(id), sources));
    made.set(id, known);
    return known;
  };
  return { at, guestDisks: disks, ids: idsOf(sources), from: (ids) => descend(ids, at), sources };
}

function make(id: string, disk: GuestDisk | undefined, sources: LayerSources): Made {
  if (disk !== undefined) return guestDiskLayer(disk, sources);
  const colon = id.indexOf(':');
  const [kind, key] = [id.slice(0, colon), id.slice(colon + 1)];
  switch (kind) {
    case 'dev':
      return deviceLayer(key, sources);
    case 'lv':
      return volumeLayer(key, sources);
    case 'mount':
      return mountLayer(key, sources);
    case 'server':
      return serverLayer(key, sources);
    case 'session':
      return sessionLayer(key, sources);
    case 'nvme':
      return controllerLayer(key, sources);
    case 'zpool':
      return poolLayer(key, sources);
    default: {
      const { target, why } = mountTargetOf(key, sources);
      return fileLayer(key, target, why);
    }
  }
}

function idsOf({ stack, blocks, readings }: LayerSources): readonly string[] {
  const disks = knownOrNull(readings.disks);
  const lvm = knownOrNull(readings.lvm);
  return [
    ...stack.devices.map((device) => deviceId(devNo(device))),
    ...[...blocks.devices.keys()].filter((number) => stack.at(number) === null).map(deviceId),
    ...(disks?.sessions ?? []).map(({ name }) => `session:${name}`),
    ...(disks?.controllers ?? []).map(({ name }) => `nvme:${name}`),
    ...(knownOrNull(readings.zfsPools)?.pools ?? []).map(({ name }) => poolId(name)),
    ...(knownOrNull(readings.mounts)?.mounts ?? [])
      .filter(({ covered }) => !covered)
      .map(({ target }) => mountId(target)),
    ...(lvm?.lvs ?? []).map(({ vgName, lvName }) => volumeId(vgName, lvName)),
  ];
}

function descend(ids: readonly string[], at: (id: string) => Layer): readonly Layer[] {
  const found = new Map<string, Layer>();
  const queue = [...ids];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    if (found.has(id)) continue;
    const layer = at(id);
    found.set(id, layer);
    queue.push(...layer.below);
  }
  return [...found.values()];
}
