import { harmlessName } from '../model/mounts/mount-secrets.ts';
import { quoted } from '../model/quoted.ts';
import type { Parsed } from '../model/reading.ts';
import { wholeNumber } from './complete-lines.ts';

/** From /proc/<pid>/stat (proc_pid_stat(5)). */
export interface ProcessStat {
  /** The command's name, at most 15 bytes. */
  readonly command: string;
  /** R, S, D (uninterruptible sleep), Z, T, … */
  readonly state: string;
  readonly parentPid: number;
  /** In clock ticks after boot; with the pid it tells a process from a later one of the same number. */
  readonly startTicks: number;
}

export function parseProcessStat(text: string): Parsed<ProcessStat | null> {
  // The name may hold blanks and parentheses, so the last one ends it.
  const end = text.lastIndexOf(')');
  const [state = '', parent, ...rest] = text.slice(end + 2).split(' ');
  const parentPid = wholeNumber(parent);
  const startTicks = wholeNumber(rest[17]);
  const begin = text.indexOf('(');
  if (begin < 0 || end < begin || state === '' || parentPid === null || startTicks === null)
    return { value: null, problems: [`not the state of a process: ${quoted(text)}`] };
  return { value: { command: harmlessName(text.slice(begin + 1, end)), state, parentPid, startTicks }, problems: [] };
}
