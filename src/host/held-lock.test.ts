import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { byWhom, type HeldLock, type LockAttempt, takeLock } from './held-lock.ts';

const directory = mkdtempSync(join(tmpdir(), 'held-lock-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function held(attempt: LockAttempt): HeldLock {
  if ('refused' in attempt) throw new Error(attempt.refused);
  return attempt;
}

const isFree = (path: string): boolean => spawnSync('flock', ['-n', path, 'true']).status === 0;

describe('takeLock', () => {
  it('holds what flock(1) sees as held, once, until it is released', async () => {
    const path = join(directory, 'deep', 'a.lock');
    const lock = held(await takeLock(path));
    expect([isFree(path), lock.isHeld()]).toEqual([false, true]);
    const refused = expect.stringMatching(/^.* is held by process \d+( \(.+\))?$/);
    expect(await takeLock(path)).toEqual({ path, refused, isHeld: true });
    lock.release();
    expect([isFree(path), lock.isHeld()]).toEqual([true, false]);
    held(await takeLock(path)).release();
  });

  it('is refused at once while somebody else holds it', async () => {
    const path = join(directory, 'b.lock');
    const other = held(await takeLock(path));
    expect(await takeLock(path)).toHaveProperty('refused');
    other.release();
  });

  it('notices that its file was replaced', async () => {
    const path = join(directory, 'c.lock');
    const lock = held(await takeLock(path));
    unlinkSync(path);
    writeFileSync(path, '');
    expect(lock.isHeld()).toBe(false);
    lock.release();
  });

  it('is held on by a command that inherits it, after its taker has let go', async () => {
    const path = join(directory, 'kept.lock');
    const lock = held(await takeLock(path));
    const child = spawn('sleep', ['100'], { stdio: ['ignore', 'ignore', 'ignore', lock.descriptor] });
    lock.release();
    expect([isFree(path), lock.isHeld()]).toEqual([false, false]);
    expect(byWhom(path)).toBe(` by process ${child.pid} (sleep 100)`);
    child.kill('SIGKILL');
    await expect.poll(() => isFree(path), { timeout: 5000 }).toBe(true);
  });

  it('is free when its holder was killed', async () => {
    const path = join(directory, 'd.lock');
    const program = [
      `import { takeLock } from ${JSON.stringify(new URL('./held-lock.ts', import.meta.url).href)};`,
      `const lock = await takeLock(${JSON.stringify(path)});`,
      `if ('refused' in lock) process.exit(3);`,
      `process.kill(process.pid, 'SIGKILL');`,
    ].join('\n');
    const file = join(directory, 'holder.ts');
    writeFileSync(file, program);
    expect(spawnSync(process.execPath, [file]).signal).toBe('SIGKILL');
    await expect.poll(() => isFree(path), { timeout: 5000 }).toBe(true);
  });

  it('makes its file and its directory so that nobody else can hold the lock', async () => {
    const path = join(directory, 'closed', 'e.lock');
    const lock = held(await takeLock(path));
    const modes = [path, join(directory, 'closed')].map((made) => statSync(made).mode & 0o777);
    lock.release();
    expect(modes).toEqual([0o600, 0o700]);
  });

  it('opens nothing that others put there: no link, no FIFO, no file in a directory of theirs', async () => {
    const target = join(directory, 'made-by-root');
    symlinkSync(target, join(directory, 'link.lock'));
    spawnSync('mkfifo', [join(directory, 'fifo.lock')]);
    mkdirSync(join(directory, 'open'));
    chmodSync(join(directory, 'open'), 0o777);
    const refused = async (path: string) => held(await takeLock(join(directory, path)));
    await expect(refused('link.lock')).rejects.toThrow(/is a symbolic link, not a regular file/);
    await expect(refused('fifo.lock')).rejects.toThrow(/is a FIFO/);
    await expect(refused('open/f.lock')).rejects.toThrow(/other users may write in/);
    expect([existsSync(target), existsSync(join(directory, 'open', 'f.lock'))]).toEqual([false, false]);
  });

  it('is refused where no file can be made', async () => {
    const path = join(directory, 'a-file');
    writeFileSync(path, '');
    expect(await takeLock(join(path, 'x.lock'))).toHaveProperty('refused');
  });
});
