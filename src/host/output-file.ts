import { randomBytes } from 'node:crypto';
import { open, rename, unlink } from 'node:fs/promises';
import { UsageError } from '../model/faults.ts';

/**
 * Writes a whole file or nothing: a temporary file beside it, flushed, then renamed over it. The umask takes its bits off
 * the mode, unless somebody else has to read the file: then the mode is `exact`.
 */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array,
  mode = 0o644,
  permissions: 'umask' | 'exact' = 'umask',
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx', mode);
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
    throw new UsageError(`cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`, 73);
  }
}
