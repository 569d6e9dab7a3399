import { describe, expect, it } from 'vitest';
import {
  answered,
  container,
  containers,
  expected,
  host,
  NOT_ASKED,
  nfs,
  probes,
  table,
} from '../../../test/checks/mount-examples.ts';
import { judgedContainerMounts, judgedHostMounts, missingRow, mountRow, mountsToAsk } from './judged-mounts.ts';
import type { MountProbe, SeenMount } from './mounts.ts';

const shareAt = (target: string, probe: MountProbe, options = 'rw') => {
  const mounts = nfs(target, '0:40', options);
  return judgedHostMounts(host(mounts), probes(mounts, { [target]: probe }));
};

const rowsOf = (target: string, probe: MountProbe, options?: string) =>
  shareAt(target, probe, options).map((judged) => mountRow(judged, null));

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
    expect(judged && mountRow(judged, null)).toMatchObject({ proxmoxManaged: false, vmid: 101 });
    const lost = expected('/mnt/pve/nas', { options: ['ro', 'soft'] });
    expect(missingRow(lost, null, null)).toMatchObject({ proxmoxManaged: true, readonly: true, options: 'ro,soft' });
    expect(missingRow(lost, null, one)).toMatchObject({ proxmoxManaged: false, vmid: 101 });
  });
});

it('a container whose table has no root is asked for all that can run full', () => {
  const volume: readonly SeenMount[] = table('70 20 253:5 / /data rw - ext4 /dev/dm-5 rw');
  const rootless = volume.filter(({ target }) => target !== '/');
  expect(mountsToAsk(rootless)).toEqual(rootless);
  expect(mountsToAsk(volume).map(({ target }) => target)).toEqual(['/data']);
});
