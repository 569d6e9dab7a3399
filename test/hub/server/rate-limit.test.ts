import { describe, expect, it } from 'vitest';
import { rateLimit } from '../../../src/hub/receive/rate-limit.ts';

describe('a rate', () => {
  it('lets a burst through, then one after each pause, and says how long to wait', () => {
    let time = 1_000_000;
    const limit = rateLimit({ burst: 3, pauseMs: 10_000 }, () => time);
    expect([1, 2, 3, 4].map(() => limit.take('a'))).toEqual([0, 0, 0, 10]);
    expect(limit.take('b')).toBe(0);
    time += 4000;
    expect(limit.take('a')).toBe(6);
    time += 6000;
    expect([limit.take('a'), limit.take('a')]).toEqual([0, 10]);
    time += 60_000;
    expect([1, 2, 3, 4].map(() => limit.take('a'))).toEqual([0, 0, 0, 10]);
    limit.reset('a');
    expect(limit.take('a')).toBe(0);
  });

  it('keeps nobody out for as long as a clock was set back', () => {
    let time = 1e12;
    const limit = rateLimit({ burst: 2, pauseMs: 1000 }, () => time);
    expect([1, 2, 3].map(() => limit.take('a'))).toEqual([0, 0, 1]);
    time -= 86_400_000;
    expect([1, 2, 3].map(() => limit.take('a'))).toEqual([0, 0, 1]);
  });

  it('forgets the idle first where others make up keys without end', () => {
    const limit = rateLimit({ burst: 1, pauseMs: 1e9 }, () => 0);
    limit.take('busy');
    for (let key = 0; key < 49_999; key += 1) limit.take(`made-up-${key}`);
    expect(limit.take('busy')).toBeGreaterThan(0);
    for (let key = 0; key < 50_000; key += 1) limit.take(`more-${key}`);
    expect(limit.take('busy')).toBe(0);
  });
});
