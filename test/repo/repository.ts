import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository as its tests see it: paths are relative to its root, with slashes. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Never ours, or not made by hand. */
const SKIPPED = new Set(['node_modules', 'dist', 'coverage', 'captures']);

const isOurs = (name: string): boolean => !name.startsWith('.') && !SKIPPED.has(name);

/** Paths of all files below a folder. */
export function pathsBelow(folder: string): readonly string[] {
  const absolute = join(ROOT, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { withFileTypes: true })
    .filter((entry) => isOurs(entry.name))
    .flatMap((entry) => {
      const path = relative(ROOT, join(absolute, entry.name));
      return entry.isDirectory() ? pathsBelow(path) : [path];
    })
    .toSorted();
}

export const exists = (path: string): boolean => existsSync(join(ROOT, path));

export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

export const filesBelow = (folder: string, ending: string): readonly SourceFile[] =>
  pathsBelow(folder)
    .filter((path) => path.endsWith(ending))
    .map((path) => ({ path, text: read(path) }));

/** Folders directly below a folder. */
export const foldersOf = (folder: string): readonly string[] =>
  exists(folder)
    ? readdirSync(join(ROOT, folder), { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && isOurs(entry.name))
        .map((entry) => entry.name)
        .toSorted()
    : [];

export const isTest = (path: string): boolean => path.endsWith('.test.ts');
