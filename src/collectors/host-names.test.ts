import { describe, expect, it } from 'vitest';
import { type HostContents, memoryHost } from '../host/memory-host.ts';
import { withCovered } from '../model/mounts/mount-tree.ts';
import type { HostNames } from '../model/needs/host-names.ts';
import { parseMountinfo } from '../parse/mountinfo.ts';
import { collectHostNames } from './host-names.ts';

const ROOT = withCovered(parseMountinfo('30 1 8:1 / / rw - ext4 /dev/sda1 rw\n').value);

async function namesOf(contents: HostContents): Promise<HostNames> {
  const reading = await collectHostNames(memoryHost(contents), ROOT);
  if (reading.state !== 'known') throw new Error('it is always known');
  return reading.value;
}

const textsOf = async (files: Readonly<Record<string, readonly string[]>>): Promise<readonly string[]> =>
  (await namesOf({ files })).names.map(({ file, line, text }) => `${file}:${line} ${text}`);

const LINK = { mode: '120777' };

describe('what files of the node itself name', () => {
  it('is each device of fstab and crypttab, whatever it is for', async () => {
    const fstab = [
      '# /dev/san/vm-1-disk-0',
      '/dev/san/a /srv ext4 noauto 0 0',
      '/dev/mapper/san-b none swap sw',
      'nas:/x /mnt nfs',
    ];
    const crypttab = [
      '# x',
      'home /dev/san/c /dev/san/key luks',
      'tmp /dev/san/d /dev/urandom swap',
      'x /dev/sdb1 /root/key',
    ];
    expect(await textsOf({ '/etc/fstab': fstab, '/etc/crypttab': crypttab })).toEqual([
      '/etc/fstab:2 /dev/san/a',
      '/etc/fstab:3 /dev/mapper/san-b',
      '/etc/crypttab:2 /dev/san/c',
      '/etc/crypttab:2 /dev/san/key',
      '/etc/crypttab:3 /dev/san/d',
    ]);
  });

  it('is the volume of ZFS or Ceph behind a link of udev, and an image', async () => {
    const fstab = [
      '/dev/zvol/tank/vm-104-disk-0-part1 /a ext4',
      '/dev/rbd/pool/vm-104-disk-0 /b xfs',
      '/srv/x.raw /c ext4 loop',
    ];
    const { names, gaps } = await namesOf({
      files: { '/etc/fstab': fstab },
      stats: { '/srv/x.raw': { mode: '100644' } },
    });
    expect(gaps).toEqual([]);
    expect(names.map(({ path }) => path)).toEqual([
      '/dev/zvol/tank/vm-104-disk-0-part1',
      '/dev/rbd/pool/vm-104-disk-0',
      '/srv/x.raw',
    ]);
  });

  it('is what DRBD, LIO, tgt and units of systemd use, and what their files include', async () => {
    expect(
      await textsOf({
        '/etc/drbd.conf': ['include "drbd.d/*.res";'],
        '/etc/drbd.d/r0.res': [
          'resource r0 { on a { disk /dev/san/a; meta-disk /dev/san/m[0]; } }',
          ' disk { on-io-error detach; }',
        ],
        '/etc/drbd.d/linstor-resources.res': ['include "/var/lib/linstor.d/*.res";'],
        '/var/lib/linstor.d/x.res': ['        disk        "/dev/san/l";'],
        '/etc/rtslib-fb-target/saveconfig.json': ['{"storage_objects": [{"dev": "/dev/san/t", "plugin": "block"}]}'],
        '/etc/tgt/targets.conf': ['include /etc/tgt/conf.d/*.conf'],
        '/etc/tgt/conf.d/x.conf': ['<target iqn.x>', '  backing-store /dev/san/g', '  <direct-store "/dev/san/h">'],
        '/etc/systemd/system/srv.mount': ['[Mount]', 'What=/dev/san/u'],
        '/etc/systemd/system/x.swap': ['[Swap]', 'What="/dev/san/s"'],
      }),
    ).toEqual([
      '/etc/rtslib-fb-target/saveconfig.json:null /dev/san/t',
      '/etc/drbd.d/r0.res:1 /dev/san/a',
      '/etc/drbd.d/r0.res:1 /dev/san/m',
      '/etc/tgt/conf.d/x.conf:2 /dev/san/g',
      '/etc/tgt/conf.d/x.conf:3 /dev/san/h',
      '/etc/systemd/system/srv.mount:2 /dev/san/u',
      '/etc/systemd/system/x.swap:2 /dev/san/s',
      '/var/lib/linstor.d/x.res:1 /dev/san/l',
    ]);
  });

  it('is found by its tag', async () => {
    const { names, gaps } = await namesOf({
      files: { '/etc/fstab': ['UUID=aa /srv ext4', 'LABEL=my\\040disk /x ext4'] },
      links: { '/dev/disk/by-uuid/aa': '../../dm-5', '/dev/disk/by-label/my\\x20disk': '../../dm-6' },
    });
    expect(names.map(({ resolved }) => resolved)).toEqual(['/dev/dm-5', '/dev/dm-6']);
    expect(gaps).toEqual([]);
  });

  it('is no gap where its tag is known to lead nowhere, and one where nobody could look', async () => {
    const files = { '/etc/fstab': ['UUID=aa /srv ext4'] };
    const listed = { '/dev': ['disk'], '/dev/disk': ['by-uuid'], '/dev/disk/by-uuid': ['bb'] };
    expect(await namesOf({ files, directories: listed })).toEqual({
      names: [{ file: '/etc/fstab', line: 1, text: 'UUID=aa', path: null, resolved: null }],
      gaps: [],
    });
    expect((await namesOf({ files })).gaps).toEqual([
      '/etc/fstab, line 1 names UUID=aa: where that leads could not be seen',
    ]);
    const lost = { ...listed, '/dev/disk/by-uuid': ['aa'] };
    expect((await namesOf({ files, directories: lost })).gaps).toHaveLength(1);
  });

  it('is followed through a link outside /dev, and a file there may be an image', async () => {
    const files = { '/etc/fstab': ['/srv/x /y ext4 loop', '/srv/img /z ext4 loop'] };
    const stats = { '/srv/x': LINK, '/srv/img': { mode: '100644' } };
    const { names, gaps } = await namesOf({ files, stats, links: { '/srv/x': '/dev/san/a' } });
    expect(names.map(({ text, resolved }) => `${text} ${resolved}`)).toEqual([
      '/srv/x /dev/san/a',
      '/srv/img /srv/img',
    ]);
    expect(gaps).toEqual([]);
  });

  it('leaves disks, servers and what is bound', async () => {
    const fstab = [
      '/dev/sda1 / ext4',
      '/dev/drbd0 /r ext4',
      '//nas/x /c cifs',
      '/srv/a /b none bind',
      '/a:/b /c fuse.mergerfs',
    ];
    expect(await namesOf({ files: { '/etc/fstab': fstab } })).toEqual({ names: [], gaps: [] });
  });
});

describe('what could not be read of them is a gap', () => {
  it.each<[string, HostContents]>([
    ['a file', { files: { '/etc/crypttab': { unreadable: 'denied' } } }],
    ['a directory', { directories: { '/etc/drbd.d': { unreadable: 'denied' } } }],
    ['no JSON', { files: { '/etc/target/saveconfig.json': ['{'] } }],
    ['lost bytes', { files: { '/etc/fstab': ['\ufffd /x ext4'] } }],
    ['an include that is no plain pattern', { files: { '/etc/drbd.conf': ['include "/x/*/y.res";'] } }],
    [
      'includes without end',
      {
        files: {
          '/etc/drbd.conf': ['include "/d/1";'],
          '/d/1': ['include "2";'],
          '/d/2': ['include "3";'],
          '/d/3': ['include "4";'],
          '/d/4': ['include "5";'],
          '/d/5': ['include "6";'],
        },
      },
    ],
  ])('%s', async (_, contents) => {
    expect((await namesOf(contents)).gaps).toHaveLength(1);
  });

  it('but for a unit that is masked', async () => {
    const unit = '/etc/systemd/system/x.mount';
    const files = { [unit]: { unreadable: 'failed' as const } };
    expect((await namesOf({ files, links: { [unit]: '/dev/null' } })).gaps).toEqual([]);
    expect((await namesOf({ files })).gaps).toHaveLength(1);
  });
});
