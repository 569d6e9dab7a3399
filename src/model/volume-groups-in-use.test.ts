import { expect, it } from 'vitest';
import type { Storage } from './pve.ts';
import { volumeGroupsInUse } from './volume-groups-in-use.ts';

const storage = (storeid: string, vgname: string | null, over: Partial<Storage> = {}): Storage => ({
  ...{ storeid, type: vgname === null ? 'dir' : 'lvm', shared: false, disabled: false, nodes: null },
  properties: vgname === null ? {} : { vgname },
  ...over,
});

it('gives each VG with its storages, and whether one is shared', () => {
  const a1 = storage('a1', 'one');
  const a2 = storage('a2', 'one', { shared: true, disabled: true });
  const b1 = storage('b1', 'two', { nodes: ['elsewhere'] });
  const uses = volumeGroupsInUse({
    storages: [a1, b1, storage('d1', null), a2],
    problems: [],
    mentionedVgs: ['three'],
  });
  expect([...uses]).toEqual([
    ['one', { storages: [a1, a2], shared: true }],
    ['two', { storages: [b1], shared: false }],
  ]);
});
