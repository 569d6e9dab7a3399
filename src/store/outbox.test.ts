import { afterAll, describe, expect, it } from 'vitest';
import { HOSTILE } from '../../test/data/sample-report.ts';
import { message, night, report } from '../../test/store/past-reports.ts';
import { removeScratch, scratchDirectory } from '../../test/store/scratch.ts';
import type { Addressed } from '../model/notify/outbox.ts';
import { keepRun, openOutbox } from './history.ts';
import { MOST_PENDING } from './outbox.ts';

afterAll(removeScratch);

const at = (time: string) => `2026-11-20T${time}.000Z`;
const now = at('08:00:00');

function box(path = scratchDirectory()) {
  const { outbox, close } = openOutbox(path, now);
  const queue = (channel: string, ...ids: readonly string[]) =>
    outbox.enqueue(ids.map((id): Addressed => ({ channel, message: message(id, { createdAt: at('07:00:00') }) })));
  const numbers = (list: readonly { readonly number: number }[]) => list.map(({ number }) => number);
  return { path, outbox, close, queue, numbers };
}

describe('the outbox', () => {
  it('gives a message back as it was queued, whatever is in it', () => {
    const { outbox } = box();
    const whole = message(HOSTILE, {
      ...{ subject: HOSTILE, text: HOSTILE.repeat(1000), html: '<p>\0</p>', json: '{"a":"\\u0000"}' },
      attachments: [{ fileName: HOSTILE, mediaType: 'text/html', content: HOSTILE }],
    });
    const [entry] = outbox.enqueue([{ channel: HOSTILE, message: whole }]);
    expect(entry).toMatchObject({
      number: 1,
      id: HOSTILE,
      channel: HOSTILE,
      subject: HOSTILE,
      state: 'pending',
      attempts: 0,
    });
    expect(outbox.read(1)).toEqual(whole);
    expect(outbox.take(1, night(21), night(22))?.message).toEqual(whole);
    expect(outbox.read(2)).toBeNull();
  });

  it('has due what its time has come for, oldest first', () => {
    const { outbox, queue, numbers } = box();
    queue('mail', 'a', 'b', 'c');
    outbox.take(2, now, at('09:00:00'));
    expect(numbers(outbox.due(now))).toEqual([1, 3]);
    expect(numbers(outbox.due(at('08:59:59')))).toEqual([1, 3]);
    expect(numbers(outbox.due(at('09:00:00')))).toEqual([1, 2, 3]);
  });

  it('lets no newer message overtake one that waits for its next attempt', () => {
    const { outbox, queue, numbers } = box();
    queue('mail', 'alert');
    queue('phone', 'alert to another channel');
    const fail = (number: number) => {
      const attempts = outbox.take(number, now, at('08:02:00'))?.entry.attempts ?? 0;
      outbox.markFailed({ number, attempts, error: 'refused', at: now, nextAttemptAt: at('12:00:00') });
    };
    fail(1);
    fail(2);
    expect(numbers(outbox.due(at('09:00:00')))).toEqual([]);
    expect(outbox.take(1, at('09:00:00'), at('09:02:00'))).toBeNull();
    queue('mail', 'resolved');
    expect(numbers(outbox.due(at('09:00:00')))).toEqual([1, 3]);
    expect(outbox.take(1, at('09:00:00'), at('09:02:00'))?.entry).toMatchObject({ attempts: 2, lastError: '' });
    // It is being sent now, and nobody else takes it.
    expect(numbers(outbox.due(at('09:01:00')))).toEqual([3]);
    expect(outbox.take(1, at('09:01:00'), at('09:03:00'))).toBeNull();
  });

  it('has due what was never tried, also after the clock was set back', () => {
    const { outbox, queue, numbers } = box();
    queue('mail', 'a', 'b');
    outbox.take(1, now, at('08:02:00'));
    expect(numbers(outbox.due(at('07:00:00')))).toEqual([2]);
    expect(outbox.take(2, at('07:00:00'), at('07:02:00'))?.entry.attempts).toBe(1);
  });

  it('lets one of two processes have a message', () => {
    const { path, outbox, queue } = box();
    queue('mail', 'a');
    const other = box(path);
    expect(outbox.take(1, now, at('08:05:00'))?.entry).toMatchObject({ attempts: 1, nextAttemptAt: at('08:05:00') });
    expect(other.outbox.take(1, now, at('08:05:00'))).toBeNull();
    expect(other.outbox.take(1, at('08:05:00'), at('08:10:00'))?.entry.attempts).toBe(2);
    other.close();
  });

  it('tries again when the time has come, and says what the last attempt met', () => {
    const { outbox, queue, numbers } = box();
    queue('mail', 'a');
    const attempts = outbox.take(1, now, at('08:05:00'))?.entry.attempts ?? 0;
    outbox.markFailed({ number: 1, attempts, error: `refused\0${HOSTILE}`, at: now, nextAttemptAt: at('08:01:00') });
    expect(outbox.list(1)).toMatchObject([{ state: 'pending', lastError: `refused\0${HOSTILE}`, endedAt: null }]);
    expect(numbers(outbox.due(at('08:00:30')))).toEqual([]);
    expect(numbers(outbox.due(at('08:01:00')))).toEqual([1]);
  });

  it('leaves alone what a later attempt has made of it', () => {
    const { outbox, queue } = box();
    queue('mail', 'a');
    outbox.take(1, now, at('08:01:00'));
    outbox.take(1, at('08:01:00'), at('08:02:00'));
    outbox.markFailed({ number: 1, attempts: 1, error: 'late', at: now, nextAttemptAt: null });
    expect(outbox.list(1)).toMatchObject([{ state: 'pending', attempts: 2, lastError: '' }]);
    outbox.markSent(1, at('08:01:30'));
    outbox.markFailed({ number: 1, attempts: 2, error: 'later', at: now, nextAttemptAt: null });
    expect(outbox.list(1)).toMatchObject([
      { state: 'sent', endedAt: at('08:01:30'), nextAttemptAt: null, lastError: '' },
    ]);
    expect(outbox.take(1, night(25), night(26))).toBeNull();
  });

  it('keeps what was given up, and tries it again when asked', () => {
    const { outbox, queue, numbers } = box();
    queue('mail', 'a');
    outbox.take(1, now, at('08:01:00'));
    outbox.markFailed({ number: 1, attempts: 1, error: 'no such user', at: now, nextAttemptAt: null });
    expect(outbox.list(9)).toMatchObject([{ state: 'given-up', endedAt: now, lastError: 'no such user' }]);
    expect(outbox.due(night(28))).toEqual([]);
    expect(outbox.read(1)?.id).toBe('a');
    expect([outbox.tryAgain(1, now), outbox.tryAgain(1, now), outbox.tryAgain(7, now)]).toEqual([true, false, false]);
    expect(numbers(outbox.due(now))).toEqual([1]);
  });

  it('does not wait for a time that only a wrong clock can have set', () => {
    const { outbox, queue, numbers } = box();
    queue('mail', 'a', 'b');
    outbox.take(1, now, '2031-01-01T00:00:00.000Z');
    outbox.take(2, now, at('23:00:00'));
    expect(numbers(outbox.due(now))).toEqual([1]);
    expect(outbox.take(1, now, at('08:05:00'))).not.toBeNull();
  });

  it('keeps the last 50 that were sent for 90 days, apart from those that were given up', () => {
    const { outbox, queue } = box();
    for (let count = 0; count < 120; count += 1) queue('mail', `m${count}`);
    for (let number = 1; number <= 60; number += 1) outbox.markSent(number, now);
    for (let number = 61; number <= 120; number += 1) {
      outbox.take(number, now, at('08:01:00'));
      outbox.markFailed({ number, attempts: 1, error: '', at: now, nextAttemptAt: null });
    }
    const states = () => outbox.list(500).map(({ state }) => state);
    queue('mail', 'last');
    outbox.markSent(121, now);
    expect(states().filter((state) => state === 'sent')).toHaveLength(50);
    expect(states().filter((state) => state === 'given-up')).toHaveLength(50);
    expect(outbox.list(500).some(({ number }) => number === 11)).toBe(false);
    queue('mail', 'much later');
    outbox.markSent(122, '2027-03-01T00:00:00.000Z');
    expect(outbox.list(500).map(({ number }) => number)).toEqual([122]);
  });

  it('keeps what was given up of one channel, however much of another is', () => {
    const { outbox, queue } = box();
    const giveUp = (number: number) => {
      outbox.take(number, now, at('08:01:00'));
      outbox.markFailed({ number, attempts: 1, error: 'refused', at: now, nextAttemptAt: null });
    };
    queue('quiet', 'the only one');
    giveUp(1);
    for (let number = 2; number <= 70; number += 1) {
      queue('chatty', `m${number}`);
      giveUp(number);
    }
    queue('quiet', 'next');
    outbox.markSent(71, now);
    const kept = outbox.list(500).filter(({ state }) => state === 'given-up');
    expect(kept.map(({ number }) => number)).toEqual([...Array.from({ length: 50 }, (_, count) => 70 - count), 1]);
  });

  it('gives up the oldest where a channel has too many that wait, says so, and leaves other channels alone', () => {
    const { path, outbox, queue } = box();
    queue('other', 'o');
    queue('mail', ...Array.from({ length: MOST_PENDING }, (_, count) => `m${count}`));
    const result = keepRun({ path, keepDays: 400 }, report({ takenAt: now }), () => ({
      messages: [{ channel: 'mail', message: message('one too many', { createdAt: now }) }],
      upToDate: [],
    }));
    expect(result).toMatchObject({ kept: true, warnings: [expect.stringContaining('wait for channel mail')] });
    const entries = outbox.list(500);
    expect(entries.filter(({ state }) => state === 'pending')).toHaveLength(MOST_PENDING + 1);
    expect(entries.filter(({ state }) => state === 'given-up')).toMatchObject([{ id: 'm0', endedAt: now }]);
  });

  it('takes one message for one channel once', () => {
    const { outbox, queue } = box();
    queue('mail', 'a');
    expect(() => queue('mail', 'b', 'a')).toThrow();
    expect(outbox.list(9)).toHaveLength(1);
    expect(queue('other', 'a')).toHaveLength(1);
  });
});
