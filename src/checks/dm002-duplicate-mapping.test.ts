import { describe, expect, it } from 'vitest';
import { active, device, given, linear, mapper, target, textOf, volume } from '../../test/checks/examples.ts';
import { vectorsOf } from '../../test/data/commands.ts';
import { IS_THOROUGH } from '../../test/sample.ts';
import type { DeviceMapper, DmDevice, DmTarget } from '../model/device-mapper/device-mapper.ts';
import { dm002 as check } from './dm002-duplicate-mapping.ts';

const dm002 = given(check);

const examine = (deviceMapper: DeviceMapper) => dm002.examine({ deviceMapper }, {});
const subjects = (deviceMapper: DeviceMapper) => examine(deviceMapper).map(({ subject }) => subject.id);
const on = (...table: readonly DmTarget[]) => ({ table });

const first = volume('san', 'vm-100-disk-0');
const second = volume('san', 'vm-101-disk-0');

describe('DM002', () => {
  it('reports a hand-made map of a volume’s sectors with both ranges', () => {
    const [finding, ...others] = examine(
      mapper(device('rescue', 0, on(linear('8:0', 4096, 4096))), active(first, 1, on(linear('8:0', 2048, 8192)))),
    );
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      harm: 'data',
      subject: { id: 'rescue' },
      title: 'rescue and san-vm--100--disk--0 map the same sectors of 8:0',
      vmid: 100,
    });
    expect(finding && textOf(finding)).toContain('rescue maps sectors 4096-8191 of 8:0');
    expect(finding && textOf(finding)).toContain('san-vm--100--disk--0 maps sectors 2048-10239 of 8:0');
  });

  it('offers to remove only what was made by hand, is closed and has a guest volume’s name', () => {
    const whole = on(linear('8:0', 2048, 8192));
    const copy = device('san-vm--900--disk--0', 0, whole);
    const action = (...devices: readonly DmDevice[]) => examine(mapper(...devices))[0]?.repairAction;
    expect(action(copy, active(first, 1, whole))).toBe('remove-device');
    expect(action(copy, active(first, 1, { ...whole, name: 'scratch' }))).toBe('remove-device');
    expect(action(device('rescue', 0, whole), active(first, 1, whole))).toBeNull();
    expect(action({ ...copy, openCount: 1 }, active(first, 1, { ...whole, openCount: 1 }))).toBeNull();
    expect(action(active(second, 0, whole), active(first, 1, whole))).toBeNull();
  });

  it('offers nothing while any of several that it overlaps could be the extra one', () => {
    const copy = device('san-vm--900--disk--0-x', 5, on(linear('8:0', 2048, 8192), linear('8:0', 90_000, 8192, 8192)));
    const lvm = active(first, 1, on(linear('8:0', 2048, 8192)));
    const byHand = (name: string) => device(name, 2, on(linear('8:0', 90_000, 8192)));
    const found = (name: string) =>
      examine(mapper(copy, lvm, byHand(name))).filter(({ subject }) => subject.id === copy.name);
    expect(found('san-vm--101--disk--0')).toMatchObject([{ repairAction: 'remove-device' }]);
    expect(found('san-vm--101--disk--0-old')).toMatchObject([{ repairAction: null }]);
  });

  it('gives the command that goes with what it found', () => {
    const whole = on(linear('8:0', 2048, 8192));
    const commands = (extra: DmDevice) => examine(mapper(extra, active(first, 1, whole)))[0]?.remedy.commands;
    expect(vectorsOf(commands(active(second, 9, whole)))).toEqual([
      ['lvs', '-a', '-o', 'vg_name,lv_name,vg_uuid,lv_uuid,seg_pe_ranges'],
    ]);
    expect(vectorsOf(commands(device('rescue', 9, whole)))).toEqual([]);
  });

  it('sends nobody to the metadata where one of the two was made by hand and is in use', () => {
    const whole = on(linear('8:0', 2048, 8192));
    const byHand = device('rescue', 1, { ...whole, openCount: 1 });
    const [finding] = examine(mapper(active(first, 9, whole), byHand));
    expect(finding?.subject.id).toBe('san-vm--100--disk--0');
    expect(finding?.remedy).toEqual({
      text: 'Find out who made san-vm--100--disk--0 and who uses it, close it there, then check again.',
      commands: [],
    });
  });

  it('lists five overlaps of one entry and counts the others', () => {
    const table = [0, 1, 2, 3, 4, 5, 6].map((at) => linear('8:0', 2048 + 16 * at, 8, 8 * at));
    const lines = (count: number) => {
      const extra = device('rescue', 9, { table: table.slice(0, count) });
      const [finding] = examine(mapper(extra, active(first, 1, on(linear('8:0', 2048, 8192)))));
      return finding ? textOf(finding).match(/rescue maps sectors|and \d+ more overlaps/g) : null;
    };
    expect(lines(5)).toHaveLength(5);
    expect(lines(7)?.at(-1)).toBe('and 2 more overlaps');
    expect(lines(7)).toHaveLength(6);
  });

  it('reports two volumes of LVM over the same sectors without saying which one is wrong', () => {
    const whole = on(linear('7:3', 2048, 65536));
    const [finding] = examine(mapper(active(first, 29, whole), active(second, 30, whole)));
    expect(finding?.subject.id).toBe('san-vm--101--disk--0');
    expect(finding?.remedy.text).toContain('DM013 names the one that is gone');
  });

  it('compares stripes leg by leg', () => {
    const striped = on(target('striped', 8192, '2', '128', '8:0', '0', '8:16', '0'));
    const beside = active(first, 1, on(linear('8:16', 4096, 100)));
    const inside = active(first, 1, on(linear('8:16', 4095, 100)));
    expect(subjects(mapper(active(second, 2, striped), beside))).toEqual([]);
    expect(subjects(mapper(active(second, 2, striped), inside))).toEqual(['san-vm--101--disk--0']);
  });

  it('compares thin volumes by pool and id', () => {
    const thin = (id: string, pool = '253:9') => on(target('thin', 8192, pool, id));
    const entry = active(first, 1, thin('7'));
    expect(subjects(mapper(entry, device('look', 2, thin('7'))))).toEqual(['look']);
    expect(subjects(mapper(entry, device('look', 2, thin('8'))))).toEqual([]);
    expect(subjects(mapper(entry, device('look', 2, thin('7', '253:10'))))).toEqual([]);
  });

  it('leaves pairs of one set to DM001', () => {
    const whole = on(linear('8:0', 2048, 8192));
    expect(subjects(mapper(active(first, 0, whole), device('san-vm--100--disk--0-dup', 1, whole)))).toEqual([]);
  });

  it('is silent about neighbours, stacks, partitions of the volume, layers and devices of nobody’s guest', () => {
    const { uuid } = active(first, 0);
    const silent = mapper(
      active(first, 0, on(target('snapshot-origin', 8192, '253:1'))),
      device('san-vm--100--disk--0-real', 1, { uuid: `${uuid}-real`, table: [linear('8:0', 2048, 8192)] }),
      active(second, 2, on(linear('8:0', 10240, 8192))),
      device('san-vm--101--disk--0p1', 3, { uuid: 'part1-LVM-x', table: [linear('253:2', 0, 4096)] }),
      device('guest-root', 4, on(linear('253:2', 0, 4096))),
      device('other', 5, on(linear('8:32', 0, 4096))),
      device('another', 6, on(linear('8:32', 0, 4096))),
      device('san-pvmove0', 7, { uuid: `${uuid}x`, table: [target('mirror', 8192, '8:0', '2048', '8:16', '2048')] }),
    );
    expect(subjects(silent)).toEqual([]);
  });

  it('stays linear with thousands of entries over one extent', () => {
    const MANY = IS_THOROUGH ? 5000 : 1000;
    const same = on(linear('8:0', 0, 8192));
    const many = Array.from({ length: MANY }, (_, index) =>
      active(volume('san', `vm-${index + 100}-disk-0`), index, same),
    );
    expect(subjects(mapper(...many))).toHaveLength(MANY - 1);
  });
});
