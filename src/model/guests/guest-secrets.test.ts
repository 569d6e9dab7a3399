import { describe, expect, it } from 'vitest';
import { guestLine, guestPath, guestTarget } from './guest-secrets.ts';

const volid = (storeid: string, volname: string) => ({ kind: 'volid', storeid, volname }) as const;

describe('what a configuration refers to', () => {
  it.each([
    ['http', '//u:pw@h/x.iso', '//removed-by-pve-doctor'],
    ['iscsi', '//u%pw@h/iqn/0', '//removed-by-pve-doctor'],
    ['https', '//h/x.iso?token=pw', '//removed-by-pve-doctor'],
    ['rbd', 'pool/image:key=pw', 'removed-by-pve-doctor'],
    ['json', '{"password":"pw"}', 'removed-by-pve-doctor'],
    // A volume that such an address names stays its last part, so that it counts as named.
    ['ssh', '//u:pw@h/srv/vm-100-disk-8.qcow2', '//removed-by-pve-doctor/vm-100-disk-8.qcow2'],
    ['rbd', 'pool/vm-100-disk-0:key=pw', 'removed-by-pve-doctor/vm-100-disk-0'],
  ])('of %s:%s is shown as %s', (storeid, volname, shown) => {
    expect(guestTarget(volid(storeid, volname))).toEqual(volid(storeid, shown));
  });

  it.each([
    ['local-lvm', 'vm-100-disk-0'],
    ['nas', '100/vm-100-disk-0.qcow2'],
    ['local', 'iso/debian 13 (trixie)@home+1.iso'],
    ['a1', 'b1:vm-100-disk-0'],
    ['tank', 'basevol-100-disk-0/subvol-101-disk-0'],
  ])('of a volume, %s:%s, stays', (storeid, volname) => {
    expect(guestTarget(volid(storeid, volname))).toEqual(volid(storeid, volname));
  });

  it.each([
    ['//u:pw@nas/share/x.raw', '//removed-by-pve-doctor'],
    ['//u:pw/x@nas/share/x.raw', '//removed-by-pve-doctor'],
    ['/srv/x?token=pw', '/srv/x?removed-by-pve-doctor'],
    ['/srv/token=pw/x', '/srv/token=removed-by-pve-doctor/x'],
    ['/dev/pve/vm-100-disk-0', '/dev/pve/vm-100-disk-0'],
    ['//dev/pve/vm-100-disk-0', '//dev/pve/vm-100-disk-0'],
    ['/mnt/a=b/images/100/vm-100-disk-0.raw', '/mnt/a=b/images/100/vm-100-disk-0.raw'],
  ])('by the path %s is shown as %s', (path, shown) => {
    expect(guestPath(path)).toBe(shown);
  });

  it('is removed from the address of a drive in a comment, path and all', () => {
    const line = guestLine('#virtio2: https://nas/pw/vm-107-disk-9.raw');
    expect(line).not.toContain('/pw');
    expect(line).toContain('vm-107-disk-9');
  });
});
