import { isTrue } from './perl-text.ts';
import { type PropertySchema, parsePropertyString, propertySchema, type ValueSchema } from './property-string.ts';
import { isDiskSize, isDriveFile, isUrlencoded, isVolumeId } from './value-formats.ts';

/**
 * The keys under which a VM's configuration names volumes, and the options of each
 * (qemu-server src/PVE/QemuServer/Drive.pm, as of qemu-server 9.2). A line with an option that is not here vanishes
 * from PVE's view.
 */

type Options = Readonly<Record<string, ValueSchema>>;

const FLAG: ValueSchema = { type: 'boolean', optional: true };
const INTEGER: ValueSchema = { type: 'integer', optional: true };
const SECONDS: ValueSchema = { type: 'integer', optional: true, minimum: 1 };
const NUMBER: ValueSchema = { type: 'number', optional: true };
const oneOf = (...values: readonly string[]): ValueSchema => ({ type: 'string', optional: true, oneOf: values });

const VOLUME: Options = {
  volume: { alias: 'file' },
  file: { type: 'string', defaultKey: true, format: isDriveFile },
};

const SIZE: Options = { size: { type: 'string', optional: true, format: isDiskSize } };
const FORMAT: Options = { format: oneOf('raw', 'qcow', 'qed', 'qcow2', 'vmdk', 'cloop') };

const THROTTLES: Options = {
  ...{ bps: INTEGER, bps_rd: INTEGER, bps_wr: INTEGER },
  ...{ mbps: NUMBER, mbps_rd: NUMBER, mbps_wr: NUMBER },
  ...{ iops: INTEGER, iops_rd: INTEGER, iops_wr: INTEGER },
  ...{ mbps_max: NUMBER, mbps_rd_max: NUMBER, mbps_wr_max: NUMBER },
  ...{ iops_max: INTEGER, iops_rd_max: INTEGER, iops_wr_max: INTEGER },
  ...{ bps_max_length: SECONDS, bps_rd_max_length: SECONDS, bps_wr_max_length: SECONDS },
  ...{ iops_max_length: SECONDS, iops_rd_max_length: SECONDS, iops_wr_max_length: SECONDS },
  bps_rd_length: { alias: 'bps_rd_max_length' },
  bps_wr_length: { alias: 'bps_wr_max_length' },
  iops_rd_length: { alias: 'iops_rd_max_length' },
  iops_wr_length: { alias: 'iops_wr_max_length' },
};

const DISK: Options = {
  ...{ ...VOLUME, ...SIZE, ...FORMAT, ...THROTTLES },
  media: oneOf('cdrom', 'disk'),
  cache: oneOf('none', 'writethrough', 'writeback', 'unsafe', 'directsync'),
  rerror: oneOf('ignore', 'report', 'stop'),
  werror: oneOf('enospc', 'ignore', 'report', 'stop'),
  aio: oneOf('native', 'threads', 'io_uring'),
  discard: oneOf('ignore', 'on'),
  serial: { type: 'string', optional: true, format: isUrlencoded, maxLength: 60 },
  ...{ snapshot: FLAG, backup: FLAG, replicate: FLAG, detect_zeroes: FLAG, shared: FLAG },
};

const WWN: Options = { wwn: { type: 'string', optional: true, pattern: /^0x[0-9a-fA-F]{16}$/ } };
const inquiry = (length: number): ValueSchema => ({
  type: 'string',
  optional: true,
  pattern: new RegExp(`^[A-Za-z0-9\\-_ \\t\\r\\f\\v]{0,${length}}$`),
});

const OPTIONS_BY_BUS: Readonly<Record<string, Options>> = {
  ide: { ...DISK, ...WWN, ssd: FLAG, model: { type: 'string', optional: true, format: isUrlencoded, maxLength: 120 } },
  sata: { ...DISK, ...WWN, ssd: FLAG },
  scsi: {
    ...{ ...DISK, ...WWN, ssd: FLAG, iothread: FLAG, ro: FLAG, scsiblock: FLAG },
    ...{ product: inquiry(16), vendor: inquiry(8) },
    queues: { type: 'integer', optional: true, minimum: 2 },
  },
  virtio: { ...DISK, iothread: FLAG, ro: FLAG },
  efidisk: {
    ...{ ...VOLUME, ...SIZE, ...FORMAT, 'pre-enrolled-keys': FLAG },
    efitype: oneOf('2m', '4m'),
    'ms-cert': oneOf('2011', '2023', '2023w', '2023k'),
  },
  tpmstate: { ...VOLUME, ...SIZE, format: oneOf('raw', 'qcow2', 'vmdk'), version: oneOf('v1.2', 'v2.0') },
  unused: { ...VOLUME, file: { type: 'string', defaultKey: true, format: isVolumeId } },
};

/** Number of keys of each bus: `ide0` to `ide3`. */
const KEYS_BY_BUS: Readonly<Record<string, number>> = {
  ide: 4,
  sata: 6,
  scsi: 31,
  virtio: 16,
  efidisk: 1,
  tpmstate: 1,
  unused: 256,
};

const SCHEMAS: ReadonlyMap<string, PropertySchema> = new Map(
  Object.entries(KEYS_BY_BUS).flatMap(([bus, count]) => {
    const schema = propertySchema(OPTIONS_BY_BUS[bus] ?? {});
    return Array.from({ length: count }, (_, index): [string, PropertySchema] => [`${bus}${index}`, schema]);
  }),
);

/** Every key of the configuration that holds a drive: `scsi0`, `unused12`. */
export const isDriveKey = (key: string): boolean => SCHEMAS.has(key);

/** What parse_vm_config keeps: null, or why it drops the line. `cdrom` is checked as an IDE drive. */
export function refuseDriveLine(key: string, value: string): string | null {
  const schema = SCHEMAS.get(key === 'cdrom' ? 'ide2' : key);
  if (!schema) return 'PVE does not know this key';
  const parsed = parsePropertyString(schema, value);
  return parsed.accepted ? null : parsed.because;
}

/** Geometry of old releases, passed over by parse_drive though parse_vm_config refuses it. */
const DROPPED = new Set(['cyls', 'heads', 'secs', 'trans']);

const REQUIRES: readonly (readonly [string, string])[] = [
  ['mbps_max', 'mbps'],
  ['mbps_rd_max', 'mbps_rd'],
  ['mbps_wr_max', 'mbps_wr'],
  ['bps_max_length', 'mbps_max'],
  ['bps_rd_max_length', 'mbps_rd_max'],
  ['bps_wr_max_length', 'mbps_wr_max'],
  ['iops_max_length', 'iops_max'],
  ['iops_rd_max_length', 'iops_rd_max'],
  ['iops_wr_max_length', 'iops_wr_max'],
];

const EXCLUDES: readonly (readonly [string, string])[] = [
  ['mbps_rd', 'mbps'],
  ['mbps_wr', 'mbps'],
  ['iops_rd', 'iops'],
  ['iops_wr', 'iops'],
];

/** `bps` is turned into `mbps`; both at once are an error. Its amount does not matter here, only that it is true. */
function withMbps(values: ReadonlyMap<string, string>): ReadonlyMap<string, string> | null {
  const limits = new Map(values);
  for (const option of ['bps', 'bps_rd', 'bps_wr']) {
    if (!limits.delete(option)) continue;
    if (limits.has(`m${option}`)) return null;
    limits.set(`m${option}`, '0.000');
  }
  return limits;
}

/**
 * parse_drive: the `file` of a kept line, or null where the drive yields no volume although the line stays in the
 * configuration (conflicting limits, a CD-ROM with a format).
 */
export function parseDriveFile(key: string, value: string): string | null {
  const schema = SCHEMAS.get(key);
  const parsed = schema && parsePropertyString(schema, value, DROPPED);
  if (!parsed?.accepted) return null;
  const limits = withMbps(parsed.values);
  if (!limits) return null;
  const isSet = (option: string): boolean => isTrue(limits.get(option));
  if (REQUIRES.some(([option, needed]) => isSet(option) && !isSet(needed))) return null;
  if (EXCLUDES.some(([one, other]) => isSet(one) && isSet(other))) return null;
  if (limits.get('media') === 'cdrom' && (isSet('snapshot') || isSet('format') || key.startsWith('virtio')))
    return null;
  return limits.get('file') ?? null;
}
