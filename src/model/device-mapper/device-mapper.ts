/**
 * Device-mapper as the kernel shows it. Field names are dmsetup's own
 * (`dmsetup info -c -o help`, lvm2 libdm/dm-tools/dmsetup.c).
 */

/** A block device number, `major:minor` in decimal, as sysfs and tables write it. */
export type DevNo = string;

/** One line of `dmsetup table`: start and length in 512-byte sectors. */
export interface DmTarget {
  readonly start: number;
  readonly length: number;
  /** linear, thin, thin-pool, snapshot, snapshot-origin, crypt, multipath, raid, cache, error, … */
  readonly type: string;
  /** The rest of the line, split at blanks, keys never included. */
  readonly args: readonly string[];
}

export interface DmDevice {
  /** Unmangled, as dmsetup prints it by default. May hold blanks. */
  readonly name: string;
  /** Empty for an entry made by hand. At most 128 characters (DM_UUID_LEN 129). */
  readonly uuid: string;
  readonly major: number;
  readonly minor: number;
  readonly openCount: number;
  /** Suspended in two reads one second apart. */
  readonly suspended: boolean;
  readonly readOnly: boolean;
  /** Segments of the live table; empty when no live table is loaded. */
  readonly table: readonly DmTarget[];
}

export interface DeviceMapper {
  readonly devices: readonly DmDevice[];
  /** Names of devices that were removed or replaced while the node was read; they are not in `devices`. */
  readonly changedMeanwhile: readonly string[];
}

export const SECTOR_BYTES = 512;

export const devNo = (device: { readonly major: number; readonly minor: number }): DevNo =>
  `${device.major}:${device.minor}`;

/** Length of the live table in 512-byte sectors. */
export const tableLength = (device: DmDevice): number =>
  device.table.reduce((end, target) => Math.max(end, target.start + target.length), 0);

/**
 * Device numbers that a target names (`7:1`, or a thin pool). Every target type writes them as `major:minor`
 * arguments (kernel Documentation/admin-guide/device-mapper/), so any such argument counts.
 */
export const targetDevices = (target: DmTarget): readonly DevNo[] =>
  target.args.filter((argument) => /^\d+:\d+$/.test(argument));

/** Device numbers below a device, each once, in table order. */
export function underlyingDevices({ table }: Pick<DmDevice, 'table'>): readonly DevNo[] {
  const [first, second] = table;
  // Nearly every entry has one segment on one device.
  const numbers = first === undefined || second !== undefined ? table.flatMap(targetDevices) : targetDevices(first);
  return numbers.length < 2 ? numbers : [...new Set(numbers)];
}
