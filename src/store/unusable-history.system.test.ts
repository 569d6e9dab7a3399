import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { found, night, report } from '../../test/store/past-reports.ts';
import { removeScratch, scratchDirectory } from '../../test/store/scratch.ts';
import { keepRun, keptRuns, lookBack } from './history.ts';
import { HISTORY_FILE } from './history-file.ts';

afterAll(removeScratch);

const DRIVER = fileURLToPath(new URL('../../test/store/keep-runs.ts', import.meta.url));
const A = found('DM010', 'a');

const keep = (path: string, takenAt = night(5)) => keepRun({ path, keepDays: 400 }, report({ takenAt, findings: [A] }));
const back = (path: string) => lookBack(path, report({ takenAt: night(6), findings: [A] }))?.history ?? null;

/** A directory in which runs were kept, and its database. */
function kept(runs = 3) {
  const path = scratchDirectory();
  for (let day = 1; day <= runs; day += 1) expect(keep(path, night(day)).kept).toBe(true);
  return { path, file: `${path}/${HISTORY_FILE}` };
}

/** A command in a mount namespace of its own, with a file system on `path` that is only there. */
const inNamespace = (path: string, options: string, script: string) =>
  spawnSync(
    'unshare',
    [
      '-rm',
      'sh',
      '-c',
      `mount -t tmpfs -o mode=700,${options} tmpfs "$0" && ${script}`,
      path,
      process.execPath,
      DRIVER,
    ],
    {
      encoding: 'utf8',
      timeout: 60_000,
    },
  );

const HAS_NAMESPACES = inNamespace(scratchDirectory(), 'size=64k', 'true').status === 0;

const linesOf = ({ stdout }: { readonly stdout: string }) =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));

describe.skipIf(!HAS_NAMESPACES)('a file system that takes nothing', () => {
  it('when it is full: the run is not kept, what was kept stays, and it goes on when there is room', () => {
    const script = '"$1" "$2" fill "$0" && mount -o remount,size=4m "$0" && "$1" "$2" stock "$0"';
    const [full, stock, left] = linesOf(inNamespace(scratchDirectory(), 'size=300k', script));
    expect(full).toMatchObject({
      kept: expect.any(Number),
      because: expect.stringContaining('the disk is full'),
      back: '',
    });
    const { kept: runs } = full as { kept: number };
    expect(runs).toBeGreaterThan(3);
    expect(stock).toEqual({ kept: true, because: '', warnings: [] });
    expect(left).toEqual({ runs: runs + 1 });
  });

  it('when it is full from the start', () => {
    const [full] = linesOf(inNamespace(scratchDirectory(), 'size=4k', '"$1" "$2" fill "$0"'));
    expect(full).toMatchObject({ kept: 0, because: expect.stringMatching(/disk is full|file system is full/) });
  });

  it('when it is read-only: reading goes on', () => {
    const script = '"$1" "$2" stock "$0" && mount -o remount,ro "$0" && "$1" "$2" fill "$0"';
    const [first, , second] = linesOf(inNamespace(scratchDirectory(), 'size=4m', script));
    expect(first).toMatchObject({ kept: true });
    expect(second).toMatchObject({ kept: 0, because: expect.stringContaining('read-only'), back: '' });
  });

  it('when it is read-only and empty', () => {
    const script = 'mount -o remount,ro "$0" && "$1" "$2" fill "$0"';
    const [answer] = linesOf(inNamespace(scratchDirectory(), 'size=4m', script));
    expect(answer).toMatchObject({ kept: 0, because: expect.stringContaining('read-only') });
  });
});

describe('a run that is killed', () => {
  const driver = (...args: readonly string[]) =>
    spawnSync(process.execPath, [DRIVER, ...args], { encoding: 'utf8', timeout: 60_000 });

  it('with half of it in the file: readers say so, and the next run that is kept takes it back', () => {
    const { path } = kept();
    expect(driver('halfway', path).signal).toBe('SIGKILL');
    expect(readdirSync(path)).toContain(`${HISTORY_FILE}-journal`);
    expect(back(path)?.problem).toContain('interrupted while it was kept');
    expect(keep(path)).toMatchObject({ kept: true, warnings: [], run: { id: 4 } });
    expect(keptRuns(path, 9)).toHaveLength(4);
  });
});
