import type { Capture } from '../../../src/model/capture.ts';

/** Paths taken out of a capture, with or without their names in their directories. */

type Kind = 'files' | 'links' | 'stats';

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const omit = <T>(record: Readonly<Record<string, T>> | undefined, gone: (path: string) => boolean): Record<string, T> =>
  Object.fromEntries(Object.entries(record ?? {}).filter(([path]) => !gone(path)));

/** The names that a directory lists: as recorded, else as the recorded paths below it imply. */
export function listedNames(capture: Capture, directory: string): readonly string[] {
  const recorded = capture.directories?.[directory];
  if (recorded !== undefined) return 'unreadable' in recorded ? [] : recorded;
  const prefix = directory === '/' ? '/' : `${directory}/`;
  const paths = [capture.files, capture.links, capture.stats, capture.directories].flatMap((record) =>
    Object.keys(record ?? {}),
  );
  const below = paths.filter((path) => path.startsWith(prefix));
  return [...new Set(below.map((path) => path.slice(prefix.length).split('/')[0] ?? ''))];
}

/** Without this path, which its directory goes on listing. */
export function unlink(capture: Capture, kind: Kind, path: string): Capture {
  const parent = parentOf(path);
  return {
    ...capture,
    [kind]: omit<unknown>(capture[kind], (other) => other === path),
    directories: { ...capture.directories, [parent]: listedNames(capture, parent) },
  };
}

/** Without this path, nor its name in its directory. */
export function without(capture: Capture, kind: Kind, path: string): Capture {
  const rest = { ...capture, [kind]: omit<unknown>(capture[kind], (other) => other === path) };
  const listed = capture.directories?.[parentOf(path)];
  if (listed === undefined || 'unreadable' in listed) return rest;
  const names = listed.filter((name) => name !== nameOf(path));
  return { ...rest, directories: { ...capture.directories, [parentOf(path)]: names } };
}

/** Without this directory and all that is below it. */
export function withoutTree(capture: Capture, path: string): Capture {
  const gone = (other: string): boolean => other === path || other.startsWith(path === '/' ? '/' : `${path}/`);
  return {
    ...capture,
    files: omit(capture.files, gone),
    links: omit(capture.links, gone),
    stats: omit(capture.stats, gone),
    directories: omit(capture.directories, gone),
  };
}
