import type { BlockDevices } from '../device-mapper/block-devices.ts';
import { type DevNo, type DmDevice, devNo, SECTOR_BYTES, tableLength } from '../device-mapper/device-mapper.ts';
import { byMinor, type DeviceStack } from '../device-mapper/device-stack.ts';
import { splitDmName } from '../device-mapper/dm-name.ts';
import { identifyUuid } from '../device-mapper/dm-uuid.ts';
import { counted, listed, SOURCE } from '../evidence.ts';
import type { Evidence } from '../finding.ts';
import { knownOrNull, type Reading } from '../reading.ts';
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
}

/** Everything over these numbers, partitions of those that are disks among it. */
export function carriedBy(numbers: readonly DevNo[], stack: DeviceStack, blocks: BlockDevices): Carried {
  const above = blockGraph(stack, blocks).allAbove(numbers);
  const devices = byMinor(stack.devices.filter((device) => above.has(devNo(device))));
  const entries = devices.flatMap((device) => stack.entryAt(devNo(device)) ?? []);
  const vgNames = devices.flatMap((device) =>
    identifyUuid(device.uuid).kind === 'lvm' ? (splitDmName(device.name)?.vgName ?? []) : [],
  );
  return {
    devices,
    vgNames: [...new Set(vgNames)].sort(),
    vmids: [...new Set(entries.map(({ vmid }) => vmid))].sort((a, b) => a - b),
    bytes: entries.reduce((sum, { device }) => sum + tableLength(device) * SECTOR_BYTES, 0),
  };
}

/** `VG san (storage san), guests 100 and 101, 16 MiB`; empty where nothing lies on it. */
export function carriedWords(
  { devices, vgNames, vmids, bytes }: Carried,
  storages: Reading<ReadonlyMap<string, readonly string[]>>,
): string {
  const byVg = knownOrNull(storages);
  const groups = vgNames.map((vgName) => {
    const named = byVg?.get(vgName) ?? [];
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

/** What lies on it, as a fact of its own; nothing where nothing does. */
export function carriedEvidence(
  carried: Carried,
  storages: Reading<ReadonlyMap<string, readonly string[]>>,
): readonly Evidence[] {
  const words = carriedWords(carried, storages);
  return words === '' ? [] : [{ fact: `above it: ${words}`, source: SOURCE.dmTable }];
}

/** `its guests 100, 101` or `what lies on it`: whom it hits, within a sentence. */
export const carriedWhom = ({ vmids }: Carried): string =>
  vmids.length === 0 ? 'what lies on it' : `guest${vmids.length === 1 ? '' : 's'} ${listed(vmids.map(String), 6)}`;
