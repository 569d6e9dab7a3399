import { describe, expect, it } from 'vitest';
import { DISK, type MemoryNode, memoryNode, snapshotOf } from '../../test/apply/memory-node.ts';
import { takenStep } from '../../test/apply/plan-on.ts';
import { active, device, guest, linear, mention, volume, volumeGroup } from '../../test/checks/examples.ts';
import type { DiskIdentity } from '../model/device-mapper/block-devices.ts';
import { hyphenated } from '../model/device-mapper/dm-uuid.ts';
import { lvDmUuid } from '../model/lvm/lvm.ts';
import { absent } from '../model/reading.ts';
import type { JournalStep } from '../model/repair/journal.ts';
import { type GateName, identityOf } from '../model/repair/plan.ts';
import type { CollectedName } from '../model/snapshot.ts';
import { planUndo } from './plan-undo.ts';

const lv = volume('san', 'vm-500-disk-0');
const uuid = lvDmUuid(lv);
const table = [linear('8:0', 411_648, 8192)];

/** A node from which the entry of LV vm-500-disk-0 was taken: deactivated, or removed as a ghost. */
function without(how: 'deactivated' | 'removed') {
  const volumes = how === 'deactivated' ? [lv] : [volume('san', 'other')];
  const entry = active(lv, 5, { table });
  const node = memoryNode({ volumes, devices: [entry, device('keeps-sda', 7)] });
  const taken = takenStep(node);
  node.devices = node.devices.filter((each) => each !== entry);
  return { node, taken, entry };
}

/** The gates that do not hold when the step is taken back on this node, each with its fact. */
function against(taken: JournalStep, node: MemoryNode): Partial<Record<GateName, string>> {
  const failed = planUndo(taken, snapshotOf(node)).gates.filter(({ holds }) => !holds);
  return Object.fromEntries(failed.map(({ name, fact }) => [name, fact]));
}

function stepOf(taken: JournalStep, node: MemoryNode) {
  const undo = planUndo(taken, snapshotOf(node));
  if ('because' in undo) throw new Error(undo.because);
  return undo.step;
}

describe('putting back', () => {
  it('activates a volume that was deactivated, if its entry is gone and it is in metadata', () => {
    const { node, taken, entry } = without('deactivated');
    const inMetadata = { is: 'volume-in-metadata', vgName: 'san', lvName: 'vm-500-disk-0', dmUuid: uuid };
    expect(stepOf(taken, node)).toEqual({
      kind: 'activate-volume',
      device: identityOf(entry),
      mutation: { does: 'activate-volume', vgName: 'san', lvName: 'vm-500-disk-0', dmUuid: uuid },
      argv: [
        'lvchange',
        '-aly',
        '-K',
        '--config',
        'global/wait_for_locks=0',
        '--select',
        `lv_uuid=${hyphenated(lv.lvUuid)}`,
        'san/vm-500-disk-0',
      ],
      guests: [500],
      locks: taken.intent.step.locks,
      before: [{ is: 'device-gone', name: entry.name, uuid }, inMetadata],
      after: [{ is: 'device-named', name: entry.name, uuid }],
      undo: { by: 'deactivate-volume' },
    });
  });

  it('loads the recorded table of a ghost, if its entry is gone and it still has no volume', () => {
    const { node, taken, entry } = without('removed');
    const noVolume = { is: 'volume-not-in-metadata', dmUuid: uuid };
    expect(stepOf(taken, node)).toEqual({
      kind: 'create-device',
      device: identityOf(entry),
      mutation: { does: 'create-device', name: entry.name, uuid, readOnly: false, table: ['0 8192 linear 8:0 411648'] },
      argv: ['dmsetup', 'create', '--uuid', uuid, '--', entry.name],
      guests: [500],
      locks: taken.intent.step.locks,
      before: [{ is: 'device-gone', name: entry.name, uuid }, noVolume],
      after: [{ is: 'device-back', device: { name: entry.name, uuid, readOnly: false, table } }],
      undo: { by: 'remove-device', as: 'remove-device' },
    });
  });

  it('locks the guest that has the number now', () => {
    const { node, taken } = without('deactivated');
    expect(taken.intent.step.locks).toHaveLength(2);
    node.configs.push(guest(500, { type: 'lxc' }));
    expect(stepOf(taken, node).locks).toEqual(['/run/lock/lxc/pve-config-500.lock']);
  });

  it('of a partition map asks nothing of LVM metadata, and is taken back as one', () => {
    const map = device('san-vm--500--disk--0p1', 6, { uuid: `part1-${uuid}`, table: [linear('253:5', 2048, 64)] });
    const node = memoryNode({ volumes: [lv], devices: [active(lv, 5, { openCount: 1 }), map] });
    const taken = takenStep(node);
    node.devices = [active(lv, 5)];
    const gone = { is: 'device-gone', name: map.name, uuid: map.uuid };
    expect(stepOf(taken, node)).toMatchObject({
      before: [gone],
      undo: { by: 'remove-device', as: 'remove-partition-map' },
    });
    expect(stepOf(taken, node).after.map(({ is }) => is)).toEqual(['device-back']);
  });

  it('is shown with eight gates, and with six where LVM makes the table', () => {
    const gates = (how: 'deactivated' | 'removed') => {
      const { node, taken } = without(how);
      return planUndo(taken, snapshotOf(node)).gates.map(({ name }) => name);
    };
    const common = ['guest not running', 'nothing in flight', 'not suspended', 'guest lock'];
    expect(gates('deactivated')).toEqual(['can be put back', 'not there yet', ...common]);
    const below = ['same devices below', 'sectors not used'];
    expect(gates('removed')).toEqual(['can be put back', 'not there yet', ...below, ...common]);
  });

  it('is refused once another step did it, and for a step that changed nothing', () => {
    const { node, taken } = without('removed');
    const refusal = (over: Partial<JournalStep>) => planUndo({ ...taken, ...over }, snapshotOf(node));
    expect(refusal({ undoneBy: 2 })).toEqual({ because: 'step 2 has taken it back already', gates: [] });
    const unchanged = taken.explained && { ...taken.explained, state: 'unchanged' as const };
    expect(refusal({ explained: unchanged })).toMatchObject({ because: expect.stringMatching(/changed nothing/) });
    expect(refusal({ explained: null })).toMatchObject({ because: expect.stringMatching(/not known yet/) });
  });
});

describe('a volume is not activated again', () => {
  it('when it is gone from metadata, renamed, or in a VG that was renamed', () => {
    const { node, taken } = without('deactivated');
    node.volumes = [volume('san', 'other')];
    expect(against(taken, node)).toMatchObject({ 'can be put back': 'the volume is no longer in LVM metadata' });
    node.volumes = [volume('san', 'other'), { ...lv, lvName: 'vm-501-disk-0' }];
    expect(against(taken, node)).toMatchObject({ 'can be put back': 'the volume is called san/vm-501-disk-0 now' });
    node.volumes = [{ ...lv, vgName: 'nas' }];
    expect(against(taken, node)).toMatchObject({ 'can be put back': 'the volume is called nas/vm-500-disk-0 now' });
  });

  it('when its name means two volumes, and is when only half of the name is another’s', () => {
    const { node, taken } = without('deactivated');
    node.volumes.push(volume('san', 'other'), volume('nas', 'vm-500-disk-0'));
    expect(against(taken, node)).toEqual({});
    node.volumes.push({ ...lv, lvUuid: 'x'.repeat(32) });
    expect(against(taken, node)).toEqual({ 'can be put back': 'san/vm-500-disk-0 names more than one volume' });
  });

  it('while any device is suspended, since LVM would wait for it', () => {
    const { node, taken } = without('deactivated');
    node.devices.push(device('mpatha', 77, { suspended: true }));
    expect(against(taken, node)).toEqual({ 'not suspended': 'mpatha is suspended, and LVM would wait for it' });
  });
});

describe('a recorded table', () => {
  it('is not loaded when dmsetup would rewrite it', () => {
    const { node, taken } = without('removed');
    const odd = [{ start: 0, length: 8192, type: 'crypt', args: ['8:0'] }];
    const step = { ...taken.intent.step, device: { ...taken.intent.step.device, table: odd } };
    expect(against({ ...taken, intent: { ...taken.intent, step } }, node)).toMatchObject({
      'can be put back': '"0 8192 crypt 8:0" is no table line that can be put back',
    });
  });

  it('is not loaded while an entry has its name or its UUID, or changed during the look', () => {
    const { node, taken, entry } = without('removed');
    const [name, id] = [device(entry.name, 8), active(lv, 8, { name: 'renamed' })];
    node.devices.push(name);
    expect(against(taken, node)['not there yet']).toBe(`${entry.name} is there, with that name`);
    node.devices = [id];
    expect(against(taken, node)['not there yet']).toBe('renamed is there, with that UUID');
    node.devices = [device('keeps-sda', 7)];
    const snapshot = snapshotOf(node);
    const { reading } = snapshot.sections.deviceMapper;
    if (reading.state !== 'known') throw new Error('not known');
    const changed = { ...reading, value: { ...reading.value, changedMeanwhile: [entry.name] } };
    const sections = { ...snapshot.sections, deviceMapper: { reading: changed, durationMs: 0 } };
    expect(planUndo(taken, { ...snapshot, sections })).toMatchObject({
      because: `${entry.name} changed while the node was read`,
    });
  });

  it('of an entry made by hand needs no LVM', () => {
    const node = memoryNode({ devices: [device('san-vm--500--disk--0', 5), device('keeps-sda', 7)] });
    const taken = takenStep(node);
    node.devices = node.devices.filter(({ minor }) => minor !== 5);
    const snapshot = snapshotOf(node);
    const lvm = { reading: absent('LVM is not installed'), durationMs: 0 };
    expect(planUndo(taken, { ...snapshot, sections: { ...snapshot.sections, lvm } })).toHaveProperty('step');
  });

  it('of an entry made by hand has no UUID that could be there already', () => {
    const node = memoryNode({ devices: [device('san-vm--500--disk--0', 5), device('keeps-sda', 7)] });
    const taken = takenStep(node);
    node.devices = node.devices.filter(({ minor }) => minor !== 5);
    expect(against(taken, node)).toEqual({});
    expect(stepOf(taken, node).before).toHaveLength(1);
  });

  it.each<[string, Partial<JournalStep['intent']['below'][number]>, RegExp]>([
    ['another disk has the number', { kernelName: 'sdz' }, /^device 8:0 was sdz, VG san and is sd8-0, VG san now$/],
    ['a map has it', { dmName: 'mpatha' }, /^device 8:0 was mpatha, VG san and is sd8-0, VG san now$/],
    [
      'it was a physical volume of another VG',
      { vgName: 'nas' },
      /^device 8:0 was sd8-0, VG nas and is sd8-0, VG san now$/,
    ],
    ['it became a physical volume', { vgName: '' }, /^device 8:0 was sd8-0 and is sd8-0, VG san now$/],
    ['a map of another UUID has it', { dmUuid: 'mpath-1' }, /^device 8:0 was/],
  ])('is not loaded when %s', (_, was, fact) => {
    const { node, taken } = without('removed');
    const below = taken.intent.below.map((each) => ({ ...each, vgName: 'san', ...was }));
    expect(against({ ...taken, intent: { ...taken.intent, below } }, node)).toEqual({
      'same devices below': expect.stringMatching(fact),
    });
  });

  it.each<[string, Partial<DiskIdentity>, Partial<DiskIdentity>, RegExp | null]>([
    ['another image has been put behind its number', {}, { diskSeq: '10' }, /another disk or image .* \(diskseq 10\)/],
    ['the disk has another size', {}, { sizeSectors: '8' }, /had 2097152 sectors and has 8 now/],
    ['the disk has another WWID', {}, { wwid: 'naa.6001' }, /its WWID was naa.6000 and is naa.6001 now/],
    ['the disk has another serial number', { serial: 'A' }, { serial: 'B' }, /serial number was A and is B/],
    ['the partition is another one', { partUuid: 'a' }, { partUuid: '' }, /partition UUID was a and is none/],
    ['after a restart nothing tells the disk', { wwid: '' }, { wwid: '', bootId: 'b' }, /was started again/],
    ['nothing tells one start from another', { wwid: '', bootId: '' }, { wwid: '', bootId: '' }, /was started again/],
    ['nothing tells the disk at all', { wwid: '', diskSeq: '' }, { wwid: '', diskSeq: '' }, /no WWID, no serial/],
    ['the same disk is there after a restart', {}, { bootId: 'b', diskSeq: '1' }, null],
    ['the same image is there', { wwid: '' }, { wwid: '' }, null],
  ])('asks what the disk is, not where it is: %s', (_, was, is, fact) => {
    const { node, taken } = without('removed');
    const below = taken.intent.below.map((each) => ({ ...each, disk: { ...DISK, ...was } }));
    node.disks.set('8:0', { ...DISK, ...is });
    const expected = fact === null ? {} : { 'same devices below': expect.stringMatching(fact) };
    expect(against({ ...taken, intent: { ...taken.intent, below } }, node)).toEqual(expected);
  });

  it('is not loaded onto a disk of which nothing was recorded', () => {
    const { node, taken } = without('removed');
    for (const disk of [undefined, null]) {
      const below = taken.intent.below.map((each) => ({ ...each, disk }));
      expect(against({ ...taken, intent: { ...taken.intent, below } } as JournalStep, node)).toEqual({
        'same devices below': expect.stringMatching(/was not recorded/),
      });
    }
  });

  it('is not loaded when a device below is gone', () => {
    const { node, taken } = without('removed');
    const below = taken.intent.below.flatMap((each) => [each, { ...each, devNo: '8:16' }]);
    expect(against({ ...taken, intent: { ...taken.intent, below } }, node)).toEqual({
      'same devices below': 'device 8:16 (sd8-0) is gone',
    });
    const map = device('san-vm--500--disk--0p1', 6, { uuid: `part1-${uuid}`, table: [linear('253:5', 2048, 64)] });
    const stacked = memoryNode({ volumes: [lv], devices: [active(lv, 5, { openCount: 1 }), map] });
    const step = takenStep(stacked);
    stacked.devices = [];
    const snapshot = snapshotOf(stacked);
    const blockDevices = { reading: { state: 'known', value: { devices: new Map() } }, durationMs: 0 } as const;
    const gates = planUndo(step, { ...snapshot, sections: { ...snapshot.sections, blockDevices } }).gates;
    expect(gates.filter(({ holds }) => !holds).map(({ fact }) => fact)).toEqual([
      'device 253:5 (san-vm--500--disk--0) is gone',
    ]);
  });

  it('is not loaded while its sectors are another’s, or another over them is open', () => {
    const { node, taken } = without('removed');
    const over = device('over', 9, { table });
    node.devices.push(over);
    expect(against(taken, node)).toEqual({ 'sectors not used': 'over uses sectors of it now' });
    const coMappers = [{ kind: 'device', name: 'over', uuid: '' }] as const;
    const known = { ...taken, intent: { ...taken.intent, coMappers } };
    expect(against(known, node)).toEqual({});
    node.devices.push(device('elsewhere', 10, { openCount: 1 }));
    expect(against(known, node)).toEqual({});
    node.devices = [device('keeps-sda', 7), { ...over, openCount: 1 }];
    expect(against(known, node)).toEqual({ 'sectors not used': 'over maps the same sectors and is open' });
    expect(
      against({ ...known, intent: { ...known.intent, coMappers: [{ ...coMappers[0], uuid: 'x' }] } }, node),
    ).toEqual({
      'sectors not used': 'over uses sectors of it now',
    });
  });

  it('is not loaded while its VG misses a physical volume', () => {
    const { node, taken } = without('removed');
    const snapshot = snapshotOf(node);
    const { reading } = snapshot.sections.lvm;
    if (reading.state !== 'known') throw new Error('not known');
    const vgs = [volumeGroup('san', { lvCount: 1, missingPvCount: 1 })];
    const lvm = { reading: { ...reading, value: { ...reading.value, vgs } }, durationMs: 0 };
    const { gates } = planUndo(taken, { ...snapshot, sections: { ...snapshot.sections, lvm } });
    expect(gates.filter(({ holds }) => !holds).map(({ fact }) => fact)).toContain('VG san misses a physical volume');
  });

  it('is not loaded while any device is suspended, since udev would wait for it', () => {
    const { node, taken } = without('removed');
    node.devices.push(device('mpatha', 77, { suspended: true }));
    expect(against(taken, node)).toEqual({ 'not suspended': 'mpatha is suspended, and udev would wait for it' });
  });
});

describe('nothing is put back', () => {
  const unseen: readonly (readonly [CollectedName, readonly GateName[]])[] = [
    ['deviceMapper', ['not there yet', 'same devices below', 'sectors not used', 'not suspended']],
    ['blockDevices', ['same devices below']],
    ['lvm', ['can be put back', 'sectors not used']],
    ['running', ['guest not running']],
    ['activity', ['nothing in flight', 'guest lock']],
    ['guests', ['nothing in flight']],
  ];
  it.each(unseen)('while %s cannot be read', (name, gates) => {
    const { node, taken } = without('removed');
    node.hidden.add(name);
    const facts = against(taken, node);
    expect(Object.keys(facts)).toEqual(expect.arrayContaining([...gates]));
    for (const gate of gates) expect(facts[gate]).toMatch(/hidden by the test/);
  });

  it('over a device-mapper device that cannot be looked at', () => {
    const map = device('part', 6, { uuid: `part1-${uuid}`, table: [linear('253:5', 2048, 64)] });
    const node = memoryNode({ volumes: [lv], devices: [active(lv, 5, { openCount: 1 }), map] });
    const taken = takenStep(node);
    node.devices = [active(lv, 5)];
    expect(against(taken, node)).toEqual({});
    node.hidden.add('deviceMapper');
    expect(against(taken, node)).toHaveProperty('not there yet', 'test: hidden by the test');
  });

  it.each(['deviceMapper', 'lvm'] as const)('that LVM has to activate while %s cannot be read', (name) => {
    const { node, taken } = without('deactivated');
    node.hidden.add(name);
    expect(Object.values(against(taken, node))[0]).toMatch(/hidden by the test/);
  });

  it('while the guest runs, or a storage of its VG is locked', () => {
    const { node, taken } = without('removed');
    node.running = [{ vmid: 500, type: 'qemu', pid: 1, incoming: false }];
    node.activity = { tasks: [], locks: [{ path: '/lock/san', vmid: null, storeid: 'san', pid: null }] };
    node.configs.push(guest(500, { mentions: [mention('scsi0', 'san', 'vm-500-disk-0')] }));
    expect(against(taken, node)).toEqual({
      'guest not running': 'guest 500 is running here',
      'nothing in flight': '/lock/san is locked',
    });
    expect(against({ ...taken, intent: { ...taken.intent, volume: lv } }, node)).toHaveProperty('nothing in flight');
  });
});
