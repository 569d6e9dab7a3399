import { quoted } from '../model/quoted.ts';
import type { Parsed } from '../model/reading.ts';
import { completeLines, wholeNumber } from './complete-lines.ts';

/** One line of `dmsetup info -c --separator TAB -o name,uuid,major,minor,open,segments,attr`. */
export interface DmInfo {
  readonly name: string;
  readonly uuid: string;
  readonly major: number;
  readonly minor: number;
  readonly openCount: number;
  /** Segments of the live table: as many lines as `dmsetup table` must print. 0 without a live table. */
  readonly segments: number;
  readonly suspended: boolean;
  readonly readOnly: boolean;
}

/** What dmsetup prints instead of an empty list (lvm2 libdm/dm-tools/dmsetup.c _process_all). */
export const NO_DEVICES = 'No devices found';

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
  const [name = '', uuid = '', ...rest] = fields;
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
