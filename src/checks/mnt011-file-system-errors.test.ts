import { expect, it } from 'vitest';
import { given, guest, guests, mention, readingsOf, storage, storages } from '../../test/checks/examples.ts';
import { host, table } from '../../test/checks/mount-examples.ts';
import type { FileSystemErrors, FileSystems } from '../model/mounts/file-systems.ts';
import { mnt011 as check } from './mnt011-file-system-errors.ts';

const mnt011 = given(check);

const met = (over: Partial<FileSystemErrors> = {}): FileSystemErrors => ({
  ...{ name: 'sdb1', devNo: '8:17', count: 3, firstAt: '2026-11-01T00:00:00.000Z', lastAt: null },
  ...over,
});

const mounted = (fsType: string, options = 'rw', superOptions = 'rw', target = '/mnt/disk'): string =>
  `31 20 8:17 / ${target} ${options},relatime - ${fsType} /dev/sdb1 ${superOptions}`;

const ON_IT = {
  storage: storages(storage('disk', '', { type: 'dir', properties: { path: '/mnt/disk/pve' } })),
  guests: guests(guest(100, { mentions: [mention('scsi0', 'disk', '100/vm-100-disk-0.raw')] })),
};

const examine = (line: string, over: Partial<FileSystems> = {}, more: Parameters<typeof readingsOf>[0] = {}) => {
  const fileSystems = { errors: [], shutDown: new Set<string>(), silent: [], ...over };
  const sections = { fileSystems, mounts: host(table(line)) };
  return mnt011.examine(sections, readingsOf({ ...sections, ...more }));
};

it('MNT011 names the mount, who is on it, how many errors and since when', () => {
  expect(examine(mounted('ext4'), { errors: [met()] }, { storage: ON_IT.storage })[0]).toMatchObject({
    harm: 'redundancy',
    subject: { kind: 'mount', id: '/mnt/disk' },
    headline: 'has a damaged file system: 3 errors since 2026-11-01 00:00 UTC, and storage disk is on it',
  });
  expect(examine(mounted('ext4'), { errors: [met()] }, ON_IT)[0]).toMatchObject({
    harm: 'redundancy',
    headline: 'has a damaged file system: 3 errors since 2026-11-01 00:00 UTC, and guest 100 is on it',
  });
});

it('MNT011 says that errors=remount-ro ends writes, which the mount table does not show', () => {
  const [finding] = examine(mounted('ext4', 'rw', 'rw,errors=remount-ro'), { errors: [met({ firstAt: null })] });
  expect(finding).toMatchObject({
    harm: 'redundancy',
    headline: 'has a damaged file system that takes no writes after an error: 3 errors',
  });
});

it('MNT011 names the device where no mount of the node has it, and no time where there is none', () => {
  const [finding] = examine(mounted('ext4'), { errors: [met({ devNo: '8:99', firstAt: null, count: 1 })] });
  expect(finding).toMatchObject({ subject: { id: '/dev/sdb1' }, headline: 'has a damaged file system: 1 error' });
});

it.each([
  ['btrfs', 'rw', 'ro,ssd'],
  ['ext4', 'rw', 'ro'],
  ['ext4', 'rw', 'rw,emergency_ro'],
])('MNT011: %s that turned read-only takes the data of the guests on it', (fsType, options, superOptions) => {
  expect(examine(mounted(fsType, options, superOptions), {}, ON_IT)[0]).toMatchObject({
    ...{ harm: 'data', vmids: [100] },
    headline: 'has turned read-only after an error: every write of guest 100 fails',
  });
});

it('MNT011 says that XFS has shut down, and with it the node itself', () => {
  const shutDown = new Set(['8:17']);
  expect(examine(mounted('xfs'), { shutDown })[0]).toMatchObject({
    ...{ harm: 'data', lost: 'the file system on /mnt/disk has shut down' },
    headline: 'has shut down its file system: nothing on it can be read or written',
    evidence: [{ fact: '/mnt/disk: Input/output error' }, {}],
  });
  expect(examine(mounted('xfs', 'rw', 'rw', '/'), { shutDown })[0]).toMatchObject({
    ...{ harm: 'data', subject: { id: '/' } },
    headline: 'has shut down its file system: nothing of this node itself can be read or written',
  });
});

it('MNT011 is silent where none met an error, and where somebody mounted one read-only', () => {
  expect(examine(mounted('ext4'))).toEqual([]);
  expect(examine(mounted('btrfs', 'ro', 'ro'))).toEqual([]);
  expect(examine(mounted('iso9660', 'rw', 'ro'))).toEqual([]);
  expect(examine(mounted('btrfs', 'ro', 'rw'))).toEqual([]);
});

it('MNT011 does not judge XFS that gave no answer', () => {
  const fileSystems = { errors: [], shutDown: new Set<string>(), silent: ['/mnt/x: it gave no answer'] };
  expect(mnt011.unjudged({ fileSystems, mounts: host(table()) })).toEqual(['/mnt/x: it gave no answer']);
});
