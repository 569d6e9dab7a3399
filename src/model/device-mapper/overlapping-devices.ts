import type { DeviceMapper, DmDevice } from './device-mapper.ts';
import type { DeviceStack } from './device-stack.ts';
import { identifyUuid } from './dm-uuid.ts';
import { type DuplicateSet, sortForKeeping } from './duplicate-sets.ts';
import { type MappedExtent, mappedExtents } from './expected-table.ts';

/** A device and an extent of its table. */
export interface Claim {
  readonly device: DmDevice;
  readonly extent: MappedExtent;
  /** Place of the device in the order for keeping. */
  readonly rank: number;
}

/** Two claims on the same sectors; `keep` comes first in the order for keeping. */
export interface Overlap {
  readonly keep: Claim;
  readonly extra: Claim;
}

/**
 * How many claims on one sector are remembered while sweeping, the best ones: thousands of entries over one extent stay
 * linear, and whatever is forgotten overlaps that many better ones already.
 */
const REMEMBERED = 8;

/**
 * Pairs of devices that map the same sectors although neither lies on the other, at least one of them a guest's volume.
 * Left out: partition maps (what they map is their parent's), layers of one LV, and the pairs that duplicateSets names.
 */
export function overlappingDevices(stack: DeviceStack, duplicates: readonly DuplicateSet[]): readonly Overlap[] {
  const mayClash = clashRule(stack, duplicates);
  const overlaps: Overlap[] = [];
  let open: Claim[] = [];
  for (const claim of sortedClaims(stack)) {
    const { space, start } = claim.extent;
    open = open.filter((other) => other.extent.space === space && other.extent.end > start);
    for (const other of open) {
      if (!mayClash(claim.device, other.device)) continue;
      overlaps.push(other.rank < claim.rank ? { keep: other, extra: claim } : { keep: claim, extra: other });
    }
    open.push(claim);
    if (open.length > REMEMBERED) open = open.sort((a, b) => a.rank - b.rank).slice(0, REMEMBERED);
  }
  return overlaps;
}

/** The entry that stays when an extra one goes. Only one that was made by hand is an extra of the sectors that it maps. */
export function keptBeside({
  duplicates,
  overlaps,
}: {
  readonly duplicates: readonly DuplicateSet[];
  readonly overlaps: readonly Overlap[];
}): ReadonlyMap<DmDevice, DmDevice> {
  const byHand = overlaps.filter(({ extra }) => extra.device.uuid === '');
  return new Map([
    ...byHand.map(({ extra, keep }) => [extra.device, keep.device] as const).reverse(),
    ...duplicates.flatMap(({ extras, keep }) => extras.map((extra) => [extra, keep] as const)),
  ]);
}

function sortedClaims(deviceMapper: DeviceMapper): readonly Claim[] {
  return sortForKeeping(deviceMapper.devices.filter((device) => identifyUuid(device.uuid).kind !== 'partition'))
    .flatMap((device, rank) => mappedExtents(device).map((extent) => ({ device, extent, rank })))
    .sort(({ extent: a }, { extent: b }) => compareText(a.space, b.space) || a.start - b.start || a.end - b.end);
}

const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function clashRule(stack: DeviceStack, duplicates: readonly DuplicateSet[]): (a: DmDevice, b: DmDevice) => boolean {
  const guests = new Set(stack.entries.map(({ device }) => device.name));
  const sets = new Map<string, number>();
  duplicates.forEach((set, index) => {
    for (const device of [set.keep, ...set.extras]) sets.set(device.name, index);
  });
  return (a, b) => {
    if (a === b || (!guests.has(a.name) && !guests.has(b.name))) return false;
    if (sets.has(a.name) && sets.get(a.name) === sets.get(b.name)) return false;
    if (isSameVolume(a, b)) return false;
    return !stack.liesOn(a, b) && !stack.liesOn(b, a);
  };
}

function isSameVolume(a: DmDevice, b: DmDevice): boolean {
  const [first, second] = [identifyUuid(a.uuid), identifyUuid(b.uuid)];
  if (first.kind !== 'lvm' || second.kind !== 'lvm') return false;
  return first.vgUuid === second.vgUuid && first.lvUuid === second.lvUuid;
}
