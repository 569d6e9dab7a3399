import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { found, night, report } from '../../test/store/past-reports.ts';
import { removeScratch, scratchDirectory } from '../../test/store/scratch.ts';
import { openChannels } from './channels.ts';
import { keepRun, lookBack } from './history.ts';
import { HISTORY_FILE } from './history-file.ts';
import { APPLICATION_ID, SCHEMA_VERSION } from './schema.ts';

afterAll(removeScratch);

const A = found('DM010', 'a');

const keep = (path: string, takenAt = night(5)) => keepRun({ path, keepDays: 400 }, report({ takenAt, findings: [A] }));
const back = (path: string) => lookBack(path, report({ takenAt: night(6), findings: [A] }))?.history ?? null;

/** A directory in which runs were kept, and its database. */
function kept(runs = 1) {
  const path = scratchDirectory();
  for (let day = 1; day <= runs; day += 1) expect(keep(path, night(day)).kept).toBe(true);
  return { path, file: `${path}/${HISTORY_FILE}` };
}

const asideIn = (path: string) => readdirSync(path).filter((name) => name.includes('.set-aside-'));

const sql = (file: string, statement: string) => {
  const db = new DatabaseSync(file);
  db.exec(statement);
  db.close();
};

describe('a history that cannot be used', () => {
  it('is made readable for its owner only', () => {
    const path = `${scratchDirectory()}/deep/er`;
    keep(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(statSync(`${path}/${HISTORY_FILE}`).mode & 0o777).toBe(0o600);
    expect(readdirSync(path)).toEqual([HISTORY_FILE]);
  });

  it('is taken for a new one where the file is empty', () => {
    const path = scratchDirectory();
    writeFileSync(`${path}/${HISTORY_FILE}`, '');
    expect(back(path)).toBeNull();
    expect(keep(path)).toMatchObject({ kept: true, warnings: [], run: { id: 1 } });
  });

  it('is taken for a new one where another run has written no more than the first page', () => {
    const path = scratchDirectory();
    sql(`${path}/${HISTORY_FILE}`, 'PRAGMA auto_vacuum = INCREMENTAL');
    expect(statSync(`${path}/${HISTORY_FILE}`).size).toBeGreaterThan(0);
    expect(back(path)).toBeNull();
    expect(keep(path)).toMatchObject({ kept: true, warnings: [], run: { id: 1 } });
    expect(readdirSync(path)).toEqual([HISTORY_FILE]);
  });

  it.each([
    ['is garbage', (file: string) => writeFileSync(file, 'no database at all\n'.repeat(500)), /is damaged/],
    ['is a few bytes', (file: string) => writeFileSync(file, 'x'), /is damaged/],
    ['was cut off', (file: string) => truncateSync(file, 20_000), /is damaged/],
    ['was cut off inside its head', (file: string) => truncateSync(file, 60), /is damaged/],
    [
      'has a page of zeros',
      (file: string) => {
        const bytes = readFileSync(file);
        writeFileSync(file, bytes.fill(0, 4096 * 3, 4096 * 5));
      },
      /is damaged/,
    ],
    [
      'says what its tables forbid',
      (file: string) =>
        sql(file, "PRAGMA ignore_check_constraints = ON; UPDATE run SET status = 'splendid' WHERE id = 1"),
      /is damaged/,
    ],
    [
      'has no table of channels',
      (file: string) => sql(file, 'DROP TABLE channel'),
      /is damaged .it has no table channel/,
    ],
    [
      'has tables of another version',
      (file: string) => sql(file, 'PRAGMA user_version = 0'),
      /is damaged .its version/,
    ],
    [
      'was written by a newer version',
      (file: string) => sql(file, `PRAGMA user_version = ${SCHEMA_VERSION + 1}`),
      /was written by a newer pve-doctor/,
    ],
    [
      'belongs to another program',
      (file: string) => sql(file, `PRAGMA application_id = ${APPLICATION_ID + 1}`),
      /is the database of another program/,
    ],
  ])('is set aside, never deleted, where it %s', (_, damage, because) => {
    const { path, file } = kept();
    damage(file);
    const damaged = readFileSync(file);
    expect(back(path)).toMatchObject({ previous: null, problem: expect.stringMatching(because) });
    // Compared as one: byte by byte it takes half a second each.
    expect(readFileSync(file).equals(damaged)).toBe(true);
    expect(asideIn(path)).toEqual([]);
    const result = keep(path);
    expect(result).toMatchObject({ kept: true, run: { id: 1 }, warnings: [expect.stringMatching(because)] });
    if (result.kept) expect(result.report.history?.problem).toMatch(because);
    expect(asideIn(path)).toEqual([`${HISTORY_FILE}.set-aside-20261105T020000Z`]);
    expect(readFileSync(`${path}/${asideIn(path)[0]}`).equals(damaged)).toBe(true);
    expect(keep(path, night(6))).toMatchObject({ kept: true, run: { id: 2 }, warnings: [] });
  });

  it('is set aside twice in one second under two names', () => {
    const { path, file } = kept();
    for (const _ of [1, 2]) {
      writeFileSync(file, 'garbage');
      keep(path);
    }
    expect(asideIn(path)).toHaveLength(2);
  });

  it.each([
    ['a directory', (file: string) => mkdirSync(file), 'is a directory'],
    ['a FIFO', (file: string) => void spawnSync('mkfifo', [file]), 'is a FIFO'],
    ['a link to a file of others', (file: string) => symlinkSync('/etc/hostname', file), 'is a symbolic link'],
    ['a link to nothing', (file: string) => symlinkSync(`${file}.nowhere`, file), 'is a symbolic link'],
  ])('is left alone where %s stands in its place', (_, make, because) => {
    const path = scratchDirectory();
    const file = `${path}/${HISTORY_FILE}`;
    make(file);
    const before = lstatSync(file).ino;
    expect(back(path)?.problem).toContain(because);
    expect(keep(path)).toEqual({ kept: false, because: expect.stringContaining(because) });
    expect(() => openChannels(path, night(1))).toThrow(because);
    expect(lstatSync(file).ino).toBe(before);
    expect(existsSync(`${file}.nowhere`)).toBe(false);
  });

  it('is not made in a directory in which others may write, or that is none', () => {
    const path = scratchDirectory();
    chmodSync(path, 0o777);
    expect(keep(path)).toEqual({ kept: false, because: expect.stringContaining('other users may write') });
    expect(readdirSync(path)).toEqual([]);
    writeFileSync(`${scratchDirectory()}/file`, '');
    const file = `${scratchDirectory()}/file`;
    writeFileSync(file, '');
    expect(keep(`${file}/below`)).toEqual({ kept: false, because: expect.stringContaining('cannot be made') });
  });

  it.skipIf(process.geteuid?.() !== 0)('is not made in a directory of another user', () => {
    const path = scratchDirectory();
    chownSync(path, 65_534, 65_534);
    expect(keep(path)).toEqual({ kept: false, because: expect.stringContaining('another user') });
  });

  it('is waited for while another run writes, and no longer', () => {
    const { path, file } = kept();
    const other = new DatabaseSync(file);
    other.exec('BEGIN EXCLUSIVE');
    expect(back(path)?.problem).toContain('another run holds it');
    const result = keepRun({ path, keepDays: 400, waitMs: 100 }, report());
    expect(result).toEqual({ kept: false, because: expect.stringContaining('another run holds it') });
    other.exec('ROLLBACK');
    other.close();
    expect(keep(path)).toMatchObject({ kept: true, run: { id: 2 } });
  });
});
