import {
  type DeviceMapper,
  type DevNo,
  type DmDevice,
  devNo,
  underlyingDevices,
} from '../device-mapper/device-mapper.ts';
import { stackDevices } from '../device-mapper/device-stack.ts';
import { identifyUuid } from '../device-mapper/dm-uuid.ts';
import { sameDiskRule } from '../device-mapper/expected-table.ts';
import { oncePer } from '../once-per.ts';
import type { LeftOutDevice, LogicalVolume, Lvm, PhysicalVolume, VolumeGroup } from './lvm.ts';
import { indexLvm, type LvmIndex } from './lvm-index.ts';

/** What an LVM report says of the volume that an entry's UUID names. */
export type VolumeState =
  | { readonly is: 'in-metadata'; readonly lv: LogicalVolume }
  | { readonly is: 'gone'; readonly vg: VolumeGroup }
  /** The report does not cover the disks under the entry: neither that the volume is there nor that it is not. */
  | { readonly is: 'unknown'; readonly because: string };

/** An entry, or one that was there and is recorded. */
type Entry = Pick<DmDevice, 'uuid' | 'table'>;

/**
 * An LVM report proves something of an entry only where it covers the disks under it. LVM may read another copy of the
 * disk (array snapshot, clone, second path), may leave a disk out (filter, duplicate, dead disk) and then reports less or
 * nothing, with status 0 and without a word.
 */
export interface LvmCoverage {
  readonly index: LvmIndex;
  /** null for an entry that no VG of LVM's owns. */
  readonly stateOf: (device: Entry) => VolumeState | null;
  /** The devices at the bottom of an entry that LVM does not report as physical volumes of its VG. */
  readonly strangersUnder: (device: Entry, vgUuid: string) => readonly DevNo[];
  /** Devices that LVM leaves out and that may belong to this VG. */
  readonly leftOutOf: (vgUuid: string) => readonly LeftOutDevice[];
}

/** For one pair of sections: checks and gates ask the same of one snapshot. */
const coverageOf = oncePer((lvm: Lvm) => oncePer((deviceMapper: DeviceMapper) => build(deviceMapper, lvm)));

export const lvmCoverage = (deviceMapper: DeviceMapper, lvm: Lvm): LvmCoverage => coverageOf(lvm)(deviceMapper);

function build(deviceMapper: DeviceMapper, lvm: Lvm): LvmCoverage {
  const index = indexLvm(lvm);
  const strangersUnder = strangerFinder(deviceMapper, lvm);
  const owners = new Map(lvm.pvs.map(({ pvUuid, vgUuid }) => [pvUuid, vgUuid]));
  // A physical volume that no row of the report has may be of any VG.
  const leftOutOf = (vgUuid: string) => lvm.leftOut.filter(({ pvUuid }) => (owners.get(pvUuid) ?? vgUuid) === vgUuid);
  const missing = new Set(lvm.pvs.filter((pv) => pv.missing).map(({ vgUuid }) => vgUuid));
  const whyUnknown = (device: Entry, vgUuid: string): string | null => {
    const vg = index.vg(vgUuid);
    if (vg === null) return `LVM does not report the VG that its UUID names (${vgUuid})`;
    if (vg.missingPvCount > 0 || missing.has(vgUuid)) return `LVM misses a physical volume of VG ${vg.vgName}`;
    const [leftOut] = leftOutOf(vgUuid);
    if (leftOut !== undefined)
      return `LVM leaves out ${leftOut.path}, which carries a physical volume of VG ${vg.vgName} too`;
    const [stranger] = strangersUnder(device, vgUuid);
    return stranger === undefined
      ? null
      : `it lies on ${stranger}, where LVM reports no physical volume of VG ${vg.vgName}`;
  };
  return {
    ...{ index, strangersUnder, leftOutOf },
    stateOf: (device) => {
      const identity = identifyUuid(device.uuid);
      if (identity.kind !== 'lvm') return null;
      const because = whyUnknown(device, identity.vgUuid);
      if (because !== null) return { is: 'unknown', because };
      const lv = index.lv(identity.vgUuid, identity.lvUuid);
      const vg = index.vg(identity.vgUuid);
      if (lv !== null) return { is: 'in-metadata', lv };
      if (vg === null) return { is: 'unknown', because: 'its VG is not reported' };
      return index.isComplete(vg)
        ? { is: 'gone', vg }
        : { is: 'unknown', because: `VG ${vg.vgName} was not reported whole, so the volume may be in its metadata` };
    },
  };
}

/**
 * Down from an entry, through what LVM itself stacked in the same VG (pools, layers, images), to the devices that must be
 * its physical volumes. A path of a multipath map and the map are one disk.
 */
function strangerFinder(deviceMapper: DeviceMapper, lvm: Lvm): LvmCoverage['strangersUnder'] {
  const stack = stackDevices(deviceMapper);
  const sameDisk = sameDiskRule(deviceMapper);
  const physical = new Map<string, PhysicalVolume[]>();
  for (const pv of lvm.pvs) physical.set(pv.vgUuid, [...(physical.get(pv.vgUuid) ?? []), pv]);
  const isCovered = oncePerKey((key: string) => {
    const [vgUuid = '', number = ''] = key.split(' ');
    return (physical.get(vgUuid) ?? []).some((pv) => sameDisk(devNo(pv), number));
  });
  return (device, vgUuid) => {
    const found = new Set<DevNo>();
    const seen = new Set<DevNo>();
    const queue = [...underlyingDevices(device)];
    for (let number = queue.pop(); number !== undefined; number = queue.pop()) {
      if (seen.has(number)) continue;
      seen.add(number);
      if (isCovered(`${vgUuid} ${number}`)) continue;
      const below = stack.at(number);
      const identity = identifyUuid(below?.uuid ?? '');
      if (below !== null && identity.kind === 'lvm' && identity.vgUuid === vgUuid)
        queue.push(...underlyingDevices(below));
      else found.add(number);
    }
    return [...found].sort();
  };
}

function oncePerKey<T>(compute: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}
