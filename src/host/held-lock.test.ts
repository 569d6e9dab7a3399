import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type HeldLock, type LockAttempt, takeLock } from './held-lock.ts';

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
    expect(await takeLock(path)).toEqual({ path, refused: `${path} is held by process ${lock.pid}` });
    await lock.release();
    expect([isFree(path), lock.isHeld()]).toEqual([true, false]);
    await held(await takeLock(path)).release();
  });

  it('is refused at once while somebody else holds it', async () => {
    const path = join(directory, 'b.lock');
    const other = held(await takeLock(path));
    const before = performance.now();
    expect(await takeLock(path)).toHaveProperty('refused');
    expect(performance.now() - before).toBeLessThan(4000);
    await other.release();
  });

  it('notices that its file was replaced', async () => {
    const path = join(directory, 'c.lock');
    const lock = held(await takeLock(path));
    unlinkSync(path);
    writeFileSync(path, '');
    expect(lock.isHeld()).toBe(false);
    await lock.release();
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

  it('is refused where no file can be made', async () => {
    const path = join(directory, 'a-file');
    writeFileSync(path, '');
    expect(await takeLock(join(path, 'x.lock'))).toHaveProperty('refused');
  });
});
