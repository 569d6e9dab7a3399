import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report/report.ts';
import type { PastRun } from '../../src/model/report/report-history.ts';
import { ROOT } from '../repo/repository.ts';
import { removeScratch, scratchDirectory } from '../store/scratch.ts';
import { PROGRAM } from './program.ts';

afterAll(removeScratch);

const HEALTHY = join(ROOT, 'test/captures/healthy-mixed-node/capture.json');

/** The program with its history in a directory of its own, and no configuration. */
function program(path = `${scratchDirectory()}/history`) {
  const env = { ...process.env, NO_COLOR: '1', PVE_DOCTOR_HISTORY_PATH: path };
  const run = (...args: readonly string[]) =>
    spawnSync(PROGRAM, args, { encoding: 'utf8', cwd: '/', timeout: 60_000, env });
  const report = (...args: readonly string[]) => {
    const { stdout, status, stderr } = run('check', '--format', 'json', ...args);
    const parsed: Report = JSON.parse(stdout);
    return { ...parsed, status, stderr };
  };
  const runs = (): readonly PastRun[] => JSON.parse(run('history', '--runs', '--format', 'json').stdout);
  return { path, run, report, runs };
}

const bytesOf = (path: string) => readFileSync(join(path, 'history.sqlite3'));

describe('the history on the command line', () => {
  it.each([
    ['check', '--record', '--from', HEALTHY],
    ['check', '--record', '--only', 'dm'],
    ['check', '--record', '--vmid', '119'],
    ['history', '--limit', '3'],
    ['history', '--runs', '--limit', 'many'],
  ])('ends wrong usage with 64: %s %s %s %s', (...args) => {
    expect(program().run(...args).status).toBe(64);
  });

  it('is none of a capture, whatever was kept on this machine', () => {
    const { path, report } = program();
    expect(report('--from', HEALTHY)).toMatchObject({ history: null, stderr: '' });
    expect(existsSync(path)).toBe(false);
  });
});

/** These check the machine that the tests run on, which needs root. */
describe.skipIf(process.geteuid?.() !== 0)('on a live machine', () => {
  it('is not begun by a check that was not asked to', () => {
    const { path, run, report } = program();
    expect(report().history).toBeNull();
    expect(existsSync(path)).toBe(false);
    const { status, stdout } = run('history', '--runs');
    expect([status, stdout]).toEqual([0, 'No run was kept yet: `pve-doctor check --record` keeps one.\n']);
    expect(existsSync(path)).toBe(false);
  });

  it('keeps runs, compares with them, and changes nothing when it only looks back', () => {
    const { path, run, report, runs } = program();
    const first = report('--record');
    expect(first.history).toMatchObject({ previous: null, problem: '', trend: [{ id: 1, takenAt: first.takenAt }] });
    expect(first.history?.problems.every(({ isNew }) => isNew)).toBe(true);
    const kept = bytesOf(path);
    const second = report();
    expect(second.history?.previous).toMatchObject({ id: 1, takenAt: first.takenAt });
    expect(second.history?.problems.map(({ since }) => since)).toEqual(second.problems.map(() => first.takenAt));
    expect(run('check', '--verbose').stdout).toContain('SINCE THE LAST RUN\n');
    expect(report('--only', 'dm').history).toBeNull();
    expect(bytesOf(path)).toEqual(kept);
    expect(readdirSync(path).sort()).toEqual(['history.sqlite3', 'last-run.json']);
    report('--record');
    expect(runs().map(({ id }) => id)).toEqual([1, 2]);
    const table = run('history', '--runs', '--limit', '1').stdout.split('\n');
    expect(table.map((line) => line.trim().split(/ {2,}/)[0])).toEqual(['RUN', '2', '', '1 run', '']);
  });

  it('that cannot be used is said, and changes neither verdict nor exit status', () => {
    const { path, run, report } = program();
    const before = report('--record').status;
    const odd = program(`${scratchDirectory()}/odd`);
    symlinkSync(path, odd.path);
    const { path: bad } = program(scratchDirectory());
    symlinkSync('/etc/hostname', `${bad}/history.sqlite3`);
    const there = program(bad);
    const looked = there.report();
    expect(looked).toMatchObject({ status: before, stderr: '' });
    expect(looked.history?.problem).toContain('is a symbolic link');
    const kept = there.report('--record');
    expect(kept.status).toBe(before);
    expect(kept.stderr).toMatch(/^pve-doctor: this run was not kept: .*symbolic link.*\n$/);
    expect(kept.history?.problem).toContain('this run was not kept');
    expect(there.run('history', '--runs')).toMatchObject({
      status: 74,
      stderr: expect.stringContaining('symbolic link'),
    });
    // A directory may well be a link.
    expect(odd.runs()).toHaveLength(1);
    expect(run('history', '--runs').status).toBe(0);
  });
});
