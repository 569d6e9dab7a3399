import { describe, expect, it } from 'vitest';
import {
  active,
  cluster,
  given,
  guest,
  guests,
  linear,
  lvmReport,
  mapper,
  mention,
  readingsOf,
  running,
  storage,
  storages,
  volume,
} from '../../test/checks/examples.ts';
import { lookOf, trendOf } from '../../test/checks/trend-examples.ts';
import type { Storage } from '../model/guests/pve.ts';
import { lv018 as check } from './lv018-group-away.ts';

const lv018 = given(check);

const onSan = guest(100, { mentions: [mention('scsi0', 'fc', 'vm-100-disk-0')] });
const elsewhere = guest(101, { node: 'pve2', mentions: [mention('scsi0', 'fc', 'vm-101-disk-0')] });

/** Its volume is active on a disk of these. */
const sdb = { devNo: '8:16', kernelName: 'sdb', holders: [], state: 'running', disk: 'sdb', wwid: '' };
const on = (...blocks: readonly (typeof sdb)[]) => ({
  deviceMapper: mapper(active(volume('san', 'vm-100-disk-0'), 1, { table: [linear('8:16', 2048, 8192)] })),
  blockDevices: { devices: new Map(blocks.map((block) => [block.devNo, block])) },
});

function examine(over: Parameters<typeof readingsOf>[0] = {}, more: Partial<Storage> = {}) {
  const sections = {
    lvm: lvmReport([volume('pve', 'root')]),
    storage: storages(storage('fc', 'san', more), storage('here', 'pve')),
    cluster,
    guests: guests(elsewhere),
    running: running(),
    ...over,
  };
  return lv018.examine(sections, readingsOf(sections));
}

describe('LV018', () => {
  it('is silent where LVM shows the VG of every storage of this node', () => {
    expect(examine({ lvm: lvmReport([volume('san', 'vm-100-disk-0'), volume('pve', 'root')]) })).toEqual([]);
  });

  it.each<[string, Partial<Storage>]>([
    ['disabled', { disabled: true }],
    ['for other nodes', { nodes: ['pve2'] }],
    ['of another type', { type: 'dir' }],
  ])('is silent about a storage that is %s', (_, more) => {
    expect(examine({ guests: guests(onSan) }, more)).toEqual([]);
  });

  it('is silent where no guest of this node needs it', () => {
    expect(examine()).toEqual([]);
  });

  it('names the guests that cannot start, and those that run and have lost their disk', () => {
    expect(examine({ guests: guests(onSan, elsewhere) })).toMatchObject([
      { harm: 'operation', vmids: [100], headline: 'is not there: guest 100 cannot start' },
    ]);
    expect(examine({ guests: guests(onSan), running: running(100), ...on() })).toMatchObject([
      {
        harm: 'data',
        lost: 'the disk under VG san is gone',
        headline: 'is not there, with the disks of running guest 100',
      },
    ]);
    expect(examine({ guests: guests(onSan), running: running(100), ...on(sdb) })).toMatchObject([
      {
        harm: 'operation',
        headline: 'is not shown by LVM: running guest 100 goes on, and cannot start again',
      },
    ]);
  });

  it('says when it was there', () => {
    const groups = new Map([['x', 'san']]);
    const trend = trendOf(lookOf(60, { groups }), lookOf(48, { groups }), lookOf(24));
    expect(examine({ trend, guests: guests(onSan) })).toMatchObject([
      {
        harm: 'operation',
        headline: 'is not there, and was on 2026-11-20 12:00 UTC: guest 100 cannot start',
      },
    ]);
  });

  it('is the lost disk’s matter where active volumes of it lie on one, and else the VG’s', () => {
    expect(examine({ guests: guests(onSan), ...on() })[0]?.about).toBe('san');
    expect(examine({ guests: guests(onSan), ...on(sdb) })[0]?.about).toBeUndefined();
  });
});
