import { describe, expect, it } from 'vitest';
import { beneath, expected, expecting, host, nfs, probes, table } from '../../test/checks/mount-examples.ts';
import { vectorsOf } from '../../test/data/commands.ts';
import type { Beneath, SeenMount } from '../model/mounts/mounts.ts';
import { mnt004 } from './mnt004-data-beneath.ts';

const examine = (mounts: readonly SeenMount[], target: string, below: Beneath) =>
  mnt004.examine(
    {
      mounts: host(mounts),
      mountProbes: probes(mounts, {}, { beneath: new Map([[`node ${target}`, below]]) }),
      expectedMounts: expecting(expected('/mnt/gone')),
    },
    {},
  );

describe('MNT004', () => {
  it('reports bytes and the newest file under a mount', () => {
    const [finding] = examine(nfs('/mnt/pve/nas'), '/mnt/pve/nas', beneath(5 * 1024 ** 3, { complete: false }));
    expect(finding?.title).toBe('5.0 GiB on the disk beneath /mnt/pve/nas, hidden by what is mounted there');
    expect(finding?.evidence[0]?.fact).toContain(
      'at least 5.0 GiB in 3 files, the newest dump/vzdump-qemu-100.vma.zst',
    );
    expect(finding?.remedy.commands[0]?.argv.slice(-2)).toEqual(['/', 'mnt/pve/nas']);
    expect(finding?.evidence[1]?.fact).toContain('10.9.0.2:/a is mounted on /mnt/pve/nas');
  });

  it('names the file system that holds the files where that is not the root', () => {
    const pool = table('30 20 8:17 / /tank rw - ext4 /dev/sdb1 rw', '31 30 0:40 / /tank/nas rw - nfs4 10.9.0.2:/a rw');
    const [finding] = examine(pool, '/tank/nas', beneath(10_000));
    expect(finding?.remedy.commands[0]?.argv.slice(-2)).toEqual(['/tank', 'nas']);
  });

  it('is silent for a local file system, which may lie over whatever its owner wants', () => {
    const disk = table('30 20 8:17 / /mnt/usb rw - ext4 /dev/sdb1 rw');
    expect(examine(disk, '/mnt/usb', beneath(10_000))).toEqual([]);
  });

  it('reports them where the mount is missing, too', () => {
    const [finding] = examine(table(), '/mnt/gone', beneath(10_000));
    expect(finding?.title).toContain('which is not mounted');
    expect(finding?.evidence).toHaveLength(1);
    expect(vectorsOf(finding?.remedy.commands)).toEqual([['ls', '-la', '/mnt/gone']]);
    expect(examine([], '/mnt/gone', beneath(10_000))).toMatchObject([{ remedy: finding?.remedy }]);
  });

  it('is silent for empty directories and for marker files', () => {
    expect(examine(nfs('/mnt/pve/nas'), '/mnt/pve/nas', beneath(0, { files: 0 }))).toEqual([]);
    expect(examine(nfs('/mnt/pve/nas'), '/mnt/pve/nas', beneath(4096, { files: 1 }))).toEqual([]);
  });

  it('says where nobody could look', () => {
    const mounts = nfs('/mnt/pve/nas');
    const beneathUnread = new Map([['node /mnt/pve/nas', 'unshare: not permitted']]);
    const facts = { mounts: host(mounts), expectedMounts: expecting() };
    expect(mnt004.unjudged?.({ ...facts, mountProbes: probes(mounts, {}, { beneathUnread }) })).toEqual([
      'beneath /mnt/pve/nas: unshare: not permitted',
    ]);
    expect(mnt004.unjudged?.({ ...facts, mountProbes: probes(mounts) })).toEqual([]);
  });

  it('is silent where there was nothing to look at, and needs to know what is mounted and expected', () => {
    expect(examine(nfs('/mnt/pve/nas'), '/elsewhere', beneath(10_000))).toEqual([]);
    expect(mnt004.needs).toEqual(['mounts', 'mountProbes', 'expectedMounts']);
  });
});
