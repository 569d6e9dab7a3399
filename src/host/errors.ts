import { constants } from 'node:os';
import { absent, type Reading, unreadable } from '../model/reading.ts';

/** Aliases such as EWOULDBLOCK come after the usual name, which stays. */
const NAMES = new Map(
  Object.entries(constants.errno)
    .reverse()
    .map(([name, number]) => [number, name]),
);

/** The system's name of an error: a runtime that does not know it says `Unknown system error -116` (ESTALE). */
export function errorCode(error: unknown): string {
  const { errno, code } = error as NodeJS.ErrnoException;
  return NAMES.get(Math.abs(errno ?? 0)) ?? code ?? 'unknown error';
}

const EXPLAINED: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist (ENOENT)',
  EISDIR: 'it is a directory (EISDIR)',
  EACCES: 'access denied (EACCES)',
  EPERM: 'not permitted (EPERM)',
  EROFS: 'the file system is read-only (EROFS)',
  ENOSPC: 'the file system is full (ENOSPC)',
  EDQUOT: 'the quota is used up (EDQUOT)',
  ENOTDIR: 'a part of the path is not a directory (ENOTDIR)',
  EEXIST: 'something that is not a directory stands in its place (EEXIST)',
  EIO: 'the disk reports an error (EIO)',
};

/** What a code of the system means for a file, in words. */
export const explainCode = (code: string): string => EXPLAINED[code] ?? code;

/** A path that could not be read. */
export function readingOfError(path: string, error: unknown): Reading<never> {
  const code = errorCode(error);
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return absent(`${path} does not exist`);
    // Files of a process that has ended meanwhile (kernel fs/proc/base.c).
    case 'ESRCH':
      return absent(`${path} belongs to a process that has ended`);
    // A process that has ended but was not waited for is in no namespace (fs/proc_namespace.c mounts_open_common).
    case 'EINVAL':
      if (/^\/proc\/\d+\/mountinfo$/.test(path)) return absent(`${path} belongs to a process that has ended`);
      return unreadable({ kind: 'failed', source: path, detail: `could not be read (${code})` });
    case 'EACCES':
    case 'EPERM':
      return unreadable({ kind: 'denied', source: path, detail: `access denied (${code})` });
    // Attributes of a device that is being removed.
    case 'ENODEV':
    case 'ENXIO':
      return unreadable({ kind: 'vanished', source: path, detail: `the device is gone (${code})` });
    default:
      return unreadable({ kind: 'failed', source: path, detail: `could not be read (${code})` });
  }
}
