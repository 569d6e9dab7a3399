import { append } from '../model/append.ts';
import { hasLostBytes } from '../model/believable.ts';
import type { DmDevice, DmTarget } from '../model/device-mapper/device-mapper.ts';
import type { ThinPool } from '../model/lvm/thin-pools.ts';
import type { TargetStatus } from '../model/paths/target-status.ts';
import { type Parsed, quoted } from '../model/reading.ts';
import { completeLines, wholeNumber } from './complete-lines.ts';
import { unescapeHex } from './escaped-bytes.ts';
import { parseTargetState } from './target-state.ts';

/** `name: rest` of `dmsetup table` and `dmsetup status`. */
interface DmLine {
  readonly name: string;
  readonly rest: string;
}

/** Names have fewer than 128 bytes (kernel include/uapi/linux/dm-ioctl.h DM_NAME_LEN). */
const LONGEST_NAME = 127;

/**
 * Splits the lines at the end of a known name, the longest that fits: names may hold blanks and colons, so no pattern
 * can tell where one ends. A line of an unknown device is a problem.
 */
function splitDmLines(text: string, names: ReadonlySet<string>): Parsed<readonly DmLine[]> {
  const lines = completeLines(withNamesOnOneLine(text, names));
  const problems = [...lines.problems];
  if (lines.value.length === 1 && lines.value[0] === NO_DEVICES) return { value: [], problems };
  const split: DmLine[] = [];
  for (const [index, line] of lines.value.entries()) {
    const found = leadingName(line, names);
    if (found === null) problems.push(`line ${index + 1} names no known device: ${quoted(line)}`);
    else if (hasLostBytes(found.rest)) problems.push(`line ${index + 1} holds bytes that are no UTF-8`);
    else split.push(found);
  }
  return { value: split, problems };
}

/** The known name that a line begins with, the longest that fits. The kernel's own may be one that dmsetup made, with \\xNN in it. */
function leadingName(line: string, names: ReadonlySet<string>): DmLine | null {
  let end = line.lastIndexOf(': ', LONGEST_NAME);
  while (end > 0) {
    const head = line.slice(0, end);
    const name = [head, unescapeHex(head)].find((form) => names.has(form));
    if (name !== undefined) return { name, rest: line.slice(end + 2) };
    end = line.lastIndexOf(': ', end - 1);
  }
  return null;
}

/** A line break of a name as dmsetup writes it in a report, so that each device has its lines for itself. */
export function withNamesOnOneLine(text: string, names: ReadonlySet<string>): string {
  const broken = [...names].filter((name) => name.includes('\n')).sort((a, b) => b.length - a.length);
  return broken.reduce((known, name) => known.replaceAll(`${name}: `, `${name.replaceAll('\n', '\\x0a')}: `), text);
}

/** One line of `dmsetup info -c --separator TAB -o mangled_name,mangled_uuid,major,minor,open,segments,attr`. */
export interface DmInfo extends Omit<DmDevice, 'table'> {
  /** Segments of the live table: as many lines as `dmsetup table` must print. 0 without a live table. */
  readonly segments: number;
}

/** What dmsetup prints instead of an empty list (lvm2 libdm/dm-tools/dmsetup.c _process_all). */
const NO_DEVICES = 'No devices found';

/** (L)ive, (I)nactive, (s)uspended, (r)ead-only or read-(w)rite (dmsetup.c _dm_info_attr_disp). */
const ATTRIBUTES = /^[L-][I-]([s-])([rw])/;

export function parseDmsetupInfo(text: string): Parsed<readonly DmInfo[]> {
  const lines = completeLines(text);
  const problems = [...lines.problems];
  if (lines.value.length === 1 && lines.value[0] === NO_DEVICES) return { value: [], problems };
  const devices: DmInfo[] = [];
  const seen = new Set<string>();
  for (const [index, line] of lines.value.entries()) {
    const device = parseLine(line);
    const number = device && `${device.major}:${device.minor}`;
    if (device === null) problems.push(`line ${index + 1} is not a device: ${quoted(line)}`);
    // Names and numbers are unique in the kernel (drivers/md/dm-ioctl.c dm_hash_insert).
    else if (seen.has(`name ${device.name}`) || seen.has(`number ${number}`))
      problems.push(`line ${index + 1} lists ${quoted(device.name)} (${number}) again`);
    else {
      seen.add(`name ${device.name}`).add(`number ${number}`);
      devices.push(device);
    }
  }
  return { value: devices, problems };
}

function parseLine(line: string): DmInfo | null {
  const fields = line.split('\t');
  const [name = '', uuid = ''] = fields.map(unescapeHex);
  const rest = fields.slice(2);
  const [major, minor, openCount, segments] = rest.map(wholeNumber);
  const attributes = ATTRIBUTES.exec(rest[4] ?? '');
  if (fields.length !== 7 || name === '' || attributes === null) return null;
  if (!isNumber(major) || !isNumber(minor) || !isNumber(openCount) || !isNumber(segments)) return null;
  return {
    ...{ name, uuid, major, minor, openCount, segments },
    suspended: attributes[1] === 's',
    readOnly: attributes[2] === 'r',
  };
}

const isNumber = (value: number | null | undefined): value is number => typeof value === 'number';

/** `start length type [arguments, or the target's own words]`; a target without any leaves a blank at the end of its status. */
const SEGMENT = /^(\d+) (\d+) (\S+) ?(.*)$/s;

function parseSegment(text: string): (Pick<DmTarget, 'start' | 'length' | 'type'> & { readonly rest: string }) | null {
  const [, from, sectors, type, rest = ''] = SEGMENT.exec(text) ?? [];
  const [start, length] = [wholeNumber(from), wholeNumber(sectors)];
  return start === null || length === null || type === undefined ? null : { start, length, type, rest };
}

/**
 * Live tables by device name, from `dmsetup table`. A device without a live table has the line `name: ` and gets an
 * empty one. The names must come from `dmsetup info`.
 */
export function parseDmsetupTable(
  text: string,
  names: ReadonlySet<string>,
): Parsed<ReadonlyMap<string, readonly DmTarget[]>> {
  const lines = splitDmLines(text, names);
  const problems = [...lines.problems];
  const tables = new Map<string, DmTarget[]>();
  for (const { name, rest } of lines.value) {
    const table = tables.get(name);
    const end = table?.at(-1);
    const target = rest === '' ? null : parseTarget(rest);
    if (rest === '' && table === undefined) tables.set(name, []);
    // The kernel refuses a table with a gap (drivers/md/dm-table.c dm_table_add_target), so a missing line shows.
    else if (target === null || target.start !== (end ? end.start + end.length : 0))
      problems.push(`not the next segment of ${quoted(name)}: ${quoted(rest)}`);
    else if (table) table.push(target);
    else tables.set(name, [target]);
  }
  return { value: tables, problems };
}

function parseTarget(text: string): DmTarget | null {
  const segment = parseSegment(text);
  if (segment === null) return null;
  const { start, length, type, rest } = segment;
  const args = rest.split(' ').filter((argument) => argument !== '');
  return { start, length, type, args: withoutKeys(type, args) };
}

/**
 * dmsetup prints keys as zeros unless it is given --showkeys, which pve-doctor never does; the same is done here, so
 * that no text from elsewhere brings a key into a snapshot. `:32:logon:name` refers to the kernel's keyring and stays
 * (dmsetup.c _status; kernel Documentation/admin-guide/device-mapper/dm-crypt.rst, dm-integrity.rst).
 */
function withoutKeys(type: string, args: readonly string[]): readonly string[] {
  if (type === 'crypt')
    return args.map((argument, index) =>
      index === 1 && !argument.startsWith(':') && argument !== '-' ? '0'.repeat(argument.length) : argument,
    );
  if (type === 'integrity')
    return args.map((argument) => argument.replace(/^((?:internal_hash|journal_crypt|journal_mac):[^:]*:).*/s, '$10'));
  return args;
}

/** A thin pool's status line, by the pool's dm name. */
type ThinPoolStatus = Omit<ThinPool, 'devNo'>;

/**
 * `start length thin-pool <transaction> <used>/<total metadata> <used>/<total data> <held root> <mode> …`
 * (kernel Documentation/admin-guide/device-mapper/thin-provisioning.rst, "Status").
 */
const STATUS = /^\d+ \d+ thin-pool \d+ (\d+)\/(\d+) (\d+)\/(\d+) \S+ (rw|ro|out_of_data_space)( .*)?$/s;

/** The pool failed, or its metadata could not be read for the status (drivers/md/dm-thin.c pool_status). */
const FAILED = /^\d+ \d+ thin-pool (Fail|Error)\s*$/;

export function parseThinPoolStatus(text: string, names: ReadonlySet<string>): Parsed<readonly ThinPoolStatus[]> {
  const lines = splitDmLines(text, names);
  const problems = [...lines.problems];
  const pools: ThinPoolStatus[] = [];
  for (const { name, rest } of lines.value) {
    const pool = parseStatus(name, rest);
    if (pool === null) problems.push(`not the status of a thin pool, ${quoted(name)}: ${quoted(rest)}`);
    else pools.push(pool);
  }
  return { value: pools, problems };
}

function parseStatus(name: string, text: string): ThinPoolStatus | null {
  const mode = FAILED.exec(text)?.[1];
  if (mode !== undefined) {
    const nothing = { usedMetadataBlocks: 0, totalMetadataBlocks: 0, usedDataBlocks: 0, totalDataBlocks: 0 };
    return { name, ...nothing, mode, needsCheck: false, errorsWhenFull: false };
  }
  const match = STATUS.exec(text);
  const usedMetadataBlocks = wholeNumber(match?.[1]);
  const totalMetadataBlocks = wholeNumber(match?.[2]);
  const usedDataBlocks = wholeNumber(match?.[3]);
  const totalDataBlocks = wholeNumber(match?.[4]);
  if (usedMetadataBlocks === null || totalMetadataBlocks === null) return null;
  if (usedDataBlocks === null || totalDataBlocks === null) return null;
  const options = (match?.[6] ?? '').split(' ');
  return {
    ...{ name, usedMetadataBlocks, totalMetadataBlocks, usedDataBlocks, totalDataBlocks, mode: match?.[5] ?? '' },
    needsCheck: options.includes('needs_check'),
    errorsWhenFull: options.includes('error_if_no_space'),
  };
}

/**
 * Lines of `dmsetup status` by device. A line of a device that is not among the names is of one that was made
 * meanwhile, and left out: whoever judges a device says that its line is missing.
 */
export function parseDmsetupStatus(
  text: string,
  names: ReadonlySet<string>,
): Parsed<ReadonlyMap<string, readonly TargetStatus[]>> {
  const lines = completeLines(withNamesOnOneLine(text, names));
  const problems = [...lines.problems];
  const byName = new Map<string, TargetStatus[]>();
  for (const line of lines.value) {
    const found = line === NO_DEVICES ? null : leadingName(line, names);
    if (found === null) continue;
    const { name, rest } = found;
    const status = parseStatusLine(rest);
    if (status === null) {
      // A device without a live table.
      if (rest !== '') problems.push(`not the status of ${quoted(name)}: ${quoted(rest)}`);
      continue;
    }
    append(byName, name, status);
  }
  return { value: byName, problems };
}

function parseStatusLine(text: string): TargetStatus | null {
  const segment = parseSegment(text);
  if (segment === null) return null;
  const { start, length, type, rest } = segment;
  const raw = rest.trim();
  return { start, length, type, raw, state: parseTargetState(type, raw) };
}
