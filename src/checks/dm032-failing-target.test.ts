import { describe, expect, it } from 'vitest';
import { device, given, mapper, target, wanted } from '../../test/checks/examples.ts';
import { blocksOf, entryOn, statuses } from '../../test/checks/path-examples.ts';
import { ABOVE } from '../model/paths/carried.ts';
import { dm032 } from './dm032-failing-target.ts';

const check = given(dm032);

function look(type: string, words: string | null) {
  const deviceOf = entryOn('8:0', { table: [target(type, 8192, '8:0', '0')] });
  const devices = [deviceOf];
  const lines = words === null ? [] : [`${deviceOf.name}: 0 8192 ${type} ${words}`];
  const sections = {
    deviceMapper: mapper(...devices),
    targetStatuses: statuses(devices, ...lines),
    blockDevices: blocksOf([], devices),
  };
  return { found: check.examine(sections, wanted(ABOVE)), unjudged: check.unjudged(sections) };
}

describe('DM032', () => {
  const cache = '8 8/2048 128 100/512 424 32 0 0 0 100 300 1 writeback 2 migration_threshold 2048 smq 0';
  it.each([
    ['cache', `${cache} rw -`, undefined],
    [
      'cache',
      '8 8/2048 128 0/512 0 0 0 0 0 0 0 2 metadata2 writethrough 2 migration_threshold 2048 mq 10 a 1 b 2 c 3 d 4 e 5 rw -',
      undefined,
    ],
    ['cache', `${cache} ro needs_check`, 'data'],
    ['cache', 'Fail', 'data'],
    ['writecache', '0 8160 7360 0', undefined],
    ['writecache', '1 8160 7360 0', 'data'],
    ['integrity', '0 64664 -', undefined],
    ['integrity', '14 64664 -', 'data'],
    ['vdo', '/dev/loop0 normal - online online 0 262144', undefined],
    ['vdo', '/dev/loop0 read-only - online online 0 262144', 'data'],
    ['era', '8 15/2048 1 -', undefined],
    ['era', 'Error', 'redundancy'],
    ['ebs', 'needs_check', 'redundancy'],
    ['verity', 'V', undefined],
    ['verity', 'C', 'redundancy'],
    ['clone', '8 10/2048 8 100/100 0 1 no_hydration 2 hydration_threshold 1 rw', undefined],
    ['clone', '8 10/2048 8 50/100 0 0 0 ro', 'redundancy'],
    ['clone', 'Fail', 'redundancy'],
  ])('of %s %s is %s', (type, words, severity) => {
    expect(look(type, words).found[0]?.harm).toBe(severity);
  });

  it('shows what it has no words for as the kernel prints it', () => {
    expect(look('era', 'Error').found[0]?.evidence[0]?.fact).toContain('era Error');
  });

  it('leaves to other checks what they know', () => {
    expect(look('snapshot', 'Invalid').found).toEqual([]);
  });

  it.each([
    ['flakey', ['7:0', '0', '0', '600'], 1],
    ['flakey', ['7:0', '0', '600', '0'], 0],
    ['dust', ['7:0', '0', '512'], 1],
    ['linear', ['7:0', '0'], 0],
  ])('of a test target %s %j beneath a guest finds %d', (type, args, count) => {
    const below = device('below', 1, { table: [target(type, 8192, ...args)] });
    const devices = [below, entryOn('253:1')];
    const sections = {
      deviceMapper: mapper(...devices),
      targetStatuses: statuses([]),
      blockDevices: blocksOf([], devices),
    };
    expect(check.examine(sections, wanted(ABOVE))).toHaveLength(count);
  });
});
