import { describe, expect, it } from 'vitest';
import { guestConfigDamage } from './guest-completeness.ts';
import { parseLxcConfig } from './lxc-config.ts';
import { parseQemuConfig } from './qemu-config.ts';

const FILE = { vmid: 100, node: 'pve1', path: '/etc/pve/nodes/pve1/qemu-server/100.conf' };
const vm = (...lines: readonly string[]) => parseQemuConfig(lines.map((line) => `${line}\n`).join(''), FILE).incomplete;
const ct = (...lines: readonly string[]) => parseLxcConfig(lines.map((line) => `${line}\n`).join(''), FILE).incomplete;

const SNAPSHOT = ['[before]', 'memory: 512', 'scsi0: san:vm-100-disk-0'];

describe('a configuration is whole', () => {
  it.each([
    ['a plain one', vm('boot: order=scsi0;net0', 'net0: virtio', 'scsi0: san:vm-100-disk-0')],
    ['one with snapshots', vm('parent: before', 'scsi0: san:vm-100-disk-0', '', ...SNAPSHOT)],
    ['one of before boot orders', vm('boot: cdn', 'bootdisk: scsi0')],
    ['one whose boot drive PVE drops', vm('boot: order=scsi0', 'scsi0: san:vm-100-disk-0,unknown=1')],
    ['one with all that PVE writes', vm('meta: creation-qemu=9.0.2', 'smbios1: uuid=x', 'vmgenid: x')],
    ['one of ARM', vm('arch: aarch64', 'meta: creation-qemu=9.0.2', 'smbios1: uuid=x')],
    ['one that boots from the network', vm('boot: order=net0;hostpci0')],
    ['a container', ct('hostname: web', 'rootfs: san:vm-100-disk-0,size=8G')],
  ])('as far as anybody sees: %s', (_, incomplete) => {
    expect(incomplete).toBe('');
  });
});

describe('a configuration is not whole', () => {
  it.each([
    ['its boot drive is missing', vm('boot: order=ide2;scsi0', 'ide2: none,media=cdrom'), 'scsi0'],
    ['what PVE writes at its end is missing', vm('meta: creation-qemu=9.0.2', 'scsi0: a1:b'), 'smbios1'],
    ['the last line that PVE writes is missing', vm('meta: creation-qemu=9.0.2', 'smbios1: uuid=x'), 'vmgenid'],
    ['its snapshot is missing', vm('parent: before', 'scsi0: san:vm-100-disk-0'), 'before'],
    ['the snapshot of a snapshot is missing', vm('parent: before', ...SNAPSHOT, 'parent: first'), 'first'],
    ['a line of it cannot be read', vm('name: web', 'scsi0 san:vm-100-disk-0'), 'line 2'],
    ['a container has no root', ct('hostname: web'), 'rootfs'],
    ['a line of a container cannot be read', ct('rootfs: san:vm-100-disk-0', 'mp0 x'), 'line 2'],
  ])('when %s', (_, incomplete, says) => {
    expect(incomplete).toContain(says);
  });
});

it('tells a configuration from other text', () => {
  for (const text of ['name: web\n', '# web\nvirtio0: a1:b\n', 'lock: create\n', 'vmgenid: 1\n'])
    expect(guestConfigDamage(text)).toBeNull();
  for (const text of ['', 'name: web', 'garbage: 1\n', ' name: web\n', '#name: web\n', 'net: x\n'.slice(1)])
    expect(guestConfigDamage(text)).not.toBeNull();
});
