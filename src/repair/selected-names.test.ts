import { expect, it } from 'vitest';
import { memoryNode, snapshotOf } from '../../test/apply/memory-node.ts';
import { active, device, linear, storage, volume } from '../../test/checks/examples.ts';
import { sectionsOf } from '../model/derived.ts';
import { lvDmUuid } from '../model/lvm/lvm.ts';
import { meansDevice } from './repair-subject.ts';

const lv = volume('san', 'vm-100-disk-0');
const now = volume('san', 'vm-100-disk-7');
const entry = active(lv, 1);
const renamed = active(now, 2, { name: 'san-vm--100--disk--1' });
const map = device('part', 3, { uuid: `part1-${lvDmUuid(lv)}`, table: [linear('253:1', 2048, 64)] });
const mapOfRenamed = device('other', 4, { uuid: `part1-${lvDmUuid(now)}`, table: [linear('253:2', 2048, 64)] });
const node = memoryNode({ volumes: [lv, now], devices: [entry, renamed, map, mapOfRenamed] });
node.storages.push(storage('nas', 'nas'), { ...storage('local', ''), properties: {} });

const meant = (name: string, on = node) =>
  on.devices.filter((one) => meansDevice(name, one, sectionsOf(snapshotOf(on)))).map(({ minor }) => minor);

it.each([
  ['an entry', 'san-vm--100--disk--0', [1, 3]],
  ['its path', '/dev/mapper/san-vm--100--disk--0', [1, 3]],
  ['its volume', 'san/vm-100-disk-0', [1, 3]],
  ['the path of its volume', '/dev/san/vm-100-disk-0', [1, 3]],
  ['its volume in its storage', 'san:vm-100-disk-0', [1, 3]],
  ['a map alone', 'part', [3]],
  ['a volume by its name of now', 'san/vm-100-disk-7', [2, 4]],
  ['nothing: a storage of another VG', 'nas:vm-100-disk-0', []],
  ['nothing: a storage that nobody knows', 'gone:vm-100-disk-0', []],
  ['nothing: a storage without a VG', 'local:vm-100-disk-0', []],
  ['nothing: a storage alone', 'san:', []],
  ['nothing: a path in a path', '/x/dev/mapper/part', []],
  ['nothing: a folder before a storage', '/san:vm-100-disk-0', []],
  ['nothing: the beginning of a name', 'san-vm--100--disk', []],
] as const)('a person names %s', (_, name, minors) => {
  expect(meant(name)).toEqual(minors);
});

it('a name means an entry also where nothing but device-mapper could be read', () => {
  const blind = { ...node, hidden: new Set(['lvm', 'storage'] as const) };
  expect([meant('part', blind), meant('san:vm-100-disk-0', blind)]).toEqual([[3], []]);
});
