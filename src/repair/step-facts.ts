import { type DmDevice, devNo, underlyingDevices } from '../model/device-mapper/device-mapper.ts';
import { metadataTables, type TableRun } from '../model/device-mapper/expected-table.ts';
import { type MappedExtent, mappedExtents } from '../model/device-mapper/mapped-extents.ts';
import { type LogicalVolume, lvDmUuid, volumePath } from '../model/lvm/lvm.ts';
import type { CoMapper, Underlying } from '../model/repair/journal.ts';
import type { DeviceIdentity } from '../model/repair/plan.ts';
import type { Snapshot } from '../model/snapshot.ts';

/** What `undo` will compare: the LV, what lies below, and who else maps the same sectors. */
export interface StepFacts {
  readonly volume: LogicalVolume | null;
  readonly below: readonly Underlying[];
  readonly coMappers: readonly CoMapper[];
}

export function stepFacts(device: DeviceIdentity, snapshot: Snapshot): StepFacts {
  const { reading } = snapshot.sections.lvm;
  const lvs = reading.state === 'known' ? reading.value.lvs : [];
  return {
    volume: device.uuid === '' ? null : (lvs.find((lv) => lvDmUuid(lv) === device.uuid) ?? null),
    below: underlyingOf(device, snapshot),
    coMappers: coMappersOf(device, snapshot),
  };
}

/** What each number in the table means now. A number that nothing has any more is told by empty names. */
export function underlyingOf({ table }: Pick<DeviceIdentity, 'table'>, { sections }: Snapshot): readonly Underlying[] {
  const { blockDevices, deviceMapper, lvm } = sections;
  const numbers = underlyingDevices({ table } as DmDevice);
  return numbers.map((number) => {
    const block = blockDevices.reading.state === 'known' ? blockDevices.reading.value.devices.get(number) : undefined;
    const mapped =
      deviceMapper.reading.state === 'known'
        ? deviceMapper.reading.value.devices.find((device) => devNo(device) === number)
        : undefined;
    const pv = lvm.reading.state === 'known' ? lvm.reading.value.pvs.find((pv) => devNo(pv) === number) : undefined;
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
  snapshot: Snapshot,
): readonly CoMapper[] {
  const { deviceMapper, lvm } = snapshot.sections;
  const own = mappedExtents(device as DmDevice);
  const devices = deviceMapper.reading.state === 'known' ? deviceMapper.reading.value.devices : [];
  const byDevice = devices
    .filter((other) => other.name !== device.name && overlap(own, mappedExtents(other)))
    .map(({ name, uuid }): CoMapper => ({ kind: 'device', name, uuid }));
  if (lvm.reading.state !== 'known') return byDevice;
  const tableOf = metadataTables(lvm.reading.value);
  const byVolume = lvm.reading.value.lvs
    .filter((lv) => lvDmUuid(lv) !== device.uuid && overlap(own, volumeExtents(tableOf(lv) ?? [])))
    .map((lv): CoMapper => ({ kind: 'volume', name: volumePath(lv), uuid: lvDmUuid(lv) }));
  return [...byDevice, ...byVolume, ...thinRivals(device, snapshot)];
}

const volumeExtents = (runs: readonly TableRun[]): readonly MappedExtent[] =>
  runs.flatMap(({ length, legs }) =>
    legs.map((leg) => ({ space: leg.devNo, start: leg.offset, end: leg.offset + length / legs.length })),
  );

const overlap = (a: readonly MappedExtent[], b: readonly MappedExtent[]): boolean =>
  a.some((x) => b.some((y) => x.space === y.space && x.start < y.end && y.start < x.end));

/** Volumes in metadata that have the same thin id in the pool that this table names. */
function thinRivals({ table, uuid }: Pick<DeviceIdentity, 'table' | 'uuid'>, snapshot: Snapshot): readonly CoMapper[] {
  const { deviceMapper, lvm } = snapshot.sections;
  if (deviceMapper.reading.state !== 'known' || lvm.reading.state !== 'known') return [];
  const { devices } = deviceMapper.reading.value;
  const { lvs } = lvm.reading.value;
  return table.flatMap(({ type, args: [poolNumber, thinId] }) => {
    if (type !== 'thin') return [];
    const pool = devices.find((device) => devNo(device) === poolNumber);
    const poolLv = lvs.find((lv) => pool?.uuid.startsWith(lvDmUuid(lv)));
    if (poolLv === undefined) return [];
    return lvs
      .filter((lv) => lv.vgUuid === poolLv.vgUuid && lv.poolLv === poolLv.lvName && lvDmUuid(lv) !== uuid)
      .filter((lv) => lv.segments.some((segment) => `${segment.thinId}` === thinId))
      .map((lv): CoMapper => ({ kind: 'volume', name: volumePath(lv), uuid: lvDmUuid(lv) }));
  });
}
