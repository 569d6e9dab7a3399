import { describe, expect, it } from 'vitest';
import { isOnThisMachine, isRemote, isRemoteConfigured, serverKey, serverOf } from './remote-filesystems.ts';

describe('a file system has a server', () => {
  it.each([
    ...[
      ['nfs', 'x'],
      ['cifs', 'x'],
      ['fuse.sshfs', 'x'],
      ['fuse.rclone', 'x'],
    ],
    ...[
      ['fuse', 'host:/a'],
      ['fuse.any', '//host/a'],
      ['fuse.any', 'https://host'],
      ['fuse.any', 'remote:path'],
    ],
  ])('%s of %s', (fsType = '', source = '') => {
    expect(isRemote(fsType, source)).toBe(true);
    expect(isOnThisMachine(fsType, source)).toBe(false);
  });

  it.each([
    ...[
      ['ext4', 'host:/a'],
      ['nfsd', 'nfsd'],
      ['fuseblk', '/dev/sda1'],
      ['fuse.mergerfs', 'a:b'],
      ['fuse.lxcfs', '//x'],
    ],
    ...[
      ['fuse.any', '/a'],
      ['fuse.any', '///a'],
      ['fuse.any', 'a'],
      ['fuse.any', 'a:'],
      ['fuse.any', '/srv/a:b'],
    ],
    ...[
      ['fuse.any', 'a b:c'],
      ['fuse.any', 'x#y:z'],
      ['fuse.any', 'lxcfs'],
    ],
  ])('%s of %s has none', (fsType = '', source = '') => {
    expect(isRemote(fsType, source)).toBe(false);
  });

  it('in a configuration also by the program’s name', () => {
    expect([isRemoteConfigured('sshfs', 'x'), isRemoteConfigured('fuse', 'sshfs#user@host:')]).toEqual([true, true]);
    expect([isRemoteConfigured('ext4', 'a#b'), isRemoteConfigured('fuse', '/a')]).toEqual([false, false]);
  });

  it('or is on this machine, where looking starts no program', () => {
    const kinds = ['ext4', 'fuse.lxcfs', 'fuseblk', 'autofs', 'nfs'].map((type) => isOnThisMachine(type, '/a'));
    expect(kinds).toEqual([true, false, false, false, false]);
  });
});

describe('the server of a mount', () => {
  it.each<[string, string, readonly string[], string | null]>([
    ['nfs', 'nas:/a', [], 'nas:2049'],
    ['nfs4', '[fe80::12]:/a', [], '[fe80::12]:2049'],
    ['nfs4', 'nas:/a:/b', ['port=2050'], 'nas:2050'],
    ['nfs', 'nas:/a', ['hard', 'addr=10.0.0.7'], '10.0.0.7:2049'],
    ['nfs', 'nas:/a', ['port=65536'], 'nas:2049'],
    ['nfs', 'nas:/a', ['port=0'], 'nas:2049'],
    ['cifs', '//nas/share/x', [], 'nas:445'],
    ['smb3', '//[fe80::12]/share', [], '[fe80::12]:445'],
    ['smbfs', '//nas', ['port=139'], 'nas:139'],
    ['ceph', 'nas:/a', [], null],
    ['nfs', '-x:/a', [], null],
    ['nfs', 'a b:/a', [], null],
    ['nfs', 'nas', [], null],
    ['cifs', 'x//nas/share', [], null],
  ])('%s of %s with %j', (fsType, source, options, key) => {
    const server = serverOf(fsType, source, options);
    expect(server && serverKey(server)).toBe(key);
  });
});
