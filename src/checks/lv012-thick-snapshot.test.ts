import { describe, expect, it } from 'vitest';
import { given, mapper, target, wanted } from '../../test/checks/examples.ts';
import { blocksOf, entryOn, statuses } from '../../test/checks/path-examples.ts';
import { lv012 } from './lv012-thick-snapshot.ts';

const check = given(lv012);

function look(type: string, words: string | null) {
  const device = entryOn('8:0', { table: [target(type, 8192, '8:0', '0')] });
  const devices = [device];
  const lines = words === null ? [] : [`${device.name}: 0 8192 ${type} ${words}`];
  const sections = {
    deviceMapper: mapper(...devices),
    targetStatuses: statuses(devices, ...lines),
    blockDevices: blocksOf([], devices),
  };
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
