import { harmlessOptions, harmlessSource } from '../model/mounts/mount-secrets.ts';
import type { SeenMount } from '../model/mounts/mounts.ts';
import type { Parsed } from '../model/reading.ts';
import { completeLines, wholeNumber } from './complete-lines.ts';
import { unescapeOctal } from './escaped-bytes.ts';

/** A line of a mount namespace's table (kernel Documentation/filesystems/proc.rst, section 3.5; fs/proc_namespace.c). */
export type Mount = Omit<SeenMount, 'covered'>;

/** Fields before the optional ones, which end at a single `-`. */
const FIRST_OPTIONAL = 6;

/** Where a file system is mounted: all that matters of the tables of hundreds of containers. */
export type MountedPlace = Pick<Mount, 'devNo' | 'target' | 'source'>;

export const parseMountinfo = (text: string): Parsed<readonly Mount[]> => parseLines(text, mountOf);

/** The same lines, and the same ones refused, in a third of the time. */
export const parseMountedPlaces = (text: string): Parsed<readonly MountedPlace[]> => parseLines(text, placeOf);

function parseLines<T>(text: string, make: (line: Line) => T): Parsed<readonly T[]> {
  const lines = completeLines(text);
  const problems = [...lines.problems];
  const made: T[] = [];
  for (const [at, content] of lines.value.entries()) {
    const line = parseLine(content);
    if (line) made.push(make(line));
    else problems.push(`line ${at + 1} is not a mount`);
  }
  return { value: made, problems };
}

interface Line {
  readonly mountId: number;
  readonly parentId: number;
  readonly fields: readonly string[];
  readonly separator: number;
}

function parseLine(text: string): Line | null {
  // Blanks within a field are escaped, and a source may be empty: every single blank separates.
  const fields = text.split(' ');
  const separator = fields.indexOf('-', FIRST_OPTIONAL);
  const mountId = wholeNumber(fields[0]);
  const parentId = wholeNumber(fields[1]);
  if (mountId === null || parentId === null || !/^\d+:\d+$/.test(fields[2] ?? '')) return null;
  if (separator < 0 || fields[separator + 2] === undefined || fields[4] === '') return null;
  return { mountId, parentId, fields, separator };
}

function placeOf({ fields, separator }: Line): MountedPlace {
  const [, , devNo = '', , target = ''] = fields;
  return {
    devNo,
    target: unescapeOctal(target),
    source: sourceOf(unescapeOctal(fields[separator + 2] ?? ''), unescapeOctal(fields[separator + 1] ?? '')),
  };
}

function mountOf(line: Line): Mount {
  const { mountId, parentId, fields, separator } = line;
  const [, , , root = '', , options = ''] = fields;
  return {
    ...{ mountId, parentId, ...placeOf(line), root: unescapeOctal(root) },
    options: splitOptions(options),
    fsType: unescapeOctal(fields[separator + 1] ?? ''),
    superOptions: splitOptions(fields.slice(separator + 3).join(' ')),
  };
}

const splitOptions = (text: string): readonly string[] =>
  harmlessOptions(
    text
      .split(',')
      .filter((option) => option !== '')
      .map(unescapeOctal),
  );

/** Most sources are the name of a pseudo file system or a device. */
const sourceOf = (source: string, fsType: string): string =>
  /^(?:\/dev\/[\w+./-]+|[\w.-]+)$/.test(source) ? source : harmlessSource(source, fsType);
