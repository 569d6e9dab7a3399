import type { Parsed } from '../model/reading.ts';
import { quoted } from './complete-lines.ts';

/** Load averages of 1, 5 and 15 minutes from /proc/loadavg (kernel fs/proc/loadavg.c). */
export type LoadAverages = readonly [number, number, number];

const LINE = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+) \d+\/\d+ \d+\n$/;

export function parseLoadavg(text: string): Parsed<LoadAverages | null> {
  const match = LINE.exec(text);
  if (!match) return { value: null, problems: [`not load averages: ${quoted(text)}`] };
  return { value: [Number(match[1]), Number(match[2]), Number(match[3])], problems: [] };
}
