import { describe, expect, it } from 'vitest';
import { decodeGuestVolume, snapshotVolumeName } from './guest-volume.ts';

describe('decodeGuestVolume', () => {
  it.each([
    ['vm-100-disk-0', 'disk', 100],
    ['vm-100-disk-0.qcow2', 'disk', 100],
    ['vm-100-mydata', 'custom', 100],
    ['vm-100-cloudinit', 'cloudinit', 100],
    ['vm-100-cloudinit.qcow2', 'cloudinit', 100],
    ['vm-100-state-before', 'vmstate', 100],
    ['vm-100-state-suspend-2026-11-20', 'vmstate', 100],
    ['vm-100-fleece-1', 'fleecing', 100],
    ['base-900-disk-0', 'base', 900],
    ['snap_vm-104-disk-1_before', 'snapshot', 104],
    ['snap_vm-104-disk-1_before.qcow2', 'snapshot', 104],
    ['del-vm-104-disk-1', 'being-deleted', 104],
    ['del-snap_vm-104-disk-1_before.qcow2', 'being-deleted', 104],
    ['vm-100-fleece-12', 'fleecing', 100],
    ['vm-100-fleece-1x', 'custom', 100],
    ['vm-100-my-fleece-1', 'custom', 100],
    ['vm-100-disk-1x', 'custom', 100],
    ['vm-100-my-disk-1', 'custom', 100],
    ['vm-100-disk-1.qcow2.bak', 'custom', 100],
  ])('%s is a %s of guest %i', (name, kind, vmid) => {
    expect(decodeGuestVolume(name)).toMatchObject({ kind, vmid });
  });

  it.each([
    'root',
    'data',
    'data_tdata',
    'vm-disk-0',
    'vm-100-disk 0',
    'vm-100',
    'xvm-100-disk-0',
    'snap_root_before',
    'osd-block-1',
    'vm-102-disk-0_rimage_0',
    'vm-101-disk-0_corig',
  ])('%s is no guest volume', (name) => {
    expect(decodeGuestVolume(name)).toBeNull();
  });

  it('tells the disk number only for disks', () => {
    expect(decodeGuestVolume('vm-100-disk-12')?.disk).toBe(12);
    for (const name of ['vm-100-disk-x', 'vm-100-disk-1x', 'vm-100-my-disk-1'])
      expect(decodeGuestVolume(name)).not.toHaveProperty('disk');
  });
});

it('names snapshot volumes as PVE does on thin and thick LVM', () => {
  expect(snapshotVolumeName('vm-1-disk-0', 'a_b')).toBe('snap_vm-1-disk-0_a_b');
  expect(snapshotVolumeName('vm-1-disk-0.qcow2', 'a_b')).toBe('snap_vm-1-disk-0_a_b.qcow2');
});
