import { spawnSync } from 'node:child_process';
import {
  closeSync,
  fstatSync,
  constants as open,
  openSync,
  readdirSync,
  readFileSync,
  type Stats,
  statSync,
} from 'node:fs';
import { makeDataFile } from './data-file.ts';
import { errorCode, explainCode } from './errors.ts';
import { ENVIRONMENT, findProgram } from './run.ts';

/** A flock(2) on an open file of this process. */
export interface HeldLock {
  readonly path: string;
  /** The open file: a command that inherits it holds the lock until it ends, whatever becomes of this process. */
  readonly descriptor: number;
  /** Looks again whether the file at that path is the one that is locked. */
  readonly isHeld: () => boolean;
  readonly release: () => void;
}

export type LockAttempt =
  | HeldLock
  /** `isHeld`: somebody else has it; otherwise it could not be tried. */
  | { readonly path: string; readonly refused: string; readonly isHeld: boolean };

/**
 * Takes a lock without waiting. It belongs to the open file, so the kernel lets go of it when the last process that has the
 * file open ends, kill -9 included: it can never be stale.
 */
export function takeLock(path: string): LockAttempt {
  const refuse = (refused: string, isHeld = false) => ({ path, refused, isHeld });
  // Closed to others, who need no more than to read a file to hold a lock of it; and nothing of theirs is opened as root.
  const problem = makeDataFile(path);
  if (problem !== null) return refuse(problem);
  let descriptor: number;
  try {
    const { O_RDWR, O_NOFOLLOW, O_NONBLOCK } = open;
    descriptor = openSync(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    return refuse(`${path} cannot be opened: ${explainCode(errorCode(error))}`);
  }
  const taken = lockFile(descriptor);
  // The file may have been replaced between its opening and the lock; then the lock is worth nothing.
  if (taken !== 'taken' || !isLocked(descriptor, path)) {
    closeSync(descriptor);
    if (taken === 'held') return refuse(`${path} is held${byWhom(path)}`, true);
    return refuse(taken === 'taken' ? `the kernel does not show ${path} as locked by this process` : taken);
  }
  let isOpen = true;
  return {
    ...{ path, descriptor },
    isHeld: () => isOpen && isLocked(descriptor, path),
    release: () => {
      if (isOpen) closeSync(descriptor);
      isOpen = false;
    },
  };
}

/** Several locks that are held together. */
export interface HeldLocks {
  /** Paths that the kernel shows as locked by us at this moment. */
  readonly stillHeld: () => readonly string[];
  /** Open files that hold them, for a command to hold them on. */
  readonly descriptors: readonly number[];
  readonly release: () => void;
}

/** All of them or none. */
export function takeLocks(paths: readonly string[]): HeldLocks | { readonly refused: string } {
  const attempts = paths.map(takeLock);
  const held = attempts.flatMap((attempt) => ('refused' in attempt ? [] : [attempt]));
  const release = () => {
    for (const lock of held) lock.release();
  };
  const failed = attempts.find((attempt) => 'refused' in attempt);
  if (failed !== undefined && 'refused' in failed) {
    release();
    return { refused: failed.refused };
  }
  return {
    stillHeld: () => held.filter((lock) => lock.isHeld()).map(({ path }) => path),
    descriptors: held.map(({ descriptor }) => descriptor),
    release,
  };
}

/** What flock(1) ends with where somebody else has the lock, and for nothing else (util-linux sys-utils/flock.c). */
const CONFLICT = 1;

/** No runtime has flock(2). The lock is of the open file, so it outlives the program that takes it; /proc/locks names that one all the same. */
function lockFile(descriptor: number): 'taken' | 'held' | string {
  const program = findProgram('flock');
  if (program === null) return 'flock (util-linux) is not installed';
  const { status } = spawnSync(program, ['--nonblock', '--exclusive', '3'], {
    ...{ cwd: '/', env: ENVIRONMENT, stdio: ['ignore', 'ignore', 'ignore', descriptor] },
  });
  if (status === 0) return 'taken';
  return status === CONFLICT ? 'held' : `flock ended with status ${status}`;
}

/** `lock:	1: FLOCK  ADVISORY  WRITE 4711 00:1a:1234 0 EOF` (kernel fs/locks.c show_fd_locks). */
const OWN_LOCK = /^lock:\s+\d+: FLOCK +\S+ +WRITE /m;

/** Whether the kernel shows this open file as locked, and it is still the one at that path. */
function isLocked(descriptor: number, path: string): boolean {
  try {
    const [opened, named] = [fstatSync(descriptor), statSync(path)];
    if (opened.ino !== named.ino || opened.dev !== named.dev) return false;
    return OWN_LOCK.test(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'));
  } catch {
    return false;
  }
}

/** `1: FLOCK  ADVISORY  WRITE 4711 00:1a:1234 0 EOF` (kernel fs/locks.c lock_get_status). */
const LOCK_LINE = /^\d+: FLOCK +\S+ +\S+ (-?\d+) [0-9a-f]+:[0-9a-f]+:(\d+) /;

/** Who has it, in words, a blank first: whoever has the file open and locked, since its taker may have ended. */
export function byWhom(path: string): string {
  try {
    const file = statSync(path);
    const locks = readFileSync('/proc/locks', 'utf8')
      .split('\n')
      .map((line) => LOCK_LINE.exec(line));
    const takers = locks.flatMap((lock) => (lock?.[2] === `${file.ino}` ? [lock[1] ?? ''] : []));
    const pid = [...takers, ...readdirSync('/proc')].find((name) => /^\d+$/.test(name) && hasLocked(name, file));
    if (pid === undefined) return ' by somebody else';
    const command = commandLineOf(pid);
    return ` by process ${pid}${command === '' ? '' : ` (${command})`}`;
  } catch {
    return ' by somebody else';
  }
}

/** Each line of a lock in fdinfo ends with device and inode of the file (proc_pid_fdinfo(5)); another file system may have that inode too. */
function hasLocked(pid: string, { dev, ino }: Stats): boolean {
  try {
    return readdirSync(`/proc/${pid}/fdinfo`).some((fd) => {
      if (!readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8').includes(`:${ino} 0 EOF`)) return false;
      const open = statSync(`/proc/${pid}/fd/${fd}`);
      return open.dev === dev && open.ino === ino;
    });
  } catch {
    return false;
  }
}

/** At most so much of a command line says which it is. */
const MOST_CHARACTERS = 100;

/** Empty where there is no such process. */
function commandLineOf(pid: string): string {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\n', 1).join().replaceAll('\0', ' ');
    return words
      .trim()
      .slice(0, MOST_CHARACTERS)
      .replace(/[^ -~]/g, '?');
  } catch {
    return '';
  }
}
