import { describe, expect, it } from 'vitest';
import {
  active,
  factsOf,
  linear,
  lvmReport,
  mapper,
  storage,
  storages,
  volume,
} from '../../../test/checks/examples.ts';
import { nodeWith } from '../../../test/checks/volume-examples.ts';
import type { DmDevice } from '../device-mapper/device-mapper.ts';
import type { Storage } from '../guests/pve.ts';
import type { LogicalVolume } from '../lvm/lvm.ts';

const thick = volume('pve', 'vm-104-disk-0');
const thin = volume('pve', 'vm-104-disk-1', { poolLv: 'data', layout: ['thin', 'sparse'] });

const wiping = storage('thick', 'pve', { properties: { vgname: 'pve', saferemove: '1' } });
const pool = (storeid: string, thinpool: string, over: Partial<Storage> = {}) =>
  storage(storeid, 'pve', { type: 'lvmthin', properties: { vgname: 'pve', thinpool }, ...over });

/** What is said of each, on a node with one storage. */
function standings(lvs: readonly LogicalVolume[], ...devices: readonly DmDevice[]) {
  const sections = {
    ...nodeWith([]),
    ...{ storage: storages(wiping), lvm: lvmReport(lvs), deviceMapper: mapper(...devices) },
    blockDevices: { devices: new Map() },
  };
  const facts = factsOf(sections);
  const entries = facts.guestEntries.entries.map((entry) => `${entry.device.name}: ${entry.class}`);
  return [...facts.leftovers.volumes.map(({ name, standing }) => `${name}: ${standing.is}`), ...entries];
}

describe('a volume of LVM', () => {
  it.each([
    ['seconds ago', '2026-11-20 13:59:30 +0200', 'busy'],
    ['with the clock of another node ahead', '2026-11-20 12:10:00 +0000', 'busy'],
    ['an hour ago', '2026-11-20 11:00:00 +0000', 'leftover'],
  ])('that was made %s is judged by that', (_, createdAt, is) => {
    expect(standings([{ ...thick, createdAt }])).toEqual([`${thick.lvName}: ${is}`]);
  });

  it.each(['vm-1-disk-0', 'vm-099-disk-0', 'vm-0104-disk-0', 'vm-1000000000-disk-0'])('%s is no guest’s', (name) => {
    const lv = volume('pve', name);
    expect(standings([lv])).toEqual([]);
    expect(standings([lv], active(lv, 3))).toEqual([]);
  });

  it('that somebody has open is in use, whatever names it', () => {
    const table = [linear('8:0', 2048, 8192)];
    expect(standings([thick], active(thick, 3, { table }))).toContain('vm-104-disk-0: leftover');
    expect(standings([thick], active(thick, 3, { table, openCount: 1 }))).toContain('vm-104-disk-0: busy');
  });

  it('that another node moved to another VG is no ghost, and is not judged', () => {
    const before = volume('old', 'vm-104-disk-0');
    const stays = volume('old', 'root');
    for (const rest of [[stays], []])
      expect(standings([thick, ...rest], active(before, 3))).toEqual([
        'vm-104-disk-0: unclear',
        'old-vm--104--disk--0: unknown',
      ]);
  });
});

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
