import type { BtrfsErrors } from '../model/mounts/btrfs.ts';
import { wholeNumber } from './complete-lines.ts';

const COUNTER = /^(write|read|flush|corruption|generation)_errs (\d+)$/;

/** `error_stats` (fs/btrfs/sysfs.c btrfs_devinfo_error_stats_show): null where it is not whole. */
export function parseBtrfsErrors(text: string): BtrfsErrors | null {
  if (!text.endsWith('\n')) return null;
  const counts = new Map(
    text.split('\n').flatMap((line): readonly (readonly [string, number | null])[] => {
      const [, name, count] = COUNTER.exec(line) ?? [];
      return name === undefined || count === undefined ? [] : [[name, wholeNumber(count)]];
    }),
  );
  const [write, read, flush, corruption, generation] = ['write', 'read', 'flush', 'corruption', 'generation'].map(
    (name) => counts.get(name) ?? null,
  );
  if (write == null || read == null || flush == null || corruption == null || generation == null) return null;
  return { write, read, flush, corruption, generation };
}
