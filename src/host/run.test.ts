import { spawnSync } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommand } from './run.ts';

const sh = (script: string, deadlineMs = 5000, maxBytes = 8 * 1024 * 1024) =>
  runCommand({ argv: ['sh', '-c', script], deadlineMs, maxBytes });

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('runCommand', () => {
  it('answers with exit status and both outputs', async () => {
    const result = await sh('echo out; echo err >&2; exit 5');
    expect(result).toMatchObject({
      outcome: 'exited',
      exitCode: 5,
      stdout: 'out\n',
      stderr: 'err\n',
      truncated: false,
    });
    expect(result.argv).toEqual(['sh', '-c', 'echo out; echo err >&2; exit 5']);
  });

  it('has the whole output of a child that prints a lot and exits at once', async () => {
    for (let round = 0; round < 5; round++) {
      const { stdout } = await sh('head -c 1000000 /dev/zero | tr "\\0" x; printf end');
      expect(stdout.length).toBe(1_000_003);
      expect(stdout.endsWith('xend')).toBe(true);
    }
  });

  it('gives a child nothing of our environment, directory or input', async () => {
    process.env['PVE_DOCTOR_TEST'] = 'secret';
    onTestFinished(() => void delete process.env['PVE_DOCTOR_TEST']);
    const { stdout } = await sh('pwd; cat; env | grep -v "^\\(_\\|PWD\\|SHLVL\\|OLDPWD\\)="');
    expect(stdout.trim().split('\n').sort()).toEqual(['/', 'LC_ALL=C', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin']);
  });

  it('answers not-found for a program that does not exist', async () => {
    const result = await runCommand({ argv: ['pve-doctor-no-such-program'], deadlineMs: 1000, maxBytes: 10 });
    expect(result).toMatchObject({ outcome: 'not-found', exitCode: null });
  });

  it('answers at the deadline for a child that ignores SIGTERM, and ends it', async () => {
    const result = await sh('trap "" TERM; echo $$; exec sleep 300', 300);
    expect(result).toMatchObject({ outcome: 'timed-out', exitCode: null });
    const pid = Number(result.stdout);
    for (let round = 0; round < 50 && alive(pid); round++) await new Promise((done) => setTimeout(done, 20));
    expect(alive(pid)).toBe(false);
  });

  it('answers at the deadline when a grandchild keeps the pipes open after the exit', async () => {
    const result = await sh('echo first; sleep 3 & exit 0', 300);
    expect(result).toMatchObject({ outcome: 'timed-out', stdout: 'first\n' });
  });

  it('gives a command that is at work more than its deadline, where it may have more', async () => {
    const busy = 'n=0; while [ $n -lt 400000 ]; do n=$((n+1)); done; echo done';
    const result = await runCommand({ argv: ['sh', '-c', busy], deadlineMs: 100, atWorkMs: 60_000, maxBytes: 100 });
    expect(result).toMatchObject({ outcome: 'exited', stdout: 'done\n' });
    expect(result.durationMs).toBeGreaterThan(100);
  });

  it('does not take for late one whose end nobody had the time to notice', async () => {
    const answer = runCommand({ argv: ['echo', 'in time'], deadlineMs: 200, maxBytes: 100 });
    spawnSync('sleep', ['0.6']);
    expect(await answer).toMatchObject({ outcome: 'exited', exitCode: 0, stdout: 'in time\n' });
  });

  it('stops at its deadline one that waits, and one that is at work for ever in the end', async () => {
    const limits = { deadlineMs: 300, maxBytes: 100 };
    const waits = await runCommand({ ...limits, argv: ['sleep', '300'], atWorkMs: 600_000 });
    expect(waits.outcome).toBe('timed-out');
    const works = await runCommand({ ...limits, argv: ['sha256sum', '/dev/zero'], atWorkMs: 700 });
    expect(works.outcome).toBe('timed-out');
    expect(works.durationMs).toBeGreaterThanOrEqual(699);
  });

  it('cuts an output at the limit and says so', async () => {
    const result = await sh('yes', 5000, 10_000);
    expect(result).toMatchObject({ outcome: 'killed', truncated: true });
    expect(result.stdout.length).toBe(10_000);
  });

  it('keeps the start of a flood of complaints, and all of the output beside it', async () => {
    const result = await sh('echo first >&2; yes complaint | head -c 30000000 >&2; echo out');
    expect(result).toMatchObject({ outcome: 'exited', exitCode: 0, stdout: 'out\n', truncated: false });
    expect([result.stderr.startsWith('first\n'), result.stderr.length]).toEqual([true, 65_536]);
  });

  it('tells a child that was killed from one that exited', async () => {
    expect(await sh('kill -9 $$')).toMatchObject({ outcome: 'killed', exitCode: null, truncated: false });
  });

  it('replaces bytes that are not UTF-8', async () => {
    expect((await sh('printf "a\\377b"')).stdout).toBe('a\uFFFDb');
  });
});
