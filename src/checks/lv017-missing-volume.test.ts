import { describe, expect, it } from 'vitest';
import {
  cluster,
  given,
  guest,
  guests,
  lvmReport,
  mention,
  physicalVolume,
  readingsOf,
  running,
  storage,
  storages,
  volume,
  volumeGroup,
} from '../../test/checks/examples.ts';
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

const ask = (lvs: readonly LogicalVolume[], runs: readonly number[] = []) => {
  const readings = readingsOf({
    ...{ cluster, running: running(...runs), storage: storages(storage('fast', 'san')) },
    guests: guests(
      guest(100, { mentions: [mention('scsi0', 'fast', 'vm-100-disk-0')] }),
      guest(101, { mentions: [mention('scsi0', 'fast', 'vm-101-disk-0')] }),
    ),
  });
  return lv017.examine({ lvm: lvm(...lvs) }, readings);
};

describe('LV017', () => {
  it('is critical where a running guest has its disk on what is missing', () => {
    const [finding, ...more] = ask([onMissing('vm-100-disk-0'), volume('san', 'vm-101-disk-0')], [100, 101]);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      severity: 'critical',
      subject: { kind: 'volume-group', id: 'san' },
      title: 'VG san misses 1 of 2 physical volumes',
      headline: 'has lost a disk, and running guest 100 with it: vm-100-disk-0',
      repairAction: null,
    });
    expect(finding?.remedy.text).toContain('Do not run vgreduce --removemissing');
  });

  it('is a warning where a guest cannot start, or nothing lies on it', () => {
    expect(ask([onMissing('vm-100-disk-0')])[0]).toMatchObject({
      severity: 'warning',
      headline: 'has lost a disk: guest 100 cannot start (vm-100-disk-0)',
    });
    expect(ask([volume('san', 'vm-100-disk-0')], [100])[0]).toMatchObject({
      severity: 'warning',
      headline: 'has lost a disk, and cannot be changed: nothing can be created, removed or resized in it',
    });
    expect(ask([onMissing('vm-900-disk-0')])[0]?.headline).toBe('has lost a disk with 1 volume, and cannot be changed');
  });

  it('follows thin pools and volumes of LVM’s own, and not the legs of a RAID', () => {
    const pool = over('data', 'data_tdata', { role: ['private', 'thin', 'pool'] });
    const data = onMissing('data_tdata', { role: ['private'] });
    const thin = volume('san', 'vm-100-disk-0', { poolLv: 'data' });
    expect(ask([pool, data, thin], [100])[0]?.headline).toContain('running guest 100');
    const leg = onMissing('vm-101-disk-0_rimage_0', { role: ['private', 'raid', 'image'] });
    const raid = over('vm-101-disk-0', 'vm-101-disk-0_rimage_0', { layout: ['raid', 'raid1'] });
    expect(ask([leg, raid], [101])[0]?.headline).toContain('cannot be changed');
  });

  it('is silent of a VG that is whole', () => {
    expect(lv017.examine({ lvm: lvmReport([volume('san', 'vm-100-disk-0')]) }, readingsOf({}))).toEqual([]);
  });
});
