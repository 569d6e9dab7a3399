import { describe, expect, it } from 'vitest';
import { active, device, linear, mapper, uuid, volume } from '../../../test/checks/examples.ts';
import { stackDevices } from '../device-mapper/device-stack.ts';
import { heldVolumes } from '../device-mapper/held-volumes.ts';
import { decodeDevice, guestDevices } from './guest-devices.ts';

const entry = active(volume('san', 'vm-100-disk-0'), 1);
const named = (name: string, of: string) => decodeDevice(device(name, 9, { uuid: of }));
const heldIn = (...devices: readonly ReturnType<typeof device>[]) => heldVolumes(stackDevices(mapper(...devices)));
const LVM = `LVM-${uuid('vg')}${uuid('lv')}`;

describe('a device stands for a guest’s volume', () => {
  it('by LVM’s UUID or none, and a name that is one', () => {
    expect(named('san-vm--100--disk--0', LVM)).toMatchObject({ vgName: 'san', vmid: 100 });
    expect(named('san-vm--100--disk--0-dup', '')).toMatchObject({ vmid: 100 });
    expect(named('san-root', LVM)).toBeNull();
    expect(named('mpatha', '')).toBeNull();
  });

  it('not by any other UUID, nor as a layer of LVM', () => {
    for (const other of ['mpath-1', 'CRYPT-LUKS2-x', 'part1-x', 'DRBD-x', `${LVM}-real`])
      expect(named('san-vm--100--disk--0', other)).toBeNull();
    expect(named('san-vm--100--disk--0-real', LVM)).toBeNull();
  });
});

describe('the entries of a node', () => {
  const table = (...numbers: readonly string[]) => numbers.map((number, at) => linear(number, 0, 8, at * 8));
  const entries = (...others: readonly ReturnType<typeof device>[]) =>
    guestDevices(mapper(entry, ...others)).map(({ device: { name } }) => name);

  it('leave out what was made by hand upon a volume of the same guest', () => {
    expect(entries(device('san-vm--100--disk--0-x', 2, { table: table('253:1') }))).toEqual([entry.name]);
    expect(entries(device('san-vm--100--disk--7', 2, { table: table('8:0', '253:1') }))).toEqual([entry.name]);
  });

  it('count what lies on the volume of another guest or in another VG, and LVM’s own entries', () => {
    for (const name of ['san-vm--200--disk--0', 'nas-vm--100--disk--0'])
      expect(entries(device(name, 2, { table: table('253:1') }))).toEqual([entry.name, name]);
    const lvm = active(volume('san', 'vm-100-disk-1'), 2, { table: table('253:1') });
    expect(entries(lvm)).toEqual([entry.name, lvm.name]);
  });

  it('are found by number, the first one where two have it', () => {
    const twin = active(volume('san', 'vm-200-disk-0'), 1);
    const index = stackDevices(mapper(entry, twin));
    expect([index.entryAt('253:1')?.device, index.entryAt('253:9')]).toEqual([entry, null]);
  });
});

describe('what lies on a guest’s volume', () => {
  const kinds = (...others: readonly ReturnType<typeof device>[]) =>
    heldIn(entry, ...others).map(({ children }) => children.map(({ device: { name }, kind }) => [name, kind]));
  const over = (name: string, of = '', minor = 2, on = '253:1') =>
    device(name, minor, { uuid: of, table: [linear(on, 0, 8)] });
  const base = 'san-vm--100--disk--0';

  it('is a partition map by its UUID or by its name', () => {
    expect(kinds(over('x', 'part12-y'))).toEqual([[['x', 'partition-map']]]);
    for (const name of [`${base}p1`, `${base}p12`, `${base}-part3`])
      expect(kinds(over(name))).toEqual([[[name, 'partition-map']]]);
  });

  it('is made by hand by the name of its guest in its VG, and something else by any other', () => {
    expect(kinds(over(`${base}p1x`), over(`${base}xp1`, '', 3))).toEqual([
      [
        [`${base}p1x`, 'hand-made'],
        [`${base}xp1`, 'hand-made'],
      ],
    ]);
    const others = ['san-vm--200--disk--1', 'nas-vm--100--disk--1', 'backup'];
    for (const name of others) expect(kinds(over(name))).toEqual([]);
    expect(kinds(over(`${base}p1`), over('backup', '', 3), over('crypt', 'CRYPT-LUKS2-x', 4))).toEqual([
      [
        [`${base}p1`, 'partition-map'],
        ['backup', 'other'],
        ['crypt', 'other'],
      ],
    ]);
  });

  it('is a VG in the guest by another VG UUID, and none of LVM’s own layers', () => {
    expect(kinds(over('inner-root', LVM))).toEqual([[['inner-root', 'guest-vg']]]);
    expect(kinds(over('san-x', entry.uuid.replace(/.{32}$/, uuid('other'))))).toEqual([]);
    const byHand = { ...entry, uuid: '' };
    expect(heldIn(byHand, over('inner-root', LVM))[0]?.children[0]?.kind).toBe('guest-vg');
  });

  it('is listed once, also where it lies on itself', () => {
    const both = device(`${base}p1`, 2, { table: [linear('253:1', 0, 8), linear('253:3', 0, 8, 8)] });
    expect(kinds(both, over(`${base}p2`, '', 3)).flat()).toHaveLength(2);
    const ring = { ...entry, table: [linear('253:2', 0, 8)] };
    const held = heldIn(ring, over(`${base}p1`));
    expect(held[0]?.children.map(({ device: { name } }) => name)).toEqual([`${base}p1`]);
  });
});
