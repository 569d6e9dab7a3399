import { describe, expect, it } from 'vitest';
import { factsOf, guest, mention } from '../../../test/checks/examples.ts';
import { LONG_AGO, NOON, nodeWith, placeOf, snapshot, stored } from '../../../test/checks/volume-examples.ts';
import type { VolumeMention } from '../guests/pve.ts';
import { absent, unreadable } from '../reading.ts';
import type { Sections } from '../snapshot.ts';
import type { Standing } from './leftovers.ts';
import type { StoredVolume, VolumePlace } from './volumes.ts';

const judge = (values: Partial<Sections>) => factsOf(values).leftovers;

/** `name: standing` of every volume that nothing is known to need. */
const standings = (values: Partial<Sections>): readonly string[] =>
  judge(values).volumes.map(({ name, standing }) => `${name}: ${described(standing)}`);

const described = (standing: Standing): string =>
  'cause' in standing ? `${standing.is} ${standing.cause}` : standing.is;

const FILE = '100/vm-100-disk-0.qcow2';
const disks = (...names: readonly (string | ReturnType<typeof stored>)[]) =>
  placeOf(
    'directory',
    names.map((name) => (typeof name === 'string' ? stored(name) : name)),
  );
const tank = (...volumes: readonly ReturnType<typeof stored>[]) => placeOf('zfs', volumes);

const inSection = (section: VolumeMention['section'], key: string, volname = FILE): VolumeMention => ({
  ...mention(key, 'disks', volname),
  section,
  snapshot: section === 'snapshot' ? 'before' : '',
});

describe('a volume is kept', () => {
  it.each<[string, VolumeMention]>([
    ['a drive', mention('scsi0', 'disks', FILE)],
    ['an unused disk', mention('unused3', 'disks', FILE)],
    ['a pending drive', inSection('pending', 'scsi1')],
    ['a snapshot', inSection('snapshot', 'scsi0')],
    ['a saved state', inSection('snapshot', 'vmstate')],
    ['fleecing', inSection('fleecing', 'fleecing-images')],
    ['a linked clone', mention('scsi0', 'disks', `${FILE}/101/vm-101-disk-0.qcow2`)],
    ['an absolute path', { ...mention('scsi0', '', ''), target: { kind: 'path', path: `/mnt/disks/images/${FILE}` } }],
  ])('by %s', (_, one) => {
    expect(standings(nodeWith([disks(FILE)], guest(100, { mentions: [one] })))).toEqual([]);
  });

  it('by another guest, and under a name without "vm-"', () => {
    const mentions = [mention('scsi0', 'disks', FILE), mention('scsi1', 'disks', '100/data.raw')];
    expect(standings(nodeWith([disks(FILE, '100/data.raw')], guest(200, { mentions })))).toEqual([]);
  });

  it('by what reads through it, as long as that one is kept', () => {
    const base = '9000/base-9000-disk-0.qcow2';
    const clone = stored('101/vm-101-disk-0.qcow2', { parent: `../${base}`, parentName: base });
    const named = guest(101, { mentions: [mention('scsi0', 'disks', clone.name)] });
    expect(standings(nodeWith([disks(base, clone)], named))).toEqual([]);
    expect(standings(nodeWith([disks(base, clone)]))).toEqual([
      `${base}: leftover guest-gone`,
      `${clone.name}: leftover guest-gone`,
    ]);
  });

  it('by a clone on another dataset, by its whole name', () => {
    const clone = stored('vm-101-disk-0', { parent: 'tank/base-9000-disk-0@__base__' });
    const other = placeOf('zfs', [clone], { where: 'tank/more', id: 'more', storeids: ['more'] });
    const named = guest(101, { mentions: [mention('scsi0', 'more', 'vm-101-disk-0')] });
    expect(standings(nodeWith([tank(stored('base-9000-disk-0')), other], named))).toEqual([]);
  });

  it('by a replication job to this node, disabled or not', () => {
    const jobs = [{ id: '100-0', vmid: 100, target: 'pve1', disabled: true, beingRemoved: false }];
    const away = guest(100, { node: 'pve2', mentions: [mention('scsi0', 'tank', 'vm-100-disk-0')] });
    const node = nodeWith([tank(stored('vm-100-disk-0'))], away);
    expect(standings({ ...node, replication: { configured: true, jobs, states: [] } })).toEqual([]);
    expect(standings(node)).toEqual(['vm-100-disk-0: leftover guest-elsewhere']);
  });

  it.each([
    'syncoid_pve2_2026-11-01:02:00:00-GMT00:00',
    'autosnap_2026-11-01_02:00:00_daily',
    'zrepl_20261101_020000_000',
    'rep_default_2026-11-01_02:00:00',
    'offsite-20261101020000',
  ])('by nobody knows whom, where %s shows another program', (name) => {
    const copy = stored('vm-104-disk-0', { snapshots: [snapshot(name, { ours: false })] });
    expect(standings(nodeWith([tank(copy)]))).toEqual(['vm-104-disk-0: unclear']);
  });

  it('by nobody, and is none of a guest, under a number that no guest has', () => {
    const names = ['vm-1-disk-0', 'vm-1000000000-disk-0'].map((name) => stored(name));
    expect(standings(nodeWith([tank(...names), disks('42/vm-42-disk-0.raw')]))).toEqual([]);
  });

  it('by nobody knows what, where replication.cfg is gone and snapshots of another guest show that there was one', () => {
    const away = guest(100, { node: 'pve2', mentions: [mention('scsi0', 'tank', 'vm-100-disk-0')] });
    const here = guest(101, { mentions: [mention('scsi0', 'tank', 'vm-101-disk-0')] });
    const replica = stored('vm-101-disk-0', { snapshots: [snapshot('__replicate_101-0_1795000000__')] });
    const gone = { replication: { configured: false, jobs: [], states: [] } };
    const node = (...volumes: readonly StoredVolume[]) => ({ ...nodeWith([tank(...volumes)], away, here), ...gone });
    expect(standings(node(stored('vm-100-disk-0'), replica))).toEqual(['vm-100-disk-0: unclear']);
    const alone = stored('vm-101-disk-0');
    expect(standings(node(stored('vm-100-disk-0'), alone))).toEqual(['vm-100-disk-0: leftover guest-elsewhere']);
  });
});

describe('a leftover', () => {
  it('is told by its cause', () => {
    const volumes = disks('100/vm-100-disk-9.raw', '104/vm-104-disk-0.raw', '200/vm-200-disk-0.raw');
    const away = guest(200, { node: 'pve2', mentions: [mention('scsi0', 'disks', '200/vm-200-disk-0.raw')] });
    expect(standings(nodeWith([volumes], guest(100), away))).toEqual([
      '100/vm-100-disk-9.raw: leftover not-in-config',
      '104/vm-104-disk-0.raw: leftover guest-gone',
      '200/vm-200-disk-0.raw: leftover guest-elsewhere',
    ]);
  });

  it('on a shared storage is one of this cluster only, and guests of all nodes keep theirs', () => {
    const shared = { ...disks('104/vm-104-disk-0.raw', '200/vm-200-disk-0.raw'), shared: true };
    const away = guest(200, { node: 'pve2', mentions: [mention('scsi0', 'disks', '200/vm-200-disk-0.raw')] });
    expect(standings(nodeWith([shared], away))).toEqual(['104/vm-104-disk-0.raw: elsewhere guest-gone']);
  });

  it('has its proof: where it was looked for, who owns it', () => {
    const [volume] = judge(nodeWith([disks('104/vm-104-disk-0.raw')], guest(100))).volumes;
    expect(volume?.volid).toBe('disks:104/vm-104-disk-0.raw');
    expect(volume?.proof.map(({ fact }) => fact)).toEqual([
      '104/vm-104-disk-0.raw is on /mnt/disks/images, 4194304 bytes held, last changed 2026-10-01 00:00 UTC',
      'none of 1 configuration of this node names it: no drive, no snapshot, no unused disk',
      'no node has a guest 104',
      'no lock, task or process of guest 104 is seen from this node',
      'no process, loop device or export of this node has it open',
    ]);
  });

  it('says which replication job brought it', () => {
    const left = stored('vm-100-disk-0', { snapshots: [snapshot('__replicate_100-0_1794000000__')] });
    const [volume] = judge(nodeWith([tank(left)], guest(100, { node: 'pve2' }))).volumes;
    expect(volume?.proof.at(-1)?.fact).toBe(
      'replication job 100-0 made a snapshot of it, and there is no such job any more',
    );
    expect(volume?.code).toBe('VOL009');
  });
});

describe('nothing is judged', () => {
  const left = nodeWith([disks(FILE)], guest(100));

  it('while a task runs, a lock is held or a deletion goes on', () => {
    const task = { upid: 'UPID:x', type: 'qmclone', id: '100', vmids: [100], user: 'root@pam' };
    const lock = { path: '/etc/pve/priv/lock/storage-disks', vmid: null, storeid: 'disks', pid: null };
    expect(standings({ ...left, activity: { tasks: [task], locks: [] } })).toEqual([`${FILE}: busy`]);
    expect(standings({ ...left, activity: { tasks: [], locks: [lock] } })).toEqual([`${FILE}: busy`]);
    expect(standings({ ...left, activity: { tasks: [{ ...task, type: 'imgdel', vmids: [] }], locks: [] } })).toEqual([
      `${FILE}: busy`,
    ]);
    expect(standings(nodeWith([disks(FILE)], guest(100, { lock: 'migrate', unchangedSeconds: 60 })))).toEqual([
      `${FILE}: busy`,
    ]);
  });

  it.each([
    ['2026-11-20T11:01:00.000Z', 'busy'],
    ['2026-11-20T11:00:00.000Z', 'leftover not-in-config'],
    ['2026-11-20T12:30:00.000Z', 'busy'],
  ])('within an hour: %s is %s', (touchedAt, standing) => {
    expect(standings(nodeWith([disks(stored(FILE, { touchedAt }))], guest(100)))).toEqual([`${FILE}: ${standing}`]);
  });

  it('where a text, an unknown storage or a path may mean it', () => {
    const unclear = [`${FILE}: unclear`];
    const text = { ...mention('comment', 'nowhere', FILE), certainty: 'maybe' as const };
    expect(standings(nodeWith([disks(FILE)], guest(100, { mentions: [text] })))).toEqual(unclear);
    expect(standings(nodeWith([disks(FILE)], guest(7, { rawNames: ['vm-100-disk-0.qcow2'] })))).toEqual(unclear);
    const unknown = mention('scsi0', 'nowhere', 'whatever');
    expect(standings(nodeWith([disks(FILE)], guest(100, { mentions: [unknown] })))).toEqual(unclear);
    const link = { ...unknown, target: { kind: 'path', path: '/srv/link.qcow2' } as const };
    expect(standings(nodeWith([disks(FILE)], guest(100, { mentions: [link] })))).toEqual(unclear);
    expect(standings(nodeWith([disks(FILE)], guest(100, { incomplete: 'lost bytes' })))).toEqual(unclear);
  });

  it('beside an image whose header could not be read', () => {
    const blind = stored('101/vm-101-disk-0.qcow2', { unread: 'Permission denied' });
    const cloudinit = stored('104/vm-104-cloudinit.qcow2');
    const named = guest(101, { mentions: [mention('scsi0', 'disks', blind.name)] });
    expect(standings(nodeWith([disks(FILE, blind, cloudinit)], named))).toEqual([
      `${FILE}: unclear`,
      `${cloudinit.name}: leftover guest-gone`,
    ]);
  });

  it('beneath DRBD, which only LINSTOR knows', () => {
    expect(standings(nodeWith([tank(stored('vm-100-disk-1_00000'))]))).toEqual(['vm-100-disk-1_00000: unclear']);
  });

  it('where a clone outside of storages, or one that is not judged, reads through it', () => {
    const base = stored('base-100-disk-0', { clonesOutside: ['tank/x/y'] });
    expect(standings(nodeWith([tank(base)]))).toEqual(['base-100-disk-0: unclear']);
    const young = { parent: 'tank/base-900-disk-0@__base__', parentName: 'base-900-disk-0', touchedAt: NOON };
    expect(standings(nodeWith([tank(stored('base-900-disk-0'), stored('vm-800-disk-0', young))]))).toEqual([
      'base-900-disk-0: unclear',
      'vm-800-disk-0: busy',
    ]);
  });

  it('of images that are each other’s backing file', () => {
    const [a, b] = ['101/vm-101-disk-0.qcow2', '101/vm-101-disk-1.qcow2'] as const;
    const pair = [stored(a, { parent: b, parentName: b }), stored(b, { parent: a, parentName: a })];
    expect(standings(nodeWith([disks(...pair)]))).toEqual([`${a}: unclear`, `${b}: unclear`]);
  });

  it('where replication could not be read', () => {
    const { replication: _, ...rest } = nodeWith([tank(stored('vm-100-disk-0'))], guest(100, { node: 'pve2' }));
    expect(standings(rest)).toEqual(['vm-100-disk-0: unclear']);
  });

  it('of a place that was not seen: what is named there may be what another storage means', () => {
    const problem = unreadable({ kind: 'timed-out', source: 'storage other', detail: 'no answer' });
    const unseen = placeOf('directory', [], {
      id: 'other',
      storeids: ['other'],
      where: '/mnt/other',
      contents: problem,
    });
    const named = guest(300, { mentions: [mention('scsi0', 'other', FILE)] });
    const judged = judge(nodeWith([disks(FILE), unseen], named, guest(100)));
    expect(judged.volumes.map(({ standing }) => standing.is)).toEqual(['unclear']);
    expect(judged.places.map(({ where, unread, notOurs }) => [where, unread, notOurs])).toEqual([
      ['/mnt/disks/images', null, false],
      ['/mnt/other', 'storage other: no answer', false],
    ]);
    const disabled = { ...unseen, contents: absent('storage other is disabled') };
    expect(judge(nodeWith([disabled])).places[0]?.notOurs).toBe(true);
  });
});

describe('snapshots', () => {
  const NAME = 'vm-100-disk-0';
  const owner = (over = {}) =>
    guest(100, { mentions: [mention('scsi0', 'tank', NAME)], snapshots: ['before'], ...over });
  const found = (names: readonly (string | ReturnType<typeof snapshot>)[], over = {}, more: Partial<Sections> = {}) => {
    const snapshots = names.map((name) => (typeof name === 'string' ? snapshot(name) : name));
    const judged = judge({ ...nodeWith([tank(stored(NAME, { snapshots }))], owner(over)), ...more }).snapshots;
    return judged.map((one) => `${one.snapshot.name}: ${one.standing.is}`);
  };

  it('that a section has, or that others made, are left alone', () => {
    expect(found(['before', '__base__', snapshot('autosnap_x', { ours: false })])).toEqual([]);
  });

  it('that no section has are leftovers', () => {
    expect(found(['before', 'ghost', '__migration__', 'vzdump'])).toEqual([
      'ghost: leftover',
      '__migration__: leftover',
      'vzdump: leftover',
    ]);
  });

  it('of replication are its own as long as there is the job', () => {
    const name = '__replicate_100-0_1795000000__';
    const jobs = [{ id: '100-0', vmid: 100, target: 'pve2', disabled: false, beingRemoved: false }];
    expect(found([name], {}, { replication: { configured: true, jobs, states: [] } })).toEqual([]);
    expect(found([name])).toEqual([`${name}: leftover`]);
    expect(found([name], {}, { replication: { configured: false, jobs: [], states: [] } })).toEqual([
      `${name}: unclear`,
    ]);
  });

  it('are not judged while something works on the guest, when young, or when its file may not be whole', () => {
    expect(found(['ghost'], { lock: 'snapshot', unchangedSeconds: 60 })).toEqual(['ghost: busy']);
    expect(found([snapshot('ghost', { createdAt: NOON })])).toEqual(['ghost: busy']);
    expect(found(['ghost'], { incomplete: 'lost bytes' })).toEqual(['ghost: unclear']);
  });

  it('through which a clone reads are none', () => {
    const clone = stored('vm-101-disk-0', { parent: `tank/${NAME}@ghost`, parentName: NAME, touchedAt: LONG_AGO });
    const volumes = [stored(NAME, { snapshots: [snapshot('ghost')] }), clone];
    expect(judge(nodeWith([tank(...volumes)], owner())).snapshots).toEqual([]);
  });

  it('through which a clone in another pool of Ceph reads are none, and nobody knows where one was not read', () => {
    const pool = (over: Partial<VolumePlace>, ...volumes: readonly StoredVolume[]) =>
      placeOf('rbd', volumes, { shared: true, ...over });
    const named = guest(100, { mentions: [mention('scsi0', 'pool', NAME)] });
    const first = pool({}, stored(NAME, { snapshots: [snapshot('ghost')] }));
    const other = { id: 'other', where: 'other', storeids: ['other'] };
    const standingsWith = (second: VolumePlace) =>
      judge(nodeWith([first, second], named)).snapshots.map(({ standing }) => standing.is);
    expect(standingsWith(pool(other, stored('vm-101-disk-0', { parent: `rbd/${NAME}@ghost` })))).toEqual([]);
    expect(standingsWith(pool(other))).toEqual(['leftover']);
    expect(standingsWith(pool({ ...other, contents: absent('disabled') }))).toEqual(['unclear']);
  });

  it('of guests of other nodes are said there', () => {
    const shared = { ...tank(stored(NAME, { snapshots: [snapshot('ghost')] })), shared: true };
    expect(judge(nodeWith([shared], owner({ node: 'pve2' }))).snapshots).toEqual([]);
  });
});
