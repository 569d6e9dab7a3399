import { quoted } from '../model/quoted.ts';
import type { Parsed } from '../model/reading.ts';
import { completeLines } from './complete-lines.ts';
import { NO_DEVICES } from './dmsetup-info.ts';

/** `name: rest` of `dmsetup table` and `dmsetup status`. */
export interface DmLine {
  readonly name: string;
  readonly rest: string;
}

/** Names have fewer than 128 bytes (kernel include/uapi/linux/dm-ioctl.h DM_NAME_LEN). */
const LONGEST_NAME = 127;

/**
 * Splits the lines at the end of a known name, the longest that fits: names may hold blanks and colons, so no pattern
 * can tell where one ends. A line of an unknown device is a problem.
 */
export function splitDmLines(text: string, names: ReadonlySet<string>): Parsed<readonly DmLine[]> {
  const lines = completeLines(text);
  const problems = [...lines.problems];
  if (lines.value.length === 1 && lines.value[0] === NO_DEVICES) return { value: [], problems };
  const split: DmLine[] = [];
  for (const [index, line] of lines.value.entries()) {
    const name = leadingName(line, names);
    if (name === null) problems.push(`line ${index + 1} names no known device: ${quoted(line)}`);
    else split.push({ name, rest: line.slice(name.length + 2) });
  }
  return { value: split, problems };
}

/** The known name that a line begins with, the longest that fits. */
export function leadingName(line: string, names: ReadonlySet<string>): string | null {
  let end = line.lastIndexOf(': ', LONGEST_NAME);
  while (end > 0) {
    const name = line.slice(0, end);
    if (names.has(name)) return name;
    end = line.lastIndexOf(': ', end - 1);
  }
  return null;
}
