import { DatabaseSync } from 'node:sqlite';
import { type DataFile, lookAtDataFile, makeDataFile, setAside } from '../host/data-file.ts';
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION, TABLES } from './schema.ts';
import { asProblem, StoreProblem, saysDamaged } from './store-problem.ts';

/** How long a run waits for another one that writes. A run holds the database for some tens of milliseconds. */
const WRITER_WAITS_MS = 10_000;
const READER_WAITS_MS = 2000;

/** The files that SQLite keeps beside a database: they belong to it and to no other. */
const COMPANIONS = ['-journal', '-wal', '-shm'];

export interface OpenDatabase {
  readonly db: DatabaseSync;
  /** What the user should know, each a sentence. */
  readonly warnings: readonly string[];
}

/** Opens to read; nothing is made or changed. null where there is nothing yet. */
export function openToRead(path: string): DatabaseSync | null {
  const file = lookAtDataFile(path);
  if (file.state === 'unusable') throw new StoreProblem(file.because);
  if (file.state === 'absent' || file.sizeBytes === 0) return null;
  const db = guarded(path, () => new DatabaseSync(path, { readOnly: true, timeout: READER_WAITS_MS }));
  try {
    const condition = conditionOf(db, path, READ_TABLES);
    if (condition.is === 'ready') return db;
    if (condition.is === 'empty') {
      db.close();
      return null;
    }
    throw new StoreProblem(`${path} ${condition.because}; the next run that is kept sets it aside and begins anew`);
  } catch (error) {
    closeQuietly(db);
    throw asProblem(path, error);
  }
}

/** Opens to write. What cannot be used is set aside, never deleted. */
export function openToWrite(path: string, now: string, waitMs = WRITER_WAITS_MS): OpenDatabase {
  const warnings: string[] = [];
  // A second try finds the new file; a third one only where others set files aside at the same moment.
  for (let tries = 0; tries < 3; tries += 1) {
    const refused = makeDataFile(path);
    if (refused !== null) throw new StoreProblem(refused);
    const file = lookAtDataFile(path);
    const opened = tryToWrite(path, waitMs);
    if ('db' in opened) return { db: opened.db, warnings };
    const aside = moveAway(path, file, now);
    if (aside !== null)
      warnings.push(`${path} ${opened.because}. It was renamed to ${aside}, and a new history begins with this run`);
  }
  throw new StoreProblem(`${path} is replaced again and again by something else`);
}

function tryToWrite(path: string, timeout: number): { readonly db: DatabaseSync } | { readonly because: string } {
  const db = guarded(path, () => new DatabaseSync(path, { timeout }));
  try {
    const condition = conditionOf(db, path, WHOLE);
    if (condition.is === 'unusable') {
      db.close();
      return { because: condition.because };
    }
    db.exec(`PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA;
      PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF`);
    makeTables(db);
    return { db };
  } catch (error) {
    closeQuietly(db);
    throw asProblem(path, error);
  }
}

function moveAway(path: string, file: DataFile, now: string): string | null {
  const word = `set-aside-${now.replace(/\.\d+/, '').replaceAll(/[^0-9TZ]/g, '')}`;
  try {
    return file.state === 'regular' ? setAside(path, file.identity, word, COMPANIONS) : null;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StoreProblem(`${path} cannot be used and cannot be renamed: ${why}`);
  }
}

type Condition =
  | { readonly is: 'empty' }
  | { readonly is: 'ready' }
  /** `because` continues a sentence that begins with the path. */
  | { readonly is: 'unusable'; readonly because: string };

/** Everything, and every index compared with its table. */
const WHOLE = ['integrity_check(1)'];

/** What a reader looks at: a large history must not cost every check the time to read it. */
const READ_TABLES = ['run', 'newest'].map((table) => `quick_check('${table}')`);

/**
 * What kind of file it is. All of it is read in one transaction: a run that writes between two looks would make the file
 * longer or shorter than it says it is, and a good history would be set aside.
 */
function conditionOf(db: DatabaseSync, path: string, checks: readonly string[]): Condition {
  try {
    db.exec('BEGIN');
    const condition = lookInside(db, path, checks);
    db.exec('COMMIT');
    return condition;
  } catch (error) {
    if (!saysDamaged(error)) throw error;
    return damaged(error instanceof Error ? error.message : String(error));
  }
}

function lookInside(db: DatabaseSync, path: string, checks: readonly string[]): Condition {
  // The first page is read before the size is asked: that takes back what a killed run left, which may be all there is.
  const version = pragma(db, 'user_version');
  const pages = pragma(db, 'page_count');
  const file = lookAtDataFile(path);
  const sizeBytes = file.state === 'regular' ? file.sizeBytes : 0;
  if (pages === 0 && sizeBytes === 0) return { is: 'empty' };
  if (pages === 0 || sizeBytes < pages * pragma(db, 'page_size')) return damaged('it was cut off');
  const owner = pragma(db, 'application_id');
  // SQLite writes a first page for auto_vacuum, before any table: whoever opens it then is at the beginning too.
  if (owner === 0 && version === 0 && isBare(db)) return { is: 'empty' };
  if (owner !== APPLICATION_ID) return { is: 'unusable', because: 'is the database of another program' };
  if (version !== SCHEMA_VERSION && version > 0)
    return {
      is: 'unusable',
      because: `was written by ${version > SCHEMA_VERSION ? 'a newer' : 'an older'} pve-doctor (schema ${version}, not ${SCHEMA_VERSION})`,
    };
  const wrongTables = complaintOfTables(db, version);
  if (wrongTables !== null) return damaged(wrongTables);
  const verdicts = checks.map((check) => Object.values(db.prepare(`PRAGMA ${check}`).get() ?? {})[0]);
  const complaint = verdicts.find((verdict) => verdict !== 'ok');
  if (complaint !== undefined) return damaged(String(complaint));
  return { is: 'ready' };
}

/** SQLite finds a database whole that lacks a table or is no version of ours, and nothing could ever be kept in it. */
function complaintOfTables(db: DatabaseSync, version: number): string | null {
  const rows = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const present = new Set(rows.map(({ name }) => String(name)));
  const missing = TABLES.find((table) => version > 0 && !present.has(table));
  if (missing !== undefined) return `it has no table ${missing}`;
  return version < 1 && present.size > 0 ? 'its version is not that of its tables' : null;
}

const isBare = (db: DatabaseSync): boolean => db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;

const damaged = (detail: string): Condition => ({ is: 'unusable', because: `is damaged (${detail})` });

const pragma = (db: DatabaseSync, name: string): number =>
  Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]);

/** In one transaction: another run that does it at the same time is waited for, and then there is nothing left to do. */
function makeTables(db: DatabaseSync): void {
  if (pragma(db, 'user_version') === SCHEMA_VERSION) return;
  db.exec('BEGIN IMMEDIATE');
  if (pragma(db, 'user_version') === 0) db.exec(SCHEMA);
  db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
}

/** All that `work` does, or nothing of it. */
export function inTransaction<T>(db: DatabaseSync, path: string, work: () => T): T {
  try {
    db.exec('BEGIN IMMEDIATE');
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    try {
      // SQLite has ended it itself after some errors (a full disk); closing takes back what is left.
      if (db.isTransaction) db.exec('ROLLBACK');
    } catch {
      // The first error says more.
    }
    throw asProblem(path, error);
  }
}

export function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asProblem(path, error);
  }
}

export function closeQuietly(db: DatabaseSync): void {
  try {
    db.close();
  } catch {
    // It was closed already.
  }
}
