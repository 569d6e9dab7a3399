import { describe, expect, it } from 'vitest';
import {
  active,
  cluster,
  given,
  guest,
  guests,
  linear,
  lvmReport,
  mapper,
  mention,
  physicalVolume,
  readingsOf,
  running,
  storage,
  storages,
  uuid,
  volume,
  volumeGroup,
} from '../../test/checks/examples.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import type { LogicalVolume } from '../model/lvm/lvm.ts';
import { lv017 as check } from './lv017-missing-volume.ts';

const lv017 = given(check);

const onMissing = (lvName: string, over: Partial<LogicalVolume> = {}): LogicalVolume => {
  const lv = volume('san', lvName, over);
  return {
    ...lv,
    segments: lv.segments.map((segment) => ({ ...segment, devices: [{ name: '[unknown]', firstExtent: 0 }] })),
  };
};
const over = (lvName: string, below: string, more: Partial<LogicalVolume> = {}): LogicalVolume => {
  const lv = volume('san', lvName, more);
  return {
    ...lv,
    segments: lv.segments.map((segment) => ({ ...segment, devices: [{ name: below, firstExtent: 0 }] })),
  };
};

const lvm = (...lvs: readonly LogicalVolume[]) =>
  lvmReport(lvs, {
    vgs: [volumeGroup('san', { lvCount: lvs.length, missingPvCount: 1 })],
    pvs: [physicalVolume('san'), physicalVolume('san', '[unknown]', { missing: true, major: 0 })],
  });

const NODE = { cluster, running: running(), storage: storages(storage('fast', 'san')), guests: guests() };

const askWith = (lvs: readonly LogicalVolume[], more: Parameters<typeof readingsOf>[0]) =>
  lv017.examine({ lvm: lvm(...lvs) }, readingsOf({ ...NODE, ...more }));

const ask = (...lvs: readonly LogicalVolume[]) => askWith(lvs, {});

describe('LV017', () => {
  it('says which volumes are lost with what is missing, so that their guests are hit and no others', () => {
    const [finding, ...more] = ask(onMissing('vm-100-disk-0'), volume('san', 'vm-101-disk-0'));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      harm: 'data',
      subject: { kind: 'volume-group', id: 'san' },
      title: 'VG san misses 1 of 2 physical volumes',
      headline: 'has lost a disk: vm-100-disk-0 cannot be read, and nothing in it can be changed',
      lost: 'a disk of VG san is gone',
      hits: [{ kind: 'volume', id: 'san/vm-100-disk-0' }],
      repairAction: null,
    });
    expect(finding?.remedy.text).toContain('Do not run vgreduce --removemissing');
  });

  it('takes nobody’s data where nothing lies on it, and the VG cannot be changed all the same', () => {
    const [finding] = ask(volume('san', 'vm-100-disk-0'));
    expect(finding).toMatchObject({
      ...{ harm: 'operation', hits: null },
      headline: 'has lost a disk, and cannot be changed: nothing can be created, removed or resized in it',
    });
    expect(finding).not.toHaveProperty('lost');
  });

  it('follows thin pools and volumes of LVM’s own, and not the legs of a RAID', () => {
    const pool = over('data', 'data_tdata', { role: ['private', 'thin', 'pool'] });
    const data = onMissing('data_tdata', { role: ['private'] });
    const thin = volume('san', 'vm-100-disk-0', { poolLv: 'data' });
    expect(ask(pool, data, thin)[0]?.hits).toEqual([{ kind: 'volume', id: 'san/vm-100-disk-0' }]);
    const leg = onMissing('vm-101-disk-0_rimage_0', { role: ['private', 'raid', 'image'] });
    const other = volume('san', 'vm-101-disk-0_rimage_1', { role: ['private', 'raid', 'image'] });
    const raid = (level: string): LogicalVolume => {
      const lv = over('vm-101-disk-0', '', { layout: ['raid', level] });
      const devices = [leg, other].map(({ lvName }) => ({ name: lvName, firstExtent: 0 }));
      return { ...lv, segments: lv.segments.map((segment) => ({ ...segment, devices })) };
    };
    const hits = [{ kind: 'volume', id: 'san/vm-101-disk-0' }];
    expect(ask(leg, other, raid('raid1'))[0]).toMatchObject({ harm: 'operation', hits: null });
    expect(ask(leg, other, raid('raid0'))[0]).toMatchObject({ harm: 'data', hits });
    const both = onMissing('vm-101-disk-0_rimage_1', { role: ['private', 'raid', 'image'] });
    expect(ask(leg, both, raid('raid1'))[0]).toMatchObject({ harm: 'data', hits });
  });

  it('says that a guest goes on where its active volume answers, and LVM alone does not find the disk', () => {
    const lv = onMissing('vm-100-disk-0');
    const entry = active(lv, 1, { table: [linear('8:16', 2048, 8192)] });
    const sdb = { devNo: '8:16', kernelName: 'sdb', holders: [], state: 'running', disk: 'sdb', wwid: '' };
    const withDisk = (...blocks: readonly (typeof sdb)[]) => ({
      deviceMapper: mapper(entry),
      blockDevices: { devices: new Map(blocks.map((block) => [block.devNo, block])) },
    });
    const hits = [{ kind: 'volume', id: 'san/vm-100-disk-0' }];
    expect(askWith([lv], withDisk(sdb))[0]).toMatchObject({
      ...{ harm: 'operation', hits },
      headline: 'misses a disk in the eyes of LVM: vm-100-disk-0 goes on, and cannot be activated again',
    });
    expect(askWith([lv], withDisk())[0]).toMatchObject({ harm: 'data', hits });
  });

  it('accuses nobody of a guest’s own VG, which the node sees through the guest’s disk', () => {
    const sda = { devNo: '8:0', kernelName: 'sda', holders: [], state: 'running', disk: 'sda', wwid: '' };
    const path = { kind: 'path', path: '/dev/disk/by-id/lun', resolved: '/dev/sda' } as const;
    const given = guest(105, { mentions: [{ ...mention('scsi1', '', ''), target: path }] });
    const [finding] = askWith([onMissing('vm-100-disk-0')], {
      guests: guests(given, guest(100, { mentions: [mention('scsi0', 'fast', 'vm-100-disk-0')] })),
      deviceMapper: mapper(),
      blockDevices: { devices: new Map([[sda.devNo, sda]]) },
      lvm: lvm(onMissing('vm-100-disk-0')),
    });
    expect(finding).toMatchObject({
      ...{ harm: 'housekeeping', vmids: [105], hits: [] },
      headline: 'belongs to guest 105, and this node does not see all of its disks',
    });
    expect(finding?.remedy.text).not.toContain('Bring the disk back');
  });

  it('tells of each of several VGs of one name', () => {
    const vgs = [1, 2].map((at) => volumeGroup('san', { vgUuid: uuid(`vg${at}`), missingPvCount: 1 }));
    const found = lv017.examine({ lvm: lvmReport([], { vgs }) }, readingsOf({}));
    expect(found.map(({ subject }) => subject.id)).toEqual(['san', `san (${uuid('vg2')})`]);
  });

  it('hits no guest by a name that two VGs have, but by a volume that is active', () => {
    const lv = onMissing('vm-100-disk-0');
    const { vgs, pvs, lvs } = lvm(lv);
    const two = lvmReport(lvs, { vgs: [...vgs, volumeGroup('san', { vgUuid: uuid('vg2') })], pvs });
    const sections = { lvm: two, blockDevices: { devices: new Map() } };
    const hitsWith = (...entries: readonly DmDevice[]) =>
      lv017.examine({ lvm: two }, readingsOf({ ...NODE, ...sections, deviceMapper: mapper(...entries) }))[0]?.hits;
    expect(hitsWith()).toEqual([]);
    expect(hitsWith(active(lv, 1))).toEqual([{ kind: 'volume', id: 'san/vm-100-disk-0' }]);
  });

  it('is silent of a VG that is whole', () => {
    expect(lv017.examine({ lvm: lvmReport([volume('san', 'vm-100-disk-0')]) }, readingsOf({}))).toEqual([]);
  });
});
