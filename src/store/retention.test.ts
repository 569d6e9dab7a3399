import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { BLIND, found, message, report, type Seen } from '../../test/store/past-reports.ts';
import { removeScratch, scratchDirectory } from '../../test/store/scratch.ts';
import { keepRun, keptRuns, lookBack, openOutbox } from './history.ts';
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
  const ended = () => {
    const db = new DatabaseSync(historyFileIn(path), { readOnly: true });
    const rows = db.prepare('SELECT subject_id AS id FROM finding WHERE ended_run IS NOT NULL ORDER BY id').all();
    db.close();
    return rows.map(({ id }) => id);
  };
  return { path, keep, days, ended };
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
    each(1, 150, (day) => keep(day, old));
    expect(lookBack(path, report({ takenAt: onDay(151), ...old }))?.findings).toMatchObject([{ since: onDay(1) }]);
  });

  it('holds one that nobody can look at, and forgets one that ended before the oldest run', () => {
    const { keep, ended } = node(7);
    keep(1, { findings: [found('DM010', 'gone'), found('MNT001', 'hidden')] });
    keep(2, { outcomes: { MNT001: BLIND } });
    expect(ended()).toEqual(['gone']);
    each(3, 120, (day) => keep(day, { outcomes: { MNT001: BLIND } }));
    expect(ended()).toEqual([]);
    expect(keep(121)?.resolved).toMatchObject([{ subject: { id: 'hidden' }, since: onDay(1) }]);
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

  it('gives the room of forgotten messages back', () => {
    const { path, keep } = node(400);
    keep(1);
    const size = () => statSync(historyFileIn(path)).size;
    const empty = size();
    const noise = Array.from({ length: 60 }, (_, at) =>
      message(`m${at}`, { html: Array.from({ length: 40_000 }, () => Math.random().toString(36)[2]).join('') }),
    );
    const open = openOutbox(path, onDay(1));
    open.outbox.enqueue(noise.map((one) => ({ channel: 'mail', message: one })));
    const full = size();
    expect(full).toBeGreaterThan(empty + 1_000_000);
    for (const { number } of open.outbox.list(100)) open.outbox.markSent(number, onDay(1));
    open.close();
    keep(200);
    expect(size()).toBeLessThan(empty + 50_000);
  });

  it('keeps a run, and its messages, also where no room can be given back', () => {
    const { path } = node(400);
    const exec = DatabaseSync.prototype.exec;
    vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementation(function (this: DatabaseSync, sql) {
      if (!sql.includes('incremental_vacuum')) return exec.call(this, sql);
      throw Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 });
    });
    const news = { messages: [{ channel: 'mail', message: message('news') }], upToDate: [] };
    const result = keepRun({ path, keepDays: 400 }, report({ takenAt: onDay(1) }), () => news);
    vi.restoreAllMocks();
    expect(result).toMatchObject({ kept: true, warnings: [] });
    expect(keptRuns(path, 9)).toHaveLength(1);
  });
});
