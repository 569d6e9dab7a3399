import { describe, expect, it } from 'vitest';
import { cluster, guest, guests, mention, running } from '../../test/checks/examples.ts';
import { collectExpectedMounts } from '../collectors/expected-mounts.ts';
import { collectHostMounts } from '../collectors/host-mounts.ts';
import { collectMountProbes } from '../collectors/mount-probes.ts';
import { collectZfsPools } from '../collectors/zfs-pools.ts';
import type { HostContents } from '../host/memory-host.ts';
import { memoryHost } from '../host/memory-host.ts';
import type { GuestConfig } from '../model/guests/pve.ts';
import { DEFAULT_MOUNT_SETTINGS } from '../model/mounts/mounts.ts';
import { absent, known, type Reading, whyNot } from '../model/reading.ts';
import type { VolumePlace, Volumes } from '../model/volumes/volumes.ts';
import { parseStorageCfg } from '../parse/storage-cfg.ts';
import { collectVolumes } from './collect-volumes.ts';

const MOUNTS = [
  '22 1 8:1 / / rw - ext4 /dev/sda1 rw',
  '30 22 0:44 / /mnt/pve/nas rw - nfs4 10.0.0.1:/nas rw',
  '31 22 8:2 / /mnt/usb rw - ext4 /dev/sdb1 rw',
];
const ALIVE = { stdout: ['4096 1000 500 500 100 50 nfs'] };
const listing = (...lines: readonly string[]) => ({ stdout: [...lines, `E ${lines.length} 1`] });
const IMAGES = listing('D 8:1 12', 'F 100 vm-100-disk-0.raw f 1048576 8 1790000000 1790000100');

/** The places of this storage.cfg on a node with these answers, and the probes that it was asked. */
async function collected(
  cfg: string,
  contents: HostContents = {},
  ...configs: readonly GuestConfig[]
): Promise<{
  readonly places: readonly VolumePlace[];
  readonly outside: Volumes['outside'];
  readonly asked: readonly string[];
}> {
  const asked: string[] = [];
  const files = { '/proc/1/mountinfo': MOUNTS, ...contents.files };
  const memory = memoryHost({ ...contents, files });
  const host: typeof memory = {
    ...memory,
    probe: (requests) => {
      asked.push(...requests.flatMap(({ kind, path }) => (kind === 'volumes' ? [path] : [])));
      return memory.probe(requests);
    },
  };
  const storage = known(parseStorageCfg(cfg));
  const mounts = await collectHostMounts(host);
  const sources = { storage, cluster: known(cluster), mounts };
  const expected = await collectExpectedMounts(host, sources);
  const seen = { mounts, expected, containers: known({ containers: [], gaps: [] }) };
  const probes = await collectMountProbes(host, seen, DEFAULT_MOUNT_SETTINGS);
  const complete =
    probes.state === 'known' ? known({ ...probes.value, beneath: new Map(), beneathUnread: new Map() }) : probes;
  const volumes = await collectVolumes(host, {
    ...{ ...sources, expected, probes: complete },
    ...{ guests: known(guests(...configs)), running: known(running()), processes: known({ byPid: new Map() }) },
    zfsPools: await collectZfsPools(host, absent('not read')),
  });
  if (volumes.state !== 'known') throw new Error(`no volumes: ${whyNot(volumes)}`);
  return {
    places: volumes.value.places.filter(({ storeids }) => !storeids.includes('local')),
    outside: volumes.value.outside,
    asked,
  };
}

const names = ({ contents }: VolumePlace): readonly string[] | string =>
  contents.state === 'known'
    ? contents.value.volumes.map(({ name }) => name)
    : `${contents.state}: ${whyNot(contents as Reading<unknown>)}`;

const DIR = 'dir: disks\n\tpath /srv/disks\n\tcontent images\n';
const NFS = 'nfs: nas\n\tserver 10.0.0.1\n\texport /nas\n\tpath /mnt/pve/nas\n\tcontent images\n';

describe('directories', () => {
  it('are listed with what their names and headers say', async () => {
    const lines = [
      'D 8:1 12',
      'F 100 vm-100-disk-0.qcow2 f 200704 400 1790000000 1790000100',
      'Q 1073741824 =../9000/base-9000-disk-0.qcow2',
      'S 1790000000 before',
      'F 100 snap-daily-vm-100-disk-0.qcow2 f 200704 100 1780000000 1790000100',
      'Q 1073741824 -',
    ];
    const { places } = await collected(DIR, { probes: { 'volumes /srv/disks/images': listing(...lines) } });
    expect(places).toHaveLength(1);
    const [place] = places;
    expect(place).toMatchObject({
      kind: 'directory',
      id: '8:1 12',
      storeids: ['disks'],
      where: '/srv/disks/images',
      shared: false,
    });
    expect(place?.contents).toMatchObject({
      value: {
        foreign: 1,
        volumes: [
          {
            ...{ name: '100/vm-100-disk-0.qcow2', vmid: 100, kind: 'disk', sizeBytes: 1073741824, heldBytes: 204800 },
            ...{ touchedAt: '2026-09-21T14:15:00.000Z', parentName: '9000/base-9000-disk-0.qcow2', unread: null },
            snapshots: [
              { name: 'daily', file: '100/snap-daily-vm-100-disk-0.qcow2', heldBytes: 51200 },
              { name: 'before', file: null, heldBytes: null },
            ],
          },
        ],
      },
    });
  });

  it('of several storages are one place, also by two paths', async () => {
    const cfg = `${DIR}\ndir: again\n\tpath /srv/disks/\n\ndir: bound\n\tpath /srv/bound\n`;
    const probes = { 'volumes /srv/disks/images': IMAGES, 'volumes /srv/bound/images': IMAGES };
    const { places, asked } = await collected(cfg, { probes });
    expect(places.map(({ storeids }) => storeids)).toEqual([['disks', 'again', 'bound']]);
    expect(asked.filter((path) => path !== '/var/lib/vz/images')).toEqual(['/srv/disks/images', '/srv/bound/images']);
  });

  it('may have their images elsewhere', async () => {
    const { asked } = await collected('dir: disks\n\tpath /srv/disks\n\tcontent-dirs images=/vm/files\n');
    expect(asked).toContain('/srv/disks/vm/files');
  });

  it.each([
    ['ocfs2', '/dev/sdb1', true],
    ['gfs2', '/dev/mapper/mpatha', true],
    ['fuse.mergerfs', 'a:b', true],
    ['fuseblk', '/dev/sdb1', false],
    ['ext4', '/dev/sdb1', false],
  ])('on %s may be those of other nodes', async (fsType, source, shared) => {
    const mountinfo = [...MOUNTS.slice(0, 2), `31 22 8:17 / /mnt/usb rw - ${fsType} ${source} rw`];
    const { places } = await collected('dir: usb\n\tpath /mnt/usb\n\tcontent images\n', {
      files: { '/proc/1/mountinfo': mountinfo },
      probes: {
        'statfs /mnt/usb': ALIVE,
        'volumes /mnt/usb/images': listing('D 8:17 12', 'F 100 vm-100-disk-0.raw f 1048576 8 1790000000 1790000100'),
      },
    });
    expect(places).toMatchObject([{ shared, contents: { state: 'known' } }]);
  });

  it('on a server are shared, whatever storage.cfg says', async () => {
    const probes = { 'statfs /mnt/pve/nas': ALIVE, 'volumes /mnt/pve/nas/sub/images': IMAGES };
    const { places } = await collected('dir: sub\n\tpath /mnt/pve/nas/sub\n', { probes });
    expect(places[0]).toMatchObject({ shared: true, contents: { state: 'known' } });
  });

  it.each([
    [
      'does not answer',
      NFS,
      { 'statfs /mnt/pve/nas': { outcome: 'timed-out', durationMs: 2000 } },
      /storage nas: \/mnt\/pve\/nas does not answer/,
    ],
    [
      'answers with an error',
      NFS,
      { 'statfs /mnt/pve/nas': { exitCode: 1, stderr: ['stat: x: Stale file handle'] } },
      /Stale file handle/,
    ],
    ['is not mounted', NFS.replaceAll('nas', 'lost'), {}, /storage lost: nothing is mounted on \/mnt\/pve\/lost/],
    ['should be a mount point and is none', `${DIR}\tis_mountpoint 1\n`, {}, /nothing is mounted on \/srv\/disks/],
  ] as const)('are not touched where the place %s', async (_, cfg, probes, why) => {
    const { places, asked } = await collected(cfg, { probes });
    expect(asked.filter((path) => path !== '/var/lib/vz/images')).toEqual([]);
    expect(places.map(names)).toEqual([expect.stringMatching(why)]);
    expect(places[0]?.contents.state).toBe('unreadable');
  });

  it.each([
    [
      'it took too long',
      { outcome: 'timed-out' },
      'unreadable: storage disks: /srv/disks/images could not be listed within 15 s',
    ],
    [
      'a list that was cut',
      { stdout: ['D 8:1 12', 'F 100 a.raw f 1 2 3 4'] },
      'unreadable: storage disks: the list of /srv/disks/images is not whole',
    ],
    [
      'no access',
      { exitCode: 13, stderr: ['/srv/disks/images/100: Permission denied'] },
      'unreadable: storage disks: /srv/disks/images could not be listed: Permission denied',
    ],
    [
      'what is gone within',
      { exitCode: 2, stderr: ['/srv/disks/images/100: No such file or directory'] },
      'unreadable: storage disks: /srv/disks/images could not be listed: No such file or directory',
    ],
    [
      'no directory of images',
      { exitCode: 2, stderr: ['/srv/disks/images: No such file or directory'] },
      'absent: /srv/disks/images does not exist',
    ],
    ['an older capture', undefined, 'absent: /srv/disks/images: not recorded'],
  ] as const)('say why they are not known: %s', async (_, probe, why) => {
    const { places } = await collected(
      DIR,
      probe === undefined ? {} : { probes: { 'volumes /srv/disks/images': probe } },
    );
    expect(places.map(names)).toEqual([why]);
  });

  it('of btrfs hold a disk in a directory, and others do not', async () => {
    const lines = [
      'D 8:1 12',
      'F 100 vm-100-disk-0.raw b 8 8 1790000000 1790000000',
      'F 100 vm-100-disk-0@a.raw b 8 8 1790000000 1790000000',
    ];
    const probes = { 'volumes /srv/disks/images': listing(...lines) };
    const btrfs = await collected(DIR.replace('dir:', 'btrfs:'), { probes });
    expect(btrfs.places[0]?.contents).toMatchObject({
      value: { volumes: [{ name: '100/vm-100-disk-0.raw', snapshots: [{ name: 'a' }] }], foreign: 1 },
    });
    const dir = await collected(DIR, { probes });
    expect(dir.places[0]?.contents).toMatchObject({ value: { volumes: [], foreign: 3 } });
  });
});

describe('storages that are none of this node’s', () => {
  it('are named and not looked at', async () => {
    const cfg = `${DIR}\tdisable\n\nzfspool: far\n\tpool far\n\tnodes pve2\n\nzfs: san\n\tportal 10.0.0.1\n\ttarget t\n\tpool p\n\tblocksize 4k\n\tiscsiprovider LIO\n\npbs: backup\n\tserver 10.0.0.2\n\tdatastore d\n`;
    const { places, asked } = await collected(cfg);
    expect(asked.filter((path) => path !== '/var/lib/vz/images')).toEqual([]);
    expect(places.map(names)).toEqual([
      'absent: storage disks is disabled',
      'absent: storage far is not for this node',
      'absent: the volumes of storage san are on another machine',
    ]);
  });
});

describe('zfs', () => {
  it('is not asked while a pool is suspended, whosever it is', async () => {
    const KSTAT = '/proc/spl/kstat/zfs';
    const answer = {
      commands: { 'zfs-list': { stdout: [] } },
      directories: { [KSTAT]: ['usb'], [`${KSTAT}/usb`]: ['state'] },
    };
    const placesAt = async (state: string) =>
      (await collected('zfspool: tank\n\tpool tank\n', { ...answer, files: { [`${KSTAT}/usb/state`]: state } })).places;
    expect((await placesAt('SUSPENDED\n')).map(names)).toEqual([
      'unreadable: zfs list: not run, since pool usb is suspended and it would wait',
    ]);
    expect((await placesAt('ONLINE\n')).map(names)).toEqual([
      'unreadable: zfs list: does not show dataset tank, so its pool may not be imported',
    ]);
  });

  const ZFS = 'zfspool: tank\n\tpool tank/vm\n\nzfspool: other\n\tpool lost\n';
  const row = (...fields: readonly string[]) => fields.join('\t');
  const stdout = [
    row('tank/vm/vm-100-disk-0@a', 'snapshot', '7', '-', '-', '-', '1790000000', '-'),
    row('tank/vm/vm-100-disk-0', 'volume', '40', '32', '-', '-', '1780000000', '-'),
    row(
      'tank/vm/subvol-104-disk-0',
      'filesystem',
      '5',
      '-',
      '9',
      'tank/vm/basevol-9-disk-0@__base__',
      '1780000000',
      '-',
    ),
    row('tank/vm/isos/vm-1-disk-0', 'volume', '5', '9', '-', '-', '1780000000', '-'),
    row('tank/vm/isos', 'filesystem', '5', '-', '0', '-', '1780000000', '-'),
    row('tank/vm/basevol-9-disk-0', 'filesystem', '5', '-', '0', '-', '1780000000', '-'),
    row('tank/vm', 'filesystem', '5', '-', '0', '-', '1780000000', '-'),
    row('tank/copy', 'filesystem', '5', '-', '0', 'tank/vm/basevol-9-disk-0@__base__', '1780000000', '-'),
    row('tank', 'filesystem', '5', '-', '0', '-', '1780000000', '-'),
  ];

  it('lists the direct children of each dataset, and says which pool is not there', async () => {
    const { places } = await collected(ZFS, { commands: { 'zfs-list': { stdout } } });
    expect(places.map(names)).toEqual([
      ['vm-100-disk-0', 'subvol-104-disk-0', 'basevol-9-disk-0'],
      'unreadable: zfs list: does not show dataset lost, so its pool may not be imported',
    ]);
    expect(places[0]?.contents).toMatchObject({
      value: {
        foreign: 1,
        volumes: [
          {
            sizeBytes: 32,
            heldBytes: 40,
            createdAt: '2026-05-28T20:26:40.000Z',
            snapshots: [{ name: 'a', heldBytes: 7 }],
          },
          { sizeBytes: 9, parentName: 'basevol-9-disk-0', parent: 'tank/vm/basevol-9-disk-0@__base__' },
          { sizeBytes: null, clonesOutside: ['tank/copy'] },
        ],
      },
    });
  });

  it.each([
    ['is not installed', undefined, 'zfs list: is not installed'],
    ['hangs', { outcome: 'timed-out', durationMs: 10_000 }, 'zfs list: did not end within 10 s'],
    ['fails', { exitCode: 1, stderr: ['cannot open'] }, 'zfs list: ended with exit status 1 (cannot open)'],
    ['is cut', { stdout: stdout.slice(0, 2) }, 'does not show dataset tank/vm'],
    ['is in another order', { stdout: stdout.toReversed() }, 'zfs list: printed what is not a whole list'],
  ] as const)('is unknown, never empty, where the command %s', async (_, run, why) => {
    const { places } = await collected(
      'zfspool: tank\n\tpool tank/vm\n',
      run === undefined ? {} : { commands: { 'zfs-list': run } },
    );
    expect(places.map(names)).toEqual([expect.stringContaining(why)]);
    expect(places[0]?.contents.state).toBe('unreadable');
  });
});

it('asks who has an image open whose name a guest has in another pool', async () => {
  const cfg =
    'rbd: ceph\n\tpool one\n\nrbd: p2\n\tpool two\n\nrbd: ns\n\tpool one\n\tnamespace n\n\nrbd: again\n\tpool one\n';
  const image = 'vm-100-disk-0';
  const answers = (storeid: string, id: string) => ({
    [`${storeid} rbd ls`]: { stdout: JSON.stringify([image]) },
    [`${storeid} rbd ls -l`]: { stdout: JSON.stringify([{ image, id, size: 1024, format: 2 }]) },
    ...(storeid === 'ceph' ? {} : { [`${storeid} rbd status ${image}`]: { stdout: '{"watchers":[]}' } }),
  });
  const ceph = { ...answers('ceph', '1'), ...answers('p2', '2'), ...answers('ns', '3') };
  const { places } = await collected(cfg, { ceph }, guest(100, { mentions: [mention('scsi0', 'again', image)] }));
  const watchers = places.map(({ storeids, contents }) => [
    storeids[0],
    contents.state === 'known' ? contents.value.volumes[0]?.rbd?.watchers : null,
  ]);
  expect(Object.fromEntries(watchers)).toEqual({ ceph: null, p2: [], ns: [] });
});

describe('images that are no volumes', () => {
  const LEFT = '/srv/disks/images/104/vm-104-disk-0.qcow2';
  const FILE = { mode: '100644' };
  const at = (resolved: string | null): GuestConfig =>
    guest(526, {
      mentions: [{ ...mention('scsi0', '', ''), target: { kind: 'path', path: '/srv/x.qcow2', resolved } }],
    });
  const one = (path: string, ...lines: readonly string[]) => ({
    [`volumes ${path}`]: listing(`D 8:1 9`, `F 0 ${path.slice(5)} f 1 8 1 1 8:1 9`, ...lines),
  });
  const contents = (probes: HostContents['probes'], more: HostContents = {}): HostContents => ({
    probes: {
      'volumes /srv/disks/images': listing('D 8:1 12', 'F 104 vm-104-disk-0.qcow2 f 1 8 1 1 8:1 13', 'Q 1 -'),
      ...probes,
    },
    stats: { '/srv/x.qcow2': FILE, '/srv/golden': { mode: '120777' }, [LEFT]: FILE, ...more.stats },
    links: { '/srv/golden': 'disks/images/104/vm-104-disk-0.qcow2', ...more.links },
  });

  it('are followed to the volumes that they read through, behind links', async () => {
    const { outside } = await collected(DIR, contents(one('/srv/x.qcow2', 'Q 1 =golden')), at('/srv/x.qcow2'));
    expect(outside).toEqual([{ path: '/srv/x.qcow2', identity: '8:1 9', reads: [LEFT], unread: null }]);
  });

  it('are followed through others, and to nowhere', async () => {
    const probes = { ...one('/srv/x.qcow2', 'Q 1 =b.qcow2', 'N gone.raw'), ...one('/srv/b.qcow2', 'Q 1 =golden') };
    const { outside } = await collected(DIR, contents(probes, { stats: { '/srv/b.qcow2': FILE } }), at('/srv/x.qcow2'));
    expect(outside?.map(({ path, reads }) => [path, ...reads])).toEqual([
      ['/srv/x.qcow2', '/srv/b.qcow2', '/srv/gone.raw'],
      ['/srv/b.qcow2', LEFT],
    ]);
  });

  it.each<[string, HostContents]>([
    ['a header that nobody read', contents({})],
    ['a damaged header', contents(one('/srv/x.qcow2', 'B Permission%20denied'))],
    ['a server that is no storage', contents(one('/srv/x.qcow2', 'Q 1 =/mnt/pve/nas/x.qcow2'))],
    [
      'a link that nobody may read',
      contents(one('/srv/x.qcow2', 'Q 1 =golden'), { links: { '/srv/golden': { unreadable: 'denied' } } }),
    ],
  ])('end in the dark at %s', async (_, node) => {
    const { outside } = await collected(DIR, node, at('/srv/x.qcow2'));
    expect(outside?.filter(({ unread }) => unread !== null)).toHaveLength(1);
  });

  it('are asked no further than is worth it', async () => {
    const names = Array.from({ length: 12 }, (_, step) => `/srv/${step}.qcow2`);
    const probes = Object.assign(
      one('/srv/x.qcow2', 'Q 1 =0.qcow2'),
      ...names.map((name, step) => one(name, `Q 1 =${step + 1}.qcow2`)),
    );
    const stats = Object.fromEntries(names.map((name) => [name, FILE]));
    const { outside } = await collected(DIR, contents(probes, { stats }), at('/srv/x.qcow2'));
    expect(outside?.at(-1)?.unread).toBe('too many images read through others');
  });
});
