import type { SectionReadings } from '../model/derived.ts';
import { devNo, underlyingDevices } from '../model/device-mapper/device-mapper.ts';
import type { DeviceStack } from '../model/device-mapper/device-stack.ts';
import {
  type MappedExtent,
  mappedExtents,
  metadataTables,
  type TableRun,
} from '../model/device-mapper/expected-table.ts';
import { type LogicalVolume, type Lvm, lvDmUuid, volumePath } from '../model/lvm/lvm.ts';
import { knownOrNull } from '../model/reading.ts';
import type { CoMapper, Underlying } from '../model/repair/journal.ts';
import type { DeviceIdentity } from '../model/repair/plan.ts';

/** What `undo` will compare: the LV, what lies below, and who else maps the same sectors. */
export interface StepFacts {
  readonly volume: LogicalVolume | null;
  readonly below: readonly Underlying[];
  readonly coMappers: readonly CoMapper[];
}

export function stepFacts(device: DeviceIdentity, sections: SectionReadings): StepFacts {
  const lvs = knownOrNull(sections.lvm)?.lvs ?? [];
  return {
    volume: device.uuid === '' ? null : (lvs.find((lv) => lvDmUuid(lv) === device.uuid) ?? null),
    below: underlyingOf(device, sections),
    coMappers: coMappersOf(device, sections),
  };
}

/** What each number in the table means now. A number that nothing has any more is told by empty names. */
export function underlyingOf(
  { table }: Pick<DeviceIdentity, 'table'>,
  { blockDevices, stack, lvm }: SectionReadings,
): readonly Underlying[] {
  return underlyingDevices({ table }).map((number) => {
    const block = knownOrNull(blockDevices)?.devices.get(number);
    const mapped = knownOrNull(stack)?.at(number);
    const pv = knownOrNull(lvm)?.pvs.find((candidate) => devNo(candidate) === number);
    return {
      devNo: number,
      kernelName: block?.kernelName ?? '',
      dmName: mapped?.name ?? '',
      dmUuid: mapped?.uuid ?? '',
      vgName: pv?.vgName ?? '',
      disk: block?.identity ?? null,
    };
  });
}

/** Other devices, and volumes in LVM metadata, that map sectors which this table maps. */
export function coMappersOf(
  device: Pick<DeviceIdentity, 'name' | 'uuid' | 'table'>,
  { stack, lvm }: SectionReadings,
): readonly CoMapper[] {
  const own = mappedExtents(device);
  const devices = knownOrNull(stack)?.devices ?? [];
  const byDevice = devices
    .filter((other) => other.name !== device.name && overlap(own, mappedExtents(other)))
    .map(({ name, uuid }): CoMapper => ({ kind: 'device', name, uuid }));
  if (lvm.state !== 'known') return byDevice;
  const tableOf = metadataTables(lvm.value);
  const byVolume = lvm.value.lvs.filter(
    (lv) => lvDmUuid(lv) !== device.uuid && overlap(own, volumeExtents(tableOf(lv) ?? [])),
  );
  const thin = stack.state === 'known' ? thinRivals(device, stack.value, lvm.value) : [];
  return [...byDevice, ...[...byVolume, ...thin].map(asVolume)];
}

const asVolume = (lv: LogicalVolume): CoMapper => ({ kind: 'volume', name: volumePath(lv), uuid: lvDmUuid(lv) });

const volumeExtents = (runs: readonly TableRun[]): readonly MappedExtent[] =>
  runs.flatMap(({ length, legs }) =>
    legs.map((leg) => ({ space: leg.devNo, start: leg.offset, end: leg.offset + length / legs.length })),
  );

const overlap = (a: readonly MappedExtent[], b: readonly MappedExtent[]): boolean =>
  a.some((x) => b.some((y) => x.space === y.space && x.start < y.end && y.start < x.end));

/** Volumes in metadata that have the same thin id in the pool that this table names. */
function thinRivals(
  { table, uuid }: Pick<DeviceIdentity, 'table' | 'uuid'>,
  stack: DeviceStack,
  { lvs }: Lvm,
): readonly LogicalVolume[] {
  return table.flatMap(({ type, args: [poolNumber, thinId] }) => {
    const pool = type === 'thin' && poolNumber !== undefined ? stack.at(poolNumber) : null;
    const poolLv = lvs.find((lv) => pool?.uuid.startsWith(lvDmUuid(lv)));
    if (poolLv === undefined) return [];
    return lvs
      .filter((lv) => lv.vgUuid === poolLv.vgUuid && lv.poolLv === poolLv.lvName && lvDmUuid(lv) !== uuid)
      .filter((lv) => lv.segments.some((segment) => `${segment.thinId}` === thinId));
  });
}
