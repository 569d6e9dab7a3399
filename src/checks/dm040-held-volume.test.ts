import { describe, expect, it } from 'vitest';
import { active, device, given, linear, mapper, target, textOf, uuid, volume } from '../../test/checks/examples.ts';
import { vectorsOf } from '../../test/data/commands.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { dm040 as check } from './dm040-held-volume.ts';

const dm040 = given(check);

const examine = (...devices: readonly DmDevice[]) => dm040.examine({ deviceMapper: mapper(...devices) }, {});

const lv = volume('ssd-ha01', 'vm-120-disk-0');
const parent = active(lv, 11, { openCount: 2 });
const partition = (number: number, minor: number, over: Partial<DmDevice> = {}) =>
  device(`${parent.name}p${number}`, minor, {
    uuid: `part${number}-${parent.uuid}`,
    table: [linear('253:11', 2048 * number, 1024)],
    ...over,
  });
const inner = (minor: number, on: string, over: Partial<DmDevice> = {}) =>
  device('ubuntu--vg-ubuntu--lv', minor, {
    uuid: `LVM-${uuid('innervg')}${uuid('innerlv')}`,
    table: [linear(on, 2048, 1024)],
    ...over,
  });

describe('DM040', () => {
  it('reports the volume that partition maps hold, and offers to remove them', () => {
    const [finding, ...others] = examine(parent, partition(1, 14), partition(2, 15));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      harm: 'operation',
      subject: { id: 'ssd--ha01-vm--120--disk--0' },
      title: 'ssd-ha01/vm-120-disk-0 is held open on the host by 2 partition maps',
      repairAction: 'remove-partition-map',
      vmid: 120,
    });
    expect(finding && textOf(finding)).toContain('p2 (253:15, partition map) lies on it, open count 0');
  });

  it('reports a VG inside the guest, on the volume or on a partition of it, and only guides', () => {
    const [direct] = examine(parent, inner(20, '253:11'));
    expect(direct).toMatchObject({ repairAction: null });
    expect(direct?.title).toContain('1 volume of a VG inside the guest');
    const [nested] = examine(parent, inner(20, '253:14'), partition(1, 14));
    expect(nested?.repairAction).toBeNull();
    expect(nested?.title).toContain('1 partition map and 1 volume of a VG inside the guest');
    const [group, map] = vectorsOf(nested?.remedy.commands);
    expect(group?.slice(0, 2)).toEqual(['vgchange', '-aln']);
    expect(group?.at(-1)).toMatch(/^vg_uuid=innerv-(?:.{4}-){5}.{6}$/);
    expect(map).toEqual(['dmsetup', 'remove', '--retry', '--uuid', partition(1, 14).uuid]);
  });

  it('lists twenty maps, and counts the others', () => {
    const found = (count: number) =>
      examine(parent, ...Array.from({ length: count }, (_, at) => partition(at + 1, at + 14)))[0];
    const [twenty, more] = [found(20), found(21)];
    expect(twenty && textOf(twenty)).not.toContain('more');
    expect(twenty?.evidence).toHaveLength(1 + 20);
    expect(more?.evidence.at(-1)?.fact).toBe('and 1 more');
    expect(more?.evidence).toHaveLength(1 + 20 + 1);
  });

  it('counts each kind of what lies on it, and offers nothing where a part is no partition map', () => {
    const table = [linear('253:14', 0, 8)];
    const byHand = device(`${parent.name}-look`, 30, { table });
    const crypt = device('inside', 31, { uuid: 'CRYPT-LUKS2-x', table });
    const [finding] = examine(parent, partition(1, 14), byHand, crypt);
    expect(finding?.title).toMatch(/by 1 partition map and 1 map made by hand and 1 other device$/);
    expect(finding?.repairAction).toBeNull();
  });

  it('knows hand-made partition maps by their name', () => {
    const table = [linear('253:11', 2048, 1024)];
    const found = (name: string) => examine(parent, device(name, 30, { table }))[0]?.repairAction;
    expect(found(`${parent.name}p1`)).toBe('remove-partition-map');
    expect(found(`${parent.name}-part1`)).toBe('remove-partition-map');
    expect(found(`${parent.name}-dup`)).toBeNull();
  });

  it('is silent about the layers of LVM itself, about what lies elsewhere and about other hand-made maps', () => {
    const layer = (name: string, suffix: string, minor: number) =>
      device(name, minor, { uuid: `${parent.uuid}${suffix}`, table: [linear('253:11', 0, 8)] });
    const own = { uuid: `LVM-${lv.vgUuid}${uuid('another')}`, table: [target('thin', 8, '253:11', '1')] };
    expect(examine(parent, layer('ssd--ha01-vm--120--disk--0-cow', '-cow', 12))).toEqual([]);
    expect(examine(parent, device('ssd--ha01-vm--121--disk--0', 12, own))).toEqual([]);
    expect(examine(parent, inner(20, '8:0'))).toEqual([]);
    expect(examine(parent, device('on-top', 20, { table: [linear('253:11', 0, 8)] }))).toEqual([]);
  });

  it('is silent about a partition map of a multipath disk', () => {
    const map = device('mpatha', 1, { uuid: 'mpath-3600' });
    expect(
      examine(map, device('mpatha-part1', 2, { uuid: 'part1-mpath-3600', table: [linear('253:1', 0, 8)] })),
    ).toEqual([]);
  });
});
