import { readFileSync } from 'node:fs';

/**
 * Fields of /proc/<pid>/stat behind the name, which is in parentheses and may hold blanks and parentheses itself: the first
 * is the state, which proc_pid_stat(5) calls field 3. Empty where there is no such process.
 */
export function processFields(pid: number | undefined): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** It runs, wants to, or has ended and its end was not noticed yet: it does not wait for a disk or a server. */
export const isAtWork = ([state = '']: readonly string[]): boolean => ['R', 'Z', 'X'].includes(state);

/** utime and stime, fields 14 and 15: the processor time that it has had, in ticks. */
export const ticksOf = (fields: readonly string[]): number => Number(fields[11]) + Number(fields[12]);
