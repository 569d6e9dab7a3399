import { describe, expect, it } from 'vitest';
import { cluster, given, guest, guests, mention } from '../../test/checks/examples.ts';
import {
  ESTALE,
  expected,
  expecting,
  host,
  NOBODY,
  NOT_ASKED,
  nfs,
  nfsLine,
  probes,
  TIMEOUT,
  table,
} from '../../test/checks/mount-examples.ts';
import { vectorsOf } from '../../test/data/commands.ts';
import type { ExpectedMount, MountProbe } from '../model/mounts/mounts.ts';
import { known } from '../model/reading.ts';
import { mnt001 as check } from './mnt001-ct001-stale-mount.ts';

const mnt001 = given(check);

const mounts = nfs('/mnt/pve/nas');
const storage = known({
  storages: [
    { storeid: 'nas', type: 'nfs', properties: { path: '/mnt/pve/nas' }, shared: true, disabled: false, nodes: null },
  ],
  problems: [],
  mentionedVgs: [],
});

describe('MNT001', () => {
  it('reports a stale handle, with what to do and not to do', () => {
    const [finding] = mnt001.examine(
      { mounts: host(mounts), mountProbes: probes(mounts, { '/mnt/pve/nas': ESTALE }) },
      NOBODY,
    );
    expect(finding).toMatchObject({ harm: 'data', subject: { kind: 'mount', id: '/mnt/pve/nas' }, vmid: null });
    expect(finding?.title).toBe('/mnt/pve/nas fails: Stale file handle (ESTALE)');
    expect(finding?.remedy.text).toContain('A remount does not help');
    expect(vectorsOf(finding?.remedy.commands).flat()).not.toContain('umount');
  });

  describe('prints', () => {
    const remedyOf = (seen: typeof mounts, answer: MountProbe, expects: readonly ExpectedMount[], up = true) => {
      const servers = new Map([['10.9.0.2:2049', { answers: up, detail: '' }]]);
      const mountProbes = probes(seen, { '/mnt/nas': answer }, { servers });
      const wanted = { ...NOBODY, expectedMounts: known(expecting(...expects)) };
      const [finding] = mnt001.examine({ mounts: host(seen), mountProbes }, wanted);
      return finding?.remedy ?? { text: '', commands: [] };
    };
    const look = ['showmount', '-e', '10.9.0.2'];
    const share = nfs('/mnt/nas');
    const unit = expected('/mnt/nas', { origin: 'unit', readFrom: '/etc/systemd/system/mnt-nas.mount' });
    const ofStorage = expected('/mnt/nas', { origin: 'storage', storeid: 'nas', readFrom: 'storage.cfg' });

    it.each([
      ['a line of fstab', [expected('/mnt/nas')], '/etc/fstab, line 3, mounts it.'],
      ['a unit', [unit], 'The unit mnt-nas.mount mounts it.'],
      ['PVE itself', [ofStorage], 'PVE mounts storage nas by itself'],
      ['nobody', [], 'No fstab line, unit or storage mounts it'],
    ] as const)(
      'no unmount and no mount, but what to look at first, and what mounts it again: %s',
      (_, expects, says) => {
        const { text, commands } = remedyOf(share, ESTALE, expects);
        expect(vectorsOf(commands)).toEqual([
          ['stat', '-f', '/mnt/nas'],
          ['grep', '-F', '--', ' /mnt/nas ', '/proc/mounts'],
          look,
        ]);
        expect(text).toContain(says);
        expect(text).toContain('only while `stat` fails and /proc/mounts shows 10.9.0.2:/a on /mnt/nas');
      },
    );

    it('that PVE mounts it again of a storage only', () => {
      expect(remedyOf(share, ESTALE, [ofStorage]).text).toContain('PVE mounts storage nas by itself');
      expect(remedyOf(share, ESTALE, [expected('/mnt/nas')]).text).not.toContain('PVE');
    });

    it('no credentials of a mount that only the mount table knows', () => {
      const secret = table('70 20 0:40 / /mnt/nas rw - cifs //nas/media rw,vers=3.0,username=backup,addr=10.9.0.2');
      const { text, commands } = remedyOf(secret, { ...ESTALE, errorClass: 'ESTALE' } as MountProbe, []);
      expect(JSON.stringify([text, commands])).not.toContain('backup');
    });

    it('no unmount of a hard mount whose server is away, nor where it would pass by itself', () => {
      const { text, commands } = remedyOf(share, TIMEOUT, [expected('/mnt/nas')], false);
      expect(vectorsOf(commands)).toEqual([look]);
      expect(text).toContain('Do not unmount it until then');
      expect(vectorsOf(remedyOf(share, TIMEOUT, [expected('/mnt/nas')]).commands)).toEqual([look]);
    });

    it('no unmount of what carries another mount, and names that', () => {
      const carries = table(nfsLine('/mnt/nas'), '90 70 0:50 / /mnt/nas/in rw - tmpfs tmpfs rw');
      const { text, commands } = remedyOf(carries, ESTALE, [expected('/mnt/nas')]);
      expect(vectorsOf(commands)).toEqual([look]);
      expect(text).toContain('/mnt/nas/in is mounted beneath it');
    });
  });

  it('says that a line of the table could not be read, which may be of a remote file system', () => {
    const garbled = nfs('/mnt/pve/nas').map((mount) => ({ ...mount, fsType: mount.fsType.replace('n', '\ufffd') }));
    const facts = { mounts: host(garbled), mountProbes: probes(garbled, {}) };
    expect(mnt001.examine(facts, NOBODY)).toEqual([]);
    expect(mnt001.unjudged?.(facts)).toEqual([expect.stringContaining('no UTF-8')]);
  });

  it('tells a mount that does not answer from a server that does not', () => {
    const servers = new Map([['10.9.0.2:2049', { answers: true, detail: 'accepts connections' }]]);
    const mountProbes = probes(mounts, { '/mnt/pve/nas': TIMEOUT }, { servers });
    const [finding] = mnt001.examine({ mounts: host(mounts), mountProbes }, NOBODY);
    expect(finding?.title).toBe('/mnt/pve/nas does not answer within 2 s');
    expect(finding?.evidence.map(({ fact }) => fact)).toContain('its server 10.9.0.2:2049 accepts connections');
    expect(finding?.remedy.text).toContain('Its server accepts connections');
  });

  it('names the probe that an earlier run could not kill', () => {
    const left = { pid: 4711, since: '2026-11-20T02:00:00.000Z' };
    const mountProbes = probes(mounts, { '/mnt/pve/nas': { ...TIMEOUT, leftBehind: left } as typeof TIMEOUT });
    const [finding] = mnt001.examine({ mounts: host(mounts), mountProbes }, NOBODY);
    expect(JSON.stringify(finding?.evidence)).toContain('process 4711, waits since 2026-11-20T02:00:00.000Z');
  });

  it('names storages, guests and backup jobs behind the mount', () => {
    const wanted = {
      ...{ storage, cluster: known(cluster), expectedMounts: NOBODY.expectedMounts, mounts: NOBODY.mounts },
      guests: known(guests(guest(100, { mentions: [mention('scsi0', 'nas', '100/vm-100-disk-0.qcow2')] }), guest(101))),
      containers: known({ containers: [], gaps: [] }),
      backupJobs: known({ jobs: [{ id: 'nightly', storeid: 'nas', enabled: true }] }),
    };
    const [finding] = mnt001.examine(
      { mounts: host(mounts), mountProbes: probes(mounts, { '/mnt/pve/nas': TIMEOUT }) },
      wanted,
    );
    const facts = finding?.evidence.map(({ fact }) => fact);
    expect(facts).toEqual(
      expect.arrayContaining([
        'storage on it: nas',
        'guests behind it: VM 100 (vm100)',
        'backup jobs that write to it: nightly',
      ]),
    );
  });

  it('is silent for a healthy mount, for a covered one, and for what is not remote', () => {
    const covered = table(
      nfsLine('/mnt/nas'),
      '90 70 0:41 / /mnt/nas rw - tmpfs tmpfs rw',
      '91 20 0:50 / /proc/fs/nfsd rw - nfsd nfsd rw',
    );
    expect(mnt001.examine({ mounts: host(mounts), mountProbes: probes(mounts) }, NOBODY)).toEqual([]);
    expect(
      mnt001.examine({ mounts: host(covered), mountProbes: probes(covered, { '/mnt/nas': TIMEOUT }) }, NOBODY),
    ).toEqual([]);
  });

  it('is unknown where nobody could ask, but not for a mount that only its user may look into', () => {
    const blind = { mounts: host(mounts), mountProbes: probes(mounts, { '/mnt/pve/nas': NOT_ASKED }) };
    expect(mnt001.examine(blind, NOBODY)).toEqual([]);
    expect(mnt001.unjudged?.(blind)).toEqual(['/mnt/pve/nas: stat is not installed']);
    const barred = { ...NOT_ASKED, barred: true } as const;
    expect(
      mnt001.unjudged?.({ mounts: host(mounts), mountProbes: probes(mounts, { '/mnt/pve/nas': barred }) }),
    ).toEqual([]);
  });
});
