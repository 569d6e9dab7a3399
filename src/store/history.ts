import type { DatabaseSync } from 'node:sqlite';
import type { HistorySettings } from '../model/config/config.ts';
import { type Decide, type KeepResult, NOBODY_TOLD, type Outbox } from '../model/notify/outbox.ts';
import type { Report } from '../model/report/report.ts';
import { type PastRun, type ReportHistory, withHistory } from '../model/report/report-history.ts';
import { channelState, tellChannel } from './change-since.ts';
import { closeQuietly, guarded, inTransaction, openToRead, openToWrite } from './database.ts';
import { asPast, type Comparison, compareWithStanding, earlier, updateEpisodes } from './episodes.ts';
import { historyFileIn } from './history-file.ts';
import { forgetOldMessages, insertMessages, outboxOf } from './outbox.ts';
import { forgetOldRuns, giveBackPages } from './retention.ts';
import { insertRun, newestRuns, TREND_RUNS } from './runs.ts';
import { StoreProblem } from './store-problem.ts';

/** What the kept runs say about this report. Only reads. null where no run was ever kept. */
export function lookBack(directory: string, report: Report): ReportHistory | null {
  try {
    return readingFrom(directory, null, (db) => {
      const trend = newestRuns(db, TREND_RUNS);
      return historyOf(report, compareWithStanding(db, report), trend.at(-1) ?? null, trend, '');
    });
  } catch (error) {
    if (!(error instanceof StoreProblem)) throw error;
    return historyWithProblem(error.message);
  }
}

/** The newest runs that are kept, oldest first. A problem is thrown. */
export const keptRuns = (directory: string, limit: number): readonly PastRun[] =>
  readingFrom(directory, [], (db) => newestRuns(db, limit));

/** Nothing is known of earlier runs, and why. */
export const historyWithProblem = (problem: string): ReportHistory => ({
  ...{ previous: null, findings: [], resolved: [], notJudged: [], trend: [], problem },
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

interface KeepSettings extends HistorySettings {
  /** How long another run that writes is waited for. */
  readonly waitMs?: number;
}

/**
 * Keeps a run: the run, what became of every finding, the messages that `decide` answers and what their channels know, in one
 * transaction. Two runs at the same time do it one after the other, and the second sees what the first has told.
 */
export function keepRun(
  { path: directory, keepDays, waitMs }: KeepSettings,
  report: Report,
  decide: Decide = () => NOBODY_TOLD,
): KeepResult {
  if (report.source !== 'live') return { kept: false, because: 'only a run on the node itself is kept' };
  const path = historyFileIn(directory);
  try {
    const { db, warnings } = openToWrite(path, report.takenAt, waitMs);
    try {
      const kept = inTransaction(db, path, () => writeRun(db, report, keepDays, warnings, decide));
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

function writeRun(
  db: DatabaseSync,
  report: Report,
  keepDays: number,
  warnings: readonly string[],
  decide: Decide,
): KeepResult {
  const comparison = compareWithStanding(db, report);
  const previous = newestRuns(db, 1).at(-1) ?? null;
  const run = insertRun(db, report);
  updateEpisodes(db, run, comparison);
  const trend = newestRuns(db, TREND_RUNS);
  const told = withHistory(report, historyOf(report, comparison, previous, trend, warnings.join('. ')));
  const { messages, upToDate } = decide({ run, report: told, channel: (name) => channelState(db, name, report) });
  const givenUp = insertMessages(db, messages);
  for (const { channel, message } of messages) tellChannel(db, channel, run, message.kind === 'digest');
  for (const channel of upToDate) tellChannel(db, channel, run, false);
  forgetOldRuns(db, keepDays);
  forgetOldMessages(db, report.takenAt);
  return { kept: true, run, report: told, warnings: [...warnings, ...givenUp] };
}

function historyOf(
  report: Report,
  { standing, present, gone }: Comparison,
  previous: PastRun | null,
  trend: readonly PastRun[],
  problem: string,
): ReportHistory {
  const findings = [...present.keys()].map((key) => {
    const episode = standing.get(key);
    const since = episode === undefined ? report.takenAt : earlier(episode.since, report.takenAt);
    return { key, since, isNew: episode === undefined };
  });
  const resolved = gone.resolved.map(asPast);
  // Of a check that is gone nobody knows either; it is said once, by the run that ends it.
  const notJudged = [...gone['not-judged'], ...gone.retired].map(asPast);
  return { previous, findings, resolved, notJudged, trend, problem };
}

/** An outbox that is open, for as long as messages are delivered. */
export interface OpenOutbox {
  readonly outbox: Outbox;
  readonly warnings: readonly string[];
  readonly close: () => void;
}

/** Opens the outbox, and makes it where there is none. A problem is thrown. */
export function openOutbox(directory: string, now: string): OpenOutbox {
  const path = historyFileIn(directory);
  const { db, warnings } = openToWrite(path, now);
  return { outbox: outboxOf(db, path), warnings, close: () => closeQuietly(db) };
}

/** Looks at kept messages; nothing is made, renamed or changed. `none` where nothing was ever kept. A problem is thrown. */
export const lookIntoOutbox = <T>(directory: string, none: T, look: (outbox: Pick<Outbox, 'list' | 'read'>) => T): T =>
  readingFrom(directory, none, (db) => look(outboxOf(db, historyFileIn(directory))));
