import { constants, promises } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { errorCode } from './errors.ts';

/** A small file that is read whole, with what decides whether it may be believed. */
export type SmallFile =
  | { readonly state: 'read'; readonly bytes: Uint8Array; readonly mode: number; readonly ownerUid: number }
  | { readonly state: 'absent' }
  | { readonly state: 'unreadable'; readonly because: string };

/** A link may lead to a file system that does not answer: /etc/pve, for one. */
const DEADLINE_MS = 5000;

/**
 * Reads a regular file of at most so many bytes; a link is followed. Nothing else is opened: a FIFO would wait for a writer,
 * and opening a device may act on it. Mode and owner are those of the opened file, not of what stands there a moment later.
 */
export async function readSmallFile(path: string, mostBytes: number): Promise<SmallFile> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<SmallFile>((resolve) => {
    const because = `cannot be read: no answer within ${DEADLINE_MS / 1000} s`;
    timer = setTimeout(() => resolve({ state: 'unreadable', because }), DEADLINE_MS);
  });
  return await Promise.race([readNow(path, mostBytes), late]).finally(() => clearTimeout(timer));
}

async function readNow(path: string, mostBytes: number): Promise<SmallFile> {
  let file: FileHandle | null = null;
  try {
    const before = await promises.stat(path);
    if (!before.isFile()) return notRegular(before.isDirectory());
    // Not to wait, should it be replaced by a FIFO meanwhile.
    file = await promises.open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const opened = await file.stat();
    if (!opened.isFile()) return notRegular(opened.isDirectory());
    const bytes = opened.size > mostBytes ? null : await readAtMost(file, mostBytes, opened.size);
    if (bytes === null) return { state: 'unreadable', because: `is larger than ${mostBytes / 1024} KiB` };
    return { state: 'read', bytes, mode: opened.mode & 0o7777, ownerUid: opened.uid };
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return await whyAbsent(path);
    const because = code === 'EACCES' || code === 'EPERM' ? 'cannot be read: access denied' : 'cannot be read';
    return { state: 'unreadable', because: `${because} (${code})` };
  } finally {
    await file?.close();
  }
}

/** Whoever made a link meant a file to be there. */
const whyAbsent = (path: string): Promise<SmallFile> =>
  promises.lstat(path).then(
    () => ({ state: 'unreadable', because: 'is a link to something that does not exist' }),
    () => ({ state: 'absent' }),
  );

const notRegular = (isDirectory: boolean): SmallFile => ({
  state: 'unreadable',
  because: isDirectory ? 'is a directory' : 'is not a regular file',
});

const FEW_BYTES = 4096;

/** Null where there is more: files of the kernel have no size that says so, and others grow. */
async function readAtMost(file: FileHandle, mostBytes: number, size: number): Promise<Uint8Array | null> {
  let buffer = Buffer.alloc(Math.min(mostBytes, Math.max(size, FEW_BYTES)) + 1);
  for (let length = 0; length <= mostBytes; ) {
    if (length === buffer.length) buffer = Buffer.concat([buffer], mostBytes + 1);
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
    if (bytesRead === 0) return buffer.subarray(0, length);
    length += bytesRead;
  }
  return null;
}

/** Who runs this program. */
export const ownUid = (): number => process.geteuid?.() ?? 0;
