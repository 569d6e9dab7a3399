import { describe, expect, it } from 'vitest';
import { given, wanted } from '../../test/checks/examples.ts';
import { entryWithStatus } from '../../test/checks/path-examples.ts';
import { lv012 } from './lv012-thick-snapshot.ts';

const check = given(lv012);

function look(type: string, words: string | null) {
  const sections = entryWithStatus(type, words);
  return { found: check.examine(sections, wanted([])), unjudged: check.unjudged(sections) };
}

describe('LV012', () => {
  it.each([
    ['snapshot', '16/32768 16', undefined],
    ['snapshot', '26000/32768 128', undefined],
    ['snapshot', '28800/32768 128', 'warning'],
    ['snapshot', 'Invalid', 'critical'],
    ['snapshot', 'Overflow', 'critical'],
    ['snapshot-merge', '28800/32768 128', undefined],
    ['snapshot-merge', 'Merge failed', 'critical'],
  ])('of %s %s is %s', (type, words, severity) => {
    expect(look(type, words).found[0]?.severity).toBe(severity);
  });

  it('does not judge a line that is missing', () => {
    expect(look('snapshot', null)).toEqual({
      found: [],
      unjudged: ['the status of san-vm--100--disk--0 could not be read'],
    });
  });
});
