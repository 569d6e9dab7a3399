import { type DmDevice, underlyingDevices } from '../device-mapper/device-mapper.ts';
import type { DeviceStack } from '../device-mapper/device-stack.ts';
import { buildDmName } from '../device-mapper/dm-name.ts';
import { identifyUuid } from '../device-mapper/dm-uuid.ts';
import { agreeWhereBothMap, liveRuns } from '../device-mapper/expected-table.ts';
import type { LogicalVolume } from './lvm.ts';
import type { LvmCoverage } from './lvm-coverage.ts';

/** What `lvchange --refresh` meets: the entries of this kernel, and the metadata by which it loads them again. */
export interface RefreshContext {
  readonly stack: DeviceStack;
  readonly coverage: LvmCoverage;
}

/** A name that a refresh would give to an entry, and that is not free. */
export interface HeldName {
  readonly name: string;
  /** Who has it; null where it changed while the node was read. */
  readonly holder: DmDevice | null;
}

/**
 * The first name that a refresh of this entry's volume would take and another device has. LVM suspends the device, fails to rename
 * it, and exits with it suspended: "libdevmapper exiting with 1 device(s) still suspended" (lvm2 libdm-deptree.c; seen with 2.03.16).
 * A refresh loads what the volume lies on as well.
 */
export function heldName(device: DmDevice, context: RefreshContext): HeldName | null {
  const { stack } = context;
  for (const { member, name } of refreshedNames(device, context)) {
    if (name === member.name) continue;
    const holder = stack.named(name);
    if (holder !== null && holder.uuid !== member.uuid) return { name, holder };
    if (stack.changedMeanwhile.includes(name)) return { name, holder: null };
  }
  return null;
}

/** An entry that a refresh loads, and the name that metadata gives it. */
export interface RefreshedName {
  readonly member: Pick<DmDevice, 'name' | 'uuid'>;
  readonly name: string;
}

export const refreshedNames = (device: DmDevice, { stack, coverage }: RefreshContext): readonly RefreshedName[] =>
  [...familyOf(device, stack)].flatMap((member) => {
    const identity = identifyUuid(member.uuid);
    const state = coverage.stateOf(member);
    if (identity.kind !== 'lvm' || state?.is !== 'in-metadata') return [];
    return [{ member, name: buildDmName(state.lv.vgName, state.lv.lvName, identity.layer) }];
  });

/** The entry, the layers of its volume, and what of the same VG they lie on. */
function familyOf(device: DmDevice, stack: DeviceStack): ReadonlySet<DmDevice> {
  const own = identifyUuid(device.uuid);
  if (own.kind !== 'lvm') return new Set();
  const isLayer = (upper: DmDevice): boolean => {
    const identity = identifyUuid(upper.uuid);
    return identity.kind === 'lvm' && identity.lvUuid === own.lvUuid;
  };
  const family = new Set([device, ...(own.layer === '' ? [] : stack.allAbove(device).filter(isLayer))]);
  // A set is walked through with what is added meanwhile.
  for (const member of family)
    for (const number of underlyingDevices(member)) {
      const below = stack.at(number);
      const identity = identifyUuid(below?.uuid ?? '');
      if (below !== null && identity.kind === 'lvm' && identity.vgUuid === own.vgUuid) family.add(below);
    }
  return family;
}

/** Whether a refresh is known to leave every sector that the entry maps now where it is; it may add some behind them. */
export function keepsSectors(device: DmDevice, lv: LogicalVolume, { stack, coverage }: RefreshContext): boolean {
  const [live, expected] = [liveRuns(device), coverage.tableOf(lv)];
  if (live !== null && expected !== null) return agreeWhereBothMap(live, expected, stack);
  const [target, ...moreTargets] = device.table;
  const [segment, ...moreSegments] = lv.segments;
  if (target?.type !== 'thin' || segment === undefined || segment.thinId === null) return false;
  if (moreTargets.length + moreSegments.length > 0 || Number(target.args[1]) !== segment.thinId) return false;
  const pool = stack.at(target.args[0] ?? '');
  const state = pool === null ? null : coverage.stateOf(pool);
  return state?.is === 'in-metadata' && state.lv.vgUuid === lv.vgUuid && state.lv.lvName === lv.poolLv;
}
