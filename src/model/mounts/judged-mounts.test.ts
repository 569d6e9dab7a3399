import { describe, expect, it } from 'vitest';
import {
  answered,
  container,
  containers,
  ESTALE,
  expected,
  host,
  NOT_ASKED,
  nfs,
  nfsLine,
  probes,
  TIMEOUT,
  table,
} from '../../../test/checks/mount-examples.ts';
import {
  judgedContainerMounts,
  judgedHostMounts,
  missingRow,
  mountRow,
  mountsToAsk,
  type RowContext,
} from './judged-mounts.ts';
import { DEFAULT_MOUNT_SETTINGS, type MountProbe, type SeenMount } from './mounts.ts';

const shareAt = (target: string, probe: MountProbe, options = 'rw') => {
  const mounts = nfs(target, '0:40', options);
  return judgedHostMounts(host(mounts), probes(mounts, { [target]: probe }));
};

const NOBODY_BEHIND = { storeids: [], guests: [], backupJobs: [] };

const CONTEXT: RowContext = {
  ...{ storeid: null, configuredIn: [], readonlyIsMeant: null, settings: DEFAULT_MOUNT_SETTINGS },
  dependents: NOBODY_BEHIND,
};

const rowsOf = (target: string, probe: MountProbe, options?: string) =>
  shareAt(target, probe, options).map((judged) => mountRow(judged, CONTEXT));

describe('a mount', () => {
  it('that nobody could ask is neither reachable nor read-only nor well, and says why', () => {
    for (const options of ['rw', 'ro']) {
      const unknown = { status: 'unknown', reachable: null, error: 'stat is not installed', errorClass: null };
      expect(rowsOf('/mnt/a', NOT_ASKED, options)).toMatchObject([unknown]);
    }
    const mounts = nfs('/mnt/a');
    const [judged] = judgedHostMounts(host(mounts), probes([]));
    expect(judged).toMatchObject({ status: 'unknown', error: 'it was not asked' });
  });

  it('that answered is reachable, that failed is not, and says what the system said', () => {
    expect(rowsOf('/mnt/a', answered())).toMatchObject([{ status: 'ok', reachable: true, error: null }]);
    const other = { state: 'failed', errorClass: 'other', detail: 'Unknown error 521' } as const;
    expect(rowsOf('/mnt/a', other)).toMatchObject([{ status: 'stale', reachable: false, error: 'Unknown error 521' }]);
  });

  it('without any room is not used by any part', () => {
    const none = { totalBytes: 0, usedBytes: 0, availableBytes: 0, totalInodes: 0, usedInodes: 0 };
    expect(rowsOf('/mnt/a', answered(0, none))).toMatchObject([{ usedPercent: null, usedInodesPercent: null }]);
  });

  it('belongs to PVE below /mnt/pve of the node, not of a container', () => {
    const inside = nfs('/mnt/pve/nas');
    const one = container(101, inside);
    expect(rowsOf('/mnt/pve/nas', answered())).toMatchObject([{ proxmoxManaged: true }]);
    expect(rowsOf('/mnt/nas', answered())).toMatchObject([{ proxmoxManaged: false }]);
    const [judged] = judgedContainerMounts(containers(one), probes(inside));
    expect(judged && mountRow(judged, CONTEXT)).toMatchObject({ proxmoxManaged: false, vmid: 101 });
    const lost = expected('/mnt/pve/nas', { options: ['ro', 'soft'] });
    expect(missingRow({ expected: lost, alsoFrom: [] }, null, null, NOBODY_BEHIND)).toMatchObject({
      proxmoxManaged: true,
      readonly: true,
      options: 'ro,soft',
    });
    expect(missingRow({ expected: lost, alsoFrom: [] }, null, one, NOBODY_BEHIND)).toMatchObject({
      proxmoxManaged: false,
      vmid: 101,
    });
  });
});

it('a container whose table has no root is asked for all that can run full', () => {
  const volume: readonly SeenMount[] = table('70 20 253:5 / /data rw - ext4 /dev/dm-5 rw');
  const rootless = volume.filter(({ target }) => target !== '/');
  expect(mountsToAsk(rootless)).toEqual(rootless);
  expect(mountsToAsk(volume).map(({ target }) => target)).toEqual(['/data']);
});

describe('a mount beneath another one', () => {
  const mounts = table(nfsLine('/mnt/over', '0:40'), '90 70 0:50 / /mnt/over/below rw - fuse.sshfs nas:/b rw');
  const statuses = (answers: Readonly<Record<string, MountProbe>>) =>
    judgedHostMounts(host(mounts), probes(mounts, answers)).map(({ mount, status }) => `${mount.target} ${status}`);

  it('is not accused of what the one above does', () => {
    expect(statuses({ '/mnt/over': TIMEOUT, '/mnt/over/below': TIMEOUT })).toEqual([
      '/mnt/over stale',
      '/mnt/over/below unknown',
    ]);
  });

  it('is judged by itself as long as the one above answers, or when it answers', () => {
    expect(statuses({ '/mnt/over/below': ESTALE })).toEqual(['/mnt/over ok', '/mnt/over/below stale']);
    expect(statuses({ '/mnt/over': TIMEOUT })).toEqual(['/mnt/over stale', '/mnt/over/below ok']);
  });
});
