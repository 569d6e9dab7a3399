import { listed } from '../evidence.ts';
import { type LogicalVolume, volumePath } from '../lvm/lvm.ts';
import type { LvmCoverage } from '../lvm/lvm-coverage.ts';
import { sizesApart } from '../size.ts';
import { type DmDevice, SECTOR_BYTES, tableLength } from './device-mapper.ts';
import type { DeviceStack } from './device-stack.ts';
import { buildDmName, splitDmName } from './dm-name.ts';
import { identifyUuid } from './dm-uuid.ts';
import { agreeWhereBothMap, describeRun, liveRuns } from './expected-table.ts';

/** What is compared with: the metadata, and what lies on what. */
interface Compared {
  readonly stack: DeviceStack;
  readonly coverage: LvmCoverage;
}

/** How a live table differs from the metadata. */
export interface TableDifference {
  readonly kind: 'error' | 'extents' | 'length' | 'thin-id' | 'name';
  /** What differs, ends the title. */
  readonly words: string;
  /** What metadata says. */
  readonly expected: string;
  /** Whether the entry's name belongs to another volume of the metadata now. */
  readonly blocksOldName?: boolean;
}

/** The first difference between an entry and the LV that its UUID names, the most telling one first. */
export function findDifference(
  device: DmDevice,
  lv: LogicalVolume,
  layer: string,
  context: Compared,
): TableDifference | null {
  // No live table: nothing to compare. A thick snapshot shows its origin's length, not its own.
  const types = new Set(device.table.map((target) => target.type));
  if (types.size === 0 || types.has('snapshot') || types.has('snapshot-merge')) return null;
  return (
    (types.has('error') ? errorDifference(lv, context) : null) ??
    extentDifference(device, lv, context) ??
    lengthDifference(device, lv) ??
    thinDifference(device, lv) ??
    nameDifference(device, lv, layer, context)
  );
}

/** LVM itself uses error targets for missing physical volumes, and such a VG has no expected extents here. */
function errorDifference(lv: LogicalVolume, { coverage }: Compared): TableDifference | null {
  const expected = coverage.tableOf(lv);
  if (expected === null) return null;
  return {
    kind: 'error',
    words: 'part of it is an error target',
    expected: `metadata maps it as ${listed(expected.map(describeRun), 4)}`,
  };
}

function lengthDifference(device: DmDevice, lv: LogicalVolume): TableDifference | null {
  const [live, expected] = [tableLength(device), lv.sizeBytes / SECTOR_BYTES];
  if (live === expected) return null;
  const [mapped, whole] = sizesApart(live * SECTOR_BYTES, lv.sizeBytes);
  return {
    kind: 'length',
    words: `${mapped} mapped, ${whole} in metadata`,
    expected: `metadata gives ${volumePath(lv)} ${expected} sectors (${lv.sizeBytes} bytes)`,
  };
}

function extentDifference(device: DmDevice, lv: LogicalVolume, context: Compared): TableDifference | null {
  const [live, expected] = [liveRuns(device), context.coverage.tableOf(lv)];
  if (live === null || expected === null || isLaidOnOwnLayer(device, context.stack)) return null;
  if (agreeWhereBothMap(live, expected, context.stack)) return null;
  return {
    kind: 'extents',
    words: 'it maps other sectors than metadata says',
    expected: `metadata maps it as ${listed(expected.map(describeRun), 4)}`,
  };
}

/** A volume with a layer below it (thick snapshots, external origins): its extents are the layer's. */
function isLaidOnOwnLayer(device: DmDevice, stack: DeviceStack): boolean {
  const own = identifyUuid(device.uuid);
  return (liveRuns(device) ?? []).some((run) =>
    run.legs.some((leg) => {
      const below = identifyUuid(stack.at(leg.devNo)?.uuid ?? '');
      return own.kind === 'lvm' && below.kind === 'lvm' && below.vgUuid === own.vgUuid;
    }),
  );
}

function thinDifference(device: DmDevice, lv: LogicalVolume): TableDifference | null {
  const [target, ...moreTargets] = device.table;
  const [segment, ...moreSegments] = lv.segments;
  if (target?.type !== 'thin' || segment?.segType !== 'thin' || segment.thinId === null) return null;
  const live = Number(target.args[1]);
  if (moreTargets.length > 0 || moreSegments.length > 0 || live === segment.thinId) return null;
  return {
    kind: 'thin-id',
    words: `it maps thin id ${live}, and metadata says ${segment.thinId}`,
    expected: `metadata gives ${volumePath(lv)} thin id ${segment.thinId}`,
  };
}

function nameDifference(
  device: DmDevice,
  lv: LogicalVolume,
  layer: string,
  { coverage }: Compared,
): TableDifference | null {
  if (layer !== '' || device.name === buildDmName(lv.vgName, lv.lvName)) return null;
  const old = splitDmName(device.name);
  const blocksOldName = old !== null && coverage.named(old.vgName, old.lvName) !== null;
  const another = blocksOldName ? `, and ${volumePath(old)} is another volume` : '';
  return {
    kind: 'name',
    words: `metadata calls it ${volumePath(lv)} now${another}`,
    expected: `the LV with this UUID is ${volumePath(lv)}: it was renamed on another node${another}`,
    blocksOldName,
  };
}
