import type { DevNo, DmDevice, DmTarget } from './device-mapper.ts';

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
