import { describe, expect, it } from 'vitest';
import { memoryNode, snapshotOf } from '../../test/apply/memory-node.ts';
import { firstPlan } from '../../test/apply/plan-on.ts';
import { active, device, hidden, linear, lvmReport, mapper, volume } from '../../test/checks/examples.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { lvDmUuid } from '../model/lvm/lvm.ts';
import { absent, known } from '../model/reading.ts';
import { type Condition, identityOf, type Step } from '../model/repair/plan.ts';
import { deviceDifference, lookUp, stepDifferences, volumeSections } from './conditions.ts';

const lv = volume('san', 'vm-100-disk-0');
const entry = active(lv, 5);
const dmUuid = lvDmUuid(lv);

const on = (devices: readonly DmDevice[], volumes = [lv]) => ({
  deviceMapper: known(mapper(...devices)),
  lvm: known(lvmReport(volumes)),
});
const holds = (condition: Condition, sections: Parameters<typeof lookUp>[1]) => {
  const result = lookUp(condition, sections);
  return `${result.holds}: ${result.seen}`;
};

const present: Condition = { is: 'device-present', device: identityOf(entry) };
const gone: Condition = { is: 'device-gone', name: entry.name, uuid: entry.uuid };
const named: Condition = { is: 'device-named', name: entry.name, uuid: entry.uuid };
const inMetadata: Condition = { is: 'volume-in-metadata', vgName: 'san', lvName: 'vm-100-disk-0', dmUuid };
const notInMetadata: Condition = { is: 'volume-not-in-metadata', dmUuid };

describe('a condition of a device', () => {
  it('holds for this one and no other', () => {
    expect(holds(present, on([device('x', 1), entry]))).toBe(`yes: ${entry.name} is there`);
    expect(holds(present, on([]))).toBe(`no: ${entry.name} is gone`);
    expect(holds(present, on([{ ...entry, minor: 6 }]))).toBe(
      `no: ${entry.name} is another one now: device number 253:6, was 253:5`,
    );
    expect(holds(present, on([{ ...entry, name: 'renamed' }]))).toMatch(/^no: .* name renamed, was/);
    expect(holds(present, on([entry, { ...entry, minor: 6 }]))).toMatch(/^no: .* two entries share its name and UUID$/);
  });

  it('that it is gone holds when neither its name nor its UUID is there', () => {
    expect(holds(gone, on([device('x', 1)]))).toBe(`yes: ${entry.name} is gone`);
    expect(holds(gone, on([entry]))).toBe(`no: ${entry.name} is there`);
    expect(holds(gone, on([{ ...entry, name: 'renamed' }]))).toBe('no: renamed is there');
    expect(holds({ ...gone, uuid: '' }, on([device('x', 1)]))).toBe(`yes: ${entry.name} is gone`);
  });

  it('that it is named so says nothing of its table and its number', () => {
    const table = [linear('8:0', 1, 8)];
    expect(holds(named, on([{ ...entry, minor: 9, readOnly: true, table }]))).toBe(`yes: ${entry.name} is there`);
    expect(holds(named, on([{ ...entry, uuid: '' }]))).toMatch(/^no: .* UUID empty, was LVM-/);
  });

  it('that it is back says nothing of its number', () => {
    const { name, uuid, readOnly, table } = entry;
    const back: Condition = { is: 'device-back', device: { name, uuid, readOnly, table } };
    expect(holds(back, on([{ ...entry, minor: 9 }]))).toMatch(/^yes/);
    expect(holds(back, on([{ ...entry, readOnly: true }]))).toMatch(/^no: .* read-only true, was false$/);
  });

  it('is not known when nobody could look, or while the device changes', () => {
    for (const condition of [present, gone]) {
      expect(holds(condition, { ...on([]), deviceMapper: hidden() })).toBe('unknown: test: hidden by the test');
      const changing = known({ devices: [], changedMeanwhile: [entry.name] });
      expect(holds(condition, { ...on([]), deviceMapper: changing })).toBe(
        `unknown: ${entry.name} changed while it was read`,
      );
    }
  });
});

describe('a condition of a volume', () => {
  it('goes by the UUID, and then by the name', () => {
    expect(holds(inMetadata, on([]))).toBe('yes: san/vm-100-disk-0 is in metadata with this UUID');
    expect(holds(inMetadata, on([], [volume('san', 'x')]))).toBe(
      'no: san/vm-100-disk-0 is not in metadata with this UUID',
    );
    for (const over of [{ lvName: 'x' }, { vgName: 'nas' }]) {
      const now = { ...lv, ...over };
      expect(holds(inMetadata, on([], [now]))).toBe(`no: the volume is called ${now.vgName}/${now.lvName} now`);
    }
    expect(holds(notInMetadata, on([], [volume('san', 'x')]))).toBe('yes: no volume in metadata has its UUID');
    expect(holds(notInMetadata, on([]))).toBe('no: san/vm-100-disk-0 in metadata has its UUID');
  });

  it('is not known when LVM could not be asked', () => {
    for (const condition of [inMetadata, notInMetadata]) {
      expect(holds(condition, { ...on([]), lvm: hidden() })).toBe('unknown: test: hidden by the test');
      expect(holds(condition, { ...on([]), lvm: absent('no LVM') })).toBe('unknown: no LVM');
    }
    expect(volumeSections(snapshotOf(memoryNode())).lvm.state).toBe('known');
  });
});

it('says in what a device is another one', () => {
  const expected = identityOf(entry);
  expect(deviceDifference(expected, entry)).toBeNull();
  expect(deviceDifference({ ...expected, table: [] }, entry)).toBe('table 0 8192 linear 8:0 6000000, was empty');
  expect(deviceDifference({ ...expected, major: 254 }, entry)).toBe('device number 253:5, was 254:5');
});

it.each<[string, Partial<Step>, string]>([
  ['the kind', { kind: 'remove-device' }, 'deactivate-volume would be remove-device'],
  [
    'the command',
    { argv: ['dmsetup'] },
    'lvchange -aln --config global/wait_for_locks=0 --select lv_uuid=lvvm10-0dis-k000-0000-0000-0000-000000 san/vm-100-disk-0 would be dmsetup',
  ],
  ['the guests', { guests: [100, 7] }, 'guests concerned: 100, now 100, 7'],
  ['the device', { device: identityOf({ ...entry, minor: 9 }) }, 'device differs'],
  ['the locks', { locks: [] }, 'locks differs'],
  ['what must hold before', { before: [] }, 'before differs'],
  ['what must hold after', { after: [] }, 'after differs'],
  ['the undo', { undo: { by: 'create-device' } }, 'undo differs'],
])('says that %s of a step is another one', (_, over, difference) => {
  const { step } = firstPlan(memoryNode({ volumes: [lv], devices: [entry] }));
  expect(stepDifferences(step, step)).toEqual([]);
  expect(stepDifferences(step, { ...step, ...over })).toEqual([difference]);
});
