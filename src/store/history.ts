import type { DatabaseSync } from 'node:sqlite';
import type { HistorySettings } from '../model/config/config.ts';
import { worseFirst } from '../model/finding.ts';
import { graded } from '../model/report/grade.ts';
import { type HistoryState, type HistoryUpdate, lookOf, updateHistory } from '../model/report/history-state.ts';
import type { Report } from '../model/report/report.ts';
import { type PastRun, type ReportHistory, withHistory } from '../model/report/report-history.ts';
import { minuteOf } from '../model/time-words.ts';
import { closeQuietly, guarded, inTransaction, openToRead, openToWrite } from './database.ts';
import { historyFileIn } from './history-file.ts';
import { newestPicture, saveNewest } from './newest.ts';
import type { RunMark } from './run-mark.ts';
import { forgetOldRuns, giveBackPages, hasRun, insertRun, newestRuns, TREND_RUNS } from './runs.ts';
import { StoreProblem } from './store-problem.ts';

/** The report with what the kept runs say about it. Only reads. null where no run was ever kept. */
export function lookBack(directory: string, report: Report): Report | null {
  try {
    return readingFrom(directory, null, (db) => {
      const trend = newestRuns(db, TREND_RUNS);
      const update = updateHistory(newestPicture(db, historyFileIn(directory)), lookOf(report));
      return withHistory(judgedWith(update, report), historyOf(update, trend.at(-1) ?? null, trend, ''));
    });
  } catch (error) {
    if (!(error instanceof StoreProblem)) throw error;
    return withHistory(report, historyWithProblem(error.message));
  }
}

/** The newest runs that are kept, oldest first. A problem is thrown. */
export const keptRuns = (directory: string, limit: number): readonly PastRun[] =>
  readingFrom(directory, [], (db) => newestRuns(db, limit));

/** Since when findings stand, by their key. Empty where nothing is kept, or it cannot be read: then nobody knows. */
export function standingSince(directory: string): ReadonlyMap<string, string> {
  try {
    return readingFrom(
      directory,
      new Map(),
      (db) =>
        new Map(
          (newestPicture(db, historyFileIn(directory))?.problems ?? []).flatMap(({ findings, since }) =>
            findings.map((key) => [key, since] as const),
          ),
        ),
    );
  } catch (error) {
    if (!(error instanceof StoreProblem)) throw error;
    return new Map();
  }
}

/** Nothing is known of earlier runs, and why. */
export const historyWithProblem = (problem: string): ReportHistory => ({
  previous: null,
  problems: [],
  resolved: [],
  notJudged: [],
  trend: [],
  problem,
});

function readingFrom<T>(directory: string, none: T, read: (db: DatabaseSync) => T): T {
  const path = historyFileIn(directory);
  const db = openToRead(path);
  if (db === null) return none;
  try {
    // One transaction: a run that is kept meanwhile is seen whole or not at all.
    return guarded(path, () => {
      db.exec('BEGIN');
      return read(db);
    });
  } finally {
    closeQuietly(db);
  }
}

/** Goes on from what another node saw last. A problem is thrown. */
export function adoptPicture(directory: string, picture: HistoryState, now: string): void {
  const path = historyFileIn(directory);
  const { db } = openToWrite(path, now);
  try {
    inTransaction(db, path, () => saveNewest(db, picture, null));
  } finally {
    closeQuietly(db);
  }
}

interface KeepSettings extends HistorySettings {
  /** How long another run that writes is waited for. */
  readonly waitMs?: number;
  /** The last run that was kept, as far as that is known beside the history. */
  readonly last?: RunMark | null;
  /** Messages are made of this run, now or later. */
  readonly isSent?: boolean;
}

/** What became of keeping a run. */
export type KeepResult =
  | {
      readonly kept: true;
      readonly uuid: string;
      readonly run: PastRun;
      /** The report with its history. */
      readonly report: Report;
      /** Ids of problems that are over: no acknowledgement of them holds any more. */
      readonly over: readonly string[];
      /** What the user should know, each a sentence: a database set aside, or one that is not the last one. */
      readonly warnings: readonly string[];
    }
  | { readonly kept: false; readonly because: string };

/**
 * Keeps a run in one transaction. Two runs at the same time do it one after the other, and the second sees the first.
 */
export function keepRun(
  { path: directory, keepDays, waitMs, last = null, isSent = false }: KeepSettings,
  report: Report,
): KeepResult {
  if (report.source !== 'live') return { kept: false, because: 'only a run on the node itself is kept' };
  const path = historyFileIn(directory);
  try {
    const { db, warnings } = openToWrite(path, report.takenAt, waitMs);
    try {
      const kept = inTransaction(db, path, () => {
        const lost = warnings.length === 0 ? lostRuns(db, last, path) : [];
        return writeRun(db, path, report, keepDays, [...warnings, ...lost], isSent);
      });
      giveBackPages(db);
      return kept;
    } finally {
      closeQuietly(db);
    }
  } catch (error) {
    if (!(error instanceof StoreProblem)) throw error;
    return { kept: false, because: error.message };
  }
}

/** Nothing where the database holds the last run that was kept. */
function lostRuns(db: DatabaseSync, mark: RunMark | null, path: string): readonly string[] {
  if (mark === null || hasRun(db, mark.uuid)) return [];
  const [newest] = newestRuns(db, 1);
  const when = minuteOf(mark.takenAt);
  return newest === undefined
    ? [`${path} was removed after the run of ${when}, so nobody knows what is new: a new history begins with this run`]
    : [
        `${path} was replaced by one that ends with the run of ${minuteOf(newest.takenAt)}; the last ` +
          `run was that of ${when}, so what is called new may have been told before`,
      ];
}

/** One that cannot be read must not keep every later run from being kept. */
function pictureOrNot(db: DatabaseSync, path: string) {
  try {
    return { picture: newestPicture(db, path), warnings: [] };
  } catch (error) {
    if (!(error instanceof StoreProblem)) throw error;
    return { picture: null, warnings: [`${error.message}: nobody knows what is new`] };
  }
}

function writeRun(
  db: DatabaseSync,
  path: string,
  report: Report,
  keepDays: number,
  said: readonly string[],
  isSent: boolean,
): KeepResult {
  const before = pictureOrNot(db, path);
  const warnings = [...before.warnings, ...said];
  const update = updateHistory(before.picture, lookOf(report));
  const previous = newestRuns(db, 1).at(-1) ?? null;
  const judged = judgedWith(update, report);
  const { run, uuid } = insertRun(db, judged);
  const trend = newestRuns(db, TREND_RUNS);
  const told = withHistory(judged, historyOf(update, previous, trend, warnings.join('. ')));
  saveNewest(db, { ...update.state, status: judged.status }, isSent ? told : null);
  forgetOldRuns(db, keepDays);
  return { kept: true, run, uuid, report: told, over: update.over, warnings };
}

/** What stood and cannot be judged now counts as it was last known: nothing is milder because nobody could look. */
function judgedWith({ notJudged, unseen, state }: HistoryUpdate, report: Report): Report {
  const kept = new Map(state.problems.map(({ id, severity }) => [id, severity]));
  const problems = report.problems.map((one) => ({ ...one, severity: kept.get(one.id) ?? one.severity }));
  return graded({ ...report, notJudged, problems: problems.toSorted(worseFirst) }, unseen);
}

const historyOf = (
  { standing, resolved, unseen }: HistoryUpdate,
  previous: PastRun | null,
  trend: readonly PastRun[],
  problem: string,
): ReportHistory => ({ previous, problems: standing, resolved, notJudged: unseen, trend, problem });
