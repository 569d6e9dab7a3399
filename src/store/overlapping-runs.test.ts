import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { night, report } from '../../test/store/past-reports.ts';
import { removeScratch, scratchDirectory } from '../../test/store/scratch.ts';
import type { StandingFinding } from '../model/report/report-history.ts';
import { closeQuietly, openToWrite } from './database.ts';
import { keepRun, keptRuns, openOutbox } from './history.ts';
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
  readonly fresh: readonly StandingFinding[];
}

describe('runs at the same time', () => {
  it('are kept one after the other: each has its own number, and each finding is new, and told, once', async () => {
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
    const devices = Array.from({ length: runs }, (_, at) => `device-${at}`).sort();
    const fresh = lines.flatMap((line) => line.fresh.map(({ key }) => key.split('/').at(-1)));
    expect(fresh.sort()).toEqual(devices);
    const { outbox, close } = openOutbox(path, night(9));
    const told = outbox
      .list(1000)
      .flatMap(({ number }): readonly string[] => JSON.parse(outbox.read(number)?.text ?? '[]'));
    close();
    expect(told.toSorted()).toEqual(devices);
  });

  it('send a message that both see due once', async () => {
    const path = scratchDirectory();
    await outputOf(start('grow', path, 'a', '20'));
    const [one, two] = [openOutbox(path, night(9)), openOutbox(path, night(9))];
    const taken = one.outbox
      .due(night(21))
      .flatMap(({ number }) => [one, two].map(({ outbox }) => outbox.take(number, night(21), night(22))))
      .filter((message) => message !== null);
    expect(taken).toHaveLength(20);
    one.close();
    two.close();
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
      expect(count('SELECT max(number) FROM message')).toBe(runs);
      expect(count('SELECT count(*) FROM finding')).toBe(3 * runs);
      expect(count('SELECT count(*) FROM finding WHERE ended_run IS NULL')).toBe(3);
      expect(count('SELECT told_run FROM channel')).toBe(count('SELECT max(id) FROM run'));
      closeQuietly(db);
    }
    expect(keepRun({ path, keepDays: 400 }, report()).kept).toBe(true);
    expect(keptRuns(path, 1)).toHaveLength(1);
  });
});
