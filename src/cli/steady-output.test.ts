import { describe, expect, it } from 'vitest';
import { ReaderGone, UsageError } from '../model/faults.ts';
import { steadyOutput } from './steady-output.ts';

const terminal = (write: (text: string) => Promise<void>) => ({
  env: {},
  isRoot: true,
  stderr: { write: async () => undefined },
  stdout: { write, isTty: false, columns: undefined },
});

describe('the output of a run that changes the node', () => {
  it.each([
    ['closed', new ReaderGone(), [0, 1, 2]],
    ['failed', new UsageError('ENOSPC', 73), [74, 1, 2]],
  ] as const)('is %s, and the run goes on with a true status', async (lost, error, statuses) => {
    const texts: string[] = [];
    const output = steadyOutput(
      terminal(async (text) => {
        texts.push(text);
        if (texts.length === 2) throw error;
      }),
    );
    for (const line of ['a', 'b', 'c']) await output.print([line]);
    expect([texts, output.lost()]).toEqual([['a\n', 'b\n'], lost]);
    expect([0, 1, 2].map(output.exitCode)).toEqual(statuses);
  });
});
