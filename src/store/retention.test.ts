import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { BLIND, found, report, type Seen } from '../../test/store/past-reports.ts';
import { removeScratch, scratchDirectory } from '../../test/store/scratch.ts';
import { keepRun, keptRuns, lookBack } from './history.ts';
import { historyFileIn } from './history-file.ts';

afterAll(removeScratch);

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const onDay = (day: number): string => new Date(START + day * DAY_MS).toISOString();

function node(keepDays: number) {
  const path = scratchDirectory();
  const keep = (day: number, seen: Seen = {}) => {
    const result = keepRun({ path, keepDays }, report({ takenAt: onDay(day), ...seen }));
    if (!result.kept) throw new Error(result.because);
    return result.report.history;
  };
  const days = () => keptRuns(path, 10_000).map(({ takenAt }) => (Date.parse(takenAt) - START) / DAY_MS);
  return { path, keep, days };
}

/** A run each day, from one to another. */
const each = (from: number, to: number, keep: (day: number) => unknown) => {
  for (let day = from; day <= to; day += 1) keep(day);
};

describe('what is kept', () => {
  it('ends at the limit of days, but never below the last 90 runs', () => {
    const { keep, days } = node(100);
    each(1, 130, keep);
    // The ten newest runs agree on what is old.
    expect(days()).toEqual(Array.from({ length: 110 }, (_, at) => at + 21));
    const short = node(7);
    each(1, 130, short.keep);
    expect(short.days()).toEqual(Array.from({ length: 90 }, (_, at) => at + 41));
  });

  it('holds a finding that stands, however long ago it began', () => {
    const { path, keep } = node(7);
    const old = { findings: [found('DM010', 'old')] };
    each(1, 100, (day) => keep(day, old));
    expect(lookBack(path, report({ takenAt: onDay(101), ...old }))?.history?.problems).toMatchObject([
      { since: onDay(1) },
    ]);
  });

  it('holds one that nobody can look at, however long', () => {
    const { keep } = node(7);
    keep(1, { findings: [found('DM010', 'gone'), found('MNT001', 'hidden')] });
    keep(2, { outcomes: { MNT001: BLIND } });
    each(3, 120, (day) => keep(day, { outcomes: { MNT001: BLIND } }));
    expect(keep(121)?.resolved).toMatchObject([{ id: 'device:hidden', since: onDay(1) }]);
  });

  it('is not emptied by a clock that is years ahead, or years behind, for a run', () => {
    const { keep, days } = node(100);
    each(1, 120, keep);
    const before = days().length;
    keep(40_000);
    keep(-10_000);
    expect(days().length).toBeGreaterThan(before);
    each(121, 125, keep);
    expect(days().length).toBeGreaterThanOrEqual(before);
  });

  it('survives a time that is none', () => {
    const { keep, days } = node(1);
    keep(1, { takenAt: 'yesterday' });
    keep(2, { takenAt: '' });
    keep(3);
    expect(days()).toHaveLength(3);
  });

  it('gives the room of a large report back', () => {
    const { path, keep } = node(400);
    keep(1);
    const size = () => statSync(historyFileIn(path)).size;
    const empty = size();
    const notSeen = [randomBytes(600_000).toString('hex')];
    keepRun({ path, keepDays: 400, isSent: true }, report({ takenAt: onDay(2), notSeen }));
    expect(size()).toBeGreaterThan(empty + 500_000);
    keepRun({ path, keepDays: 400, isSent: true }, report({ takenAt: onDay(3) }));
    expect(size()).toBeLessThan(empty + 50_000);
  });

  it('keeps a run also where no room can be given back', () => {
    const { path } = node(400);
    const exec = DatabaseSync.prototype.exec;
    vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementation(function (this: DatabaseSync, sql) {
      if (!sql.includes('incremental_vacuum')) return exec.call(this, sql);
      throw Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 });
    });
    const result = keepRun({ path, keepDays: 400 }, report({ takenAt: onDay(1) }));
    vi.restoreAllMocks();
    expect(result).toMatchObject({ kept: true, warnings: [] });
    expect(keptRuns(path, 9)).toHaveLength(1);
  });
});
