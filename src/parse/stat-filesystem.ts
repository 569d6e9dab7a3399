import { harmlessMessage } from '../model/mounts/mount-secrets.ts';
import type { Capacity, ErrorClass } from '../model/mounts/mounts.ts';
import { wholeNumber } from './complete-lines.ts';

/** null where the line is not whole, or where the file system states no size (kernel statfs(2): undefined fields are 0). */
export function parseStatFilesystem(text: string): { readonly capacity: Capacity | null } | null {
  const fields = /^(\d+) (\d+) (\d+) (\d+) (\d+) (\d+) [^\n]+\n$/.exec(text);
  if (!fields) return null;
  const [blockSize, blocks, freeBlocks, availableBlocks, totalInodes, freeInodes] = fields.slice(1).map(wholeNumber);
  if (blockSize == null || blocks == null || freeBlocks == null || availableBlocks == null || blocks === 0)
    return { capacity: null };
  const inodes = totalInodes ?? 0;
  return {
    capacity: {
      totalBytes: blocks * blockSize,
      usedBytes: Math.max(0, blocks - freeBlocks) * blockSize,
      availableBytes: Math.min(availableBlocks, blocks) * blockSize,
      totalInodes: inodes,
      usedInodes: Math.max(0, inodes - (freeInodes ?? 0)),
    },
  };
}

/** What the C library says in the C locale (glibc sysdeps/gnu/errlist.h; `Stale NFS file handle` is of before 2.16). */
export const ERROR_TEXTS: readonly (readonly [string, ErrorClass])[] = [
  ['Stale file handle', 'ESTALE'],
  ['Stale NFS file handle', 'ESTALE'],
  ['Input/output error', 'EIO'],
  ['Transport endpoint is not connected', 'ENOTCONN'],
  ['Host is down', 'EHOSTDOWN'],
  ['Permission denied', 'EACCES'],
  ['No such file or directory', 'ENOENT'],
  ['Connection timed out', 'ETIMEDOUT'],
  ['Connection refused', 'ECONNREFUSED'],
  ['Connection reset by peer', 'ECONNRESET'],
  ['Software caused connection abort', 'ECONNABORTED'],
  ['No route to host', 'EHOSTUNREACH'],
  ['Network is unreachable', 'ENETUNREACH'],
  ['Resource temporarily unavailable', 'EAGAIN'],
  ['No such device or address', 'ENXIO'],
  ['No such device', 'ENODEV'],
  ['Operation not permitted', 'EPERM'],
  ['Remote I/O error', 'EREMOTEIO'],
  ['Cannot send after transport endpoint shutdown', 'ESHUTDOWN'],
  ['Required key not available', 'ENOKEY'],
  ['Link has been severed', 'ENOLINK'],
];

/** The last line of a command's standard error, and the error that it ends in. */
export function parseErrorText(stderr: string): { readonly errorClass: ErrorClass; readonly detail: string } {
  const line = stderr.trimEnd().split('\n').at(-1) ?? '';
  const known = ERROR_TEXTS.find(([text]) => line.endsWith(text));
  if (known) return { errorClass: known[1], detail: known[0] };
  const shown = harmlessMessage(line);
  return { errorClass: 'other', detail: shown.slice(shown.lastIndexOf(': ') + 1).trim() || 'no reason given' };
}

/** File systems that do not implement the call have answered. */
export const saysNotImplemented = (stderr: string): boolean =>
  /(?:Function not implemented|Operation not supported)\n?$/.test(stderr);
