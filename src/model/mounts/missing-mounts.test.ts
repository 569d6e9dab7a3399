import { describe, expect, it } from 'vitest';
import { nfs, table } from '../../../test/checks/mount-examples.ts';
import { missingMounts, unclearMounts } from './missing-mounts.ts';
import type { ExpectedMount } from './mounts.ts';

const expected = (target: string, over: Partial<ExpectedMount> = {}): ExpectedMount => ({
  ...{ origin: 'fstab', readFrom: '/etc/fstab, line 7', storeid: null, target, source: '10.9.0.2:/a', fsType: 'nfs' },
  ...{ options: [], required: true },
  ...over,
});
const missing = (of: readonly ExpectedMount[], mounts: Parameters<typeof missingMounts>[1]) =>
  missingMounts(of, mounts).map(({ expected: { target }, alsoFrom, instead }) => [target, alsoFrom, instead?.fsType]);

describe('a mount is missing', () => {
  it('when nothing is there, once for all who expect it', () => {
    const twice = [expected('/mnt/a'), expected('/mnt/a', { readFrom: 'storage nas' })];
    expect(missing(twice, table())).toEqual([['/mnt/a', ['storage nas'], undefined]]);
    expect(missing([expected('/mnt/a', { required: false })], table())).toEqual([]);
  });

  it('when a local file system of another type is in its place', () => {
    const ext4 = table('30 20 8:2 / /mnt/a rw - ext4 /dev/sdb1 rw');
    expect(missing([expected('/mnt/a')], ext4)).toEqual([['/mnt/a', [], 'ext4']]);
    expect(missing([expected('/mnt/a', { fsType: 'ext4', source: '/dev/sdc1' })], ext4)).toEqual([]);
    expect(missing([expected('/mnt/a', { source: null })], ext4)).toEqual([]);
  });

  it('not when any remote one is, an automount waits, or it is the root', () => {
    expect(missing([expected('/mnt/a', { fsType: 'cifs' })], nfs('/mnt/a'))).toEqual([]);
    expect(missing([expected('/mnt/a')], table('30 20 0:9 / /mnt/a rw - autofs systemd-1 rw'))).toEqual([]);
    expect(missing([expected('/', { fsType: 'xfs' })], table())).toEqual([]);
  });
});

it('a mount is unclear behind a link that could not be seen, unless something is there', () => {
  const unclear = expected('/mnt/a', { required: false, unclear: '/mnt is a link' });
  expect(unclearMounts([unclear, expected('/mnt/b')], table())).toEqual(['/mnt/a: /mnt is a link']);
  expect(unclearMounts([unclear], nfs('/mnt/a'))).toEqual([]);
});
