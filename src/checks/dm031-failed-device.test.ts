import { describe, expect, it } from 'vitest';
import { active, device, given, linear, mapper, target, textOf, volume, wanted } from '../../test/checks/examples.ts';
import { vectorsOf } from '../../test/data/commands.ts';
import type { BlockDevices } from '../model/device-mapper/block-devices.ts';
import type { DeviceMapper, DmDevice } from '../model/device-mapper/device-mapper.ts';
import { ABOVE } from '../model/paths/carried.ts';
import { dm031 as check } from './dm031-failed-device.ts';

const dm031 = given(check);

const disks = (states: Readonly<Record<string, string | null>>): BlockDevices => ({
  devices: new Map(
    Object.entries(states).map(([devNo, state]) => [
      devNo,
      { devNo, kernelName: `disk${devNo}`, holders: [], state, disk: null, wwid: '' },
    ]),
  ),
});

const examine = (deviceMapper: DeviceMapper, states: Readonly<Record<string, string | null>>) =>
  dm031.examine({ deviceMapper, blockDevices: disks(states) }, wanted(ABOVE));
const subjects = (states: Readonly<Record<string, string>>, ...devices: readonly DmDevice[]) =>
  examine(mapper(...devices), states).map(({ subject }) => subject.id);

const on = (number: string, minor: number, vmid = 100) =>
  active(volume('lunvg', `vm-${vmid}-disk-0`), minor, { table: [linear(number, 2048, 8192)] });
const multipath = (minor: number, ...paths: readonly string[]) =>
  device('mpatha', minor, { uuid: 'mpath-3600', table: [target('multipath', 8192, '0', '0', '1', ...paths)] });

describe('DM031', () => {
  it('reports an entry over a device number that is gone', () => {
    const [finding] = examine(mapper(on('8:0', 0)), { '8:16': 'running' });
    expect(finding).toMatchObject({
      harm: 'data',
      subject: { id: '8:0' },
      title: 'lunvg-vm--100--disk--0 cannot be read: 8:0 below it is gone',
      repairAction: null,
      vmid: 100,
    });
    expect(finding && textOf(finding)).toContain('block device 8:0 is gone');
  });

  it('names guests’ volumes, others of their VG and multipath maps, not layers and not what is somebody else’s', () => {
    const table = [linear('8:0', 90_000, 8)];
    const named = (other: DmDevice) => {
      const [finding] = examine(mapper(on('8:0', 0), other), { '8:16': 'running' });
      return finding ? textOf(finding).includes(other.name) : null;
    };
    const mate = volume('lunvg', 'root');
    expect(named(active(mate, 5, { table }))).toBe(true);
    expect(named(device('mpatha', 5, { uuid: 'mpath-1', table }))).toBe(true);
    expect(named(active(volume('pve', 'root'), 5, { table }))).toBe(false);
    expect(named(device('lunvg-root-real', 5, { uuid: `${active(mate, 5).uuid}-real`, table }))).toBe(false);
    expect(named(device('backup', 5, { table }))).toBe(false);
    expect(named(device('crypt', 5, { uuid: 'CRYPT-LUKS2-x', table }))).toBe(false);
  });

  it('reports a guest’s entry that was made by hand, and names the disk and its state', () => {
    const byHand = device('lunvg-vm--100--disk--0', 0, { table: [linear('8:0', 0, 8)] });
    const [finding] = examine(mapper(byHand), { '8:0': 'offline' });
    expect(finding?.title).toBe('lunvg-vm--100--disk--0 cannot be read: 8:0 below it (disk8:0) is offline');
    expect(finding?.vmid).toBe(100);
  });

  it('makes one finding of many entries over one lost device, and lists some of them', () => {
    const many = Array.from({ length: 3000 }, (_, index) => on('8:0', index, index + 100));
    const [finding, ...others] = examine(mapper(...many), {});
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ subject: { id: '8:0' }, vmid: null });
    expect(finding?.title).toContain('3000 entries cannot be read');
    expect(finding && textOf(finding)).toContain('and 2980 more');
  });

  it('reports a disk that the SCSI layer has given up, not one that is only blocked', () => {
    expect(subjects({ '8:0': 'offline' }, on('8:0', 0))).toEqual(['8:0']);
    expect(subjects({ '8:0': 'transport-offline' }, on('8:0', 0))).toEqual(['8:0']);
    expect(subjects({ '8:0': 'blocked' }, on('8:0', 0))).toEqual([]);
    expect(subjects({ '8:0': '' }, on('8:0', 0))).toEqual([]);
  });

  it('does not call a disk working whose state could not be read', () => {
    const facts = (state: string | null) => ({
      deviceMapper: mapper(on('8:0', 0)),
      blockDevices: disks({ '8:0': state }),
    });
    expect(dm031.examine(facts(null), wanted(ABOVE))).toEqual([]);
    expect(dm031.unjudged?.(facts(null))).toEqual(['the state of disk8:0 could not be read']);
    expect(dm031.unjudged?.(facts(''))).toEqual([]);
  });

  it('reports a multipath map only when its last path is gone, with what is on it', () => {
    const map = multipath(9, '8:0', '8:16');
    const entry = on('253:9', 0);
    expect(subjects({ '8:0': 'offline', '8:16': 'running' }, entry, map)).toEqual([]);
    expect(subjects({ '8:0': 'offline' }, map)).toEqual(['mpatha']);
    const [finding] = examine(mapper(entry, map), { '8:0': 'offline' });
    expect(finding?.title).toBe('2 entries cannot be read: mpatha below them has no working path');
    expect(vectorsOf(finding?.remedy.commands)).toEqual([['multipath', '-ll', 'mpatha']]);
  });

  it('is about the same device however many entries over it are seen', () => {
    const one = on('8:0', 0);
    const two = { ...on('8:0', 1), name: 'lunvg-vm--101--disk--0' };
    expect(subjects({ '8:0': 'offline' }, one)).toEqual(subjects({ '8:0': 'offline' }, one, two));
  });

  it('looks through the layers of a stack', () => {
    const pool = device('lunvg-data-tpool', 5, {
      uuid: 'LVM-x-tpool',
      table: [target('thin-pool', 8192, '8:0', '8:0')],
    });
    const thin = active(volume('lunvg', 'vm-100-disk-0'), 0, { table: [target('thin', 8192, '253:5', '1')] });
    expect(subjects({}, thin, pool)).toEqual(['8:0']);
  });

  it('reports an error target, whoever made the device', () => {
    const failed = active(volume('san', 'vm-100-disk-0'), 0, { table: [target('error', 8192)] });
    expect(subjects({}, active(volume('pve', 'root'), 0, { table: [target('error', 8192)] }))).toEqual(['pve-root']);
    const titles = examine(mapper(failed, device('broken', 1, { table: [target('error', 8192)] })), {}).map(
      (f) => f.title,
    );
    expect(titles).toEqual([
      'san-vm--100--disk--0 is mapped to an error target',
      'broken is mapped to an error target',
    ]);
  });

  it('is silent about a mirror that lost one leg, and about LVM’s placeholder for it', () => {
    const uuid = 'LVM-'.padEnd(68, 'a');
    const silent = [
      active(volume('san', 'vm-100-disk-0'), 0, { table: [target('raid', 8192, 'raid1', '253:1', '253:2')] }),
      device('san-vm--100--disk--0_rimage_0', 1, { uuid: `${uuid}-real`, table: [linear('8:16', 0, 8192)] }),
      device('san-vm--100--disk--0_rimage_1', 2, { uuid: `${uuid}-missing_0_0`, table: [target('error', 8192)] }),
    ];
    expect(subjects({ '8:16': 'running' }, ...silent)).toEqual([]);
  });

  it('is silent about devices of nobody’s guest, empty tables, and numbers that changed while the node was read', () => {
    expect(subjects({}, device('scratch', 0), device('empty', 1, { table: [] }))).toEqual([]);
    const changing = { ...mapper(on('253:77', 0)), changedMeanwhile: ['something'] };
    expect(examine(changing, {})).toEqual([]);
  });
});
