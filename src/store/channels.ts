import type { DatabaseSync } from 'node:sqlite';
import { every, flag, having, number, orNull, text, whole } from '../model/json-shape.ts';
import {
  type ChannelRecord,
  type ChannelStore,
  type NewestRun,
  UNKNOWN_CHANNEL,
} from '../model/notify/channel-record.ts';
import { HISTORY_STATE, PROBLEMS } from '../model/report/history-state-shape.ts';
import type { Report } from '../model/report/report.ts';
import { closeQuietly, guarded, inTransaction, openToRead, openToWrite } from './database.ts';
import { historyFileIn } from './history-file.ts';
import { newestPicture, packed, unpacked } from './newest.ts';
import { StoreProblem } from './store-problem.ts';
import { fromStored, toStored } from './stored-text.ts';

const RECORD = having({
  told: orNull(having({ uuid: text, picture: HISTORY_STATE })),
  sentAt: orNull(text),
  digestAt: orNull(text),
  'turn?': whole,
  waiting: orNull(
    having({ since: text, attempts: number, error: text, refused: flag, notBefore: text, offered: PROBLEMS }),
  ),
});

const LIST = every(having({}));
const REPORT = having({ takenAt: text, node: text, checks: LIST, problems: LIST, findings: LIST });

/** What was kept before there were turns has none. */
const recordOf = (body: unknown, path: string): ChannelRecord => ({
  turn: 0,
  ...unpacked<Omit<ChannelRecord, 'turn'>>(body, RECORD, `what ${path} keeps of a channel`),
});

function orUnknown(read: () => ChannelRecord): ChannelRecord {
  try {
    return read();
  } catch (error) {
    if (error instanceof StoreProblem) return UNKNOWN_CHANNEL;
    throw error;
  }
}

function storeOf(db: DatabaseSync, path: string): Omit<OpenChannels, 'warnings' | 'close'> {
  return {
    newest: () => guarded(path, () => newestRun(db, path)),
    record: (name) =>
      guarded(path, () => {
        const row = db.prepare('SELECT body FROM channel WHERE name = ?').get(toStored(name));
        // What is damaged is as if it had taken nothing: it gets it all again, rather than nothing ever.
        return row === undefined ? UNKNOWN_CHANNEL : orUnknown(() => recordOf(row['body'], path));
      }),
    save: (name, record) =>
      inTransaction(db, path, () => {
        db.prepare('INSERT OR REPLACE INTO channel (name, body) VALUES (?, ?)').run(toStored(name), packed(record));
      }),
  };
}

/** The last run that was kept to be sent; null where there is none. */
function newestRun(db: DatabaseSync, path: string): NewestRun | null {
  const row = db
    .prepare("SELECT body, run.uuid FROM newest, run WHERE name = 'report' ORDER BY run.id DESC LIMIT 1")
    .get();
  const picture = newestPicture(db, path);
  if (row === undefined || picture === null) return null;
  const report = unpacked<Report>(row['body'], REPORT, `the last report in ${path}`);
  // Kept without being sent, a later run leaves a report that is not its own.
  return report.takenAt === picture.takenAt ? { uuid: fromStored(String(row['uuid'])), picture, report } : null;
}

export interface OpenChannels extends ChannelStore {
  readonly save: (name: string, record: ChannelRecord) => void;
  readonly warnings: readonly string[];
  readonly close: () => void;
}

/** Opens to send. A problem is thrown. */
export function openChannels(directory: string, now: string): OpenChannels {
  const path = historyFileIn(directory);
  const { db, warnings } = openToWrite(path, now);
  return { ...storeOf(db, path), warnings, close: () => closeQuietly(db) };
}

/** What is kept of every channel, by name; only looks. A problem is thrown. */
export function channelRecords(directory: string): ReadonlyMap<string, ChannelRecord> {
  const path = historyFileIn(directory);
  const db = openToRead(path);
  if (db === null) return new Map();
  try {
    return guarded(path, () => {
      const rows = db.prepare('SELECT name, body FROM channel ORDER BY name').all();
      return new Map(rows.map(({ name, body }) => [fromStored(String(name)), recordOf(body, path)]));
    });
  } finally {
    closeQuietly(db);
  }
}
