import { describe, expect, it } from 'vitest';
import { datasetKind, fileKind, mayBeOurs, snapshotFile } from './volume-names.ts';

describe('fileKind', () => {
  it.each([
    ['vm-100-disk-0.qcow2', 'disk'],
    ['subvol-100-disk-0.subvol', 'disk'],
    ['base-100-disk-0.raw', 'base'],
    ['vm-100-cloudinit.qcow2', 'cloudinit'],
    ['vm-100-state-before.raw', 'vmstate'],
    ['vm-100-fleece-0.raw', 'fleecing'],
    ['vm-100-mydata.vmdk', 'custom'],
    ['data.qcow2', 'custom'],
    ['snap-before-vm-100-disk-0.qcow2', 'snapshot'],
    ['vm-100-disk-0@before.raw', 'snapshot'],
    ['tmp_4711_0', 'temporary'],
    ['recv.100.tmp', 'temporary'],
    ['vm-100-disk-0.tmp.4711', 'temporary'],
  ])('%s is a %s', (name, kind) => expect(fileKind(name)).toBe(kind));
});

describe('datasetKind', () => {
  it.each([
    ['vm-100-disk-0', { vmid: 100, kind: 'disk' }],
    ['basevol-100-disk-0', { vmid: 100, kind: 'base' }],
    ['subvol-100-disk-0', { vmid: 100, kind: 'disk' }],
    ['vm-100-state-suspend-2026-11-01', { vmid: 100, kind: 'vmstate' }],
    ['csi-vol-1234', null],
    ['vm-x-disk-0', null],
    ['vm-100', null],
  ])('%s', (name, said) => expect(datasetKind(name)).toEqual(said));
});

describe('snapshotFile', () => {
  const volumes = new Set(['vm-100-disk-0.qcow2', 'disk-0.qcow2', 'vm-100-disk-1.raw', 'subvol-100-disk-2.subvol']);

  it.each([
    ['snap-a-b_c-vm-100-disk-0.qcow2', { volume: 'vm-100-disk-0.qcow2', snapshot: 'a-b_c' }],
    ['snap-a-disk-0.qcow2', { volume: 'disk-0.qcow2', snapshot: 'a' }],
    ['snap-a-vm-100-disk-9.qcow2', null],
    ['vm-100-disk-1@before.raw', { volume: 'vm-100-disk-1.raw', snapshot: 'before' }],
    ['subvol-100-disk-2.subvol@before', { volume: 'subvol-100-disk-2.subvol', snapshot: 'before' }],
    ['vm-100-disk-7@before.raw', null],
  ])('%s', (name, found) => expect(snapshotFile(name, volumes)).toEqual(found));
});

describe('mayBeOurs', () => {
  it.each(['before', '__base__', '__migration__', '__replicate_100-0_1795000000__', 'vzdump'])('%s', (name) =>
    expect(mayBeOurs(name)).toBe(true),
  );
  it.each([
    'autosnap_2026-11-01_00:00:01_daily',
    'zfs-auto-snap_daily-2026-11-01-0625',
    'syncoid_pve1',
    '2026',
    'with blank',
  ])('not %s', (name) => expect(mayBeOurs(name)).toBe(false));
});
