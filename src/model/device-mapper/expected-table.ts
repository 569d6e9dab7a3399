import type { LogicalVolume, Lvm, PhysicalVolume, VolumeGroup } from '../lvm/lvm.ts';
import { type DevNo, type DmDevice, type DmTarget, devNo, SECTOR_BYTES } from './device-mapper.ts';
import type { DeviceStack } from './device-stack.ts';

/** One run of a volume's sectors and where it lies. Several legs are stripes. */
export interface TableRun {
  readonly start: number;
  readonly length: number;
  readonly legs: readonly Leg[];
}

/**
 * What LVM metadata says the table of a volume should be, in sectors; null when the volume is not plainly linear or striped over
 * physical volumes that are all there.
 */
export function metadataTables(lvm: Lvm): (lv: LogicalVolume) => readonly TableRun[] | null {
  const vgs = new Map(lvm.vgs.map((vg) => [vg.vgUuid, vg]));
  const pvs = new Map(
    lvm.pvs.filter((pv) => !pv.missing && pv.major >= 0).map((pv) => [pvKey(pv.vgName, pv.pvName), pv]),
  );
  return (lv) => {
    const vg = vgs.get(lv.vgUuid);
    return vg === undefined || vg.missingPvCount > 0 ? null : runsOf(lv, vg, pvs);
  };
}

const pvKey = (vgName: string, pvName: string): string => `${vgName} ${pvName}`;

function runsOf(
  lv: LogicalVolume,
  vg: VolumeGroup,
  pvs: ReadonlyMap<string, PhysicalVolume>,
): readonly TableRun[] | null {
  const runs: TableRun[] = [];
  for (const segment of lv.segments) {
    if (segment.segType !== 'linear' && segment.segType !== 'striped') return null;
    const legs = segment.devices.flatMap(({ name, firstExtent }): readonly Leg[] => {
      const pv = pvs.get(pvKey(lv.vgName, name));
      if (pv === undefined) return [];
      return [{ devNo: devNo(pv), offset: (pv.peStartBytes + firstExtent * vg.extentSizeBytes) / SECTOR_BYTES }];
    });
    // A segment over another LV (pvmove, cache, raid): its device is not among the physical volumes.
    if (legs.length === 0 || legs.length !== segment.devices.length) return null;
    runs.push({ start: segment.startBytes / SECTOR_BYTES, length: segment.sizeBytes / SECTOR_BYTES, legs });
  }
  return runs.length === 0 ? null : joinRuns(runs);
}

/** The live table in the same form; null when anything but linear and striped is in it. */
export function liveRuns(device: DmDevice): readonly TableRun[] | null {
  const runs: TableRun[] = [];
  for (const target of device.table) {
    const legs = targetLegs(target);
    if (legs === null) return null;
    runs.push({ start: target.start, length: target.length, legs });
  }
  return runs.length === 0 ? null : joinRuns(runs);
}

/** LVM joins segments that grew without a gap, while the kernel keeps the lines it was given; so both are joined. */
function joinRuns(runs: readonly TableRun[]): readonly TableRun[] {
  const joined: TableRun[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (last !== undefined && continues(last, run))
      joined[joined.length - 1] = { ...last, length: last.length + run.length };
    else joined.push(run);
  }
  return joined;
}

function continues(last: TableRun, run: TableRun): boolean {
  const [a, b] = [last.legs[0], run.legs[0]];
  if (last.legs.length !== 1 || run.legs.length !== 1 || a === undefined || b === undefined) return false;
  return last.start + last.length === run.start && a.devNo === b.devNo && a.offset + last.length === b.offset;
}

/** Whether both put the sectors that both have in the same places; a longer one may go on. */
export function agreeWhereBothMap(
  live: readonly TableRun[],
  expected: readonly TableRun[],
  { sameDisk }: DeviceStack,
): boolean {
  const end = Math.min(endOf(live), endOf(expected));
  const [a, b] = [cutRuns(live, end), cutRuns(expected, end)];
  return a.length === b.length && a.every((run, index) => isSameRun(run, b[index], sameDisk));
}

const endOf = (runs: readonly TableRun[]): number =>
  runs.reduce((end, run) => Math.max(end, run.start + run.length), 0);

const cutRuns = (runs: readonly TableRun[], end: number): readonly TableRun[] =>
  runs
    .filter((run) => run.start < end)
    .map((run) => (run.start + run.length > end ? { ...run, length: end - run.start } : run));

const isSameRun = (a: TableRun, b: TableRun | undefined, sameDisk: DeviceStack['sameDisk']): boolean =>
  b !== undefined &&
  a.start === b.start &&
  a.length === b.length &&
  a.legs.length === b.legs.length &&
  a.legs.every((leg, index) => {
    const other = b.legs[index];
    return other !== undefined && leg.offset === other.offset && sameDisk(leg.devNo, other.devNo);
  });

/** As `dmsetup table` would print it. */
export const describeRun = ({ start, length, legs }: TableRun): string => {
  const [leg] = legs;
  if (legs.length === 1 && leg) return `${start} ${length} linear ${leg.devNo} ${leg.offset}`;
  return `${start} ${length} striped ${legs.length} … ${legs.map((each) => `${each.devNo} ${each.offset}`).join(' ')}`;
};

/** A run of 512-byte sectors that a device maps: of an underlying device, or of a thin volume in its pool. */
export interface MappedExtent {
  /** `7:1`, or `thin 5 of pool 254:5`: extents of one space can overlap, others cannot. */
  readonly space: string;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** One device and offset that a linear or striped segment uses. */
export interface Leg {
  readonly devNo: DevNo;
  readonly offset: number;
}

/** All sectors that the live table maps one to one. Other target types own what is below them, so they say nothing. */
export const mappedExtents = (device: Pick<DmDevice, 'table'>): readonly MappedExtent[] =>
  device.table.flatMap(extentsOf);

function extentsOf(target: DmTarget): readonly MappedExtent[] {
  const [pool, thinId] = target.args;
  if (target.type === 'thin' && pool !== undefined && thinId !== undefined)
    return [{ space: `thin ${thinId} of pool ${pool}`, start: 0, end: target.length }];
  const legs = targetLegs(target) ?? [];
  const length = target.length / legs.length;
  return legs.map((leg) => ({ space: leg.devNo, start: leg.offset, end: leg.offset + length }));
}

/**
 * The legs of a linear (`<dev> <offset>`) or striped (`<n> <chunk> [<dev> <offset>]…`) target, kernel
 * Documentation/admin-guide/device-mapper; null for any other target.
 */
export function targetLegs(target: DmTarget): readonly Leg[] | null {
  if (target.type !== 'linear' && target.type !== 'striped') return null;
  const pairs = target.type === 'linear' ? target.args : target.args.slice(2);
  const legs = pairs.flatMap((argument, index) => {
    const offset = Number(pairs[index + 1]);
    return index % 2 === 0 && Number.isInteger(offset) ? [{ devNo: argument, offset }] : [];
  });
  return legs.length === 0 ? null : legs;
}
