import { expect, it } from 'vitest';
import { given, guest, guests, mention, readingsOf, storage, storages } from '../../test/checks/examples.ts';
import { host, table } from '../../test/checks/mount-examples.ts';
import type { BtrfsErrors, BtrfsFileSystem, BtrfsMember } from '../model/mounts/btrfs.ts';
import { path014 as check } from './path014-btrfs-device.ts';

const path014 = given(check);

const NONE: BtrfsErrors = { write: 0, read: 0, flush: 0, corruption: 0, generation: 0 };

const fileSystem = (...members: readonly Partial<BtrfsMember>[]): BtrfsFileSystem => ({
  uuid: '9c8e2ae8-3aeb-4d6d-9138-fb43d46f35c6',
  label: 'pool',
  devices: [
    { name: 'dm-0', devNo: '253:0', mapped: 'bd1' },
    { name: 'sdb', devNo: '8:16', mapped: '' },
  ],
  members: members.map((member, at) => ({ id: at + 1, missing: false, errors: NONE, ...member })),
});

const LINE = '31 20 0:31 / /mnt/b rw,relatime - btrfs /dev/mapper/bd1 rw,subvol=/';
const ON_IT = {
  storage: storages(storage('disk', '', { type: 'btrfs', properties: { path: '/mnt/b' } })),
  guests: guests(guest(100, { mentions: [mention('scsi0', 'disk', '100/vm-100-disk-0.raw')] })),
};

const examine = (one: BtrfsFileSystem, line = LINE) => {
  const sections = { btrfs: { fileSystems: [one], unread: [] }, mounts: host(table(line)) };
  return path014.examine(sections, readingsOf({ ...sections, ...ON_IT }));
};

it('PATH014 names who is on a file system that misses a device', () => {
  expect(examine(fileSystem({}, { missing: true, errors: null }))[0]).toMatchObject({
    harm: 'redundancy',
    subject: { kind: 'mount', id: '/mnt/b' },
    headline: 'misses 1 of 2 devices: another failure may take guest 100',
  });
});

it('PATH014 adds up what the devices count', () => {
  const errors = { ...NONE, write: 9, corruption: 5121 };
  const [finding] = examine(fileSystem({}, { errors }));
  expect(finding).toMatchObject({
    harm: 'redundancy',
    headline: 'has a device that loses or changes data of guest 100: 9 failed writes, 5121 wrong checksums',
  });
  expect(finding?.evidence.map(({ fact }) => fact)).toContain('device 2: 9 failed writes, 5121 wrong checksums');
});

it('PATH014 names the file system where no mount of the node has it', () => {
  const line = '31 20 8:32 / /mnt/other rw,relatime - ext4 /dev/sdc rw';
  expect(examine(fileSystem({ missing: true }), line)[0]).toMatchObject({
    subject: { id: 'btrfs 9c8e2ae8-3aeb-4d6d-9138-fb43d46f35c6' },
    headline: 'misses 1 of 1 device: another failure may take what is on it',
  });
});

it('PATH014 leaves open which file system a mount is of, where the devices were not read', () => {
  const other = table('31 20 0:32 / /mnt/other rw,relatime - btrfs /dev/sdc rw,subvol=/');
  const sections = { btrfs: { fileSystems: [fileSystem({ missing: true })], unread: [] }, mounts: host(other) };
  expect(path014.examine(sections, readingsOf({ ...sections, ...ON_IT }))).toEqual([]);
  expect(path014.unjudged(sections)).toEqual([
    '/mnt/other: the kernel shows no btrfs with its device in /sys/fs/btrfs',
  ]);
});

it('PATH014 is silent where nothing is counted, or this kernel does not count', () => {
  expect(examine(fileSystem({}, {}))).toEqual([]);
  expect(examine(fileSystem({ errors: null }, { errors: null }))).toEqual([]);
});

it('PATH014 does not judge what could not be read', () => {
  const btrfs = { fileSystems: [], unread: ['/sys/fs/btrfs/x/devinfo could not be read'] };
  expect(path014.unjudged({ btrfs, mounts: host(table()) })).toHaveLength(1);
});
