import { randomBytes } from 'node:crypto';
import { open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../model/faults.ts';
import { lookAtDataFile } from './data-file.ts';
import { errorCode, explainCode } from './errors.ts';

/** EX_CANTCREAT of sysexits.h. */
const CANNOT_WRITE = 73;

/**
 * Writes a whole file or nothing: a temporary file beside it, flushed, then renamed over it. The umask takes its bits off
 * the mode, unless somebody else has to read the file: then the mode is `exact`. Only a regular file is replaced: root may
 * rename over /dev/null, and what was a device or a link then is a file for everybody. A file that was closed to others stays
 * closed to them.
 */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array,
  mode = 0o644,
  permissions: 'umask' | 'exact' = 'umask',
): Promise<void> {
  const found = lookAtDataFile(path);
  if (found.state === 'unusable') throw new UsageError(`cannot write ${path}: ${found.because}`, CANNOT_WRITE);
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const kept = found.state === 'regular' && permissions === 'umask' ? mode & found.mode : mode;
    const file = await open(temporary, 'wx', kept);
    try {
      await file.writeFile(content);
      if (permissions === 'exact') await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    const code = errorCode(error);
    const why = code === 'ENOENT' ? `${dirname(path)} is not there, or takes no files (ENOENT)` : explainCode(code);
    throw new UsageError(`cannot write ${path}: ${why}`, CANNOT_WRITE);
  }
}

/** A file that was not there before, whole and for its owner alone; nothing is ever replaced, and no link followed (open(2), O_EXCL). */
export async function writeNew(path: string, content: string, mode: number): Promise<void> {
  try {
    const file = await open(path, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } catch (error) {
      await unlink(path).catch(() => undefined);
      throw error;
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = errorCode(error);
    const why = code === 'EEXIST' ? 'it is there already, and is not replaced' : explainCode(code);
    throw new UsageError(`cannot write ${path}: ${why}`, CANNOT_WRITE);
  }
}
