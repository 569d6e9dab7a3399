import type { Facts, Readings } from '../check.ts';
import { type DevNo, type DmDevice, devNo, SECTOR_BYTES, tableLength } from '../device-mapper/device-mapper.ts';
import { byMinor, type DeviceStack } from '../device-mapper/device-stack.ts';
import { splitDmName } from '../device-mapper/dm-name.ts';
import { identifyUuid } from '../device-mapper/dm-uuid.ts';
import type { RawDisk } from '../guests/raw-disks.ts';
import { volumesOn } from '../lvm/volumes-on.ts';
import { type CarriedMount, carriedMounts } from '../mounts/carried-mounts.ts';
import { knownOrNull } from '../reading.ts';
import { blockGraph } from './block-graph.ts';
import { slavesOf } from './disks.ts';
import { isMultipath } from './multipath-maps.ts';

/** What lies on some devices: what is lost, or hangs, with them. */
export interface Carried {
  /** Device-mapper devices over them, those themselves left out, by minor. */
  readonly devices: readonly DmDevice[];
  /** VGs with volumes that are active there. */
  readonly vgNames: readonly string[];
  /** Those, and VGs with a physical volume there. */
  readonly groups: readonly string[];
  /** File systems there that are mounted on the node. */
  readonly mounts: readonly (CarriedMount & { readonly target: string })[];
  /** Guests of this node. Where nobody knows whose guests are where, also others that entries name. */
  readonly vmids: readonly number[];
  /** What the names of entries state, whether there is such a guest or not. */
  readonly entryVmids: readonly number[];
  /** Of guests' volumes. */
  readonly bytes: number;
  /** Guests that have one of the devices, or what lies on it, as a disk of their own. */
  readonly raw: readonly RawDisk[];
  /** Some guest has one of the devices itself: what is written on it is the guest's, a physical volume too. null: nobody knows. */
  readonly given: boolean | null;
  /** Storages of the VGs; empty where storage.cfg could not be read. */
  readonly storages: ReadonlyMap<string, readonly string[]>;
}

/** What names whatever lies above, beyond what device-mapper itself says. */
export const ABOVE = [
  ...(['storagesByVg', 'rawDisks', 'disks', 'lvm', 'references', 'guests', 'running', 'cluster'] as const),
  ...(['btrfs', 'mounts', 'expectedMounts', 'storage', 'containers'] as const),
] as const;

export type AboveReadings = Readings<(typeof ABOVE)[number]>;

/** Everything over these numbers, partitions of those that are disks among it. */
export function carriedBy(
  numbers: readonly DevNo[],
  { stack, blockDevices }: Facts<'stack' | 'blockDevices'>,
  readings: AboveReadings,
): Carried {
  const disks = knownOrNull(readings.disks);
  const graph = blockGraph(stack, blockDevices, disks === null ? undefined : slavesOf(disks, blockDevices));
  const above = graph.allAbove(numbers);
  const devices = byMinor(stack.devices.filter((device) => above.has(devNo(device))));
  const entries = devices.flatMap((device) => stack.entryAt(devNo(device)) ?? []);
  const vgNames = devices.flatMap((device) =>
    identifyUuid(device.uuid).kind === 'lvm' ? (splitDmName(device.name)?.vgName ?? []) : [],
  );
  const rawDisks = knownOrNull(readings.rawDisks);
  const rawOf = (some: readonly DevNo[]): readonly RawDisk[] =>
    some
      .flatMap((number) => nodesOf(number, stack, blockDevices.devices))
      .flatMap((path) => rawDisks?.byNode.get(path) ?? []);
  // A guest may have the LUN by one of its paths: the link that it names leads to one or to the map.
  const itself = [...numbers, ...numbers.flatMap((number) => (isMap(number, stack) ? graph.below(number) : []))];
  const all = [...numbers, ...above];
  const raw = rawOf([...itself, ...above]);
  const reported =
    rawDisks === null ? [] : reportedOn(new Set(all.filter((number) => rawOf([number]).length === 0)), readings);
  const mounts = carriedMounts(new Set(all), readings);
  const vmids = [
    ...entries.flatMap(({ vmid }) => (isOfThisNode(vmid, readings) ? [vmid] : [])),
    ...raw.flatMap(({ vmid, local }) => (local ? [vmid] : [])),
    ...[...reported.flatMap(({ lines }) => lines), ...mounts.flatMap(({ guests }) => guests)].map(({ vmid }) => vmid),
  ];
  const named = [...new Set(vmids)].sort((a, b) => a - b);
  return {
    devices,
    vgNames: [...new Set(vgNames)].sort(),
    groups: [...new Set([...vgNames, ...reported.map(({ vgName }) => vgName)])].sort(),
    mounts,
    vmids: named,
    entryVmids: [...new Set(entries.map(({ vmid }) => vmid))].sort((a, b) => a - b),
    bytes: entries.reduce((sum, { device }) => sum + tableLength(device) * SECTOR_BYTES, 0),
    raw,
    given: rawOf(itself).length > 0 ? true : rawDisks === null || rawDisks.unplaced.length > 0 ? null : false,
    storages: knownOrNull(readings.storagesByVg) ?? new Map(),
  };
}

const isMap = (number: DevNo, stack: DeviceStack): boolean => {
  const device = stack.at(number);
  return device != null && isMultipath(device);
};

/** An entry may be of a guest that is gone, or that lives elsewhere: it loses nothing here. */
function isOfThisNode(vmid: number, { guests, cluster, running }: AboveReadings): boolean {
  if (guests.state !== 'known' || cluster.state !== 'known') return true;
  return (
    guests.value.configs.some((config) => config.vmid === vmid && config.node === cluster.value.nodeName) ||
    knownOrNull(running)?.guests.some((one) => one.vmid === vmid) === true
  );
}

/** VGs with a physical volume on these, and the lines of this node's guests that name volumes with data there, active or not. */
function reportedOn(numbers: ReadonlySet<DevNo>, { lvm, references }: AboveReadings) {
  const report = knownOrNull(lvm);
  const index = knownOrNull(references);
  const pvs = (report?.pvs ?? []).filter((pv) => !pv.missing && pv.vgUuid !== '' && numbers.has(devNo(pv)));
  return [...Map.groupBy(pvs, ({ vgUuid }) => vgUuid).values()].flatMap((own) => {
    const vg = report?.vgs.find(({ vgUuid }) => vgUuid === own[0]?.vgUuid);
    if (report === null || vg === undefined) return [];
    const volumes = volumesOn(vg, report, (name) => own.some(({ pvName }) => pvName === name), 'has data on it');
    const lines = volumes
      .flatMap(({ lvName }) => index?.find(vg.vgName, lvName) ?? [])
      .filter(({ local, certainty }) => local && certainty === 'certain');
    return [{ vgName: vg.vgName, lines }];
  });
}

/** Where links to a device end: with udev at the kernel's name, without it at libdevmapper's own node. */
function nodesOf(
  number: DevNo,
  stack: DeviceStack,
  blocks: Facts<'blockDevices'>['blockDevices']['devices'],
): readonly string[] {
  const [block, device] = [blocks.get(number), stack.at(number)];
  return [
    ...(block === undefined ? [] : [`/dev/${block.kernelName}`]),
    ...(device == null ? [] : [`/dev/mapper/${device.name}`]),
  ];
}
