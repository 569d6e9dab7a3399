import { describe, expect, it } from 'vitest';
import { device, linear, mapper } from '../../../test/checks/examples.ts';
import { byMinor, stackDevices } from './device-stack.ts';

const disk = device('disk', 1);
const on = (name: string, minor: number, ...numbers: readonly string[]) =>
  device(name, minor, { table: numbers.map((number, at) => linear(number, 0, 8, at * 8)) });
const [middle, top, beside] = [on('middle', 2, '253:1'), on('top', 3, '8:0', '253:2'), on('beside', 4, '253:1')];
const stack = stackDevices(mapper(beside, top, middle, disk));

describe('a stack of devices', () => {
  it('says what lies directly on a number, by minor', () => {
    expect(stack.above('253:1').map(({ name }) => name)).toEqual(['middle', 'beside']);
    expect(stack.above('253:9')).toEqual([]);
    expect([stack.at('253:3'), stack.at('253:9')]).toEqual([top, null]);
  });

  it('says what lies on what, also through others, and not the other way round', () => {
    expect([stack.liesOn(middle, disk), stack.liesOn(top, middle), stack.liesOn(top, disk)]).toEqual([
      true,
      true,
      true,
    ]);
    expect([stack.liesOn(disk, middle), stack.liesOn(top, beside), stack.liesOn(disk, top)]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('ends where devices lie on each other in a ring', () => {
    const [a, b] = [on('a', 5, '253:6'), on('b', 6, '253:5')];
    const ring = stackDevices(mapper(a, b, disk));
    expect([ring.liesOn(a, disk), ring.liesOn(a, b)]).toEqual([false, true]);
  });

  it('is listed by minor, then by major, whatever order it was read in', () => {
    const old = { ...device('old', 2), major: 252 };
    expect(byMinor([top, middle, old]).map(({ name }) => name)).toEqual(['old', 'middle', 'top']);
    expect(byMinor([old, middle, disk]).map(({ name }) => name)).toEqual(['disk', 'old', 'middle']);
  });
});
