import { describe, expect, it } from 'vitest';
import type { CommandResult } from '../model/command-result.ts';
import { commandText, unparsed } from './command-output.ts';

const output = (change: Partial<CommandResult>): CommandResult => ({
  ...{ argv: ['lvm', 'fullreport', '--all'], outcome: 'exited', exitCode: 0, stdout: 'x\n', stderr: '' },
  ...{ truncated: false, durationMs: 10_012 },
  ...change,
});

describe('commandText', () => {
  it('is the output of a command that ended well', () => {
    expect(commandText(output({ stderr: 'WARNING: a device is missing\n' }))).toEqual({ state: 'known', value: 'x\n' });
  });

  it.each([
    ['failed', { outcome: 'not-found', exitCode: null }],
    ['denied', { outcome: 'denied', exitCode: null }],
    ['failed', { outcome: 'failed', exitCode: null }],
    ['killed', { outcome: 'killed', exitCode: null }],
    ['timed-out', { outcome: 'timed-out', exitCode: null }],
    ['truncated', { outcome: 'killed', exitCode: null, truncated: true }],
    ['malformed', { stdout: '0 8 line\ufffdr 8:1 0\n' }],
    ['failed', { exitCode: 5, stderr: 'Volume group "x" not found\n' }],
    ['denied', { exitCode: 1, stderr: '/dev/mapper/control: open failed: Permission denied\n' }],
    ['denied', { exitCode: 0, stderr: '  WARNING: Running as a non-root user. Functionality may be unavailable.\n' }],
  ] as const)('is %s for %o', (kind, change) => {
    expect(commandText(output(change))).toMatchObject({ problem: { kind, source: 'lvm fullreport' } });
  });

  it('keeps exit status and the first lines of standard error', () => {
    const stderr = Array.from({ length: 3000 }, (_, line) => `line ${line}\n`).join('');
    expect(commandText(output({ exitCode: 5, stderr }))).toMatchObject({
      problem: { exitCode: 5, stderr: 'line 0\nline 1\nline 2\nline 3\nline 4' },
    });
  });
});

describe('unparsed', () => {
  it('tells a cut output from one that is not understood', () => {
    expect(unparsed(output({ stdout: 'x' }), ['a', 'b'])).toMatchObject({ kind: 'truncated', detail: 'a, and 1 more' });
    expect(unparsed(output({ stdout: 'x\n' }), ['a'])).toMatchObject({ kind: 'malformed', detail: 'a' });
    expect(unparsed(output({ stdout: '' }), ['a'])).toMatchObject({ kind: 'malformed' });
  });
});
