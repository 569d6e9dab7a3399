import type { Parsed } from '../model/reading.ts';
import { completeLines, wholeNumber } from './complete-lines.ts';

/** From /proc/meminfo (kernel fs/proc/meminfo.c), which writes kibibytes as `kB`. null where the line is missing. */
export interface Memory {
  readonly totalBytes: number | null;
  readonly availableBytes: number | null;
}

export function parseMeminfo(text: string): Parsed<Memory> {
  const { value: lines, problems } = completeLines(text);
  const bytes = (field: string): number | null => {
    const line = lines.find((candidate) => candidate.startsWith(`${field}:`));
    const kibibytes = wholeNumber(/:\s*(\d+) kB$/.exec(line ?? '')?.[1]);
    return kibibytes === null ? null : kibibytes * 1024;
  };
  return { value: { totalBytes: bytes('MemTotal'), availableBytes: bytes('MemAvailable') }, problems };
}
