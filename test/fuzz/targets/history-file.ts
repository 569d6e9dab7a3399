import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { channelRecords, openChannels } from '../../../src/store/channels.ts';
import { keepRun, keptRuns, lookBack } from '../../../src/store/history.ts';
import { HISTORY_FILE } from '../../../src/store/history-file.ts';
import { StoreProblem } from '../../../src/store/store-problem.ts';
import { found, night, report } from '../../store/past-reports.ts';
import { scratchDirectory } from '../../store/scratch.ts';
import { expectSame, expectTrue } from '../sound.ts';
import { type Target, target } from '../target.ts';

/** Damage to a database, one a line: `cut 2000`, `fill 4096 4096 0`, `flip 120 3`, `write 40 TEXT`, `sql UPDATE …`, `body TEXT`. */

const REPORT = report({ takenAt: night(6), findings: [found('DM010', 'a')] });

let scratch = '';
let pristine = Buffer.alloc(0);
const directory = (): string => {
  if (existsSync(scratch)) return scratch;
  scratch = scratchDirectory();
  for (const day of [1, 2, 3])
    keepRun(
      { path: scratch, keepDays: 400, isSent: true },
      report({ takenAt: night(day), findings: [found('DM010', `a${day}`)] }),
    );
  const store = openChannels(scratch, night(3));
  const run = store.newest();
  store.save('mail', { told: run, sentAt: night(3), digestAt: null, turn: 1, waiting: null });
  store.close();
  pristine = readFileSync(`${scratch}/${HISTORY_FILE}`);
  return scratch;
};

function damage(file: string, line: string): void {
  const [verb = '', ...rest] = line.split(' ');
  const [at = 0, count = 0, value = 0] = rest.map(Number).map((number) => (number > 0 ? Math.floor(number) : 0));
  const bytes = readFileSync(file);
  if (verb === 'cut') writeFileSync(file, bytes.subarray(0, at));
  else if (verb === 'fill')
    writeFileSync(file, bytes.fill(value % 256, Math.min(at, bytes.length), Math.min(at + count, bytes.length)));
  else if (verb === 'flip' && at < bytes.length)
    writeFileSync(file, bytes.fill((bytes[at] ?? 0) ^ (1 << (count % 8)), at, at + 1));
  else if (verb === 'write')
    writeFileSync(
      file,
      Buffer.concat([bytes.subarray(0, at), Buffer.from(rest.slice(1).join(' ')), bytes.subarray(at)]),
    );
  else if (verb === 'sql' || verb === 'body') byStatement(file, verb, rest.join(' '));
}

/** What somebody may have done with another program. A statement that is none does nothing. */
function byStatement(file: string, verb: 'sql' | 'body', text: string): void {
  let db: DatabaseSync | null = null;
  try {
    db = new DatabaseSync(file);
    db.exec('PRAGMA ignore_check_constraints = ON; PRAGMA journal_mode = DELETE');
    if (verb === 'body') db.prepare('UPDATE channel SET body = ?').run(gzipSync(text));
    else if (/^(?:UPDATE|DELETE|PRAGMA user_version|PRAGMA application_id|DROP|ALTER) [^;]*$/.test(text)) db.exec(text);
  } catch {
    // It is damaged already, or that is no SQL.
  } finally {
    db?.close();
  }
}

/** Answers of the store, in words; a problem that it states is an answer, anything else that it throws is a fault. */
function answer<T>(ask: () => T): T | string {
  try {
    return ask();
  } catch (error) {
    if (error instanceof StoreProblem) return error.message;
    throw error;
  }
}

function afterDamage(text: string) {
  const path = directory();
  const file = `${path}/${HISTORY_FILE}`;
  for (const name of readdirSync(path)) rmSync(`${path}/${name}`, { recursive: true });
  mkdirSync(path, { recursive: true });
  writeFileSync(file, pristine, { mode: 0o600 });
  for (const line of text.split('\n').slice(0, 12)) damage(file, line);
  const damaged = readFileSync(file);
  const looked = [lookBack(path, REPORT), answer(() => keptRuns(path, 10)), answer(() => channelRecords(path))];
  expectSame(readFileSync(file).equals(damaged), true, 'looking changed the file');
  const channels = answer(() => {
    const store = openChannels(path, night(5));
    try {
      return [answer(() => store.record('mail')), answer(() => store.newest())];
    } finally {
      store.close();
    }
  });
  return { looked, channels, damaged, aside: readdirSync(path).filter((name) => name.includes('set-aside')), path };
}

/** Nothing that was kept is lost: it is where it was, or under another name beside it. */
const history = target({
  name: 'history-file',
  share: 0.01,
  texts: () => [
    'flip 100 1',
    'cut 8192',
    'fill 4096 4096 0',
    'write 0 x',
    "sql UPDATE run SET takenAt = 'x'",
    'body {"id":"x"}',
  ],
  words: [
    ...[
      'flip ',
      'cut ',
      'fill ',
      'write ',
      'sql ',
      'body ',
      '\n',
      ' ',
      '16',
      '24',
      '60',
      '100',
      '4096',
      '8192',
      '12288',
      '20480',
      '7',
    ],
    ...[
      "sql UPDATE run SET status = 'x'",
      "sql UPDATE run SET taken_at = 'never'",
      'sql UPDATE run SET score = 1e300',
      'sql DELETE FROM run',
    ],
    ...["sql UPDATE newest SET name = 'x'", 'sql DROP TABLE channel', 'sql UPDATE channel SET body = 5'],
    ...[
      'sql PRAGMA user_version = 7',
      'sql PRAGMA application_id = 1',
      "sql UPDATE channel SET name = '\\u0000'",
      'sql ALTER TABLE run RENAME TO x',
    ],
    ...[
      'body null',
      'body []',
      'body {',
      'body {"id":"x"}',
      'body {"id":"x","subject":5}',
      'body {"toString":1,"id":"y"}',
    ],
  ],
  read: afterDamage,
  laws: ({ damaged, aside, path }) => {
    const kept = keepRun({ path, keepDays: 400 }, REPORT);
    const now = readFileSync(`${path}/${HISTORY_FILE}`);
    const asides = [...new Set([...aside, ...readdirSync(path).filter((name) => name.includes('set-aside'))])];
    const saved = asides.some((name) => readFileSync(`${path}/${name}`).equals(damaged));
    if (!kept.kept) expectTrue(saved || now.equals(damaged), `not kept (${kept.because}), and the file is another one`);
    if (!kept.kept) return;
    expectTrue(kept.run.id >= 1 && keptRuns(path, 1).length === 1, 'the run that was kept cannot be read');
    if (asides.length > 0) expectTrue(saved, 'what was set aside is not what was there');
    else if (damaged.length > 0) expectTrue(now.length >= 4096, 'the file is shorter than a database');
  },
  passesOn: true,
  growsOtherwise: true,
});

export const HISTORY_FILES: readonly Target[] = [history];
