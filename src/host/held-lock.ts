import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { withStreams } from './child-with-streams.ts';
import { makeDataFile } from './data-file.ts';
import { ENVIRONMENT, findProgram } from './run.ts';

/** How long a child may take to say that it has the lock. It does not wait for anybody. */
const DEADLINE_MS = 5000;

/** A flock(2) that a child holds for us. */
export interface HeldLock {
  readonly path: string;
  /** The process that /proc/locks shows for it. */
  readonly pid: number;
  /** Looks into /proc/locks again. */
  readonly isHeld: () => boolean;
  readonly release: () => Promise<void>;
}

export type LockAttempt =
  | HeldLock
  /** `isHeld`: somebody else has it; otherwise it could not be tried. */
  | { readonly path: string; readonly refused: string; readonly isHeld: boolean };

/** What flock(1) ends with where somebody else has the lock, and for nothing else (util-linux sys-utils/flock.c). */
const CONFLICT = 1;

/**
 * Takes a lock without waiting. `flock FILE cat`: cat echoes one line once the lock is held, and goes on reading a pipe
 * whose other end only this process has. So however this process ends, kill -9 included, the kernel closes the pipe, cat
 * ends, and the lock is free: it can never be stale.
 */
export async function takeLock(path: string): Promise<LockAttempt> {
  const refuse = (refused: string, isHeld = false) => ({ path, refused, isHeld });
  const flock = findProgram('flock');
  if (flock === null) return refuse('flock (util-linux) is not installed');
  // Closed to others, who need no more than to read a file to hold a lock of it; and nothing of theirs is opened as root.
  const problem = makeDataFile(path);
  if (problem !== null) return refuse(problem);
  const child = withStreams(() =>
    spawn(flock, ['--nonblock', '--exclusive', path, 'cat'], {
      ...{ cwd: '/', env: ENVIRONMENT, detached: true },
      stdio: ['pipe', 'pipe', 'ignore'],
    }),
  );
  if (child === null) return refuse('flock could not be started');
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.once('error', () => resolve(null));
  });
  child.stdin.on('error', () => undefined);
  const answer = await Promise.race([echoOf(child), ended, later(DEADLINE_MS)]);
  const pid = child.pid;
  if (answer !== 'held' || pid === undefined) {
    endChild(child);
    if (answer === CONFLICT) return refuse(`${path} is held${byWhom(path)}`, true);
    if (answer === 'late') child.kill('SIGKILL');
    return refuse(answer === 'late' ? `${path} could not be taken in time` : `flock ended with status ${answer}`);
  }
  const release = async (): Promise<void> => {
    child.stdin.end();
    await Promise.race([ended, later(DEADLINE_MS)]);
    endChild(child);
  };
  // The file may have been replaced between its opening and the lock; then the lock is worth nothing.
  if (!isHeldBy(path, pid)) {
    await release();
    return refuse(`/proc/locks does not show ${path} as held by process ${pid}`);
  }
  return { path, pid, isHeld: () => isHeldBy(path, pid), release };
}

function echoOf(child: ChildProcess): Promise<'held'> {
  child.stdin?.write('held\n');
  return new Promise((resolve) => {
    child.stdout?.once('data', () => resolve('held'));
  });
}

function endChild(child: ChildProcess): void {
  child.stdin?.destroy();
  child.stdout?.destroy();
  child.unref();
}

const later = (ms: number): Promise<'late'> =>
  new Promise((resolve) => {
    setTimeout(() => resolve('late'), ms).unref();
  });

/** `1: FLOCK  ADVISORY  WRITE 4711 00:1a:1234 0 EOF` (kernel fs/locks.c lock_get_status). */
const LOCK_LINE = /^\d+: FLOCK +\S+ +(\S+) (-?\d+) [0-9a-f]+:[0-9a-f]+:(\d+) /;

function holdersOf(path: string): readonly { readonly pid: number; readonly exclusive: boolean }[] {
  try {
    const inode = statSync(path).ino;
    return readFileSync('/proc/locks', 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [, mode, pid, lockedInode] = LOCK_LINE.exec(line) ?? [];
        return Number(lockedInode) === inode ? [{ pid: Number(pid), exclusive: mode === 'WRITE' }] : [];
      });
  } catch {
    return [];
  }
}

const isHeldBy = (path: string, pid: number): boolean =>
  holdersOf(path).some((holder) => holder.pid === pid && holder.exclusive);

function byWhom(path: string): string {
  const [holder] = holdersOf(path);
  return holder === undefined ? ' by somebody else' : ` by process ${holder.pid}`;
}
