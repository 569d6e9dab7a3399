import { describe, expect, it } from 'vitest';
import { given, lvmReport, physicalVolume, volume, volumeGroup } from '../../test/checks/examples.ts';
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

const ask = (...lvs: readonly LogicalVolume[]) => lv017.examine({ lvm: lvm(...lvs) }, {});

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
    const raid = over('vm-101-disk-0', 'vm-101-disk-0_rimage_0', { layout: ['raid', 'raid1'] });
    expect(ask(leg, raid)[0]).toMatchObject({ harm: 'operation', hits: null });
  });

  it('is silent of a VG that is whole', () => {
    expect(lv017.examine({ lvm: lvmReport([volume('san', 'vm-100-disk-0')]) }, {})).toEqual([]);
  });
});
