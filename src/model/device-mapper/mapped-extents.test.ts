import { describe, expect, it } from 'vitest';
import { device, linear, target } from '../../../test/checks/examples.ts';
import type { DmTarget } from './device-mapper.ts';
import { mappedExtents, targetLegs } from './expected-table.ts';

const extents = (...table: readonly DmTarget[]) =>
  mappedExtents(device('x', 1, { table })).map(({ space, start, end }) => `${space} ${start}-${end}`);

describe('the sectors that a table maps', () => {
  it('are those of each line, of each leg of a stripe its share', () => {
    expect(extents(linear('8:0', 2048, 8), linear('8:16', 64, 16, 8))).toEqual(['8:0 2048-2056', '8:16 64-80']);
    const striped = target('striped', 64, '2', '8', '8:0', '0', '8:16', '128');
    expect(extents(striped)).toEqual(['8:0 0-32', '8:16 128-160']);
  });

  it('are a thin volume’s own, in its pool', () => {
    expect(extents(target('thin', 64, '253:5', '7'))).toEqual(['thin 7 of pool 253:5 0-64']);
  });

  it.each([
    ['snapshot', '253:8', '253:9', 'P', '8'],
    ['crypt', 'aes', 'key', '8:0', '4096'],
    ['thin', '253:5'],
    ['thin'],
    ['linear', '8:0', 'x'],
    ['linear'],
  ])('are none where the line is %s %s: another kind, or not whole', (type, ...args) => {
    const line = target(type, 64, ...args);
    expect(extents(line)).toEqual([]);
    expect(targetLegs(line)).toBeNull();
  });
});
