import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { night, report } from '../../test/store/past-reports.ts';
import { removeScratch, scratchDirectory } from '../../test/store/scratch.ts';
import type { StandingProblem } from '../model/report/report-history.ts';
import { closeQuietly, openToWrite } from './database.ts';
import { keepRun, keptRuns } from './history.ts';
import { HISTORY_FILE, historyFileIn } from './history-file.ts';

afterAll(removeScratch);

const DRIVER = fileURLToPath(new URL('../../test/store/keep-runs.ts', import.meta.url));

const start = (...args: readonly string[]): ChildProcess =>
  spawn(process.execPath, [DRIVER, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });

async function outputOf(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout ?? []) text += String(chunk);
  return text;
}

interface Line {
  readonly kept: boolean;
  readonly because: string;
  readonly id: number;
  readonly fresh: readonly StandingProblem[];
}

describe('runs at the same time', () => {
  it('are kept one after the other: each has its own number, and each finding is new once', async () => {
    const path = scratchDirectory();
    const runs = 25;
    const tags = ['a', 'b', 'c'];
    const texts = await Promise.all(tags.map((tag) => outputOf(start('grow', path, tag, `${runs}`))));
    const lines = texts.flatMap((text) =>
      text
        .split('\n')
        .filter((line) => line !== '')
        .map((line): Line => JSON.parse(line)),
    );
    expect(lines.filter(({ kept }) => !kept)).toEqual([]);
    expect(readdirSync(path)).toEqual([HISTORY_FILE]);
    expect(lines.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: runs * tags.length }, (_, at) => at + 1),
    );
    const devices = Array.from({ length: runs }, (_, at) => `volume:device/${at}`).sort();
    const fresh = lines.flatMap((line) => line.fresh.map(({ id }) => id.replace('device:', '')));
    expect(fresh.sort()).toEqual(devices);
  });
});

describe('runs that are killed at any moment', () => {
  it('are whole or not there at all', async () => {
    const path = scratchDirectory();
    for (let round = 0; round < 12; round += 1) {
      const child = start('for-ever', path, `${round}`);
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await new Promise((resolve) => child.stdout?.once('data', resolve));
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 40));
      child.kill('SIGKILL');
      await ended;
      const { db, warnings } = openToWrite(historyFileIn(path), night(9));
      const count = (sql: string) => Number(Object.values(db.prepare(sql).get() ?? {})[0]);
      const runs = count('SELECT count(*) FROM run');
      expect(warnings).toEqual([]);
      expect(count('SELECT max(id) FROM run')).toBe(runs);
      closeQuietly(db);
    }
    expect(keepRun({ path, keepDays: 400 }, report()).kept).toBe(true);
    expect(keptRuns(path, 1)).toHaveLength(1);
  });
});
