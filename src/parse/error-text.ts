import { harmlessMessage } from '../model/mounts/mount-secrets.ts';
import type { ErrorClass } from '../model/mounts/mounts.ts';

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
