import type { DatabaseSync } from 'node:sqlite';
import { toStored } from './stored-text.ts';

/** However old they are, so many runs stay: the trend, and a clock that is wrong by years cannot empty the history. */
const ALWAYS_KEPT = 90;

/** One run with a wrong clock is no reason to forget anything: so many of the newest must agree on what is old. */
const AGREEING_RUNS = 10;

/** Pages that are given back to the file system after each run: 8 MiB at most, so that no run takes long. */
const FREED_PAGES = 2048;

/** Removes runs beyond the limit. */
export function forgetOldRuns(db: DatabaseSync, keepDays: number): void {
  const newest = db.prepare('SELECT taken_at AS at FROM run ORDER BY id DESC LIMIT ?').all(AGREEING_RUNS);
  const times = newest.map(({ at }) => Date.parse(String(at))).filter((time) => !Number.isNaN(time));
  const cutoff = Math.min(...times) - keepDays * 86_400_000;
  if (!Number.isFinite(cutoff)) return;
  db.prepare(
    `DELETE FROM run WHERE julianday(taken_at) < julianday(?)
         AND id <= (SELECT id FROM run ORDER BY id DESC LIMIT 1 OFFSET ${ALWAYS_KEPT - 1}) - 1`,
  ).run(toStored(isoOf(cutoff)));
}

/** ISO 8601 has four digits for a year; a clock can be further off than that. */
const isoOf = (ms: number): string =>
  new Date(Math.min(Math.max(ms, -62_167_219_200_000), 253_402_300_799_000)).toISOString();

/** Gives free pages back, or leaves that to a later run: the run before it is kept, and is not kept twice for want of room. */
export function giveBackPages(db: DatabaseSync): void {
  try {
    db.exec(`PRAGMA incremental_vacuum(${FREED_PAGES})`);
  } catch {
    // It needs room for its journal, or another run writes.
  }
}
