import { type DevNo, type DmDevice, devNo, underlyingDevices } from '../device-mapper/device-mapper.ts';
import type { DeviceStack } from '../device-mapper/device-stack.ts';
import { identifyUuid } from '../device-mapper/dm-uuid.ts';
import { metadataTables, type TableRun } from '../device-mapper/expected-table.ts';
import { oncePer } from '../once-per.ts';
import { type LeftOutDevice, type LogicalVolume, type Lvm, lvDmUuid, type VolumeGroup, volumePath } from './lvm.ts';

/** What an LVM report says of the volume that an entry's UUID names. */
export type VolumeState =
  | { readonly is: 'in-metadata'; readonly lv: LogicalVolume }
  | { readonly is: 'gone'; readonly vg: VolumeGroup }
  /** The report does not cover the disks under the entry: neither that the volume is there nor that it is not. */
  | { readonly is: 'unknown'; readonly because: string };

/** An entry, or one that was there and is recorded. */
type Entry = Pick<DmDevice, 'uuid' | 'table'>;

/**
 * An LVM report by UUID and by name, and what it proves. It proves something of an entry only where it covers the disks under it.
 * LVM may read another copy of the disk (array snapshot, clone, second path), may leave a disk out (filter, duplicate, dead disk)
 * and then reports less or nothing, with status 0 and without a word.
 */
export interface LvmCoverage {
  /** UUIDs are without hyphens, as in a dm UUID. */
  readonly vg: (vgUuid: string) => VolumeGroup | null;
  /** By `vg/lv`; null as well when two VGs share that name, since it names neither. */
  readonly named: (vgName: string, lvName: string) => LogicalVolume | null;
  /** null for an entry that no VG of LVM's owns. */
  readonly stateOf: (device: Entry) => VolumeState | null;
  /** Why the report does not prove that a volume of this VG is not there, one sentence without a full stop; null where it does. */
  readonly whyNotWhole: (vg: VolumeGroup) => string | null;
  /** The devices at the bottom of an entry that LVM does not report as physical volumes of its VG. */
  readonly strangersUnder: (device: Entry, vgUuid: string) => readonly DevNo[];
  /** Devices that LVM leaves out and that may belong to this VG. */
  readonly leftOutOf: (vgUuid: string) => readonly LeftOutDevice[];
  /** Devices that LVM was not asked of, since they hang: what is on them is unknown, and all else as if they were not there. */
  readonly leftAside: readonly string[];
  /** What the table of a volume should be (metadataTables). */
  readonly tableOf: (lv: LogicalVolume) => readonly TableRun[] | null;
}

/** Each as a sentence. */
export const notAsked = ({ leftAside }: Pick<LvmCoverage, 'leftAside'>): readonly string[] =>
  leftAside.map((name) => `LVM was not asked of ${name}, and what lies on it is not judged`);

export function lvmCoverage(stack: DeviceStack, lvm: Lvm): LvmCoverage {
  const vgs = new Map(lvm.vgs.map((vg) => [vg.vgUuid, vg]));
  const byUuid = new Map<string, LogicalVolume>();
  const byLvUuid = new Map(lvm.lvs.map((lv) => [lv.lvUuid, lv]));
  const byName = new Map<string, LogicalVolume | null>();
  for (const lv of lvm.lvs) {
    byUuid.set(lvDmUuid(lv), lv);
    byName.set(volumePath(lv), byName.has(volumePath(lv)) ? null : lv);
  }
  const isWhole = wholeRule(lvm);
  const strangersUnder = strangerFinder(stack, lvm);
  const owners = new Map(lvm.pvs.map(({ pvUuid, vgUuid }) => [pvUuid, vgUuid]));
  // A physical volume that no row of the report has may be of any VG.
  const leftOutOf = (vgUuid: string) => lvm.leftOut.filter(({ pvUuid }) => (owners.get(pvUuid) ?? vgUuid) === vgUuid);
  const whyPartial = partialRule(lvm, leftOutOf);
  const whyUnknown = (device: Entry, vg: VolumeGroup): string | null => {
    const partial = whyPartial(vg);
    if (partial !== null) return partial;
    const [stranger] = strangersUnder(device, vg.vgUuid);
    return stranger === undefined
      ? null
      : `it lies on ${stranger}, where LVM reports no physical volume of VG ${vg.vgName}`;
  };
  const judge = (device: Entry): VolumeState | null => {
    const identity = identifyUuid(device.uuid);
    if (identity.kind !== 'lvm') return null;
    const { vgUuid, lvUuid } = identity;
    const vg = vgs.get(vgUuid);
    const moved = byUuid.has(lvDmUuid({ vgUuid, lvUuid })) ? undefined : byLvUuid.get(lvUuid);
    // The VG was merged, split or imported anew while this node had the volume active.
    if (moved !== undefined)
      return { is: 'unknown', because: `its volume is ${volumePath(moved)} now, of another VG (UUID compared)` };
    if (vg === undefined)
      return { is: 'unknown', because: `LVM does not report the VG that its UUID names (${vgUuid})` };
    const because = whyUnknown(device, vg);
    if (because !== null) return { is: 'unknown', because };
    const lv = byUuid.get(lvDmUuid({ vgUuid, lvUuid }));
    if (lv !== undefined) return { is: 'in-metadata', lv };
    return isWhole(vg)
      ? { is: 'gone', vg }
      : { is: 'unknown', because: `VG ${vg.vgName} was not reported whole, so the volume may be in its metadata` };
  };
  // Several checks ask for each entry.
  const stateOf = oncePer(judge);
  return {
    vg: (vgUuid) => vgs.get(vgUuid) ?? null,
    named: (vgName, lvName) => byName.get(volumePath({ vgName, lvName })) ?? null,
    stateOf,
    whyNotWhole: (vg) =>
      whyPartial(vg) ?? (isWhole(vg) ? whyAstray(stack, vg, strangersUnder) : `VG ${vg.vgName} was not reported whole`),
    strangersUnder,
    leftOutOf,
    leftAside: [],
    tableOf: metadataTables(lvm),
  };
}

/** Why LVM does not see all disks of a VG, or not the right ones; null where nothing says so. */
function partialRule({ pvs }: Lvm, leftOutOf: LvmCoverage['leftOutOf']): (vg: VolumeGroup) => string | null {
  const missing = new Set(pvs.filter((pv) => pv.missing).map(({ vgUuid }) => vgUuid));
  return ({ vgUuid, vgName, missingPvCount }) => {
    if (missingPvCount > 0 || missing.has(vgUuid)) return `LVM misses a physical volume of VG ${vgName}`;
    const [leftOut] = leftOutOf(vgUuid);
    return leftOut === undefined
      ? null
      : `LVM leaves out ${leftOut.path}, which carries a physical volume of VG ${vgName} too`;
  };
}

/** Whether some entry shows that LVM reads another copy of the VG than the one in use, which may be older. */
function whyAstray(
  stack: DeviceStack,
  { vgUuid, vgName }: VolumeGroup,
  strangersUnder: LvmCoverage['strangersUnder'],
): string | null {
  const names = stack.devices.flatMap((device) => {
    const identity = identifyUuid(device.uuid);
    const isOfGroup = identity.kind === 'lvm' && identity.vgUuid === vgUuid;
    return isOfGroup && strangersUnder(device, vgUuid).length > 0 ? [device.name] : [];
  });
  // The kernel lists devices in no order that means anything.
  const astray = names.sort()[0];
  return astray === undefined ? null : `${astray} lies where LVM reports no physical volume of VG ${vgName}`;
}

/**
 * Whether every visible volume that a VG's metadata counts is in the report. Internal ones (`private`, but for pools, which
 * `lv_count` counts) do not make up for a visible one that is missing.
 */
function wholeRule({ lvs }: Lvm): (vg: VolumeGroup) => boolean {
  const counts = new Map<string, number>();
  for (const { vgUuid, role, layout } of lvs)
    if (!role.includes('private') || layout.includes('pool')) counts.set(vgUuid, (counts.get(vgUuid) ?? 0) + 1);
  return (vg) => (counts.get(vg.vgUuid) ?? 0) >= vg.lvCount;
}

/**
 * Down from an entry, through what LVM itself stacked in the same VG (pools, layers, images), to the devices that must be
 * its physical volumes. A path of a multipath map and the map are one disk.
 */
function strangerFinder(stack: DeviceStack, { pvs }: Lvm): LvmCoverage['strangersUnder'] {
  const physical = Map.groupBy(pvs, ({ vgUuid }) => vgUuid);
  const covered = new Map<string, boolean>();
  const isCovered = (vgUuid: string, number: DevNo): boolean => {
    const key = `${vgUuid} ${number}`;
    const answer = covered.get(key) ?? (physical.get(vgUuid) ?? []).some((pv) => stack.sameDisk(devNo(pv), number));
    covered.set(key, answer);
    return answer;
  };
  return (device, vgUuid) => {
    const found = new Set<DevNo>();
    const seen = new Set<DevNo>();
    const queue = [...underlyingDevices(device)];
    for (let number = queue.pop(); number !== undefined; number = queue.pop()) {
      if (seen.has(number)) continue;
      seen.add(number);
      if (isCovered(vgUuid, number)) continue;
      const below = stack.at(number);
      const identity = identifyUuid(below?.uuid ?? '');
      if (below !== null && identity.kind === 'lvm' && identity.vgUuid === vgUuid)
        queue.push(...underlyingDevices(below));
      else found.add(number);
    }
    return [...found].sort();
  };
}
