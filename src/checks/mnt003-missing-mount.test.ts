import { describe, expect, it } from 'vitest';
import { beneath, expected, expecting, host, NOBODY, nfs, probes, table } from '../../test/checks/mount-examples.ts';
import { vectorsOf } from '../../test/data/commands.ts';
import type { Beneath, ExpectedMount, SeenMount } from '../model/mounts/mounts.ts';
import { mnt003 } from './mnt003-ct003-missing-mount.ts';

const examine = (mounts: readonly SeenMount[], list: readonly ExpectedMount[], below?: Beneath) => {
  const seen = new Map(below === undefined ? [] : [['node /mnt/pve/nas', below] as const]);
  const mountProbes = probes(mounts, {}, { beneath: seen });
  return mnt003.examine({ mounts: host(mounts), expectedMounts: expecting(...list), mountProbes }, NOBODY);
};

describe('MNT003', () => {
  it('reports what is expected and not mounted, once with every place that expects it', () => {
    const twice = [expected('/mnt/pve/nas'), expected('/mnt/pve/nas', { readFrom: '/etc/pve/storage.cfg, nfs nas' })];
    const found = examine(table(), twice);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ harm: 'operation', subject: { id: '/mnt/pve/nas' } });
    expect(found[0]?.evidence[0]?.fact).toBe('expected by /etc/fstab, line 3; /etc/pve/storage.cfg, nfs nas');
  });

  it('is critical when data has landed in its place', () => {
    const [finding] = examine(table(), [expected('/mnt/pve/nas')], beneath(3_000_000));
    expect(finding?.harm).toBe('data');
    expect(finding?.evidence.map(({ fact }) => fact).join()).toContain('2.9 MiB in 3 files');
  });

  it('does not take a marker file for data', () => {
    expect(examine(table(), [expected('/mnt/pve/nas')], beneath(20, { files: 1 }))[0]?.harm).toBe('operation');
  });

  it('shows another file system in its place', () => {
    const usb = table('70 20 8:17 / /mnt/pve/nas rw - ext4 /dev/sdb1 rw');
    expect(examine(usb, [expected('/mnt/pve/nas')])[0]?.evidence[1]?.fact).toBe('ext4 from /dev/sdb1 is mounted there');
  });

  describe('prints', () => {
    const usb = { source: '/dev/disk/by-uuid/1', fsType: 'ext4' };
    const promised = expected('/mnt/pve/nas', {
      ...{ origin: 'storage', storeid: 'nas', readFrom: '/etc/pve/storage.cfg, dir nas, is_mountpoint' },
      ...{ source: null, fsType: null },
    });
    const unit = expected('/mnt/pve/nas', {
      ...{ origin: 'unit', readFrom: '/etc/systemd/system/mnt-pve-nas.mount', ...usb },
    });

    it('no mount of a line of fstab, which would cover what is mounted there meanwhile', () => {
      const remedy = examine(table(), [expected('/mnt/pve/nas', usb)])[0]?.remedy;
      expect(vectorsOf(remedy?.commands)).toEqual([
        ['lsblk', '-f'],
        ['grep', '-F', '--', ' /mnt/pve/nas ', '/proc/mounts'],
      ]);
      expect(remedy?.text).toContain('/etc/fstab, line 3, mounts it. Mount it by hand, while /proc/mounts still shows');
    });

    it('the unit that mounts what a storage says must be mounted, and that systemd does not start twice', () => {
      const [finding] = examine(table(), [promised, unit]);
      expect(vectorsOf(finding?.remedy.commands)).toEqual([
        ['lsblk', '-f'],
        ['systemctl', 'start', '--', 'mnt-pve-nas.mount'],
      ]);
      expect(finding?.remedy.text).not.toContain('not by what');
      expect(finding?.evidence[0]?.fact).toBe(
        'expected by /etc/systemd/system/mnt-pve-nas.mount; /etc/pve/storage.cfg, dir nas, is_mountpoint',
      );
    });

    it('nothing that mounts over what is there already, and names that', () => {
      const live = table('70 20 8:17 / /mnt/pve/nas rw - ext4 /dev/sdb1 rw');
      const nfsUnit = expected('/mnt/pve/nas', { origin: 'unit', readFrom: '/etc/systemd/system/mnt-pve-nas.mount' });
      const ofStorage = expected('/mnt/pve/nas', { origin: 'storage', storeid: 'nas' });
      for (const one of [expected('/mnt/pve/nas'), nfsUnit, ofStorage]) {
        const remedy = examine(live, [one])[0]?.remedy;
        expect(remedy?.text).toContain('ext4 from /dev/sdb1 is mounted on /mnt/pve/nas');
        expect(vectorsOf(remedy?.commands)).toEqual([
          ['grep', '-F', '--', ' /mnt/pve/nas ', '/proc/mounts'],
          ['ls', '-la', '/mnt/pve/nas'],
        ]);
      }
    });
  });

  it('is silent for noauto, for an automount that waits, for is_mountpoint with any file system, and when mounted', () => {
    const autofs = table('70 20 0:44 / /mnt/pve/nas rw - autofs systemd-1 rw');
    const usb = table('70 20 8:17 / /mnt/usb rw - ext4 /dev/sdb1 rw');
    expect(examine(table(), [expected('/mnt/pve/nas', { required: false })])).toEqual([]);
    expect(examine(autofs, [expected('/mnt/pve/nas')])).toEqual([]);
    expect(examine(usb, [expected('/mnt/usb', { source: null, fsType: null })])).toEqual([]);
    expect(examine(nfs('/mnt/pve/nas'), [expected('/mnt/pve/nas', { source: 'other-name:/a' })])).toEqual([]);
  });

  it('accuses nothing while a line of the mount table is garbled, which may be that mount', () => {
    const facts = {
      mounts: host(nfs('/mnt/pve/n\ufffds')),
      expectedMounts: expecting(expected('/mnt/pve/nas')),
      mountProbes: probes([]),
    };
    expect(mnt003.examine(facts, NOBODY)).toEqual([]);
    expect(mnt003.unjudged?.(facts)).toEqual(['/mnt/pve/nas: a line of the mount table holds bytes that are no UTF-8']);
  });

  it('does not call a mount clean whose place could not be made out', () => {
    const hidden = expected('/mnt/pve/nas', { required: false, unclear: '/etc/fstab, line 3: whether /mnt is a link' });
    const facts = (mounts: readonly SeenMount[]) => ({
      mounts: host(mounts),
      expectedMounts: expecting(hidden),
      mountProbes: probes([]),
    });
    expect(examine(table(), [hidden])).toEqual([]);
    expect(mnt003.unjudged?.(facts(table()))).toEqual(['/mnt/pve/nas: /etc/fstab, line 3: whether /mnt is a link']);
    expect(mnt003.unjudged?.(facts(nfs('/mnt/pve/nas')))).toEqual([]);
  });
});
