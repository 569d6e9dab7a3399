import { describe, expect, it } from 'vitest';
import { DISK, type MemoryNode, memoryNode, snapshotOf } from '../../test/apply/memory-node.ts';
import { active, device, linear, physicalVolume, target, volume } from '../../test/checks/examples.ts';
import { sectionsOf } from '../model/derived.ts';
import { lvDmUuid } from '../model/lvm/lvm.ts';
import { coMappersOf, stepFacts, underlyingOf } from './step-facts.ts';

const lv = volume('san', 'vm-100-disk-0');
const entry = active(lv, 1, { table: [linear('8:0', 2048, 8192)] });

const facts = (node: MemoryNode, of = entry) => stepFacts(of, sectionsOf(snapshotOf(node)));
const mappers = (node: MemoryNode, of = entry) => facts(node, of).coMappers.map(({ kind, name }) => `${kind} ${name}`);

describe('the volume of a step', () => {
  it('is the one in metadata with its UUID', () => {
    const node = memoryNode({ volumes: [volume('san', 'other'), lv], devices: [entry] });
    expect(facts(node).volume).toBe(lv);
    expect(facts(node, { ...entry, uuid: lvDmUuid(volume('san', 'gone')) }).volume).toBeNull();
    expect(facts(node, { ...entry, uuid: '' }).volume).toBeNull();
    node.hidden.add('lvm');
    expect(facts(node).volume).toBeNull();
  });
});

describe('what lies below a step', () => {
  it('is told by every name that a number has', () => {
    const map = device('mpatha', 7, { uuid: 'mpath-36000' });
    const above = { ...entry, table: [linear('253:7', 0, 8), linear('8:0', 0, 8, 8)] };
    const node = memoryNode({ volumes: [lv], devices: [above, map] });
    expect(facts(node, above).below).toEqual([
      { devNo: '253:7', kernelName: 'dm-7', dmName: 'mpatha', dmUuid: 'mpath-36000', vgName: '', disk: null },
      { devNo: '8:0', kernelName: 'sd8-0', dmName: '', dmUuid: '', vgName: 'san', disk: DISK },
    ]);
  });

  it('is told by empty names where nothing has the number, or nobody could look', () => {
    const node = memoryNode({ volumes: [lv] });
    for (const name of ['deviceMapper', 'blockDevices', 'lvm'] as const) node.hidden.add(name);
    expect(underlyingOf(entry, sectionsOf(snapshotOf(node)))).toEqual([
      { devNo: '8:0', kernelName: '', dmName: '', dmUuid: '', vgName: '', disk: null },
    ]);
  });

  it('is of the VG whose physical volume it is', () => {
    const snapshot = snapshotOf(memoryNode({ volumes: [lv] }));
    const { reading } = snapshot.sections.lvm;
    if (reading.state !== 'known') throw new Error('not known');
    const pvs = [physicalVolume('nas', '/dev/sdb', { minor: 16 }), physicalVolume('san')];
    const sections = {
      ...snapshot.sections,
      lvm: { reading: { ...reading, value: { ...reading.value, pvs } }, durationMs: 0 },
    };
    expect(underlyingOf(entry, sectionsOf({ ...snapshot, sections }))[0]?.vgName).toBe('san');
  });
});

describe('who maps the same sectors', () => {
  /** Another device over sectors of /dev/sda, from this one on. */
  const over = (offset: number, length = 8, devNo = '8:0') => {
    const other = device('other', 2, { table: [linear(devNo, offset, length)] });
    return mappers(memoryNode({ devices: [entry, other] }));
  };

  it('is any device that shares one sector, on the same disk', () => {
    for (const offset of [2048, 2041, 2048 + 8191, 3000]) expect(over(offset)).toEqual(['device other']);
    expect(over(0, 20_000)).toEqual(['device other']);
    for (const offset of [2040, 2048 + 8192]) expect(over(offset)).toEqual([]);
    expect(over(2048, 8, '8:16')).toEqual([]);
  });

  it('counts any of several table lines on either side', () => {
    const one = { ...entry, table: [linear('8:0', 90_000, 8), linear('8:0', 2048, 8, 8)] };
    const other = device('other', 2, { table: [linear('8:0', 70_000, 8), linear('8:0', 2048, 8, 8)] });
    expect(mappers(memoryNode({ devices: [one, other] }), one)).toEqual(['device other']);
  });

  it('is a volume in metadata too, but not the device’s own', () => {
    const twin = volume('san', 'vm-200-disk-0');
    const node = memoryNode({ volumes: [lv, twin], devices: [entry] });
    expect(facts(node).coMappers).toEqual([{ kind: 'volume', name: 'san/vm-200-disk-0', uuid: lvDmUuid(twin) }]);
    const elsewhere = { ...entry, table: [linear('8:0', 2048 + 8192, 8)] };
    expect(mappers(node, elsewhere)).toEqual([]);
  });

  it('is a striped volume by the sectors of each leg', () => {
    const MIB = 1024 * 1024;
    const devices = [0, 10].map((firstExtent) => ({ name: '/dev/sda', firstExtent }));
    const segment = { segType: 'striped', startBytes: 0, sizeBytes: 8 * MIB, devices, thinId: null };
    const node = memoryNode({ volumes: [volume('san', 'stripes', { segments: [segment] })], devices: [] });
    const at = (offset: number) => mappers(node, { ...entry, table: [linear('8:0', offset, 8)] });
    expect([at(2048), at(2048 + 8191)]).toEqual([['volume san/stripes'], ['volume san/stripes']]);
    expect(at(2048 + 8192)).toEqual([]);
    expect(at(2048 + 80 * 1024)).toEqual(['volume san/stripes']);
  });

  it('is nobody where device-mapper and LVM could not be read', () => {
    const node = memoryNode({
      volumes: [volume('san', 'vm-200-disk-0')],
      devices: [device('other', 2, { table: entry.table })],
    });
    expect(mappers(node)).toEqual(['device other', 'volume san/vm-200-disk-0']);
    node.hidden.add('lvm');
    expect(mappers(node)).toEqual(['device other']);
    node.hidden.add('deviceMapper');
    expect(mappers(node)).toEqual([]);
  });
});

describe('who has the same place in a thin pool', () => {
  const pool = volume('san', 'data', { layout: ['thin', 'pool'], segments: [] });
  const thin = (lvName: string, thinId: number, over: Partial<typeof lv> = {}) => {
    const segment = { segType: 'thin', startBytes: 0, sizeBytes: 4096, devices: [], thinId };
    return volume('san', lvName, { poolLv: 'data', segments: [segment], ...over });
  };
  const poolEntry = active(pool, 9, { name: 'san-data-tpool', uuid: `${lvDmUuid(pool)}-tpool`, table: [] });
  const own = active(volume('san', 'gone'), 3, { table: [target('thin', 8192, '253:9', '5')] });
  const rivals = (volumes: MemoryNode['volumes'], of = own) =>
    coMappersOf(
      of,
      sectionsOf(snapshotOf(memoryNode({ volumes: [pool, ...volumes], devices: [device('x', 8), poolEntry, of] }))),
    );

  it('is a volume of that pool with that id', () => {
    const rival = thin('vm-200-disk-0', 5);
    expect(rivals([thin('vm-201-disk-0', 6), rival])).toEqual([
      { kind: 'volume', name: 'san/vm-200-disk-0', uuid: lvDmUuid(rival) },
    ]);
    const segments = [...thin('', 4).segments, ...thin('', 5).segments];
    expect(rivals([thin('vm-200-disk-0', 5, { segments })])).toHaveLength(1);
  });

  it('is not the volume itself, nor one of another pool or VG', () => {
    expect(rivals([thin('gone', 5)])).toEqual([]);
    expect(rivals([thin('a', 5, { poolLv: 'other' }), thin('b', 5, { vgUuid: 'n'.repeat(32) })])).toEqual([]);
  });

  it('is nobody where the pool is not there, is not LVM’s, or nobody could look', () => {
    const rival = thin('vm-200-disk-0', 5);
    expect(rivals([rival], { ...own, table: [target('thin', 8192, '253:77', '5')] })).toEqual([]);
    expect(rivals([rival], { ...own, table: [target('thin', 8192, '253:8', '5')] })).toEqual([]);
    expect(rivals([rival], { ...own, table: [target('thin-pool', 8192, '253:9', '5')] })).toEqual([]);
    const node = memoryNode({ volumes: [pool, rival], devices: [poolEntry, own] });
    for (const name of ['deviceMapper', 'lvm'] as const) {
      const hidden = { ...node, hidden: new Set([name]) };
      expect(coMappersOf(own, sectionsOf(snapshotOf(hidden)))).toEqual([]);
    }
  });
});
