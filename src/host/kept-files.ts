import { lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { flushDirectory } from './data-file.ts';
import { errorCode, explainCode } from './errors.ts';

/** A file in a directory of this program's own. */
export interface KeptFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** Regular files only, by name; none where there is no such directory or nobody can look. */
export function keptFiles(directory: string): readonly KeptFile[] {
  return namesIn(directory).flatMap((name) => {
    try {
      const stat = lstatSync(`${directory}/${name}`);
      return stat.isFile() ? [{ name, sizeBytes: stat.size, modifiedMs: stat.mtimeMs }] : [];
    } catch {
      return [];
    }
  });
}

/** Directories in it that are no links. */
export const keptDirectories = (directory: string): readonly string[] =>
  namesIn(directory).filter((name) => {
    try {
      return lstatSync(`${directory}/${name}`).isDirectory();
    } catch {
      return false;
    }
  });

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}

/** Whether it is gone. */
export function removeKept(path: string): boolean {
  try {
    rmSync(path, { force: true });
    return true;
  } catch {
    return false;
  }
}

/** A directory with all that is in it; null, or why it is still there. No link in it is followed. */
export function removeKeptDirectory(path: string): string | null {
  try {
    rmSync(path, { recursive: true, force: true });
    flushDirectory(dirname(path));
    return null;
  } catch (error) {
    return `${path} cannot be removed: ${explainCode(errorCode(error))}`;
  }
}

/** Whether it has the other name now; what had it before is gone. */
export function renameKept(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch {
    return false;
  }
}
