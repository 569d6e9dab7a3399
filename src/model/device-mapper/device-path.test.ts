import { describe, expect, it } from 'vitest';
import { parseDevicePath, volumeUuid } from './device-path.ts';

const UUID = `${'a'.repeat(32)}${'B'.repeat(32)}`;
const volume = (vgName: string, ...lvNames: readonly string[]) => ({ kind: 'volume', vgName, lvNames });

describe('parseDevicePath', () => {
  it.each([
    ['/dev/pve/vm-100-disk-0', volume('pve', 'vm-100-disk-0')],
    ['//dev/./pve//vm-100-disk-0/', volume('pve', 'vm-100-disk-0')],
    ['/dev/x/../pve/lv', volume('pve', 'lv')],
    ['/dev/mapper/pve-vm--100--disk--0', volume('pve', 'vm-100-disk-0')],
    ['/dev/mapper/my--vg-lv---real', volume('my-vg', 'lv-')],
    ['/dev/mapper/pve-vm--100--disk--0-part1', volume('pve', 'vm-100-disk-0')],
    ['/dev/mapper/pve-vm--100--disk--0p1', volume('pve', 'vm-100-disk-0p1', 'vm-100-disk-0')],
    ['/dev/pve/vm-100-disk-0-part12', volume('pve', 'vm-100-disk-0-part12', 'vm-100-disk-0')],
    ['/dev/mapper/a\\x20b-lv', volume('a b', 'lv')],
    ['/dev/disk/by-id/dm-name-pve-vm--100--disk--0', volume('pve', 'vm-100-disk-0')],
    [`/dev/disk/by-id/dm-uuid-LVM-${UUID}`, { kind: 'uuid', uuid: UUID }],
    [`/dev/disk/by-id/dm-uuid-part1-LVM-${UUID}`, { kind: 'uuid', uuid: UUID }],
    ['/dev/dm-7', { kind: 'minor', minor: 7 }],
    ['/dev/block/253:7', { kind: 'number', major: 253, minor: 7 }],
    ['/dev/block/253:17', { kind: 'number', major: 253, minor: 17 }],
    ['/dev/dm-17', { kind: 'minor', minor: 17 }],
    ['/dev/dm-7/x', volume('dm-7', 'x')],
    ['/dev/pve/disk-0p1x', volume('pve', 'disk-0p1x')],
    [`/dev/pve/${'x'.repeat(4087)}`, volume('pve', 'x'.repeat(4087))],
  ])('reads %s', (path, expected) => {
    expect(parseDevicePath(path)).toEqual(expected);
  });

  it.each([
    ...[
      '',
      '/',
      '/dev',
      '/dev/',
      '/dev/sda',
      '/dev/mapper/mpatha',
      '/dev/mapper/control',
      '/dev/disk/by-id/scsi-36',
      'dev/pve/x',
    ],
    ...[
      '/dev/disk/by-uuid/1234',
      '/dev/zvol/rpool/vm-100-disk-0',
      '/srv/pve/x',
      '/dev/block/253',
      '/dev/dm-',
      '/x'.repeat(9000),
    ],
    ...['/dev/disk/by-id/dm-uuid-mpath-36', '/dev/disk/by-id', '/dev/../dev'],
    ...['/dev/pve/a/b', '/dev/disk/by-id/dm-name-pve-lv/x', '/dev/disk/by-path/dm-name-pve-lv', '/dev/disk'],
    ...['/dev/xdm-7', '/dev/dm-7x', '/dev/block/x253:7', '/dev/block/253:7x', `/dev/disk/by-id/LVM-${UUID}`],
    ...[`/dev/pve/${'x'.repeat(4088)}`],
  ])('knows no volume by %s', (path) => {
    expect(parseDevicePath(path)).toBeNull();
  });
});

describe('volumeUuid', () => {
  it.each([`LVM-${UUID}`, `LVM-${UUID}-tpool`, `part1-LVM-${UUID}`, UUID])('finds the volume of %s', (uuid) => {
    expect(volumeUuid(uuid)).toBe(UUID);
  });

  it('leaves any other text', () => {
    expect(volumeUuid('mpath-36')).toBe('mpath-36');
  });
});
