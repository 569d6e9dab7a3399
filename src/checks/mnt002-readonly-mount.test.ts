import { describe, expect, it } from 'vitest';
import { given } from '../../test/checks/examples.ts';
import {
  expected,
  expecting,
  host,
  NOT_ASKED,
  nfs,
  nfsLine,
  probes,
  TIMEOUT,
  table,
} from '../../test/checks/mount-examples.ts';
import { probeKey } from '../model/mounts/mount-tree.ts';
import type { ExpectedMount, MountProbe, SeenMount } from '../model/mounts/mounts.ts';
import { mnt002 as check } from './mnt002-ct002-readonly-mount.ts';

const mnt002 = given(check);

const subjects = (
  mounts: readonly SeenMount[],
  list: readonly ExpectedMount[],
  answers: Record<string, MountProbe> = {},
) =>
  mnt002
    .examine({ mounts: host(mounts), mountProbes: probes(mounts, answers), expectedMounts: expecting(...list) }, {})
    .map(({ subject }) => subject.id);

describe('MNT002', () => {
  it('reports a mount that is configured without ro and is read-only', () => {
    expect(subjects(nfs('/mnt/a', '0:40', 'ro'), [expected('/mnt/a')])).toEqual(['/mnt/a']);
  });

  it('reports a file system that turned read-only under a mount that is not', () => {
    const line = '70 20 0:40 / /mnt/a rw,relatime - cifs //nas/a ro,vers=3.0';
    expect(subjects(table(line), [])).toEqual(['/mnt/a']);
  });

  it('is silent where fstab or the storage asked for it, even if only on demand', () => {
    expect(
      subjects(nfs('/mnt/a', '0:40', 'ro'), [expected('/mnt/a', { options: ['ro', 'soft'], required: false })]),
    ).toEqual([]);
  });

  it('is silent for a mount by hand with ro, for a writable one, and for one that does not answer', () => {
    expect(subjects(nfs('/mnt/a', '0:40', 'ro'), [expected('/mnt/b')])).toEqual([]);
    expect(subjects(table(nfsLine('/mnt/a')), [expected('/mnt/a')])).toEqual([]);
    expect(subjects(nfs('/mnt/a', '0:40', 'ro'), [expected('/mnt/a')], { '/mnt/a': TIMEOUT })).toEqual([]);
    expect(subjects(nfs('/mnt/a', '0:40', 'ro'), [expected('/mnt/a')], { '/mnt/a': NOT_ASKED })).toEqual([]);
  });

  it('says that it does not know where the question for writing had no answer', () => {
    const mounts = table(nfsLine('/mnt/a'));
    const because = (said: 'root' | 'unknown', expectedMounts = expecting()) =>
      mnt002.unjudged?.({
        mounts: host(mounts),
        mountProbes: { ...probes(mounts), refusesWriting: new Map(mounts.map((mount) => [probeKey(mount), said])) },
        expectedMounts,
      });
    expect(because('unknown')).toEqual(['/mnt/a: whether its server lets root write had no answer']);
    expect(because('root')).toEqual([]);
    const unclear = 'storage a: whether /mnt is a link could not be seen';
    const behindLink = expected('/mnt/a', { storeid: 'a', required: false, unclear });
    expect(because('root', expecting(behindLink))).toEqual([unclear]);
  });

  it('needs to know what was asked for', () => {
    expect(check.needs).toContain('expectedMounts');
  });
});
