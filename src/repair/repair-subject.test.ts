import { describe, expect, it } from 'vitest';
import { type MemoryNode, memoryNode, snapshotOf } from '../../test/apply/memory-node.ts';
import {
  active,
  device,
  linear,
  lvmReport,
  physicalVolume,
  uuid,
  volume,
  volumeGroup,
} from '../../test/checks/examples.ts';
import { sectionsOf } from '../model/derived.ts';
import { type Lvm, lvDmUuid } from '../model/lvm/lvm.ts';
import { absent, known } from '../model/reading.ts';
import { repairSubject, whyMayHaveVolume } from './repair-subject.ts';

const lv = volume('san', 'vm-100-disk-0');
const entry = active(lv, 1);
const finding = { code: 'DM010', vmid: 100, certainty: 'certain' } as const;

function subject(on: MemoryNode, minor: number, partition = false, lvm: Lvm = lvmReport(on.volumes)) {
  const found = on.devices.find((each) => each.minor === minor);
  if (found === undefined) throw new Error('no such device');
  const snapshot = snapshotOf(on);
  const sections = on.hidden.has('lvm')
    ? snapshot.sections
    : { ...snapshot.sections, lvm: { reading: known(lvm), durationMs: 0 } };
  const repairAction = partition ? 'remove-partition-map' : 'remove-device';
  const is = repairSubject(found, { ...finding, repairAction }, sectionsOf({ ...snapshot, sections }));
  return is.is === 'nothing-of-ours' ? is.because : is;
}

const node = (devices: MemoryNode['devices'], volumes = [lv]) => memoryNode({ volumes, devices });

describe('an entry', () => {
  it('has its volume in metadata, by UUID', () => {
    expect(subject(node([entry]), 1)).toMatchObject({ is: 'entry', lv, ghost: false });
    const renamed = { ...lv, lvName: 'vm-200-disk-0' };
    expect(subject(node([entry], [renamed]), 1)).toMatchObject({ is: 'entry', lv: renamed, ghost: false });
  });

  it('is a ghost only where its VG was reported whole', () => {
    const others = [volume('san', 'a'), volume('san', 'b')];
    const report = (lvCount: number, lvs = others) => ({ ...lvmReport(lvs), vgs: [volumeGroup('san', { lvCount })] });
    expect(subject(node([entry], others), 1, false, report(2))).toMatchObject({ is: 'entry', lv: null, ghost: true });
    const partly = 'VG san was not reported whole, so the volume may be in its metadata';
    expect(subject(node([entry], others), 1, false, report(3))).toBe(partly);
    const internal = volume('san', 'a_tdata', { role: ['private', 'thin'], layout: ['linear'] });
    expect(subject(node([entry], others), 1, false, report(3, [...others, internal]))).toBe(partly);
    const pool = volume('san', 'pool', { role: ['private'], layout: ['thin', 'pool'] });
    expect(subject(node([entry], others), 1, false, report(3, [...others, pool]))).toMatchObject({ ghost: true });
    const public2 = volume('san', 'c', { role: ['public'], layout: ['linear'] });
    expect(subject(node([entry], others), 1, false, report(3, [...others, public2]))).toMatchObject({ ghost: true });
  });

  it('is nothing of ours where its VG is not reported, or LVM was not read', () => {
    expect(subject(node([entry], [volume('nas', 'x')]), 1)).toMatch(/^LVM does not report the VG that its UUID names/);
    const on = node([entry]);
    on.hidden.add('lvm');
    expect(subject(on, 1)).toBe('LVM metadata was not read');
    on.hidden.add('deviceMapper');
    expect(subject(on, 1)).toBe('device-mapper was not read');
  });

  it('is nothing of ours where its volume is no guest’s any more, or shares its name', () => {
    const is = (over: Partial<typeof lv>) => subject(node([entry], [{ ...lv, ...over }]), 1);
    expect(is({ lvName: 'backup' })).toBe('its volume is san/backup now, which is no guest’s volume');
    expect(is({ role: ['private', 'thin'] })).toBe('its volume is san/vm-100-disk-0 now, which is no guest’s volume');
    const twin = { ...lv, lvUuid: 't'.repeat(32) };
    expect(subject(node([entry], [lv, twin]), 1)).toBe('san/vm-100-disk-0 names more than one volume');
  });

  it('made by hand has no volume, and is no ghost', () => {
    expect(subject(node([device('san-vm--100--disk--0', 1)]), 1)).toMatchObject({
      is: 'entry',
      lv: null,
      ghost: false,
    });
  });

  it('is nothing of ours when it is not named as one, or is something else by its UUID', () => {
    expect(subject(node([device('backup', 1)]), 1)).toBe('backup is no entry of a guest’s volume (no UUID)');
    expect(subject(node([device(entry.name, 1, { uuid: 'mpath-1' })]), 1)).toBe(
      `${entry.name} is no entry of a guest’s volume (mpath-1)`,
    );
  });

  it('is nothing of ours when it lies on the volume itself', () => {
    const above = device('san-vm--100--disk--0-x', 2, { table: [linear('253:1', 0, 64)] });
    expect(subject(node([entry, above]), 2)).toBe('san-vm--100--disk--0-x lies on the guest’s volume itself');
  });
});

describe('a partition map', () => {
  const map = (name: string, uuid: string, table = [linear('253:1', 2048, 64)]) => device(name, 2, { uuid, table });
  const parentOf = (one: ReturnType<typeof map>, below = entry) => subject(node([below, one]), 2, true);
  const named = 'san-vm--100--disk--0p1';

  it('lies on one guest’s volume, by the UUID of kpartx or by its name', () => {
    expect(parentOf(map('any', `part1-${entry.uuid}`))).toMatchObject({ is: 'partition-map', parent: { vmid: 100 } });
    expect(parentOf(map(named, ''))).toMatchObject({ is: 'partition-map' });
    expect(parentOf(map(named, 'part1-x'), { ...entry, uuid: '' })).toMatchObject({ is: 'partition-map' });
  });

  it('is nothing of ours by another volume’s UUID, another name or another kind', () => {
    expect(parentOf(map('any', 'part1-other'))).toBe('any is no partition map');
    expect(parentOf(map('any', ''))).toBe('any is no partition map');
    expect(parentOf(map(named, 'CRYPT-LUKS2-x'))).toBe(`${named} is no partition map`);
    expect(parentOf(map(named, `LVM-${'a'.repeat(64)}`))).toBe(`${named} is no partition map`);
  });

  it('is nothing of ours on no volume of a guest, or on more than that', () => {
    const lies = `${named} does not lie on one guest’s volume`;
    expect(parentOf(map(named, `part1-${entry.uuid}`, [linear('8:0', 2048, 64)]))).toBe(lies);
    expect(parentOf(map(named, `part1-${entry.uuid}`, []))).toBe(lies);
    const both = [linear('253:1', 2048, 64), linear('8:0', 2048, 64, 64)];
    expect(parentOf(map(named, `part1-${entry.uuid}`, both))).toBe(lies);
  });
});

describe('an entry is nothing of ours', () => {
  const report = lvmReport([lv]);
  const on = (lvm: Partial<Lvm>) => subject(node([entry]), 1, false, { ...report, ...lvm });

  it('where LVM does not cover its disk, or leaves out a device of its VG', () => {
    const elsewhere = report.pvs.map((pv) => ({ ...pv, minor: 16 }));
    expect(on({ pvs: elsewhere })).toContain('where LVM reports no physical volume of VG san');
    expect(on({ pvs: elsewhere, lvs: [], vgs: [volumeGroup('san')] })).toContain(
      'where LVM reports no physical volume',
    );
    expect(on({ leftOut: [{ path: '/dev/sdb', pvUuid: 'x' }] })).toContain('LVM leaves out /dev/sdb');
    expect(on({ vgs: [], pvs: [], lvs: [] })).toContain('LVM does not report the VG');
  });

  it('where another VG has the name of its own, or no storage names that', () => {
    const twin = volumeGroup('san', { vgUuid: uuid('another') });
    expect(on({ vgs: [...report.vgs, twin] })).toContain('another VG is called san too');
    const unnamed = node([entry]);
    unnamed.storages.length = 0;
    expect(subject(unnamed, 1)).toBe('no storage of storage.cfg names VG san');
  });
});

describe('whether a UUID may have a volume', () => {
  const why = (uuid: string, volumes = [volume('san', 'other')]) =>
    whyMayHaveVolume({ uuid, table: [linear('8:0', 2048, 8192)] }, sectionsOf(snapshotOf(node([], volumes))));

  it('is no for what is not LVM’s, and for one that is in no metadata', () => {
    expect([why(''), why('part1-x'), why(lvDmUuid(lv))]).toEqual([null, null, null]);
  });

  it('is yes for one in metadata, and not known where its VG was not reported', () => {
    expect(why(lvDmUuid(lv), [lv])).toBe('san/vm-100-disk-0 in metadata has its UUID: activate that instead');
    expect(why(lvDmUuid(lv), [volume('nas', 'x')])).toMatch(/^LVM does not report the VG/);
    const snapshot = snapshotOf(node([]));
    const sections = { ...snapshot.sections, lvm: { reading: absent('no LVM'), durationMs: 0 } };
    expect(whyMayHaveVolume(entry, sectionsOf({ ...snapshot, sections }))).toBe('LVM metadata was not read');
    const part = { ...lvmReport([]), vgs: [volumeGroup('san', { lvCount: 1 })], pvs: [physicalVolume('san')] };
    const partly = { ...snapshot.sections, lvm: { reading: known(part), durationMs: 0 } };
    expect(whyMayHaveVolume(entry, sectionsOf({ ...snapshot, sections: partly }))).toBe(
      'VG san was not reported whole, so the volume may be in its metadata',
    );
  });
});
