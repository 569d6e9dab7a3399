import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { takeLock } from './held-lock.ts';
import { type LastingCommand, runLasting } from './lasting-command.ts';
import { stepProcesses } from './step-processes.ts';

const directory = mkdtempSync(join(tmpdir(), 'lasting-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const run = (...argv: readonly [string, ...string[]]) => runWith({ argv });
const runWith = (over: Partial<LastingCommand>) =>
  runLasting({
    argv: ['true'],
    input: '',
    descriptors: [],
    token: 'test/1',
    deadlineMs: 20_000,
    scratch: directory,
    ...over,
  });

describe('a command that lasts', () => {
  it('answers with its status and with what it said', async () => {
    expect(await run('sh', '-c', 'echo no >&2; exit 5')).toMatchObject({
      outcome: 'exited',
      exitCode: 5,
      stderr: 'no\n',
    });
    expect(await runWith({ argv: ['grep', '-q', '^0 8 zero$'], input: '0 8 zero\n' })).toMatchObject({ exitCode: 0 });
    expect(await run('no-such-program')).toMatchObject({ outcome: 'not-found' });
  });

  it('is given up, is found again, and holds the locks until it ends', async () => {
    const [path, go] = [join(directory, 'a.lock'), join(directory, 'go')];
    const lock = await takeLock(path);
    if ('refused' in lock) throw new Error(lock.refused);
    const isFree = () => spawnSync('flock', ['-n', path, 'true']).status === 0;
    const token = `test/${process.pid}`;
    const argv = ['sh', '-c', `while [ ! -e ${go} ]; do sleep 0.05; done`] as const;
    const answer = await runWith({ argv, token, descriptors: [lock.descriptor], deadlineMs: 300 });
    expect(answer).toMatchObject({ outcome: 'timed-out', exitCode: null });
    lock.release();
    expect(isFree()).toBe(false);
    expect(stepProcesses(token)[0]).toMatchObject({ commandLine: expect.stringContaining('sh -c while') });
    expect(stepProcesses(`${token}9`)).toEqual([]);
    writeFileSync(go, '');
    await expect.poll(isFree, { timeout: 10_000 }).toBe(true);
    expect([stepProcesses(token), existsSync(go)]).toEqual([[], true]);
  });

  const isFree = (path: string) => spawnSync('flock', ['-n', path, 'true']).status === 0;

  /** A command that waits for a file, with a lock; `stop` gets its keeper. */
  async function meeting(name: string, stop: (keeper: number) => void, deadlineMs: number) {
    const [path, go] = [join(directory, `${name}.lock`), join(directory, `${name}.go`)];
    const lock = await takeLock(path);
    if ('refused' in lock) throw new Error(lock.refused);
    const token = `${name}/${process.pid}`;
    // As LVM does, it closes what it inherited.
    const argv = ['sh', '-c', `exec 3>&-; while [ ! -e ${go} ]; do sleep 0.05; done`] as const;
    const running = runWith({ argv, token, descriptors: [lock.descriptor], deadlineMs });
    await expect.poll(() => stepProcesses(token).length, { timeout: 10_000 }).toBeGreaterThan(1);
    const keeper = stepProcesses(token).find(({ commandLine }) => commandLine.startsWith('pve-doctor-keep'));
    if (keeper === undefined) throw new Error('no keeper');
    stop(keeper.pid);
    return { running, token, path, lock, end: () => writeFileSync(go, '') };
  }

  it('outlives its keeper, and is not taken for ended while it lives', async () => {
    const { running, token, path, lock, end } = await meeting('killed', (pid) => process.kill(pid, 'SIGKILL'), 1500);
    expect(await running).toMatchObject({ outcome: 'timed-out', exitCode: null });
    lock.release();
    expect([stepProcesses(token).length > 0, isFree(path)]).toEqual([true, false]);
    end();
    await expect.poll(() => isFree(path), { timeout: 10_000 }).toBe(true);
    expect(stepProcesses(token)).toEqual([]);
  });

  it('is waited for when its keeper was killed and it ends in time', async () => {
    const { running, token, end, lock } = await meeting('ends', (pid) => process.kill(pid, 'SIGKILL'), 20_000);
    setTimeout(end, 300);
    expect(await running).toMatchObject({ outcome: 'killed', exitCode: null });
    expect(stepProcesses(token)).toEqual([]);
    lock.release();
  });

  it('is not over while something that it started lives, whoever began it', async () => {
    const [path, go] = [join(directory, 'left.lock'), join(directory, 'left.go')];
    const lock = await takeLock(path);
    if ('refused' in lock) throw new Error(lock.refused);
    const waits = `(exec 3>&-; while [ ! -e ${go} ]; do sleep 0.05; done) &`;
    const token = `left/${process.pid}`;
    const running = runWith({ argv: ['sh', '-c', waits], token, descriptors: [lock.descriptor] });
    await expect.poll(() => stepProcesses(token).length, { timeout: 10_000 }).toBeGreaterThan(0);
    // As where whoever began it is killed.
    lock.release();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect([stepProcesses(token).length > 0, isFree(path)]).toEqual([true, false]);
    writeFileSync(go, '');
    expect(await running).toMatchObject({ outcome: 'exited', exitCode: 0 });
    expect(isFree(path)).toBe(true);
  });

  it('that a signal ended is told as that', async () => {
    expect(await run('sh', '-c', 'kill -KILL $$')).toMatchObject({ outcome: 'killed', exitCode: null });
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('is moved by no %s, its keeper neither', async (signal) => {
    const stop = (pid: number) => process.kill(-pid, signal);
    const { running, token, end, lock } = await meeting(signal, stop, 20_000);
    // One that sleeps may have ended meanwhile.
    for (const { pid, commandLine } of stepProcesses(token))
      if (!commandLine.startsWith('sleep')) process.kill(pid, signal);
    setTimeout(end, 200);
    expect(await running).toMatchObject({ outcome: 'exited', exitCode: 0 });
    lock.release();
  });
});
