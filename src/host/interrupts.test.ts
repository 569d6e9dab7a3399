import { describe, expect, it } from 'vitest';
import { unchanged } from '../model/repair/journal.ts';
import { beforeCommand, holdInterrupts } from './interrupts.ts';

const never = () => new Promise<string>(() => undefined);

describe('what comes before a command', () => {
  it('is answered where it ends in time', async () => {
    expect(await beforeCommand(async () => 'seen', 1000)).toBe('seen');
    await expect(beforeCommand(() => Promise.reject(new Error('x')), 1000)).rejects.toThrow('x');
  });

  it('ends when its time is over, whatever it waits for', async () => {
    expect(await beforeCommand(never, 50)).toEqual({
      ...{
        state: 'unchanged',
        reason: 'failed',
        id: null,
        seen: 'what has to be known before the command was not read within 0.05 s',
      },
    });
  });

  it('ends when a signal comes, or has come', async () => {
    const interrupts = holdInterrupts();
    try {
      const waiting = beforeCommand(never, 60_000);
      process.kill(process.pid, 'SIGHUP');
      const interrupted = unchanged('interrupted', 'interrupted by SIGHUP');
      expect(await waiting).toEqual(interrupted);
      expect(await beforeCommand(never, 60_000)).toEqual(interrupted);
    } finally {
      interrupts.release();
    }
  });
});
