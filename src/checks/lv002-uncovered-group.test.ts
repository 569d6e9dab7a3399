import { describe, expect, it } from 'vitest';
import {
  active,
  device,
  given,
  linear,
  lvmReport,
  mapper,
  physicalVolume,
  target,
  textOf,
  volume,
  volumeGroup,
} from '../../test/checks/examples.ts';
import type { BlockDevices } from '../model/device-mapper/block-devices.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import type { Lvm } from '../model/lvm/lvm.ts';
import { lv002 as check } from './lv002-uncovered-group.ts';

const lv002 = given(check);

const lv = volume('san', 'vm-100-disk-0');
const NO_REPORT = lvmReport([]);

/** sda, sdb, … as 8:0, 8:16, …, each with its WWID. */
const disks = (...wwids: readonly string[]): BlockDevices => ({
  devices: new Map(
    wwids.map((wwid, at) => {
      const name = `sd${'abcdef'[at]}`;
      const block = { devNo: `8:${at * 16}`, kernelName: name, holders: [], state: 'running', disk: name, wwid };
      return [block.devNo, block] as const;
    }),
  ),
});

const examine = (lvm: Lvm, devices: readonly DmDevice[], blockDevices = disks('a', 'b')) =>
  lv002.examine({ deviceMapper: mapper(...devices), lvm, blockDevices }, {});

const onSda = active(lv, 0, { table: [linear('8:0', 2048, 8192)] });
const onSdb = lvmReport([lv], { pvs: [physicalVolume('san', '/dev/sdb', { minor: 16 })] });

describe('LV002', () => {
  it('reports entries on a disk that LVM does not use for their VG', () => {
    const [finding, ...more] = examine(onSdb, [onSda]);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      harm: 'data',
      subject: { kind: 'volume-group', id: 'san' },
      title: 'VG san: 1 entry lies on sda, and LVM uses /dev/sdb for the VG',
      repairAction: null,
    });
  });

  it('calls two disks of one WWID two paths', () => {
    const [finding] = examine(NO_REPORT, [onSda], disks('naa.1', 'naa.1'));
    expect(finding).toMatchObject({
      harm: 'redundancy',
      title: 'VG san: 1 entry lies on one path of a disk that is here as sda, sdb',
    });
    expect(finding && textOf(finding)).toContain('sda, sdb: WWID naa.1');
    expect(finding?.remedy.text).toContain('multipath');
  });

  it('reports a VG that LVM does not report while entries of it are active', () => {
    const [finding] = examine(NO_REPORT, [onSda]);
    expect(finding).toMatchObject({ harm: 'operation' });
    expect(finding?.title).toBe('VG san: 1 entry lies on sda, and LVM does not report the VG');
  });

  it('reports a device that LVM leaves out, also where all entries lie on the other one', () => {
    const report = lvmReport([lv], { leftOut: [{ path: '/dev/sdb', pvUuid: physicalVolume('san').pvUuid }] });
    expect(examine(report, [onSda])[0]).toMatchObject({
      harm: 'operation',
      title: 'VG san: LVM finds it twice and leaves out /dev/sdb',
    });
  });

  it('knows a VG that another node merged or split by the UUIDs of its volumes', () => {
    const moved = { ...volume('big', 'vm-100-disk-0'), lvUuid: lv.lvUuid };
    for (const rest of [[], [volume('san', 'root')]]) {
      const report = lvmReport([moved, ...rest], {
        pvs: [physicalVolume('big', '/dev/sda'), ...rest.map(() => physicalVolume('san', '/dev/sdb', { minor: 16 }))],
      });
      expect(examine(report, [onSda])[0]).toMatchObject({
        harm: 'operation',
        title: 'VG san: 1 entry lies on sda, which is in VG big now',
      });
    }
    // Another volume stands there: the disk was given away, with the sectors under the guest.
    const other = lvmReport([volume('big', 'vm-9-disk-0')], { pvs: [physicalVolume('big', '/dev/sda')] });
    expect(examine(other, [onSda])[0]?.title).toContain('LVM does not report the VG');
  });

  it('does not call a VG with a missing part twice there, nor point at a copy', () => {
    const report = lvmReport([lv], {
      vgs: [volumeGroup('san', { missingPvCount: 1, lvCount: 1 })],
      pvs: [
        physicalVolume('san', '/dev/sdb', { minor: 16 }),
        physicalVolume('san', '[unknown]', { missing: true, major: 0 }),
      ],
    });
    const [finding] = examine(report, [onSda]);
    expect(finding).toMatchObject({ harm: 'operation' });
    expect(finding?.title).toBe('VG san: 1 entry lies on sda, and LVM misses a physical volume of the VG');
    expect(finding?.remedy.text).not.toContain('Remove the copy');
    expect(finding?.remedy.text).toContain('Do not run vgreduce');
  });

  it('says nothing of a physical volume of no VG that is there twice', () => {
    const empty = physicalVolume('', '/dev/sdb', { minor: 16, vgUuid: '', pvUuid: 'e'.repeat(32) });
    const report = lvmReport([lv], {
      pvs: [physicalVolume('san'), empty],
      leftOut: [{ path: '/dev/sdc', pvUuid: empty.pvUuid }],
    });
    expect(examine(report, [onSda], disks('a', 'b', 'c'))).toEqual([]);
  });

  it('judges every VG of one name', () => {
    const second = { ...lv, vgUuid: 'x'.repeat(32) };
    const found = examine(NO_REPORT, [
      onSda,
      { ...active(second, 1, { table: [linear('8:16', 2048, 8192)] }), name: 'san-vm--101--disk--0' },
    ]);
    expect(found.map(({ subject }) => subject.id)).toEqual(['san', `san (${second.vgUuid})`]);
  });

  it('is silent where LVM reports the disks, through pools, layers and multipath maps too', () => {
    expect(examine(lvmReport([lv]), [onSda])).toEqual([]);
    const pool = device('san-data-tpool', 1, { uuid: `LVM-${lv.vgUuid}${'p'.repeat(32)}-tpool`, table: onSda.table });
    const thin = active(lv, 0, { table: [target('thin', 8192, '253:1', '7')] });
    expect(examine(lvmReport([lv]), [thin, pool])).toEqual([]);
    const map = device('mpatha', 9, { uuid: 'mpath-3600', table: [target('multipath', 8192, '0', '8:0', '8:16')] });
    const onMap = lvmReport([lv], { pvs: [physicalVolume('san', '/dev/mapper/mpatha', { major: 253, minor: 9 })] });
    expect(examine(onMap, [onSda, map], disks('naa.1', 'naa.1'))).toEqual([]);
  });

  it('is silent about disks that are gone, and about volumes inside a guest', () => {
    expect(examine(NO_REPORT, [active(lv, 0, { table: [linear('8:64', 2048, 8192)] })])).toEqual([]);
    const host = active(volume('pve', 'vm-200-disk-0'), 1, { table: onSda.table });
    const inside = active(lv, 0, { table: [linear('253:1', 2048, 8192)] });
    expect(examine(lvmReport([volume('pve', 'vm-200-disk-0')]), [host, inside])).toEqual([]);
  });

  it('is silent about what was made by hand', () => {
    expect(examine(NO_REPORT, [device('san-vm--100--disk--0', 0)])).toEqual([]);
  });
});
