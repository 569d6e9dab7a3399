import { describe, expect, it } from 'vitest';
import { factsOf, lvmReport, mapper, storage, storages, volume } from '../../../test/checks/examples.ts';
import { nodeWith } from '../../../test/checks/volume-examples.ts';
import type { Storage } from '../guests/pve.ts';
import type { LogicalVolume } from '../lvm/lvm.ts';

const thick = volume('pve', 'vm-104-disk-0');
const thin = volume('pve', 'vm-104-disk-1', { poolLv: 'data', layout: ['thin', 'sparse'] });

const wiping = storage('thick', 'pve', { properties: { vgname: 'pve', saferemove: '1' } });
const pool = (storeid: string, thinpool: string, over: Partial<Storage> = {}) =>
  storage(storeid, 'pve', { type: 'lvmthin', properties: { vgname: 'pve', thinpool }, ...over });

/** What each is called, on a node with these storages. */
function called(lvs: readonly LogicalVolume[], ...list: readonly Storage[]) {
  const sections = {
    ...nodeWith([]),
    ...{
      storage: storages(...list),
      lvm: lvmReport(lvs),
      deviceMapper: mapper(),
      blockDevices: { devices: new Map() },
    },
  };
  return factsOf(sections).leftovers.volumes.map(({ volid }) => volid);
}

describe('a volume of LVM is called', () => {
  it('by the storage of its own kind and pool, whichever stands first', () => {
    const list = [wiping, pool('fast', 'fast'), pool('local-lvm', 'data')];
    expect(called([thick, thin], ...list)).toEqual(['thick:vm-104-disk-0', 'local-lvm:vm-104-disk-1']);
  });

  it('by its VG where no storage that is used here means it', () => {
    expect(called([volume('pve', 'base-104-disk-0')], wiping)).toEqual(['pve/base-104-disk-0']);
    expect(called([thin], wiping)).toEqual(['pve/vm-104-disk-1']);
    expect(called([thin], wiping, pool('old', 'data', { disabled: true }))).toEqual(['pve/vm-104-disk-1']);
    expect(called([thin], pool('other', 'data', { nodes: ['pve2'] }))).toEqual(['pve/vm-104-disk-1']);
  });
});
