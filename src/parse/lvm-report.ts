import { append } from '../model/append.ts';
import { bareUuid } from '../model/device-mapper/dm-uuid.ts';
import { isRecord } from '../model/json-shape.ts';
import type { LeftOutDevice, LogicalVolume, Lvm, LvSegment, PhysicalVolume, VolumeGroup } from '../model/lvm/lvm.ts';
import { type Parsed, quoted } from '../model/reading.ts';
import { wholeNumber } from './complete-lines.ts';

/** One row of a report: LVM writes every value as a string (lvm2 libdm/libdm-report.c, json output). */
type Row = Readonly<Record<string, unknown>>;

/** One element of `report`: a volume group with its own rows, or the physical volumes of none. */
type Group = Readonly<Record<string, unknown>>;

/** All but what LVM says on standard error. */
type LvmReport = Omit<Lvm, 'leftOut' | 'readAt'>;

const NO_LVM: LvmReport = { vgs: [], pvs: [], lvs: [] };

/** The JSON of `lvm fullreport`. Text that ends early is not JSON, so it is a problem and nothing is understood. */
export function parseLvmFullreport(text: string): Parsed<LvmReport> {
  const groups = reportGroups(text);
  if (groups === null) return { value: NO_LVM, problems: ['not a whole LVM report in JSON'] };
  const problems: string[] = [];
  const parts = groups.map((group, index) => parseGroup(group, `report ${index + 1}`, problems));
  return {
    value: {
      vgs: parts.flatMap((part) => part.vgs),
      pvs: parts.flatMap((part) => part.pvs),
      lvs: parts.flatMap((part) => part.lvs),
    },
    problems,
  };
}

function reportGroups(text: string): readonly Group[] | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const report = isRecord(json) ? json['report'] : null;
  return Array.isArray(report) && report.every(isRecord) ? report : null;
}

function parseGroup(group: Group, place: string, problems: string[]): LvmReport {
  const pvsOf = (vgUuid: string): readonly PhysicalVolume[] =>
    rows(group, 'pv', place, problems).flatMap((row) => keep(parsePv(row, vgUuid), row, place, problems));
  // Physical volumes of no group come as an element of their own, without `vg` (tools/reporter.c _full_report_single).
  if (group['vg'] === undefined) {
    const pvs = pvsOf('');
    if (pvs.length === 0 || pvs.some((pv) => pv.vgName !== '')) problems.push(`${place} has no volume group`);
    return { ...NO_LVM, pvs };
  }
  const vgs = rows(group, 'vg', place, problems).flatMap((row) => keep(parseVg(row), row, place, problems));
  const pvs = pvsOf(vgs[0]?.vgUuid ?? '');
  const segments = segmentsByLv(rows(group, 'seg', place, problems), place, problems);
  const lvRows = rows(group, 'lv', place, problems);
  const lvs = lvRows.flatMap((row) => keep(parseLv(row, segments), row, place, problems));
  for (const vg of vgs) {
    const listed = lvRows.filter((row) => !isInternal(text(row, 'lv_name'))).length;
    // lv_count counts what is listed without brackets (lib/metadata/vg.c vg_visible_lvs, lib/report/report.c _lvname_disp).
    if (listed !== vg.lvCount)
      problems.push(`${vg.vgName} has ${vg.lvCount} logical volumes and the report lists ${listed}`);
  }
  if (vgs.length !== 1) problems.push(`${place} has ${vgs.length} volume groups`);
  return { vgs, pvs, lvs };
}

function rows(group: Group, name: string, place: string, problems: string[]): readonly Row[] {
  const list = group[name];
  if (Array.isArray(list) && list.every(isRecord)) return list;
  problems.push(`${place} has no list "${name}"`);
  return [];
}

function keep<T>(value: T | null, row: Row, place: string, problems: string[]): readonly T[] {
  if (value !== null) return [value];
  problems.push(`${place} has a row that is not understood: ${quoted(rowText(row))}`);
  return [];
}

function parseVg(row: Row): VolumeGroup | null {
  const extentSizeBytes = number(row, 'vg_extent_size');
  const sizeBytes = number(row, 'vg_size');
  const freeBytes = number(row, 'vg_free');
  const lvCount = number(row, 'lv_count');
  const missingPvCount = number(row, 'vg_missing_pv_count');
  const vgName = text(row, 'vg_name');
  const vgUuid = bareUuid(text(row, 'vg_uuid'));
  if (extentSizeBytes === null || sizeBytes === null || freeBytes === null) return null;
  if (lvCount === null || missingPvCount === null || vgName === '' || vgUuid === '') return null;
  return {
    vgName,
    vgUuid,
    extentSizeBytes,
    sizeBytes,
    freeBytes,
    lvCount,
    missingPvCount,
    ...given('seqno', number(row, 'vg_seqno')),
    ...profileOf(row, 'vg_profile'),
    autoActivation: autoActivation(row, 'vg_autoactivation'),
  };
}

function parsePv(row: Row, vgUuid: string): PhysicalVolume | null {
  const pvName = text(row, 'pv_name');
  const peStartBytes = number(row, 'pe_start');
  if (pvName === '' || peStartBytes === null) return null;
  return {
    pvName,
    vgName: text(row, 'vg_name'),
    vgUuid,
    pvUuid: bareUuid(text(row, 'pv_uuid')),
    // A missing physical volume has the numbers -1 and -1.
    major: number(row, 'pv_major') ?? -1,
    minor: number(row, 'pv_minor') ?? -1,
    peStartBytes,
    missing: text(row, 'pv_missing') !== '',
    ...given('sizeBytes', number(row, 'pv_size')),
    ...given('deviceBytes', number(row, 'dev_size')),
  };
}

const profileOf = (row: Row, field: string): { readonly profile?: string } =>
  text(row, field) === '' ? {} : { profile: text(row, field) };

/** A column that older captures do not have. */
const given = <K extends string>(name: K, value: number | null): { readonly [P in K]?: number } =>
  value === null ? {} : ({ [name]: value } as { readonly [P in K]: number });

function parseLv(row: Row, segments: ReadonlyMap<string, readonly LvSegment[]>): LogicalVolume | null {
  const lvName = withoutBrackets(text(row, 'lv_name'));
  const lvUuid = bareUuid(text(row, 'lv_uuid'));
  const sizeBytes = number(row, 'lv_size');
  if (lvName === '' || lvUuid === '' || sizeBytes === null) return null;
  return {
    vgName: text(row, 'vg_name'),
    lvName,
    lvUuid,
    vgUuid: bareUuid(text(row, 'vg_uuid')),
    sizeBytes,
    poolLv: withoutBrackets(text(row, 'pool_lv')),
    origin: withoutBrackets(text(row, 'origin')),
    role: list(row, 'lv_role'),
    layout: list(row, 'lv_layout'),
    tags: list(row, 'lv_tags'),
    ...(text(row, 'lv_time') === '' ? {} : { createdAt: text(row, 'lv_time') }),
    ...profileOf(row, 'lv_profile'),
    autoActivation: autoActivation(row, 'lv_autoactivation'),
    segments: segments.get(lvUuid) ?? [],
  };
}

function segmentsByLv(list: readonly Row[], place: string, problems: string[]): Map<string, LvSegment[]> {
  const byLv = new Map<string, LvSegment[]>();
  for (const row of list) {
    const lvUuid = bareUuid(text(row, 'lv_uuid'));
    const [segment] = keep(parseSegment(row), row, place, problems);
    if (segment !== undefined) append(byLv, lvUuid, segment);
  }
  for (const segments of byLv.values()) segments.sort((a, b) => a.startBytes - b.startBytes);
  return byLv;
}

function parseSegment(row: Row): LvSegment | null {
  const startBytes = number(row, 'seg_start');
  const sizeBytes = number(row, 'seg_size');
  const segType = text(row, 'segtype');
  if (startBytes === null || sizeBytes === null || segType === '') return null;
  const devices = list(row, 'devices').map(parseDevice);
  return { segType, startBytes, sizeBytes, devices, thinId: number(row, 'thin_id') };
}

/** `/dev/sda(128)`: a device or volume and its first extent. */
function parseDevice(item: string): { readonly name: string; readonly firstExtent: number } {
  const open = item.lastIndexOf('(');
  const firstExtent = item.endsWith(')') ? wholeNumber(item.slice(open + 1, -1)) : null;
  if (open <= 0 || firstExtent === null) return { name: item, firstExtent: 0 };
  return { name: withoutBrackets(item.slice(0, open)), firstExtent };
}

/** LVM writes texts and nothing else; what is nested deeply enough has no text at all. */
const rowText = (row: Row): string =>
  JSON.stringify(Object.fromEntries(Object.entries(row).filter(([, value]) => typeof value !== 'object')));

function text(row: Row, field: string): string {
  const value = row[field];
  return typeof value === 'string' ? value : '';
}

const number = (row: Row, field: string): number | null => wholeNumber(text(row, field));

const list = (row: Row, field: string): readonly string[] =>
  text(row, field)
    .split(',')
    .filter((item) => item !== '');

const autoActivation = (row: Row, field: string): boolean | null =>
  row[field] === undefined ? null : text(row, field) === 'enabled';

const isInternal = (name: string): boolean => name.startsWith('[');

const withoutBrackets = (name: string): string =>
  name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;

/**
 * lvm2 lib/cache/lvmcache.c _warn_duplicates: `WARNING: Not using device /dev/loop1 for PV VWemFf-….`, one line for each
 * device that carries the UUID of a physical volume for which LVM chose another device. The report itself does not show it.
 */
const NOT_USED = /^\s*(?:WARNING: )?Not using device (\S{1,4096}) for PV ([0-9A-Za-z#!-]{32,38})\b/;

/** What LVM says on standard error while it reports. Lines that are not understood are passed over. */
export const parseLvmWarnings = (stderr: string): readonly LeftOutDevice[] =>
  stderr.split('\n').flatMap((line) => {
    const [, path, uuid] = NOT_USED.exec(line) ?? [];
    return path === undefined || uuid === undefined ? [] : [{ path, pvUuid: bareUuid(uuid) }];
  });

/**
 * /etc/lvm/devices/system.devices: `IDTYPE=sys_wwid IDNAME=naa.… DEVNAME=/dev/sda PVID=…` a line (lvm2 lib/device/device_id.c).
 * The name of a device differs from boot to boot, and from node to node.
 */
export const parseDevicesFile = (text: string): readonly string[] =>
  text
    .split('\n')
    .flatMap((line) => {
      const [, type, name] = /^IDTYPE=(\S+) IDNAME=(\S+)/.exec(line) ?? [];
      return type === undefined || name === undefined ? [] : [`${type} ${name.slice(0, 200)}`];
    })
    .sort();
