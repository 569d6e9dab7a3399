import { describe, expect, it } from 'vitest';
import { rawVolumeNames } from './raw-volume-names.ts';

describe('rawVolumeNames', () => {
  it.each([
    ['local-lvm:vm-100-disk-1,size=4G', ['vm-100-disk-1']],
    ['/dev/pve/vm-100-disk-1', ['vm-100-disk-1']],
    ['/dev/mapper/pve-vm--100--disk--1', ['vm-100-disk-1']],
    ['pve-vm--100--disk--1', ['vm-100-disk-1']],
    ['my--vg-vm--100--disk--1', ['vm-100-disk-1']],
    ['/dev/disk/by-id/dm-name-pve-vm--100--disk--1', ['vm-100-disk-1']],
    ['pve-vm--100--disk--1-part1', ['vm-100-disk-1']],
    ['/dev/mapper/pve-vm--100--disk--0p1', ['vm-100-disk-0p1', 'vm-100-disk-0']],
    ['/dev/pve/vm-100-disk-0-part2', ['vm-100-disk-0-part2', 'vm-100-disk-0']],
    ['a1:base-1-disk-0/vm-100-disk-0', ['base-1-disk-0', 'vm-100-disk-0']],
    ['nas:100/vm-100-disk-0.qcow2', ['vm-100-disk-0.qcow2']],
    ['vm-100-cloudinit vm-100-state-s1 vm-100-fleece-0', ['vm-100-cloudinit', 'vm-100-state-s1', 'vm-100-fleece-0']],
    ['snap_vm-100-disk-0_before', ['snap_vm-100-disk-0_before']],
    ['del-vm-100-disk-0', ['del-vm-100-disk-0']],
    ['vm-100-my_data+1', ['vm-100-my_data+1']],
    ['"vm-100-disk-0"', ['vm-100-disk-0']],
    ['it was vm-100-disk-0.', ['vm-100-disk-0']],
    ['(vm-100-disk-0)', ['vm-100-disk-0']],
    ['vm-100-disk-0, vm-100-disk-0', ['vm-100-disk-0']],
    ['#local-lvm%3Avm-100-disk-8', ['vm-100-disk-8']],
    ['vm-100-disk-0\r\nvm-100-disk-1', ['vm-100-disk-0', 'vm-100-disk-1']],
  ])('finds in %j', (text, names) => {
    expect(rawVolumeNames(text)).toEqual(names);
  });

  it.each(['', 'vm-100', 'vm--100--disk--1', 'xvm-100-disk-1', 'local-lvm', 'scsi0: none', 'VM-100-disk-1', '100'])(
    'finds nothing in %j',
    (text) => {
      expect(rawVolumeNames(text)).toEqual([]);
    },
  );

  it('does not find a name within a longer one', () => {
    expect(rawVolumeNames('vm-100-disk-10')).not.toContain('vm-100-disk-1');
  });

  it('does not look into words longer than a name can be', () => {
    expect(rawVolumeNames(`del-${'del-'.repeat(50_000)}vm-100-disk-0`)).toEqual([]);
  });
});
