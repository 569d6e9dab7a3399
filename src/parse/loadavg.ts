import { quoted } from '../model/quoted.ts';
import type { Parsed } from '../model/reading.ts';

/** Load averages of 1, 5 and 15 minutes from /proc/loadavg (kernel fs/proc/loadavg.c). */
export type LoadAverages = readonly [number, number, number];

/** No machine has a load of more digits, and a number of hundreds of them is infinite. */
const LINE = /^(\d{1,9}\.\d{1,9}) (\d{1,9}\.\d{1,9}) (\d{1,9}\.\d{1,9}) \d+\/\d+ \d+\n$/;

export function parseLoadavg(text: string): Parsed<LoadAverages | null> {
  const match = LINE.exec(text);
  if (!match) return { value: null, problems: [`not load averages: ${quoted(text)}`] };
  return { value: [Number(match[1]), Number(match[2]), Number(match[3])], problems: [] };
}
