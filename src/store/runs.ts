import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Grade, OverallStatus, Report } from '../model/report/report.ts';
import type { PastRun } from '../model/report/report-history.ts';
import { StoreProblem } from './store-problem.ts';
import { fromStored, toStored } from './stored-text.ts';

/** How many runs the trend of a report shows. */
export const TREND_RUNS = 90;

const COLUMNS = `id, taken_at AS takenAt, status, exit_code AS exitCode, grade, score, critical, warnings, notices`;

/** The newest runs, oldest first. */
export const newestRuns = (db: DatabaseSync, limit: number): readonly PastRun[] =>
  db.prepare(`SELECT ${COLUMNS} FROM run ORDER BY id DESC LIMIT ?`).all(limit).map(toRun).reverse();

/** A connection that only reads does not know the CHECKs of the schema (SQLite build.c sqlite3AddCheckConstraint). */
function toRun(row: object): PastRun {
  const run = row as PastRun;
  const grade = fromStored(run.grade) as Grade;
  if (!STATUSES.includes(run.status) || !GRADES.includes(grade))
    throw new StoreProblem(`the history is damaged: run ${run.id} makes no sense`);
  return { ...run, takenAt: fromStored(run.takenAt), grade };
}

const STATUSES: readonly OverallStatus[] = ['healthy', 'waiting', 'warning', 'critical', 'unknown'];
const GRADES: readonly Grade[] = ['A+', 'B', 'C', 'D', 'F', '?'];

/** The run as it is listed, and the UUID that it has for ever. */
export function insertRun(db: DatabaseSync, report: Report): { readonly run: PastRun; readonly uuid: string } {
  const uuid = randomUUID();
  const { takenAt, status, exitCode, grade, score } = report;
  const { critical, warnings, notices } = report.summary;
  const insert = db.prepare(`INSERT INTO run
    (taken_at, uuid, node, tool_version, status, exit_code, grade, score, critical, warnings, notices)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const texts = [takenAt, uuid, report.node, report.toolVersion].map(toStored);
  const { lastInsertRowid } = insert.run(...texts, status, exitCode, grade, score, critical, warnings, notices);
  const id = Number(lastInsertRowid);
  return { run: { id, takenAt, status, exitCode, grade, score, critical, warnings, notices }, uuid };
}

/** Whether a run with this UUID is kept. */
export const hasRun = (db: DatabaseSync, uuid: string): boolean =>
  db.prepare('SELECT 1 FROM run WHERE uuid = ?').get(toStored(uuid)) !== undefined;

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

/** Gives free pages back, or leaves that to a later run: the run before it is kept, and is not kept twice where the disk is full. */
export function giveBackPages(db: DatabaseSync): void {
  try {
    db.exec(`PRAGMA incremental_vacuum(${FREED_PAGES})`);
  } catch {
    // It needs space for its journal, or another run writes.
  }
}
