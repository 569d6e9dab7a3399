import type { Facts, Readings } from '../check.ts';
import { type DevNo, type DmDevice, devNo, SECTOR_BYTES, tableLength } from '../device-mapper/device-mapper.ts';
import { byMinor, type DeviceStack } from '../device-mapper/device-stack.ts';
import { splitDmName } from '../device-mapper/dm-name.ts';
import { identifyUuid } from '../device-mapper/dm-uuid.ts';
import { counted, listed, SOURCE } from '../evidence.ts';
import type { Evidence } from '../finding.ts';
import type { RawDisk } from '../guests/raw-disks.ts';
import { knownOrNull } from '../reading.ts';
import { size } from '../size.ts';
import { blockGraph } from './block-graph.ts';

/** What lies on some devices: what is lost, or hangs, with them. */
export interface Carried {
  /** Device-mapper devices over them, those themselves left out, by minor. */
  readonly devices: readonly DmDevice[];
  readonly vgNames: readonly string[];
  readonly vmids: readonly number[];
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
export const ABOVE = ['storagesByVg', 'rawDisks'] as const;

/** Everything over these numbers, partitions of those that are disks among it. */
export function carriedBy(
  numbers: readonly DevNo[],
  { stack, blockDevices }: Facts<'stack' | 'blockDevices'>,
  { storagesByVg, rawDisks }: Readings<(typeof ABOVE)[number]>,
): Carried {
  const above = blockGraph(stack, blockDevices).allAbove(numbers);
  const devices = byMinor(stack.devices.filter((device) => above.has(devNo(device))));
  const entries = devices.flatMap((device) => stack.entryAt(devNo(device)) ?? []);
  const vgNames = devices.flatMap((device) =>
    identifyUuid(device.uuid).kind === 'lvm' ? (splitDmName(device.name)?.vgName ?? []) : [],
  );
  const byPath = knownOrNull(rawDisks);
  const rawOf = (some: readonly DevNo[]): readonly RawDisk[] =>
    some.flatMap((number) => nodesOf(number, stack, blockDevices.devices)).flatMap((path) => byPath?.get(path) ?? []);
  const raw = rawOf([...numbers, ...above]);
  return {
    devices,
    vgNames: [...new Set(vgNames)].sort(),
    vmids: [...new Set([...entries, ...raw].map(({ vmid }) => vmid))].sort((a, b) => a - b),
    bytes: entries.reduce((sum, { device }) => sum + tableLength(device) * SECTOR_BYTES, 0),
    raw,
    given: byPath === null ? null : rawOf(numbers).length > 0,
    storages: knownOrNull(storagesByVg) ?? new Map(),
  };
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

/** `VG san (storage san), guests 100 and 101, 16 MiB`; empty where nothing lies on it. */
function carriedWords({ devices, vgNames, vmids, bytes, raw, storages }: Carried): string {
  // Said of each by a fact of its own.
  if (devices.length === 0 && raw.length > 0) return '';
  const groups = vgNames.map((vgName) => {
    const named = storages.get(vgName) ?? [];
    return named.length === 0 ? `VG ${vgName}` : `VG ${vgName} (storage ${listed(named, 4)})`;
  });
  const guests = vmids.length === 0 ? [] : [`guest${vmids.length === 1 ? '' : 's'} ${listed(vmids.map(String), 10)}`];
  const parts = [...groups, ...guests, ...(bytes === 0 ? [] : [`${size(bytes)} of guests’ volumes`])];
  if (parts.length > 0) return listed(parts);
  return devices.length === 0
    ? ''
    : `${counted(devices.length, 'device')} (${listed(
        devices.map(({ name }) => name),
        4,
      )})`;
}

/** What lies on it, as facts of their own; nothing where nothing does. */
export function carriedEvidence(carried: Carried): readonly Evidence[] {
  const words = carriedWords(carried);
  return [
    ...(words === '' ? [] : [{ fact: `above it: ${words}`, source: SOURCE.dmTable }]),
    ...carried.raw.map(({ vmid, key, path, configPath }) => ({
      fact: `guest ${vmid} has ${path} as a disk of its own (${key})`,
      source: configPath,
    })),
  ];
}

/** What a check wants that says what lies above, where its own finding does not depend on it. */
export const WANTS_ABOVE = ['stack', 'blockDevices', ...ABOVE] as const;

/** The same for such a check: nothing where nobody knows. */
export const evidenceAbove = (
  numbers: readonly DevNo[],
  wanted: Readings<(typeof WANTS_ABOVE)[number]>,
): readonly Evidence[] => {
  const [stack, blockDevices] = [knownOrNull(wanted.stack), knownOrNull(wanted.blockDevices)];
  if (stack === null || blockDevices === null) return [];
  return carriedEvidence(carriedBy(numbers, { stack, blockDevices }, wanted));
};

/** `guest 100 stops`, `guests 100, 101 stop`, `what lies on it stops`: the verb agrees. */
export const carriedDo = (carried: Carried, one: string, many: string): string =>
  `${carriedWhom(carried)} ${carried.vmids.length > 1 ? many : one}`;

/** `guests 100, 101` or `what lies on it`: whom it hits, within a sentence. */
export const carriedWhom = ({ vmids }: Carried): string =>
  vmids.length === 0 ? 'what lies on it' : `guest${vmids.length === 1 ? '' : 's'} ${listed(vmids.map(String), 6)}`;
