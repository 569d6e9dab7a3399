import { describe, expect, it } from 'vitest';
import { gatesOn } from '../../test/apply/gates-on.ts';
import { type MemoryNode, memoryNode } from '../../test/apply/memory-node.ts';
import { active, device, guest, linear, mention, volume } from '../../test/checks/examples.ts';
import type { VolumeMention } from '../model/guests/pve.ts';
import type { HostName, HostNames } from '../model/needs/host-names.ts';

const lv = volume('san', 'vm-100-disk-0');
const entry = active(lv, 5);

/** The volume's entry, and what configurations say. */
const node = (...configs: MemoryNode['configs']) => memoryNode({ volumes: [lv], devices: [entry], configs });
const ghostly = (...configs: MemoryNode['configs']) =>
  memoryNode({ volumes: [volume('san', 'other')], devices: [entry], configs });
const handMade = (name: string, ...configs: MemoryNode['configs']) =>
  memoryNode({ volumes: [lv], devices: [device(name, 5)], configs });

const scsi0 = mention('scsi0', 'san', 'vm-100-disk-0');
const path = (text: string, over: Partial<VolumeMention> = {}): VolumeMention => ({
  ...{ ...scsi0, key: 'args' },
  target: { kind: 'path', path: text },
  ...over,
});
const here = (...mentions: readonly VolumeMention[]) => guest(100, { mentions });
const elsewhere = (...mentions: readonly VolumeMention[]) => guest(7, { node: 'pve2', mentions });

const gate = (on: MemoryNode, over: Parameters<typeof gatesOn>[2] = {}) => gatesOn(on, 5, over)['not referenced'];
const REFERS = '- guest 100 on node pve1 refers to it: scsi0 (san:vm-100-disk-0)';

describe('a volume', () => {
  it('is not referenced when no configuration names it', () => {
    const nobody = '+ no section of any configuration on any node refers to it';
    expect(gate(node())).toBe(nobody);
    expect(gate(node(here(mention('scsi0', 'san', 'vm-100-disk-1'), path('/dev/san/other'))))).toBe(nobody);
  });

  it('is needed by the node itself where one of its files names it, and may be where one could not be read', () => {
    const named = (over: Partial<HostName>): HostName => ({
      ...{ file: '/etc/fstab', line: 3, text: 'x', path: null, resolved: null },
      ...over,
    });
    const gateWith = (hostNames: HostNames) =>
      gate(memoryNode({ volumes: [lv], devices: [entry], configs: [], hostNames }));
    for (const over of [
      { path: '/dev/san/vm-100-disk-0' },
      { path: '/dev/mapper/san-vm--100--disk--0' },
      { path: `/dev/disk/by-id/dm-uuid-LVM-${lv.vgUuid}${lv.lvUuid}` },
      { resolved: '/dev/dm-5' },
    ])
      expect(gateWith({ names: [named(over)], gaps: [] })).toBe('- /etc/fstab, line 3 names it: x');
    expect(gateWith({ names: [], gaps: ['/etc/crypttab: access denied'] })).toBe('- /etc/crypttab: access denied');
    const other = [
      named({ path: '/dev/san/vm-101-disk-0' }),
      named({ resolved: '/dev/dm-6' }),
      named({ text: 'UUID=a' }),
    ];
    expect(gateWith({ names: other, gaps: [] })).toMatch(/^\+/);
  });

  it('is referenced by a guest of this node, in any section', () => {
    expect(gate(node(here(scsi0)))).toBe(REFERS);
    const snapshot = { ...scsi0, section: 'snapshot', snapshot: 'before' } as const;
    expect(gate(node(here(snapshot)))).toBe(
      '- guest 100 on node pve1 refers to it: scsi0 [snapshot before] (san:vm-100-disk-0)',
    );
  });

  it('is not what a guest of another node has there, and may be what only its text means', () => {
    expect(gate(node(elsewhere(scsi0)))).toBe(
      '+ what refers to its name does not mean this entry on this node: ' +
        'guest 7 on node pve2 refers to it: scsi0 (san:vm-100-disk-0)',
    );
    expect(gate(node(elsewhere({ ...scsi0, certainty: 'maybe' })))).toBe(
      '- guest 7 on node pve2 may refer to it: scsi0 (san:vm-100-disk-0)',
    );
    expect(gate(node(elsewhere(scsi0), here({ ...scsi0, certainty: 'maybe' })))).toMatch(/^- guest 100 .* may refer/);
    expect(gate(node(elsewhere(scsi0, { ...scsi0, certainty: 'maybe' })))).toMatch(/^\+/);
  });

  it('may be what a guest names in a storage that nobody knows, unless a guest of another node names it', () => {
    const unplaced = here(mention('scsi1', 'gone', 'vm-100-disk-9'));
    expect(gate(node(unplaced))).toMatch(/^- guest 100 on node pve1 may refer to it: scsi1 /);
    expect(gate(node(unplaced, elsewhere(scsi0)))).toMatch(/^\+ what refers to its name/);
  });

  it('is referenced by its name of now, too, where it was renamed', () => {
    const renamed = (vgName: string, lvName: string) => {
      const now = volume(vgName, lvName);
      const configs = [here(mention('scsi0', vgName, lvName))];
      const on = memoryNode({ volumes: [now], devices: [active(now, 5, { name: entry.name })], configs });
      on.storages.push({
        ...(on.storages[0] as (typeof on.storages)[number]),
        storeid: 'nas',
        properties: { vgname: 'nas' },
      });
      return gate(on);
    };
    expect(renamed('san', 'vm-100-disk-7')).toBe('- guest 100 on node pve1 refers to it: scsi0 (san:vm-100-disk-7)');
    expect(renamed('nas', 'vm-100-disk-0')).toBe('- guest 100 on node pve1 refers to it: scsi0 (nas:vm-100-disk-0)');
  });

  it('is not free while some text may mean it, whatever was found', () => {
    expect(gate(node(), { certainty: 'maybe' })).toMatch(/^- some text may refer to it/);
  });
});

describe('an entry itself', () => {
  it.each([
    ['its UUID', `/dev/disk/by-id/dm-uuid-${entry.uuid}`],
    ['its number', '/dev/dm-5'],
    ['its major and minor', '/dev/block/253:5'],
    ['its name', `/dev/mapper/${entry.name}`],
  ])('is referenced by %s, also as a ghost', (_, text) => {
    for (const on of [node(here(path(text))), ghostly(here(path(text)))])
      expect(gate(on)).toBe(`- guest 100 on node pve1 refers to it: args (${text})`);
  });

  it('is not what a guest on another node means by a path', () => {
    for (const text of ['/dev/dm-5', `/dev/mapper/${entry.name}`])
      expect(gate(ghostly(elsewhere(path(text))))).toMatch(/^\+/);
  });

  it('made by hand has no UUID that could be named', () => {
    const on = handMade('san-vm--100--disk--0-dup', here(path('/dev/disk/by-id/dm-uuid-')));
    expect(gate(on, { code: 'DM001' })).toMatch(/^\+/);
  });

  it.each([
    ['alone', (name: string) => `/dev/mapper/${name}`, true],
    ['before a comma', (name: string) => `file=/dev/mapper/${name},format=raw`, true],
    ['at the very beginning', (name: string) => name, true],
    ['once more, after a longer one', (name: string) => `/dev/mapper/${name}x,/dev/mapper/${name}`, true],
    ['as the end of a longer one', (name: string) => `/dev/mapper/x${name}`, false],
    ['as the beginning of a longer one', (name: string) => `/dev/mapper/${name}-1`, false],
    ['in a longer one', (name: string) => `/dev/mapper/a-${name}.b`, false],
  ])('is referenced by its own name only: %s', (_, text, referenced) => {
    // The second has a character that ends a word of a path.
    for (const name of ['san-vm--100--disk--0-dup', 'san-vm--100--disk--0-d:p']) {
      const on = handMade(name, here(path(text(name))));
      expect(gate(on, { code: 'DM001' })).toMatch(referenced ? /^- guest 100/ : /^\+/);
    }
  });
});

describe('an extra entry of a volume', () => {
  it('is not what the volume’s name means, if it was made by hand', () => {
    for (const code of ['DM001', 'DM002'] as const)
      expect(gate(handMade('san-vm--100--disk--0-dup', here(scsi0)), { code })).toMatch(/^\+ what refers to its name/);
  });

  it('is, by any other finding and with a UUID', () => {
    expect(gate(handMade('san-vm--100--disk--0', here(scsi0)), { code: 'DM010' })).toBe(REFERS);
    expect(gate(node(here(scsi0)), { code: 'DM002' })).toBe(REFERS);
  });
});

describe('a ghost', () => {
  it('is not what a volume id means, since its volume is gone', () => {
    expect(gate(ghostly(here(scsi0)))).toMatch(/^\+ what refers to its name/);
    expect(gate(ghostly(here({ ...scsi0, certainty: 'maybe' })))).toMatch(/^- guest 100 .* may refer/);
  });

  it('is what a path to its name leads to', () => {
    expect(gate(ghostly(here(path('/dev/san/vm-100-disk-0'))))).toBe(
      '- guest 100 on node pve1 refers to it: args (/dev/san/vm-100-disk-0)',
    );
  });
});

it('says of a partition map only what means the map', () => {
  const map = device('san-vm--100--disk--0p1', 6, { uuid: `part1-${entry.uuid}`, table: [linear('253:5', 2, 64)] });
  const on = memoryNode({ volumes: [lv], devices: [entry, map], configs: [here(scsi0)] });
  const of = (over: MemoryNode) => gatesOn(over, 6, { repairAction: 'remove-partition-map' })['not referenced'];
  expect(of(on)).toBe('+ no configuration refers to the partition map');
  // Such a configuration may name a volume, and a map is none.
  on.configs.push(guest(9, { incomplete: 'it was cut' }));
  expect(of(on)).toMatch(/^\+/);
  on.configs.push(guest(8, { mentions: [path(`/dev/mapper/${map.name}`)] }));
  expect(of(on)).toMatch(/^- guest 8/);
});

it.each(['guests', 'storage', 'cluster'] as const)('does not know while %s cannot be read', (name) => {
  const on = node();
  on.hidden.add(name);
  expect(gate(on)).toBe('- test: hidden by the test');
});
