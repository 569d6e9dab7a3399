import { expect, it } from 'vitest';
import { given, readingsOf, storage, storages } from '../../test/checks/examples.ts';
import { host, nfs } from '../../test/checks/mount-examples.ts';
import type { FileSystemErrors } from '../model/mounts/file-system-errors.ts';
import { mnt011 as check } from './mnt011-file-system-errors.ts';

const mnt011 = given(check);

const mounts = nfs('/mnt/disk').map((one) =>
  one.target === '/' ? one : { ...one, fsType: 'ext4', source: '/dev/sdb1', devNo: '8:17' },
);
const met = (over: Partial<FileSystemErrors> = {}): FileSystemErrors => ({
  ...{ name: 'sdb1', devNo: '8:17', count: 3, firstAt: '2026-11-01T00:00:00.000Z', lastAt: null },
  ...over,
});

const examine = (...errors: readonly FileSystemErrors[]) => {
  const list = storages(storage('disk', '', { type: 'dir', properties: { path: '/mnt/disk/pve' } }));
  return mnt011.examine({ fileSystems: { errors }, mounts: host(mounts) }, readingsOf({ storage: list }));
};

it('MNT011 names the mount, the storage on it, how many errors and since when', () => {
  expect(examine(met())[0]).toMatchObject({
    harm: 'redundancy',
    subject: { kind: 'mount', id: '/mnt/disk' },
    headline: 'has a damaged file system: 3 errors since 2026-11-01 00:00 UTC, and storage disk is on it',
  });
});

it('MNT011 names the device where no mount of the node has it, and no time where there is none', () => {
  const [finding] = examine(met({ devNo: '8:99', firstAt: null, count: 1 }));
  expect(finding).toMatchObject({ subject: { id: '/dev/sdb1' }, headline: 'has a damaged file system: 1 error' });
});

it('MNT011 is silent where no file system met an error', () => {
  expect(examine()).toEqual([]);
});
