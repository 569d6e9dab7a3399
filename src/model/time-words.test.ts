import { expect, it } from 'vitest';
import { minuteOf, span } from './time-words.ts';

it('cuts an instant to the minute', () => {
  expect(minuteOf('2026-11-20T02:00:59.999Z')).toBe('2026-11-20 02:00 UTC');
});

it.each([
  [0, '0 seconds'],
  [1, '1 second'],
  [119, '119 seconds'],
  [120, '2 minutes'],
  [7199, '120 minutes'],
  [7200, '2 hours'],
  [180_000, '50 hours'],
  [259_200, '3 days'],
])('says a span of %d seconds in words', (seconds, words) => {
  expect(span(seconds)).toBe(words);
});
