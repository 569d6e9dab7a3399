import { readlinkSync } from 'node:fs';
import { known, type Reading, unreadable } from '../model/reading.ts';
import { nextTurn } from './bulk-read.ts';
import { errorCode } from './errors.ts';
import { OPEN_FILES_MS } from './host.ts';

const SOURCE = '/proc/*/fd';

/** Most processes are threads of the kernel with nothing open; a guest's has some hundred. */
const TURN = 20;

const DENIED = ['EACCES', 'EPERM'];

/** Of a process that has ended meanwhile, or a descriptor that was closed. Any other error hides what may be open. */
const GONE = ['ENOENT', 'ESRCH'];

/** What processes have open, one after the other; unreadable where one of them may not be looked at. */
export async function ofProcesses<T>(
  pids: readonly number[],
  end: number,
  read: (pid: number) => readonly T[],
): Promise<Reading<readonly T[]>> {
  const open: T[] = [];
  const failures: string[] = [];
  for (const [at, pid] of pids.entries()) {
    try {
      open.push(...read(pid));
    } catch (error) {
      const code = errorCode(error);
      if (!GONE.includes(code)) failures.push(code);
    }
    if (performance.now() > end)
      return unreadable({ kind: 'timed-out', source: SOURCE, detail: `not all read within ${OPEN_FILES_MS / 1000} s` });
    if (at % TURN === TURN - 1) await nextTurn();
  }
  const [first] = failures;
  if (first === undefined) return known(open);
  const kind = DENIED.includes(first) ? 'denied' : 'failed';
  const detail = `the open files of ${failures.length} of ${pids.length} processes may not be read (${first})`;
  return unreadable({ kind, source: SOURCE, detail });
}

/** `fallback` for a descriptor that was closed meanwhile. */
export function orGone<T>(read: () => T, fallback: T): T {
  try {
    return read();
  } catch (error) {
    if (!GONE.includes(errorCode(error))) throw error;
    return fallback;
  }
}

export const readLinkOf = (path: string): string => orGone(() => readlinkSync(path), '');
