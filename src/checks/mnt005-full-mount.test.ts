import { describe, expect, it } from 'vitest';
import { given } from '../../test/checks/examples.ts';
import { answered, host, NOBODY, NOT_ASKED, nfs, nfsLine, probes, table } from '../../test/checks/mount-examples.ts';
import { vectorsOf } from '../../test/data/commands.ts';
import type { MountProbe, SeenMount } from '../model/mounts/mounts.ts';
import { mnt005 as check } from './mnt005-ct005-full-mount.ts';

const mnt005 = given(check);

const examine = (
  mounts: readonly SeenMount[],
  answers: Record<string, MountProbe>,
  warningPercent = 85,
  criticalPercent = 95,
) => {
  const settings = { probeTimeoutMs: 2000, containerTimeoutMs: 2000, warningPercent, criticalPercent };
  return mnt005.examine({ mounts: host(mounts), mountProbes: probes(mounts, answers, { settings }) }, NOBODY);
};

describe('MNT005', () => {
  const mounts = nfs('/mnt/a');

  it('warns from the first limit and is critical from the second', () => {
    expect(examine(mounts, { '/mnt/a': answered(85) })).toMatchObject([{ harm: 'room' }]);
    expect(examine(mounts, { '/mnt/a': answered(95) })).toMatchObject([
      { harm: 'data', title: '/mnt/a: 95.0 % of its space is used' },
    ]);
  });

  it('counts inodes as well', () => {
    expect(examine(mounts, { '/mnt/a': answered(10, { usedInodes: 960 }) })).toMatchObject([
      {
        harm: 'data',
        title: '/mnt/a: 96.0 % of its inodes is used',
        remedy: { commands: [{ argv: ['df', '-i', '/mnt/a'], limitSeconds: 10 }] },
      },
    ]);
    const [uncounted] = examine(mounts, { '/mnt/a': answered(96, { totalInodes: 0, usedInodes: 0 }) });
    expect(uncounted?.title).toBe('/mnt/a: 96.0 % of its space is used');
    expect(uncounted?.evidence.map(({ fact }) => fact).join()).not.toContain('inodes');
    expect(vectorsOf(uncounted?.remedy.commands)).toEqual([['df', '-h', '/mnt/a']]);
  });

  it('follows the limits that were set', () => {
    expect(examine(mounts, { '/mnt/a': answered(72) }, 70, 80)).toMatchObject([{ harm: 'room' }]);
    expect(examine(mounts, { '/mnt/a': answered(90) }, 91, 95)).toEqual([]);
  });

  it('reports one file system once, however often it is mounted', () => {
    const twice = table(nfsLine('/mnt/a'), '99 20 0:40 / /mnt/b rw,relatime - nfs4 10.9.0.2:/a rw');
    expect(examine(twice, { '/mnt/a': answered(90), '/mnt/b': answered(90) })).toMatchObject([
      { subject: { id: '/mnt/a' } },
    ]);
  });

  it('is silent for a file system that has no room at all', () => {
    const none = answered(0, { totalBytes: 0, usedBytes: 0, availableBytes: 0, totalInodes: 0, usedInodes: 0 });
    expect(examine(mounts, { '/mnt/a': none })).toEqual([]);
  });

  it('is silent just below the limit, for a read-only mount, and where the size is not known', () => {
    expect(examine(mounts, { '/mnt/a': answered(84.9) })).toEqual([]);
    expect(examine(nfs('/mnt/a', '0:40', 'ro'), { '/mnt/a': answered(99) })).toEqual([]);
    expect(examine(mounts, { '/mnt/a': NOT_ASKED })).toEqual([]);
    expect(examine(mounts, { '/mnt/a': { state: 'answered', durationMs: 1, capacity: null } })).toEqual([]);
  });
});
