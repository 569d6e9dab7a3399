import { describe, expect, it } from 'vitest';
import { isRemote, isRemoteConfigured, serverOf } from '../model/mounts/remote-filesystems.ts';
import { parseContainerConfig } from './container-config.ts';
import { parseFstab, parseMountUnit } from './expected-mounts.ts';
import { parseJobsCfg, parseVzdumpCron } from './jobs-cfg.ts';
import { parseFibTrie, parseIfInet6, shortIpv6 } from './local-addresses.ts';
import { parseCgroupGuest } from './processes.ts';
import { parseErrorText, parseStatFilesystem } from './stat-filesystem.ts';

describe('parseFstab', () => {
  it('takes every file system, with what is mounted on demand only', () => {
    const text = [
      '# nas:/x /x nfs defaults 0 0',
      'UUID=1 / ext4 errors=remount-ro 0 1',
      'nas:/films /mnt/Meine\\040Filme/ nfs ro,soft 0 0',
      '//nas/office /mnt/office cifs credentials=/root/c,noauto 0 0',
      'u@h:/srv /mnt/ssh fuse.sshfs x-systemd.automount 0 0',
      'sshfs#u@h:/srv /mnt/old fuse defaults 0 0',
      'nas:/broken',
    ].join('\n');
    expect(
      parseFstab(text, '/etc/fstab').map(({ target, readFrom, required }) => [target, readFrom, required]),
    ).toEqual([
      ['/', '/etc/fstab, line 2', true],
      ['/mnt/Meine Filme', '/etc/fstab, line 3', true],
      ['/mnt/office', '/etc/fstab, line 4', false],
      ['/mnt/ssh', '/etc/fstab, line 5', false],
      ['/mnt/old', '/etc/fstab, line 6', true],
    ]);
  });
});

it('requires nothing of a line of an fstab of which bytes are lost', () => {
  const text = 'nas:/a /mnt/\ufffd nfs rw 0 0\nnas:/b /mnt/b nf\ufffd rw 0 0\n# B\ufffdro\nnas:/c /mnt/c nfs rw 0 0\n';
  expect(parseFstab(text, '/etc/fstab').map(({ target, required, unclear }) => [target, required, unclear])).toEqual([
    ['/mnt/\ufffd', false, '/etc/fstab, line 1: it holds bytes that are no UTF-8'],
    ['/mnt/b', false, '/etc/fstab, line 2: it holds bytes that are no UTF-8'],
    ['/mnt/c', true, undefined],
  ]);
});

describe('parseMountUnit', () => {
  it('takes the last setting of the section [Mount]', () => {
    const text =
      '[Unit]\nWhat=x\n[Mount]\nWhat=nas:/a\nWhere=/mnt/a\nType=nfs\nOptions=ro,\\\nsoft\n[Install]\nWhere=/no\n';
    expect(parseMountUnit(text, '/u', true)).toMatchObject({
      target: '/mnt/a',
      source: 'nas:/a',
      options: ['ro', 'soft'],
    });
  });

  it('takes disks, whatever a condition may keep from being mounted is not required', () => {
    const disk = '[Mount]\nWhat=/dev/sdb1\nWhere=/mnt/b\nType=ext4\n';
    expect(parseMountUnit(disk, '/u', true)).toMatchObject({ target: '/mnt/b', fsType: 'ext4', required: true });
    const conditional = `[Unit]\nConditionPathExists=/dev/sdb1\n${disk}`;
    expect(parseMountUnit(conditional, '/u', true)).toMatchObject({ required: false });
  });

  it('leaves out specifiers', () => {
    expect(parseMountUnit('[Mount]\nWhat=nas:/%i\nWhere=/mnt/%i\nType=nfs\n', '/u', true)).toBeNull();
  });
});

describe('parseStatFilesystem', () => {
  it('gives sizes in bytes, and none where the file system states none', () => {
    expect(parseStatFilesystem('1024 100 40 30 50 20 UNKNOWN (0x1)\n')?.capacity).toEqual({
      ...{ totalBytes: 102_400, usedBytes: 61_440, availableBytes: 30_720, totalInodes: 50, usedInodes: 30 },
    });
    expect(parseStatFilesystem('4096 0 0 0 0 0 fuseblk\n')).toEqual({ capacity: null });
  });

  it('does not take a line that was cut', () => {
    expect(parseStatFilesystem('1024 100 40')).toBeNull();
    expect(parseStatFilesystem('')).toBeNull();
  });
});

describe('parseErrorText', () => {
  it('names the error at the end of the line, whatever the path is called', () => {
    const text = "stat: cannot read file system information for '/mnt/Host is down': Stale file handle\n";
    expect(parseErrorText(text)).toEqual({ errorClass: 'ESTALE', detail: 'Stale file handle' });
    expect(parseErrorText('dd: x: Strange thing\n')).toEqual({ errorClass: 'other', detail: 'Strange thing' });
  });
});

describe('backup jobs', () => {
  it('are read from jobs.cfg and from the cron file of old releases', () => {
    const text =
      'vzdump: nightly\n\tschedule 02:00\n\tstorage nas\n\tenabled 0\n\nrealm-sync: x\n\trealm y\n\nvzdump: weekly\n\tall 1\n';
    expect(parseJobsCfg(text)).toEqual([
      { id: 'nightly', storeid: 'nas', enabled: false },
      { id: 'weekly', storeid: 'local', enabled: true },
    ]);
    expect(parseVzdumpCron('PATH=x\n0 2 * * 6           root vzdump 100 --quiet 1 --storage nas\n')).toEqual([
      { id: 'vzdump.cron, line 2', storeid: 'nas', enabled: true },
    ]);
  });
});

describe('parseContainerConfig', () => {
  it('takes binds of the current section', () => {
    const text = [
      'net0: name=eth0,bridge=vmbr0,ip=10.0.0.5/24,ip6=auto',
      'mp0: /mnt/pve/nas/,mp=/nas,ro=1',
      'mp1: local-lvm:vm-1-disk-1,mp=/data,size=8G',
      'mp2: /dev/sdb,mp=/disk',
      'lxc.mount.entry: /mnt/a\\040b srv/x none bind,ro,create=dir 0 0',
      'lxc.mount.entry: proc proc proc defaults 0 0',
      '[before]',
      'mp0: /elsewhere,mp=/nas',
    ].join('\n');
    expect(parseContainerConfig(text)).toEqual({
      binds: [
        { key: 'mp0', source: '/mnt/pve/nas', target: '/nas', readonly: true },
        { key: 'lxc.mount.entry', source: '/mnt/a b', target: '/srv/x', readonly: true },
      ],
      readonlyTargets: ['/nas'],
      addresses: ['10.0.0.5'],
    });
  });
});

describe('addresses of this node', () => {
  it('are read from the tables of the kernel', () => {
    const trie =
      'Main:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 10.0.0.1\n        /32 host LOCAL\n     |-- 10.0.0.0\n        /24 link UNICAST\n';
    expect(parseFibTrie(trie)).toEqual(['10.0.0.1']);
    expect(parseIfInet6('fe80000000000000000000000000000a 02 40 20 80 eth0\n')).toEqual(['fe80::a']);
    expect(shortIpv6('2001:0db8:0:0:1:0:0:1')).toBe('2001:db8::1:0:0:1');
    expect(shortIpv6('::1')).toBe('::1');
  });
});

describe('the guest of a control group', () => {
  it('is the container or VM, never the monitor', () => {
    expect(parseCgroupGuest('0::/lxc/101/ns/system.slice\n')).toBe(101);
    expect(parseCgroupGuest('0::/lxc.payload.101/x\n')).toBe(101);
    expect(parseCgroupGuest('0::/qemu.slice/100.scope\n')).toBe(100);
    expect(parseCgroupGuest('0::/lxc.monitor/101\n')).toBeNull();
  });
});

describe('remote file systems', () => {
  it.each([
    ['nfs4', '10.0.0.1:/a', true],
    ['cifs', '//nas/a', true],
    ['fuse.sshfs', 'u@h:/a', true],
    ['fuse', 'https://dav.example/x', true],
    ['fuse', '/dev/fuse', false],
    ['fuse', '/srv/d', false],
    ['fuse.mergerfs', 'a:b', false],
    ['fuse.lxcfs', 'lxcfs', false],
    ['nfsd', 'nfsd', false],
    ['autofs', 'systemd-1', false],
    ['virtiofs', 'share', true],
  ])('%s from %s: %s', (fsType, source, remote) => {
    expect(isRemote(fsType, source)).toBe(remote);
  });

  it('knows a type of fstab by its program', () => {
    expect(isRemoteConfigured('davfs', 'https://x')).toBe(true);
    expect(isRemoteConfigured('ext4', '/dev/sda1')).toBe(false);
  });

  it('knows the port of NFS and SMB servers, and the address before the name', () => {
    expect(serverOf('nfs4', 'nas:/a', ['addr=10.0.0.1'])).toEqual({ host: '10.0.0.1', port: 2049 });
    expect(serverOf('nfs', '[fe80::1]:/a', ['port=20049'])).toEqual({ host: 'fe80::1', port: 20_049 });
    expect(serverOf('cifs', '//nas/a b', [])).toEqual({ host: 'nas', port: 445 });
    expect(serverOf('nfs', '-x:/a', [])).toBeNull();
    expect(serverOf('fuse.sshfs', 'u@h:/a', [])).toBeNull();
  });
});
