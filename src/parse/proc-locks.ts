import type { Parsed } from '../model/reading.ts';

/** A flock that a process holds. */
export interface HeldFlock {
  readonly inode: number;
  /** `major:minor` in decimal. */
  readonly device: string;
  readonly pid: number;
}

/** `1: FLOCK  ADVISORY  WRITE 1234 00:1a:567 0 EOF`; waiters have `->` after the colon (fs/locks.c lock_get_status). */
const HELD = /^\d+: (\S+) +\S+ +\S+ +(-?\d{1,10}) (?:([0-9a-f]{1,8}):([0-9a-f]{1,8}):(\d{1,20})|<none>:0) /;
const WAITING = /^\d+: +-> /;

/** Locks of /proc/locks that are held and made by flock(2), as PVE makes all of its own (PVE::Tools lock_file_full). */
export function parseProcLocks(text: string): Parsed<readonly HeldFlock[]> {
  const locks: HeldFlock[] = [];
  const problems: string[] = [];
  const lines = text.split('\n');
  if (lines.pop() !== '') problems.push('its last line is cut');
  lines.forEach((line, index) => {
    const [, type, pid, major = '', minor = '', inode] = HELD.exec(line) ?? [];
    if (type === undefined && !WAITING.test(line)) problems.push(`line ${index + 1} is not a lock`);
    if (type !== 'FLOCK' || inode === undefined) return;
    const device = `${Number.parseInt(major, 16)}:${Number.parseInt(minor, 16)}`;
    locks.push({ inode: Number(inode), device, pid: Number(pid) });
  });
  return { value: locks, problems };
}
