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
  storage,
  storages,
  textOf,
  uuid,
  volume,
  volumeGroup,
} from '../../test/checks/examples.ts';
import type { BlockDevices } from '../model/device-mapper/block-devices.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import type { GuestConfig } from '../model/guests/pve.ts';
import type { Lvm } from '../model/lvm/lvm.ts';
import { lv003 as check } from './lv003-foreign-group.ts';

const lv003 = given(check);

const lv = volume('san', 'vm-100-disk-0');
const SDA = { devNo: '8:0', kernelName: 'sda', holders: [], state: 'running', disk: 'sda', wwid: '' };
const blockDevices: BlockDevices = { devices: new Map([['8:0', SDA]]) };

interface Given {
  readonly lvm?: Lvm;
  readonly devices?: readonly DmDevice[];
  readonly configs?: readonly GuestConfig[];
  readonly named?: readonly string[];
}

function examine({ lvm = lvmReport([lv]), devices = [], configs = [], named = ['san'] }: Given) {
  const deviceMapper = mapper(...devices);
  const storageConfig = storages(...named.map((vg) => storage(`on-${vg}`, vg)));
  return lv003.examine(
    { deviceMapper, lvm, storage: storageConfig, guests: guests(...configs), blockDevices, cluster },
    {},
  );
}

const twin = volumeGroup('san', { vgUuid: uuid('another') });

describe('LV003', () => {
  it('is silent about a VG that a storage names and no other one can be taken for', () => {
    expect(examine({})).toEqual([]);
  });

  it('says of two VGs of one name that a storage can mean neither, once', () => {
    const report = lvmReport([lv]);
    const [finding, ...more] = examine({ lvm: { ...report, vgs: [...report.vgs, twin] } });
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      harm: 'operation',
      subject: { kind: 'volume-group', id: 'san' },
      title: 'VG san is the name of 2 VGs: no storage can use them',
    });
    expect(finding && textOf(finding)).toContain(twin.vgUuid);
  });

  it('says so also where neither has volumes of guests', () => {
    const report = lvmReport([volume('san', 'root')]);
    expect(examine({ lvm: { ...report, vgs: [...report.vgs, twin] } })).toHaveLength(1);
  });

  it('names the guest on whose volume a VG lies', () => {
    const outer = volume('pve', 'vm-200-disk-0');
    const host = active(outer, 1, { table: [linear('8:0', 2048, 8192)] });
    const inside = active(lv, 0, { table: [linear('253:1', 2048, 8192)] });
    const [finding] = examine({ lvm: lvmReport([outer]), devices: [host, inside], named: ['pve', 'san'] });
    expect(finding).toMatchObject({ harm: 'operation', subject: { id: 'san' } });
    expect(finding?.title).toBe('VG san belongs to guest 200, and this node sees it');
  });

  it('names the guest that was given the disk', () => {
    const given = { ...mention('scsi1', '', ''), target: { kind: 'path', path: '/dev/sda' } as const };
    const [finding] = examine({ configs: [guest(300, { mentions: [given] })] });
    expect(finding?.title).toContain('belongs to guest 300');
    expect(examine({ configs: [guest(300, { node: 'pve2', mentions: [given] })] })).toEqual([]);
  });

  it('says when LVM reports another VG of the name than the entries have', () => {
    const entry = active({ ...lv, vgUuid: uuid('gone') }, 0);
    expect(examine({ devices: [entry] })[0]?.title).toContain('has active entries of an older VG of this name');
  });

  it('only notices a VG that no storage names, and only if it has volumes of guests', () => {
    expect(examine({ named: [] })[0]).toMatchObject({ harm: 'housekeeping' });
    expect(examine({ lvm: lvmReport([volume('san', 'root')]), named: [] })).toEqual([]);
  });
});
