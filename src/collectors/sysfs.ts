import { type Host, listDir } from '../host/host.ts';
import type { Reading } from '../model/reading.ts';

/** Attributes of sysfs: one value a file, which the kernel makes up when it is read. */

export async function readTexts(host: Host, paths: readonly string[]): Promise<ReadonlyMap<string, Reading<string>>> {
  const readings = await host.readFiles(paths);
  return new Map(
    paths.flatMap((path, at) => {
      const reading = readings[at];
      return reading === undefined ? [] : [[path, reading] as const];
    }),
  );
}

/** The kernel ends each of these files with a newline, so a text without one was cut. */
export const line = (text: string): string | null => (/^[\x20-\x7e]+\n$/.test(text) ? text.trim() : null);

export const word = (text: string): string | null => (/^[A-Za-z_ ()-]{1,40}\n$/.test(text) ? text.trim() : null);

export async function namesIn(host: Host, path: string, pattern: RegExp, unread: string[]): Promise<readonly string[]> {
  const names = await listDir(host, path);
  if (names.state === 'unreadable') unread.push(path);
  return names.state === 'known' ? names.value.filter((name) => pattern.test(name)) : [];
}
