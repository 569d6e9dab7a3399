import { describe, expect, it } from 'vitest';
import { active, device, mapper, volume } from '../../../test/checks/examples.ts';
import type { DmDevice } from './device-mapper.ts';
import { stackDevices } from './device-stack.ts';
import { duplicateSets, sortForKeeping } from './duplicate-sets.ts';

const lv = volume('san', 'vm-100-disk-0');
const setsOf = (...devices: readonly DmDevice[]) => duplicateSets(stackDevices(mapper(...devices)));

describe('entries of one volume', () => {
  it('are a set where there are several, and none where each volume has one', () => {
    const copy = device('san-vm--100--disk--0-dup', 0);
    expect(setsOf(copy, active(lv, 1))).toMatchObject([
      { vgName: 'san', lvName: 'vm-100-disk-0', vmid: 100, keep: { minor: 1 }, extras: [{ minor: 0 }] },
    ]);
    expect(setsOf(active(lv, 1), active(volume('san', 'vm-100-disk-1'), 2))).toEqual([]);
  });
});

describe('the order for keeping', () => {
  it('is that of the numbers where nothing else tells two apart, in whatever order they are read', () => {
    const [first, second, third] = [device('a', 1), device('b', 1, { major: 254 }), device('c', 2)];
    for (const read of [
      [first, second, third],
      [third, second, first],
    ])
      expect(sortForKeeping(read).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });
});
