import { describe, expect, it } from 'vitest';
import {
  ask,
  disk,
  FILE,
  fates,
  inSnapshot,
  MIB,
  type Node,
  texts,
  vm,
  WELL,
} from '../../../test/checks/before-examples.ts';
import { device, guest, mapper, mention, storage, target, volume } from '../../../test/checks/examples.ts';
import { snapshot, stored } from '../../../test/checks/volume-examples.ts';
import { lvDmUuid } from '../lvm/lvm.ts';
import type { ThinPool } from '../lvm/thin-pools.ts';
import { exitOf, type Wanted } from './answer.ts';

describe('snapshots', () => {
  const thin = volume('pve', 'vm-100-disk-0', { poolLv: 'data', layout: ['thin', 'sparse'] });
  const onThin = [disk('local-lvm')];

  it.each<[string, Node, string]>([
    [
      'a raw file',
      {
        files: [stored('100/vm-100-disk-0.raw')],
        configs: [vm({}, mention('scsi0', 'disks', '100/vm-100-disk-0.raw'))],
      },
      'snapshot feature is not available',
    ],
    [
      'a thick volume',
      { lvs: [volume('san', 'vm-100-disk-0')], configs: [vm({}, disk('san'))] },
      'snapshot feature is not available',
    ],
    ['its name', { ...WELL, configs: [vm({ snapshots: ['daily'] })] }, "snapshot name 'daily' already used"],
    ['a template', { ...WELL, configs: [vm({ template: true })] }, "you can't take a snapshot if it's a template"],
    [
      'a volume that is left of one',
      { lvs: [thin, volume('pve', 'snap_vm-100-disk-0_daily', { poolLv: 'data' })], configs: [vm({}, ...onThin)] },
      'Logical Volume "snap_vm-100-disk-0_daily" already exists in volume group "pve"',
    ],
  ])('cannot be made: %s', (_, node, text) => {
    expect(texts(ask(node, 'snapshot', { snapshot: 'daily' }))).toEqual([text]);
  });

  it('of a guest that has them are not called unknown', () => {
    const node: Node = {
      lvs: [thin, volume('pve', 'snap_vm-100-disk-0_daily', { poolLv: 'data' })],
      configs: [vm({ snapshots: ['daily'] }, ...onThin)],
    };
    expect(texts(ask(node, 'snapshot', { snapshot: 'daily' }))).toEqual(["snapshot name 'daily' already used"]);
    expect(texts(ask(node, 'template'))).toEqual(['unable to create template, because VM contains snapshots']);
  });

  it('of a template are refused for that alone', () => {
    const base = volume('pve', 'base-100-disk-0', { poolLv: 'data', layout: ['thin', 'sparse'] });
    const node: Node = {
      lvs: [base],
      configs: [vm({ template: true }, mention('scsi0', 'local-lvm', 'base-100-disk-0'))],
    };
    expect(texts(ask(node, 'snapshot', { snapshot: 'daily' }))).toEqual([
      "you can't take a snapshot if it's a template",
    ]);
  });

  it('can be made of what can have them', () => {
    for (const node of [WELL, { lvs: [thin], configs: [vm({}, ...onThin)] }])
      expect(ask(node, 'snapshot', { snapshot: 'daily' }).stops).toEqual([]);
  });

  const kept = (snapshots: readonly string[], ...names: readonly string[]): Node => ({
    datasets: [stored('vm-100-disk-0', { snapshots: snapshots.map((name) => snapshot(name)) })],
    configs: [vm({ snapshots: names }, disk('tank'), ...names.map((name) => inSnapshot(name, disk('tank'))))],
  });

  it('cannot be removed or gone back to where a disk does not have them', () => {
    const node = kept([], 'daily');
    expect(texts(ask(node, 'delsnapshot', { snapshot: 'daily' }))).toEqual(['snapshot not found']);
    expect(texts(ask(node, 'rollback', { snapshot: 'daily' }))).toEqual([
      "can't rollback, snapshot 'daily' does not exist on 'tank:vm-100-disk-0'",
    ]);
    expect(texts(ask(node, 'rollback', { snapshot: 'other' }))).toEqual(["snapshot 'other' does not exist"]);
  });

  it('of ZFS can be gone back to only where they are the newest', () => {
    const node = kept(['daily', 'later'], 'daily', 'later');
    expect(texts(ask(node, 'rollback', { snapshot: 'daily' }))).toEqual([
      "can't rollback, 'daily' is not most recent snapshot on 'tank:vm-100-disk-0'",
    ]);
    const answer = ask(node, 'rollback', { snapshot: 'later' });
    expect(answer.stops).toEqual([]);
    expect(fates(answer)).toEqual(['replaced tank:vm-100-disk-0']);
  });

  it('that are half made cannot be gone back to', () => {
    const node = kept(['daily'], 'daily');
    const [config] = node.configs;
    if (config === undefined) throw new Error('no guest');
    const unfinished = [{ snapshot: 'daily', state: 'prepare' as const }];
    expect(texts(ask({ ...node, configs: [{ ...config, unfinished }] }, 'rollback', { snapshot: 'daily' }))).toEqual([
      'unable to rollback to incomplete snapshot (snapstate = prepare)',
    ]);
  });
});

describe('room on a thin pool', () => {
  const data = volume('pve', 'data', { layout: ['thin', 'pool'], sizeBytes: 1000 * MIB });
  const thin = volume('pve', 'vm-100-disk-0', { poolLv: 'data', layout: ['thin', 'sparse'], sizeBytes: 300 * MIB });
  const table = [target('thin-pool', 8192, '8:0', '8:16')];
  const entry = device('pve-data-tpool', 5, { uuid: `${lvDmUuid(data)}-tpool`, table });
  const withPool = (over: Partial<ThinPool> = {}): Node => {
    const pool: ThinPool = {
      ...{ name: 'pve-data-tpool', devNo: null, usedDataBlocks: 0, totalDataBlocks: 1000, usedMetadataBlocks: 1 },
      ...{ totalMetadataBlocks: 100, mode: 'rw', needsCheck: false, errorsWhenFull: false, ...over },
    };
    const extra = { deviceMapper: mapper(entry), thinPools: { pools: [pool] } };
    return { lvs: [thin, data], configs: [vm({}, disk('local-lvm'))], extra };
  };
  const cloned = (node: Node) => ask(node, 'clone', { newid: 105 });

  it('is known from the kernel', () => {
    const answer = cloned(withPool({ usedDataBlocks: 700 }));
    expect([answer.stops, answer.notes, answer.notLooked]).toEqual([[], [], []]);
    expect(exitOf(answer)).toBe(0);
  });

  it('that may not be enough is told, and stops nothing', () => {
    const answer = cloned(withPool({ usedDataBlocks: 701 }));
    expect(answer.stops).toEqual([]);
    expect(answer.notes).toEqual([
      'storage local-lvm has 299 MiB free, and the disks have 300 MiB: it may fill up while it is copied',
    ]);
    const moved = ask({ ...WELL, ...withPool({ usedDataBlocks: 1000 }) }, 'clone', {
      newid: 105,
      storage: 'local-lvm',
    });
    expect(moved.notes.join()).toContain('storage local-lvm has 0 bytes free');
  });

  it.each<[string, Node, string]>([
    [
      'not active',
      { ...withPool(), extra: { thinPools: { pools: [] } } },
      'thin pool pve/data is not active on this node',
    ],
    ['failed', withPool({ totalDataBlocks: 0, mode: 'Fail' }), 'thin pool pve/data tells no numbers'],
    ['not read', { ...withPool(), extra: {} }, 'whether storage local-lvm has room: '],
    ['unknown to LVM', { ...withPool(), lvs: [thin] }, 'LVM shows no pool pve/data'],
  ])('is not known where the pool is %s', (_, node, why) => {
    expect(cloned(node).notLooked.join()).toContain(why);
  });
});

describe('copies', () => {
  it.each<[string, Partial<Node>, Exclude<Wanted['operation'], 'reboot'>, Partial<Wanted>, string]>([
    [
      'a number that is taken',
      { configs: [vm(), guest(101)] },
      'clone',
      { newid: 101 },
      'unable to create VM 101: config file already exists',
    ],
    [
      'a linked clone of a thick volume',
      { lvs: [volume('san', 'vm-100-disk-0')], configs: [vm({ template: true }, disk('san'))] },
      'clone',
      { newid: 101 },
      "Linked clone feature is not supported for 'san:vm-100-disk-0' (scsi0)",
    ],
    [
      'a whole copy without room',
      { lvs: [volume('san', 'vm-100-disk-0', { sizeBytes: 128 * MIB })], configs: [vm({}, disk('san'))] },
      'clone',
      { newid: 101 },
      'insufficient free space (… extents): … required',
    ],
    [
      'growth without room',
      { lvs: [volume('san', 'vm-100-disk-0')], configs: [vm({}, disk('san'))] },
      'resize',
      { disk: 'scsi0', addedBytes: 65 * MIB },
      'Insufficient free space: … extents needed, but only … available',
    ],
    [
      'a disk that is made smaller',
      {},
      'resize',
      { disk: 'scsi0', addedBytes: -1 },
      'shrinking disks is not supported',
    ],
    ['no such disk', {}, 'resize', { disk: 'scsi7', addedBytes: 1 }, "disk 'scsi7' does not exist"],
    ['no such disk', {}, 'move-disk', { disk: 'scsi7', storage: 'san' }, "disk 'scsi7' does not exist"],
    [
      'the same storage',
      {},
      'move-disk',
      { disk: 'scsi0', storage: 'disks' },
      "you can't move to the same storage with same format",
    ],
    [
      'snapshots of the disk',
      {
        configs: [
          vm({ snapshots: ['a'] }, mention('scsi0', 'disks', FILE), inSnapshot('a', mention('scsi0', 'disks', FILE))),
        ],
      },
      'move-disk',
      { disk: 'scsi0', storage: 'tank', deletes: true },
      "you can't move a disk with snapshots and delete the source",
    ],
    [
      'a template of a template',
      { configs: [vm({ template: true })] },
      'template',
      {},
      "you can't convert a template to a template",
    ],
    [
      'a template with snapshots',
      { configs: [vm({ snapshots: ['a'] })] },
      'template',
      {},
      'unable to create template, because VM contains snapshots',
    ],
    ['a template that runs', { runs: [100] }, 'template', {}, "you can't convert a VM to template if VM is running"],
    [
      'a template with what is left of a snapshot',
      {
        lvs: [
          volume('pve', 'vm-100-disk-0', { poolLv: 'data' }),
          volume('pve', 'snap_vm-100-disk-0_x', { poolLv: 'data' }),
        ],
        configs: [vm({}, disk('local-lvm'))],
      },
      'template',
      {},
      "unable to create base volume - found snaphost 'snap_vm-100-disk-0_x'",
    ],
  ])('are refused: %s', (_, node, operation, wanted, text) => {
    expect(texts(ask({ ...WELL, ...node }, operation, wanted))).toEqual([text]);
  });

  it.each<[string | null, string, boolean]>([
    ['raw', FILE, true],
    ['qcow2', FILE, false],
    ['vmdk', '100/vm-100-disk-0.raw', true],
    ['raw', '100/vm-100-disk-0.raw', false],
    [null, FILE, false],
  ])('to format %s on its own storage, %s: %s', (diskFormat, volname, isMoved) => {
    const node = { files: [stored(volname)], configs: [vm({}, mention('scsi0', 'disks', volname))] };
    const answer = ask(node, 'move-disk', { disk: 'scsi0', storage: 'disks', diskFormat });
    expect(texts(answer)).toEqual(isMoved ? [] : ["you can't move to the same storage with same format"]);
  });

  it.each<[string, string, readonly string[]]>([
    ['qemu', 'iso,rootdir', ["storage 'files' does not support vm images"]],
    ['qemu', 'iso,images', []],
    ['lxc', 'iso,images', ["content type 'rootdir' is not available or configured on storage 'files'"]],
    ['lxc', 'rootdir', []],
  ])('to a storage that takes other content are refused: %s, %s', (type, content, expected) => {
    const files = storage('files', '', { type: 'dir', properties: { path: '/srv', content } });
    const one = vm({ type: type === 'lxc' ? 'lxc' : 'qemu' }, disk('tank'));
    const node = { datasets: [stored('vm-100-disk-0')], configs: [one], storages: [files] };
    expect(texts(ask(node, 'move-disk', { disk: 'scsi0', storage: 'files' }))).toEqual(expected);
    expect(texts(ask(node, 'clone', { newid: 105, storage: 'files' }))).toEqual(expected);
  });

  it('to a ZFS pool without rootdir a container’s volume goes', () => {
    const pool = storage('other', '', { type: 'zfspool', properties: { pool: 'x', content: 'images' } });
    const container = vm({ type: 'lxc' }, disk('tank', 'vm-100-disk-0', 'rootfs'));
    const node = { datasets: [stored('vm-100-disk-0')], configs: [container], storages: [pool] };
    expect(texts(ask(node, 'move-disk', { disk: 'rootfs', storage: 'other' }))).toEqual([]);
  });

  it('to a storage that is disabled a clone is refused', () => {
    const node = { ...WELL, storages: [storage('off', 'x', { disabled: true })] };
    expect(texts(ask(node, 'clone', { newid: 105, storage: 'off' }))).toEqual(["storage 'off' is disabled"]);
  });

  it('on its own storage a container’s volume can be copied', () => {
    const container = vm({ type: 'lxc' }, disk('tank', 'vm-100-disk-0', 'rootfs'));
    const node = { datasets: [stored('vm-100-disk-0')], configs: [container] };
    expect(texts(ask(node, 'move-disk', { disk: 'rootfs', storage: 'tank' }))).toEqual([]);
  });

  it('a disk with snapshots is moved without --delete, and they stay behind', () => {
    const lines = [mention('scsi0', 'disks', FILE), inSnapshot('a', mention('scsi0', 'disks', FILE))];
    const node = { ...WELL, configs: [vm({ snapshots: ['a'] }, ...lines)] };
    const answer = ask(node, 'move-disk', { disk: 'scsi0', storage: 'san' });
    expect(answer.stops).toEqual([]);
    expect(answer.notes.join()).toContain(`snapshots name disks:${FILE}: they do not move`);
    expect(fates(answer)).toEqual([`copied disks:${FILE}`]);
  });

  it('a disk that is moved with --delete is removed afterwards, whoever else names it', () => {
    const node = { ...WELL, configs: [vm(), guest(101, { mentions: [mention('scsi3', 'disks', FILE)] })] };
    const answer = ask(node, 'move-disk', { disk: 'scsi0', storage: 'san', deletes: true });
    expect(fates(answer)).toEqual([`removed disks:${FILE}`]);
    expect(exitOf(answer)).toBe(2);
  });

  it('a thick volume of a template stays as it is, which is said', () => {
    const answer = ask({ lvs: [volume('san', 'vm-100-disk-0')], configs: [vm({}, disk('san'))] }, 'template');
    expect(answer.stops).toEqual([]);
    expect(answer.notes.join()).toContain('stays as it is, without an error');
    expect(answer.touched).toEqual([]);
  });
});
