import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  promises,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  type Stats,
} from 'node:fs';
import type { FileStat } from './host.ts';

/** One way to look at a path: at once where nothing can block, otherwise by the runtime's threads. */
export interface PathReader<T> {
  /** `until`, on the clock of `performance`: what takes longer than a moment stops there, and throws ETIMEDOUT. */
  readonly atOnce: (path: string, until: number) => T;
  readonly later: (path: string) => Promise<T>;
}

const MAX_BYTES = 64 * 1024 * 1024;

/**
 * The kernel allows 6 MiB of arguments (fs/exec.c bprm_stack_limits). More comes from a process that had its arguments moved
 * to where terabytes of nothing are mapped (prctl(2), PR_SET_MM_MAP), which any user may.
 */
const MAX_ARGUMENTS = 8 * 1024 * 1024;

const mostBytes = (path: string): number => (path.endsWith('/cmdline') ? MAX_ARGUMENTS : MAX_BYTES);

/** Thrown as if it were the system's, so that one place turns it into a problem. */
const systemError = (code: string): Error => Object.assign(new Error(code), { code });

export const wholeText: PathReader<string> = {
  atOnce: readTextSync,
  later: readRegular,
};

async function readRegular(path: string): Promise<string> {
  // Opening a FIFO waits for a writer.
  const stat = await promises.stat(path);
  if (!stat.isFile()) throw systemError('not a regular file');
  if (stat.size > MAX_BYTES) throw systemError('EFBIG');
  const file = await promises.open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    // Files of the kernel have no size.
    const bytes = stat.size === 0 ? CHUNK_BYTES : Math.min(stat.size + 1, CHUNK_BYTES);
    const text = await readToEnd(file, mostBytes(path), Buffer.allocUnsafe(bytes));
    if (isShort(text, stat.size) && isShort(text, (await file.stat()).size)) throw systemError('shorter than its size');
    return text;
  } finally {
    await file.close();
  }
}

/** The replacement of lost bytes takes up to three bytes for one. A file that was replaced meanwhile is whole all the same. */
const isShort = (text: string, bytes: number): boolean => text.length < bytes && Buffer.byteLength(text) < bytes;

export const names: PathReader<readonly string[]> = {
  atOnce: (path) => readdirSync(path).sort(),
  later: async (path) => (await promises.readdir(path)).sort(),
};

export const link: PathReader<string> = {
  atOnce: (path) => readlinkSync(path),
  later: (path) => promises.readlink(path),
};

export const fileStat: PathReader<FileStat> = {
  atOnce: (path) => describe(lstatSync(path)),
  later: async (path) => describe(await promises.lstat(path)),
};

const describe = (stat: Stats): FileStat => ({
  mode: stat.mode,
  inode: stat.ino,
  device: deviceNumber(stat.dev),
  modifiedMs: Math.trunc(stat.mtimeMs),
});

/** `major:minor` of a dev_t (glibc sys/sysmacros.h gnu_dev_major, gnu_dev_minor). */
export function deviceNumber(device: number): string {
  const high = Math.floor(device / 2 ** 32);
  const low = device % 2 ** 32;
  const major = ((low >>> 8) & 0xfff) + (high - (high % 0x1000));
  const minor = (low & 0xff) + (((low >>> 20) & 0xfff) << 8) + (high % 0x1000) * 2 ** 20;
  return `${major}:${minor}`;
}

const CHUNK_BYTES = 64 * 1024;
const buffer = Buffer.allocUnsafe(CHUNK_BYTES);

/** One page at most (kernel fs/sysfs/file.c), or a few lines of numbers (fs/proc/array.c): one call of the runtime has all. */
const IS_SHORT = /^\/(?:sys\/|proc\/\d+\/(?:stat|comm|status|cgroup)$)/;

/** Files of the kernel have no size, and those of /proc may give less than there is: read until nothing comes. */
function readTextSync(path: string, until: number): string {
  if (IS_SHORT.test(path)) return readFileSync(path, 'utf8');
  const descriptor = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let bytes = 0; bytes <= MAX_BYTES; ) {
      const count = readSync(descriptor, buffer, 0, buffer.length, null);
      if (count === 0) return Buffer.concat(chunks).toString('utf8');
      chunks.push(Buffer.from(buffer.subarray(0, count)));
      bytes += count;
      // The kernel takes a minute for a table of a hundred thousand mounts upon each other, a page at a time.
      if (performance.now() > until) throw systemError('ETIMEDOUT');
    }
    throw systemError('EFBIG');
  } finally {
    closeSync(descriptor);
  }
}

async function readToEnd(file: promises.FileHandle, most: number, chunk: Buffer): Promise<string> {
  const chunks: Buffer[] = [];
  for (let bytes = 0; bytes <= most; ) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
    if (bytesRead === 0) return Buffer.concat(chunks).toString('utf8');
    chunks.push(Buffer.from(chunk.subarray(0, bytesRead)));
    bytes += bytesRead;
  }
  throw systemError('EFBIG');
}
