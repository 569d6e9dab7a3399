import { describe, expect, it } from 'vitest';
import { active, device, factsOf, linear, mapper, volume } from '../../../test/checks/examples.ts';
import type { DmDevice } from './device-mapper.ts';

const entry = active(volume('san', 'vm-100-disk-0'), 1, { table: [linear('8:0', 2048, 8192)] });
const over = (name: string, minor: number, uuid = '', ...table: DmDevice['table']) =>
  device(name, minor, { uuid, table: table.length > 0 ? table : [linear('8:0', 4096, 8)] });
const pairs = (...devices: readonly DmDevice[]) =>
  factsOf({ deviceMapper: mapper(...devices) }).overlaps.map(
    ({ keep, extra }) => `${extra.device.name} beside ${keep.device.name}`,
  );

describe('two devices over the same sectors', () => {
  it('are a pair where one of them is a guest’s volume, in whatever order they are read', () => {
    const rescue = over('rescue', 2);
    expect(pairs(entry, rescue)).toEqual([`rescue beside ${entry.name}`]);
    expect(pairs(rescue, entry)).toEqual([`rescue beside ${entry.name}`]);
    expect(pairs(rescue, over('other', 3))).toEqual([]);
  });

  it('are none on different disks, however their extents are sorted', () => {
    const [a, b] = [over('a', 2, '', linear('8:16', 2048, 8192)), over('b', 3, '', linear('7:0', 0, 90_000))];
    expect(pairs(entry, a, b)).toEqual([]);
    const both = over('both', 4, '', linear('8:16', 2048, 8), linear('8:0', 2056, 8, 8), linear('7:0', 0, 8, 16));
    expect(pairs(b, entry, both, a)).toEqual([`both beside ${entry.name}`]);
  });

  it('are none where one lies on the other, directly or through a third', () => {
    const upon = over('upon', 2, '', linear('253:1', 0, 8), linear('8:0', 4096, 8, 8));
    expect(pairs(entry, upon)).toEqual([]);
    const third = over('third', 3, '', linear('253:2', 0, 8), linear('8:0', 2048, 8, 8));
    expect(pairs(entry, over('upon', 2, '', linear('253:1', 0, 8)), third)).toEqual([]);
  });

  it('are none of partition maps, of layers of one volume, or of one device with itself', () => {
    expect(pairs(entry, over('p1', 2, 'part1-x'))).toEqual([]);
    expect(pairs(entry, over('san-vm--100--disk--0-real', 2, `${entry.uuid}-real`))).toEqual([]);
    expect(pairs(entry, over('other-real', 2, `${entry.uuid.slice(0, -1)}z-real`))).toHaveLength(1);
    const twice = { ...entry, table: [linear('8:0', 2048, 8), linear('8:0', 2048, 8, 8)] };
    expect(pairs(twice)).toEqual([]);
    expect(pairs({ ...twice, name: 'san-vm--101--disk--0', uuid: '' })).toEqual([]);
  });

  it('are a pair where only the UUID of the LV is the same, as in a copy of the VG under a UUID of its own', () => {
    const copy = active(volume('copy', 'vm-100-disk-0'), 2, { table: entry.table });
    expect(copy.uuid.slice(-32)).toBe(entry.uuid.slice(-32));
    expect(pairs(entry, copy)).toEqual([`${copy.name} beside ${entry.name}`]);
  });

  it('are remembered with the best eight of those before', () => {
    const many = Array.from({ length: 12 }, (_, at) => over(`x${at}`, 20 + at, '', linear('8:0', 2049 + at, 8000)));
    const last = over('last', 99, '', linear('8:0', 9000, 8));
    expect(pairs(entry, ...many, last)).toContain(`last beside ${entry.name}`);
    const before = many.map((device, at) => ({ ...device, table: [linear('8:0', 1000 + at, 9000)] }));
    expect(pairs(entry, ...before, last)).toContain(`last beside ${entry.name}`);
  });
});
