import type { DatabaseSync } from 'node:sqlite';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Rule } from '../model/json-shape.ts';
import type { HistoryState } from '../model/report/history-state.ts';
import { HISTORY_STATE } from '../model/report/history-state-shape.ts';
import type { Report } from '../model/report/report.ts';
import { StoreProblem } from './store-problem.ts';

/** A report of 1 000 guests is about 6 MB of JSON: level 1 takes a quarter of the time of level 6 for a tenth more bytes. */
const COMPRESSION = { level: 1 } as const;
/** Ten times the report of 10 000 guests. What is larger is nothing of ours. */
const MOST_UNPACKED = 512 * 1024 * 1024;

export const packed = (value: unknown): Uint8Array => gzipSync(JSON.stringify(value), COMPRESSION);

/** What was packed, if it looks as it should; a problem is thrown. */
export function unpacked<T>(body: unknown, shape: Rule, what: string): T {
  let value: unknown;
  try {
    if (!(body instanceof Uint8Array)) throw new Error('it is no bytes');
    value = JSON.parse(gunzipSync(body, { maxOutputLength: MOST_UNPACKED }).toString('utf8'));
  } catch (error) {
    throw new StoreProblem(`${what} is damaged: ${error instanceof Error ? error.message : String(error)}`);
  }
  const complaint = shape(value, 'it');
  if (complaint !== null) throw new StoreProblem(`${what} is damaged: ${complaint}`);
  // Every field that is used was checked just above.
  return value as T;
}

/** What the newest run left to compare with; null where there is none. */
export function newestPicture(db: DatabaseSync, path: string): HistoryState | null {
  const row = db.prepare("SELECT body FROM newest WHERE name = 'picture'").get();
  return row === undefined
    ? null
    : unpacked<HistoryState>(row['body'], HISTORY_STATE, `what ${path} keeps of the last run`);
}

/** `report` null: no message is made of this run, now or later. */
export function saveNewest(db: DatabaseSync, picture: HistoryState, report: Report | null): void {
  const save = db.prepare('INSERT OR REPLACE INTO newest (name, body) VALUES (?, ?)');
  save.run('picture', packed(picture));
  if (report !== null) save.run('report', packed(report));
}
