import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { takeRunLock } from './run-lock.ts';

const directory = mkdtempSync(join(tmpdir(), 'run-lock-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('takeRunLock', () => {
  it('names another run where there is one', async () => {
    const first = await takeRunLock(join(directory, 'clean.lock'));
    if ('refused' in first) throw new Error(first.refused);
    expect(await takeRunLock(join(directory, 'clean.lock'))).toMatchObject({
      refused: expect.stringMatching(
        /^another run of pve-doctor changes this node \(.* is held by process \d+ \(.+\)\)$/,
      ),
    });
    first.release();
  });

  it('blames no other run where the lock cannot be had', async () => {
    const open = mkdtempSync(join(directory, 'open-'));
    chmodSync(open, 0o777);
    expect(await takeRunLock(join(open, 'clean.lock'))).toMatchObject({
      refused: expect.stringMatching(/^the lock of changes cannot be taken \(other users may write in /),
    });
    const below = await takeRunLock('/dev/null/clean.lock');
    expect(below).toMatchObject({ refused: expect.stringMatching(/^the lock of changes cannot be taken \(/) });
  });
});
