import type { DevNo } from '../model/device-mapper.ts';
import { withoutMountSecrets } from '../model/mount-secrets.ts';
import type { Parsed } from '../model/reading.ts';
import { completeLines, wholeNumber } from './complete-lines.ts';
import { unescapeOctal } from './escaped-bytes.ts';

/** One mount of a mount namespace (kernel Documentation/filesystems/proc.rst, section 3.5; fs/proc_namespace.c). */
export interface Mount {
  readonly mountId: number;
  readonly parentId: number;
  /** st_dev of files in it: a block device's number, or `0:N` for a file system without one. */
  readonly devNo: DevNo;
  /** The directory of the file system that is mounted. */
  readonly root: string;
  readonly target: string;
  /** Per-mount options. */
  readonly options: readonly string[];
  /** `shared:1`, `master:2`, `propagate_from:2`, `unbindable`. */
  readonly propagation: readonly string[];
  readonly fsType: string;
  readonly source: string;
  /** Options of the file system itself. */
  readonly superOptions: readonly string[];
}

/** Fields before the optional ones, which end at a single `-`. */
const FIRST_OPTIONAL = 6;

export function parseMountinfo(text: string): Parsed<readonly Mount[]> {
  const lines = completeLines(text);
  const problems = [...lines.problems];
  const mounts: Mount[] = [];
  for (const [at, line] of lines.value.entries()) {
    const mount = parseLine(line);
    if (mount) mounts.push(mount);
    else problems.push(`line ${at + 1} is not a mount`);
  }
  return { value: mounts, problems };
}

function parseLine(line: string): Mount | null {
  // Blanks within a field are escaped, and a source may be empty: every single blank separates.
  const fields = line.split(' ');
  const separator = fields.indexOf('-', FIRST_OPTIONAL);
  const [mountIdText, parentIdText, devNo = '', root = '', target = '', options = ''] = fields;
  const [fsType = '', source, ...superOptions] = fields.slice(separator + 1);
  const mountId = wholeNumber(mountIdText);
  const parentId = wholeNumber(parentIdText);
  if (mountId === null || parentId === null || !/^\d+:\d+$/.test(devNo)) return null;
  if (separator < 0 || source === undefined || target === '') return null;
  return {
    mountId,
    parentId,
    devNo,
    root: unescapeOctal(root),
    target: unescapeOctal(target),
    options: splitOptions(options),
    propagation: fields.slice(FIRST_OPTIONAL, separator),
    fsType: unescapeOctal(fsType),
    source: withoutMountSecrets(unescapeOctal(source)),
    superOptions: splitOptions(withoutMountSecrets(superOptions.join(' '))),
  };
}

const splitOptions = (text: string): readonly string[] =>
  text
    .split(',')
    .filter((option) => option !== '')
    .map(unescapeOctal);
