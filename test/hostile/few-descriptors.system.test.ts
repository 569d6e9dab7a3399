import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeScratch, scratchDirectory } from '../store/scratch.ts';

afterAll(removeScratch);

const PROGRAM = fileURLToPath(new URL('starved-process.ts', import.meta.url));

describe('a process without a descriptor to spare', () => {
  let answers: { readonly [door: string]: unknown } = {};
  beforeAll(() => {
    const lock = join(scratchDirectory(), 'lock');
    writeFileSync(lock, '');
    const argv = ['-c', 'ulimit -n 60; exec "$0" "$@"', process.execPath, PROGRAM, lock];
    const { stdout, stderr } = spawnSync('bash', argv, { encoding: 'utf8', timeout: 60_000 });
    expect(stderr).toBe('');
    answers = JSON.parse(stdout) as typeof answers;
  });

  it('does not take open devices that it cannot see for none', () => {
    expect(answers['open']).toMatchObject({ state: 'unreadable', problem: { kind: 'failed' } });
  });

  it('answers that a command or a probe could not be started', () => {
    expect(answers['run']).toMatchObject({ stdout: '', exitCode: null });
    expect(answers['probe']).toMatchObject([{ outcome: 'not-started', leftBehind: null }]);
    expect(answers['fed']).toMatchObject({ outcome: 'failed' });
  });

  it('has no lock', () => {
    expect(answers['lock']).toMatchObject({ refused: expect.stringMatching(/cannot be opened/) });
  });
});
