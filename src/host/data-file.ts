import {
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { errorCode, explainCode } from './errors.ts';

/** What stands at the path of a file that this program keeps. */
export type DataFile =
  | { readonly state: 'absent' }
  | { readonly state: 'regular'; readonly sizeBytes: number; readonly mode: number; readonly identity: string }
  /** Something that is never opened: a FIFO waits for ever, a link leads root elsewhere. Or nobody could look. */
  | { readonly state: 'unusable'; readonly because: string };

/** Looks without opening anything and without following a link at its end. */
export function lookAtDataFile(path: string): DataFile {
  try {
    const stat = lstatSync(path);
    if (!stat.isFile()) return { state: 'unusable', because: `${path} is ${kindOf(stat)}, not a regular file` };
    return { state: 'regular', sizeBytes: stat.size, mode: stat.mode & 0o777, identity: `${stat.dev}:${stat.ino}` };
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return { state: 'absent' };
    return { state: 'unusable', because: `${path} cannot be looked at: ${explainCode(code)}` };
  }
}

function kindOf(stat: ReturnType<typeof lstatSync>): string {
  if (stat?.isSymbolicLink()) return 'a symbolic link';
  if (stat?.isDirectory()) return 'a directory';
  if (stat?.isFIFO()) return 'a FIFO';
  return stat?.isSocket() ? 'a socket' : 'a device';
}

/**
 * Makes the file, mode 0600, and its directory, mode 0700, where they are not there; both are on the disk then. null, or
 * why it cannot be used. A directory in which others may write is refused: they could put a link in the file's place
 * between two looks.
 */
export function makeDataFile(path: string): string | null {
  const directory = dirname(path);
  const distrust = makeDirectory(directory);
  if (distrust !== null) return distrust;
  const found = lookAtDataFile(path);
  if (found.state === 'unusable') return found.because;
  return found.state === 'regular' ? null : makeEmpty(path, directory);
}

/** A directory of this program's own, mode 0700; null, or why it cannot be used. */
export function makeDirectory(path: string): string | null {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    return `${path} cannot be made: ${explainCode(errorCode(error))}`;
  }
  return whyDistrust(path);
}

export type ReadDataFile =
  | { readonly state: 'read'; readonly bytes: Uint8Array }
  | { readonly state: 'absent' }
  | { readonly state: 'unusable'; readonly because: string };

/** A file that this program wrote, whole; nothing that somebody else could have put there. `because` names it. */
export function readDataFile(path: string, mostBytes: number): ReadDataFile {
  const found = lookAtDataFile(path);
  if (found.state !== 'regular') return found;
  const distrust = whyDistrustFile(path);
  if (distrust !== null) return { state: 'unusable', because: distrust };
  if (found.sizeBytes > mostBytes)
    return { state: 'unusable', because: `${path} is larger than ${Math.round(mostBytes / 1024)} KiB` };
  try {
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    return { state: 'read', bytes: readFileSync(path, { flag: O_RDONLY | O_NOFOLLOW | O_NONBLOCK }) };
  } catch (error) {
    return { state: 'unusable', because: `${path} cannot be read: ${explainCode(errorCode(error))}` };
  }
}

/** Whether somebody else could have written what is there, or could exchange it; null when only root and we can. */
function whyDistrust(path: string): string | null {
  try {
    const { uid, mode } = statSync(path);
    if ((mode & 0o022) !== 0)
      return `other users may write ${lookAtDataFile(path).state === 'regular' ? '' : 'in '}${path}, so it is not used`;
    return uid !== 0 && uid !== process.geteuid?.() ? `${path} belongs to another user (uid ${uid})` : null;
  } catch (error) {
    return `${path} cannot be looked at: ${explainCode(errorCode(error))}`;
  }
}

/** The same for a file that is there, and for the directory in which somebody could put another in its place. */
export const whyDistrustFile = (path: string): string | null => whyDistrust(dirname(path)) ?? whyDistrust(path);

function makeEmpty(path: string, directory: string): string | null {
  try {
    const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
    closeSync(openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600));
    flushDirectory(directory);
    return null;
  } catch (error) {
    const code = errorCode(error);
    // Another run has made it meanwhile.
    if (code === 'EEXIST' && lookAtDataFile(path).state === 'regular') return null;
    return `${path} cannot be made: ${explainCode(code)}`;
  }
}

/**
 * Renames a file that cannot be used, and what belongs to it, so that a new one can take its place. Only the very file that
 * was looked at: another run may have put a new one there meanwhile. Answers its new path, null where it was another one.
 */
export function setAside(path: string, identity: string, word: string, companions: readonly string[]): string | null {
  const found = lookAtDataFile(path);
  if (found.state !== 'regular' || found.identity !== identity) return null;
  const aside = freeName(`${path}.${word}`);
  renameSync(path, aside);
  for (const suffix of companions)
    if (lookAtDataFile(path + suffix).state === 'regular') renameSync(path + suffix, aside + suffix);
  flushDirectory(dirname(path));
  return aside;
}

function freeName(wanted: string): string {
  let name = wanted;
  for (let count = 2; lookAtDataFile(name).state !== 'absent'; count += 1) name = `${wanted}-${count}`;
  return name;
}

/** So that a name in it survives a crash. */
export function flushDirectory(path: string): void {
  const directory = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
