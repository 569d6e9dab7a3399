import { describe, expect, it } from 'vitest';
import { nextAttempt } from './backoff.ts';

const NOW = new Date('2026-11-21T12:00:00.000Z');
const MINUTE = 60_000;
const ago = (minutes: number): string => new Date(NOW.getTime() - minutes * MINUTE).toISOString();

const waits = (attempts: number, createdAt = ago(0), waitMs = 0): number | null => {
  const next = nextAttempt({ attempts, createdAt, waitMs }, NOW);
  return next === null ? null : (Date.parse(next) - NOW.getTime()) / MINUTE;
};

describe('a message that was not delivered', () => {
  it.each([
    [1, 1],
    [2, 5],
    [3, 30],
    [4, 120],
    [5, 360],
    [6, 360],
    [19, 360],
  ])('waits after attempt %i for %i minutes', (attempts, minutes) => {
    expect(waits(attempts)).toBe(minutes);
  });

  it('waits as long as the other side asks, and a day at most', () => {
    expect(waits(1, ago(0), 10 * MINUTE)).toBe(10);
    expect(waits(4, ago(0), 10 * MINUTE)).toBe(120);
    expect(waits(1, ago(0), 1e12)).toBe(24 * 60);
  });

  it('is given up after twenty attempts', () => {
    expect([waits(19), waits(20)]).toEqual([360, null]);
  });

  it('is given up after three days, but not before its third attempt', () => {
    const old = ago(3 * 24 * 60);
    expect([waits(2, old), waits(3, old)]).toEqual([5, null]);
    expect(waits(3, ago(3 * 24 * 60 - 1))).toBe(30);
  });

  it('survives a clock that jumps', () => {
    expect(waits(1, '1970-01-01T00:00:00.000Z')).toBe(1);
    expect(waits(5, '2099-01-01T00:00:00.000Z')).toBe(360);
    expect(waits(20, '2099-01-01T00:00:00.000Z')).toBeNull();
    expect(waits(1, 'no time')).toBe(1);
  });
});
