import type { DmTarget } from '../model/device-mapper/device-mapper.ts';
import { quoted } from '../model/quoted.ts';
import type { Parsed } from '../model/reading.ts';
import { wholeNumber } from './complete-lines.ts';
import { splitDmLines } from './dm-lines.ts';

/** `start length type [arguments]` */
const SEGMENT = /^(\d+) (\d+) (\S+)(?: (.*))?$/s;

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
    const target = rest === '' ? null : parseSegment(rest);
    if (rest === '' && table === undefined) tables.set(name, []);
    // The kernel refuses a table with a gap (drivers/md/dm-table.c dm_table_add_target), so a missing line shows.
    else if (target === null || target.start !== (end ? end.start + end.length : 0))
      problems.push(`not the next segment of ${quoted(name)}: ${quoted(rest)}`);
    else if (table) table.push(target);
    else tables.set(name, [target]);
  }
  return { value: tables, problems };
}

function parseSegment(text: string): DmTarget | null {
  const match = SEGMENT.exec(text);
  const start = wholeNumber(match?.[1]);
  const length = wholeNumber(match?.[2]);
  const type = match?.[3];
  if (start === null || length === null || type === undefined) return null;
  const args = (match?.[4] ?? '').split(' ').filter((argument) => argument !== '');
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
