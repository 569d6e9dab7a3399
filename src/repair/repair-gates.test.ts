import { describe, expect, it } from 'vitest';
import { gatesOn } from '../../test/apply/gates-on.ts';
import { type MemoryNode, memoryNode, snapshotOf } from '../../test/apply/memory-node.ts';
import { active, device, guest, linear, mention, storage, target, volume } from '../../test/checks/examples.ts';
import { vectorsOf } from '../../test/data/commands.ts';
import { findLeftovers } from '../engine/examine.ts';
import { sectionsOf } from '../model/derived.ts';
import { hyphenated } from '../model/device-mapper/dm-uuid.ts';
import { lvDmUuid } from '../model/lvm/lvm.ts';
import { offerRepair, repairCase } from './repair-gates.ts';

const lv = volume('san', 'vm-100-disk-0', { segments: [] });
const node = (...devices: MemoryNode['devices']) => memoryNode({ volumes: [lv], devices });
const [entry] = [active(lv, 1)];
const map = device('san-vm--100--disk--0p1', 2, {
  uuid: `part1-${lvDmUuid(lv)}`,
  table: [linear('253:1', 2048, 64)],
});

describe('same device', () => {
  it('says which one', () => {
    expect(gatesOn(node(entry), 1)['same device']).toBe(
      `+ san-vm--100--disk--0 is 253:1, UUID ${lvDmUuid(lv)}, 1 table line`,
    );
    const twoLines = [linear('8:0', 0, 8), linear('8:0', 64, 8, 8)];
    expect(gatesOn(node({ ...entry, uuid: '', table: twoLines }), 1)['same device']).toBe(
      '+ san-vm--100--disk--0 is 253:1, no UUID, 2 table lines',
    );
  });

  it('does not hold when another one has its name or its UUID', () => {
    for (const other of [device(entry.name, 9), device('renamed', 9, { uuid: entry.uuid })])
      expect(gatesOn(node(entry, other), 1)['same device']).toBe(`- ${entry.name} changed while the node was read`);
    expect(gatesOn(node({ ...entry, uuid: '' }, device('x', 9)), 1)['same device']).toMatch(/^\+/);
  });

  it('does not hold when the entry changed between two looks, or could not be looked at', () => {
    const snapshot = snapshotOf(node(entry));
    const finding = { code: 'DM010', vmid: 100, certainty: 'certain', repairAction: 'remove-device' } as const;
    const fact = (reading: (typeof snapshot.sections.deviceMapper)['reading']) => {
      const sections = { ...snapshot.sections, deviceMapper: { reading, durationMs: 0 } };
      const remedy = { text: '', commands: [] };
      const subject = { kind: 'device', id: entry.name } as const;
      const rest = {
        severity: 'warning',
        guests: [100],
        guestsKnown: true,
        title: '',
        headline: '',
        evidence: [],
        impact: '',
        remedy,
        subject,
      } as const;
      return offerRepair({ ...finding, ...rest }, { ...snapshot, sections }).repair;
    };
    const { reading } = snapshot.sections.deviceMapper;
    if (reading.state !== 'known') throw new Error('not known');
    expect(fact({ ...reading, value: { ...reading.value, changedMeanwhile: [entry.name] } })).toEqual({
      ...{ offered: false, because: `${entry.name} changed while the node was read` },
    });
    expect(fact({ state: 'absent', reason: 'no dmsetup' })).toEqual({
      ...{ offered: false, because: 'the device is not in the snapshot' },
    });
  });
});

describe('guest volume', () => {
  const fact = (one: MemoryNode['devices'][number], volumes = [lv]) =>
    gatesOn(memoryNode({ volumes, devices: [one] }), 1)['guest volume'];
  const typed = (type: string) => [target(type, 8192, '8:0', '0')];
  const gone = [volume('san', 'other')];

  it.each(['linear', 'striped', 'thin'])('holds for a volume over a table of type %s', (type) => {
    expect(fact({ ...entry, table: typed(type) })).toBe('+ LV san/vm-100-disk-0 has its UUID, guest 100');
  });

  it.each(['é', "'", '\x1b', '\\', '!', '*', '"'])('leaves alone a name that could not be put back: %j', (odd) => {
    for (const uuid of [entry.uuid, ''])
      expect(fact({ ...entry, uuid, name: `${entry.name}${odd}` }, gone)).toMatch(
        /^- .*characters that dmsetup rewrites$/,
      );
  });

  it.each(['linear', 'striped', 'thin', 'error', 'zero'])('holds for an entry without a volume of type %s', (type) => {
    const table = typed(type);
    expect(fact({ ...entry, table }, gone)).toBe(
      '+ named as san/vm-100-disk-0 of guest 100; no LV in its VG has its UUID',
    );
    expect(fact({ ...entry, uuid: '', table }, gone)).toBe(
      '+ named as san/vm-100-disk-0 of guest 100; made by hand, no UUID',
    );
  });

  it('does not hold for any other type, nor for a volume whose table fails every read', () => {
    expect(fact({ ...entry, table: typed('error') })).toBe('- its table is of type error: guidance only');
    expect(fact({ ...entry, table: typed('crypt') }, gone)).toBe('- its table is of type crypt: guidance only');
    const mixed = [...typed('linear'), ...typed('crypt')];
    expect(fact({ ...entry, table: mixed })).toBe('- its table is of type crypt: guidance only');
  });

  it('does not hold for a name that dmsetup would rewrite, since it could not be made again', () => {
    const odd = 'san-vm--100--disk--0-a b';
    expect(fact({ ...entry, name: odd, uuid: '' })).toMatch(/^- .* characters that dmsetup rewrites$/);
    const partition = { ...map, name: 'a b', minor: 1, table: [linear('253:9', 2048, 64)] };
    const parent = { ...entry, minor: 9, openCount: 1 };
    const gates = gatesOn(node(parent, partition), 1, { repairAction: 'remove-partition-map' });
    expect(gates['guest volume']).toMatch(/^- .* characters that dmsetup rewrites$/);
  });
});

describe('not suspended', () => {
  const suspended = device('mpatha', 7, { suspended: true });

  it('does not hold for the entry itself, nor where LVM would wait for another', () => {
    expect(gatesOn(node({ ...entry, suspended: true }), 1)['not suspended']).toBe(`- ${entry.name} is suspended`);
    expect(gatesOn(node(entry, suspended), 1)['not suspended']).toBe(
      '- mpatha is suspended, and LVM would wait for it',
    );
  });

  it('holds for others where LVM is not asked', () => {
    const ghost = memoryNode({ volumes: [volume('san', 'other')], devices: [entry, suspended] });
    expect(gatesOn(ghost, 1)['not suspended']).toMatch(/^\+/);
    const maps = node({ ...entry, openCount: 1 }, map, suspended);
    expect(gatesOn(maps, 2, { repairAction: 'remove-partition-map' })['not suspended']).toMatch(/^\+/);
    ghost.devices[0] = { ...entry, suspended: true };
    expect(gatesOn(ghost, 1)['not suspended']).toBe(`- ${entry.name} is suspended`);
  });
});

describe('who is concerned', () => {
  function concern(on: MemoryNode, minor: number, vmid: number | null, partition = false) {
    const found = on.devices.find((each) => each.minor === minor);
    if (found === undefined) throw new Error('no such device');
    const repairAction = partition ? 'remove-partition-map' : 'remove-device';
    const finding = { code: 'DM010', vmid, certainty: 'certain', repairAction } as const;
    const { vmids, vgNames } = repairCase(finding, found, sectionsOf(snapshotOf(on)));
    return { vmids, vgNames };
  }

  it('the guest of its name, the one of the finding, and those of this node that refer to it', () => {
    const on = node(entry);
    on.configs.push(
      guest(9, { mentions: [mention('scsi0', 'san', 'vm-100-disk-0')] }),
      guest(10, { node: 'pve2', mentions: [mention('scsi0', 'san', 'vm-100-disk-0')] }),
    );
    expect(concern(on, 1, 20)).toEqual({ vmids: [9, 20, 100], vgNames: ['san'] });
    expect(concern(on, 1, null)).toEqual({ vmids: [9, 100], vgNames: ['san'] });
  });

  it('a guest that refers to the entry by its UUID or its own name', () => {
    const on = node(entry);
    const path = (text: string) => ({ ...mention('args', '', ''), target: { kind: 'path', path: text } as const });
    on.configs.push(guest(7, { mentions: [path(`/dev/disk/by-id/dm-uuid-${entry.uuid}`)] }));
    expect(concern(on, 1, null).vmids).toEqual([7, 100]);
  });

  it('both VGs of a volume whose VG was renamed', () => {
    const now = volume('nas', 'vm-100-disk-0');
    const on = memoryNode({ volumes: [now], devices: [active(now, 1, { name: entry.name })] });
    on.storages.push(storage('nas', 'nas'));
    expect(concern(on, 1, null)).toEqual({ vmids: [100], vgNames: ['san', 'nas'] });
  });

  it('of a partition map the guest and the VG of the volume below', () => {
    expect(concern(node(entry, map), 2, null, true)).toEqual({ vmids: [100], vgNames: ['san'] });
  });

  it('nobody but the finding’s guest where the device is nothing of ours', () => {
    expect(concern(node(device('mpatha', 3, { uuid: 'mpath-1' })), 3, 5)).toEqual({ vmids: [5], vgNames: [] });
  });
});

describe('what a report offers', () => {
  const offers = (on: MemoryNode) => {
    const snapshot = snapshotOf(on);
    return findLeftovers(snapshot).findings.map((finding) => [finding.code, offerRepair(finding, snapshot).repair]);
  };
  const commands = (on: MemoryNode) => {
    const snapshot = snapshotOf(on);
    return findLeftovers(snapshot).findings.map((finding) =>
      vectorsOf(offerRepair(finding, snapshot).commands).map((argv) => argv.join(' ')),
    );
  };

  it('is printed with what must hold for it', () => {
    const deactivate = `lvchange -aln --config global/wait_for_locks=0 --select lv_uuid=${hyphenated(lv.lvUuid)} san/${lv.lvName}`;
    expect(commands(node(entry))).toEqual([[deactivate]]);
    expect(commands(node({ ...entry, uuid: '' }))[0]).toEqual([
      `dmsetup remove --retry --select uuid="" && minor=${entry.minor} -- ${entry.name}`,
    ]);
  });

  it('is not printed where a gate forbids it', () => {
    expect(commands(node({ ...entry, openCount: 1 }))).toEqual([[]]);
    // Without LVM nobody knows whether it is an orphan.
    expect(commands({ ...node(entry), hidden: new Set(['lvm'] as const) })).toEqual([]);
  });

  it('is the command that would run', () => {
    expect(offers(node(entry))).toEqual([['DM010', { offered: true, action: 'deactivate-volume' }]]);
    const ghost = memoryNode({ volumes: [volume('san', 'other')], devices: [entry] });
    for (const [, offer] of offers(ghost)) expect(offer).toEqual({ offered: true, action: 'remove-device' });
    const held = node({ ...entry, openCount: 1 }, map);
    held.configs.push(guest(100, { mentions: [mention('scsi0', 'san', 'vm-100-disk-0')] }));
    expect(offers(held)).toEqual([['DM040', { offered: true, action: 'remove-partition-map' }]]);
  });

  it('is nothing while one of several maps is open', () => {
    const other = { ...map, name: 'san-vm--100--disk--0p2', minor: 3, uuid: `part2-${lvDmUuid(lv)}`, openCount: 1 };
    const held = node({ ...entry, openCount: 2 }, map, other);
    held.configs.push(guest(100, { mentions: [mention('scsi0', 'san', 'vm-100-disk-0')] }));
    expect(offers(held)).toEqual([['DM040', { offered: false, because: 'open count 1' }]]);
  });
});
