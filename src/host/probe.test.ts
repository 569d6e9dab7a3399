import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IS_THOROUGH } from '../../test/sample.ts';
import { PROBE_FORMAT } from '../model/mounts/mounts.ts';
import { parseStatFilesystem } from '../parse/stat-filesystem.ts';
import { runGuarded } from './guarded-child.ts';
import { knockAll } from './knock.ts';
import { probeAll } from './probe.ts';
import { livingProbes, remember, startTicksOf } from './probe-register.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'probe-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const isAlive = (pid: number): boolean => startTicksOf(pid) !== null;

describe('a guarded child', () => {
  it('answers at its deadline and is gone with all that it started', async () => {
    const nested = ['find', '/', '-maxdepth', '0', '-exec', 'sleep', '71.25', ';'] as const;
    const result = await runGuarded({ argv: [...nested], deadlineMs: 200 });
    expect(result.outcome).toBe('timed-out');
    expect(result.survivor).toBeNull();
    const left = await runGuarded({ argv: ['pgrep', '-fx', 'sleep 71.25'], deadlineMs: 2000 });
    expect(left.stdout).toBe('');
  });

  it('is ended even when it is stopped', async () => {
    const result = await runGuarded({
      argv: ['find', '/', '-maxdepth', '0', '-exec', 'kill', '-STOP', '0', ';'],
      deadlineMs: 200,
    });
    expect(result).toMatchObject({ outcome: 'timed-out', survivor: null });
  });

  it('is not taken for stuck when it has ended and nobody had the time to notice', async () => {
    const answer = runGuarded({ argv: ['true'], deadlineMs: 100, onlyWaits: true });
    spawnSync('sleep', ['0.5']);
    expect(await answer).toMatchObject({ outcome: 'exited', exitCode: 0 });
  });

  it('is not taken for stuck while it wants to run: it is stopped in the end, as one that could not ask', async () => {
    const result = await runGuarded({ argv: ['sha256sum', '/dev/zero'], deadlineMs: 100, onlyWaits: true });
    expect(result).toMatchObject({ outcome: 'not-started', stderr: 'it got no processor time within 0.5 s' });
  });

  it('is stuck at its deadline when it sleeps', async () => {
    const result = await runGuarded({ argv: ['sleep', '300'], deadlineMs: 200, onlyWaits: true });
    expect(result).toMatchObject({ outcome: 'timed-out', survivor: null });
  });

  it('says what could not be started', async () => {
    expect(await runGuarded({ argv: ['no-such-program'], deadlineMs: 200 })).toMatchObject({ outcome: 'not-started' });
  });

  it('runs twenty at the same time', async () => {
    // One after the other they would take longer than a test may.
    await Promise.all(Array.from({ length: 20 }, () => runGuarded({ argv: ['sleep', '300'], deadlineMs: 3500 })));
  });
});

describe.runIf(IS_THOROUGH)('many guarded children', () => {
  it('wait for each other: no more than two hundred run at once, and each has its own deadline', async () => {
    const all = Array.from({ length: 260 }, () => runGuarded({ argv: ['sleep', '300'], deadlineMs: 3000 }));
    await new Promise((resolve) => setTimeout(resolve, 700));
    const { stdout } = spawnSync('ps', ['--ppid', `${process.pid}`, '-o', 'comm='], { encoding: 'utf8' });
    const running = stdout.split('\n').filter((line) => line.trim() === 'sleep').length;
    const outcomes = (await Promise.all(all)).map(({ outcome }) => outcome);
    expect(running).toBeGreaterThan(0);
    expect(running).toBeLessThanOrEqual(200);
    expect(new Set(outcomes)).toEqual(new Set(['timed-out']));
  }, 180_000);
});

describe('probes', () => {
  const request = (path: string) => ({ kind: 'statfs' as const, path, key: path, deadlineMs: 2000 });

  it('asks for a capacity that the parser reads', async () => {
    const register = join(directory, 'probes.json');
    const [result] = await probeAll([request('/')], register);
    expect(result?.outcome).toBe('exited');
    expect(parseStatFilesystem(result?.stdout ?? '')?.capacity?.totalBytes).toBeGreaterThan(0);
    expect(PROBE_FORMAT).toBe('%S %b %f %a %c %d %T');
    expect(existsSync(register)).toBe(false);
  });

  it('gives the words of the system for an error', async () => {
    const [result] = await probeAll([request('/nowhere')], join(directory, 'probes.json'));
    expect(result).toMatchObject({ exitCode: 1, leftBehind: null });
    expect(result?.stderr).toContain('No such file or directory');
  });

  it('reads a file but neither a link nor a FIFO', async () => {
    writeFileSync(join(directory, 'fstab'), 'nas:/a /mnt nfs defaults 0 0\n');
    symlinkSync('/etc/hostname', join(directory, 'link'));
    await runGuarded({
      argv: ['find', directory, '-maxdepth', '0', '-exec', 'mknod', `${directory}/fifo`, 'p', ';'],
      deadlineMs: 1000,
    });
    const requests = ['fstab', 'link', 'fifo', 'none'].map((name) => ({
      ...{ kind: 'read' as const, path: join(directory, name), key: name, deadlineMs: 1000 },
    }));
    const results = await probeAll(requests, join(directory, 'probes.json'));
    expect(results.map(({ stdout }) => stdout)).toEqual(['nas:/a /mnt nfs defaults 0 0\n', '', '', '']);
    expect(results.map(({ outcome }) => outcome)).toEqual(['exited', 'exited', 'exited', 'exited']);
  });

  // Another root directory: only root may have one.
  it.runIf(process.getuid?.() === 0)('reads a file of a container as the container sees it', async () => {
    const root = join(directory, 'root');
    for (const name of ['etc', 'own', 'fifo']) mkdirSync(join(root, name), { recursive: true });
    writeFileSync(join(root, 'etc', 'fstab'), 'nas:/a /mnt nfs defaults 0 0\n'.repeat(3000));
    writeFileSync(join(root, 'own', 'fstab'), 'nas:/own /mnt nfs\n');
    writeFileSync(join(directory, 'fstab'), 'nas:/of-the-node /mnt nfs\n');
    // Seen from here it leads to the directory above, seen from there to nothing.
    symlinkSync(directory, join(root, 'out'));
    symlinkSync('/own', join(root, 'linked'));
    symlinkSync('../../../../../../own', join(root, 'up'));
    spawnSync('mkfifo', [join(root, 'fifo', 'fstab')]);
    const inside = spawn('perl', ['-e', 'chroot $ARGV[0]; chdir "/"; $| = 1; print "ready"; sleep 60', root]);
    await new Promise((resolve) => inside.stdout.once('data', resolve));
    const requests = ['etc', 'own', 'linked', 'up', 'out', 'fifo', 'none'].map((name) => ({
      ...{ kind: 'read' as const, path: `/proc/${inside.pid}/root/${name}/fstab`, key: name, deadlineMs: 5000 },
    }));
    const results = await probeAll(requests, join(directory, 'probes.json'));
    inside.kill('SIGKILL');
    const own = 'nas:/own /mnt nfs\n';
    expect(results.map(({ stdout }) => (stdout.length > 100 ? stdout.length : stdout))).toEqual([
      65_536,
      own,
      own,
      own,
      '',
      '',
      '',
    ]);
    expect(results.map(({ stderr }) => stderr.trim().split(': ').at(-1))).toEqual([
      ...['', '', '', ''],
      ...['No such file or directory', 'not a regular file', 'No such file or directory'],
    ]);
  });

  it('starts no second one while an earlier one waits, and forgets it when it has ended', async () => {
    const register = join(directory, 'probes.json');
    const sleeper = spawn('sleep', ['60'], { stdio: 'ignore' });
    const pid = sleeper.pid ?? 0;
    remember(register, [{ key: '/', pid, since: '2026-01-01T00:00:00.000Z' }]);
    expect(JSON.parse(readFileSync(register, 'utf8'))).toMatchObject([{ key: '/', pid }]);
    const [waiting] = await probeAll([request('/')], register);
    expect(waiting).toMatchObject({ outcome: 'timed-out', leftBehind: { pid, since: '2026-01-01T00:00:00.000Z' } });
    const ended = new Promise((resolve) => sleeper.once('exit', resolve));
    sleeper.kill('SIGKILL');
    await ended;
    expect(isAlive(pid)).toBe(false);
    const [asked] = await probeAll([request('/')], register);
    expect(asked?.outcome).toBe('exited');
    expect(existsSync(register)).toBe(false);
  });

  it('is not misled by a later process of the same number, or by text that is no register', () => {
    const register = join(directory, 'probes.json');
    writeFileSync(register, JSON.stringify([{ key: '/', pid: process.pid, startTicks: 1, since: '' }]));
    expect(livingProbes(register)).toEqual([]);
    writeFileSync(register, '{"half":');
    expect(livingProbes(register)).toEqual([]);
  });
});

describe('knocking', () => {
  it('tells a server that accepts, refuses, or has no name', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const answers = await knockAll(
      [
        { host: '127.0.0.1', port },
        { host: 'localhost', port },
        { host: 'no-such-host.invalid', port },
      ],
      3000,
    );
    server.close();
    const [refused] = await knockAll([{ host: '127.0.0.1', port }], 1000);
    expect(answers.map(({ answers }) => answers)).toEqual([true, true, null]);
    expect(refused).toEqual({ answers: false, detail: 'accepts no connections' });
  });

  it('hears of a connection that came about while this process had other work', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const answer = knockAll([{ host: '127.0.0.1', port: typeof address === 'object' ? (address?.port ?? 0) : 0 }], 100);
    spawnSync('sleep', ['0.4']);
    expect(await answer).toEqual([{ answers: true, detail: 'accepts connections' }]);
    server.close();
  });
});
