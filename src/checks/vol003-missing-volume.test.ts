import { describe, expect, it } from 'vitest';
import {
  active,
  given,
  guest,
  linear,
  lvmReport,
  mapper,
  mention,
  storage,
  storages,
  volume,
} from '../../test/checks/examples.ts';
import { nodeWith, placeOf, snapshot, stored } from '../../test/checks/volume-examples.ts';
import { vectorsOf } from '../../test/data/commands.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import type { GuestConfig, Storage, VolumeMention } from '../model/guests/pve.ts';
import type { LogicalVolume, Lvm } from '../model/lvm/lvm.ts';
import { unreadable } from '../model/reading.ts';
import type { VolumePlace } from '../model/volumes/volumes.ts';
import { vol003 as check } from './vol003-missing-volume.ts';

const vol003 = given(check);
const FILE = '100/vm-100-disk-0.qcow2';
const inSnapshot = (key: string, volname = FILE): VolumeMention => ({
  ...mention(key, 'disks', volname),
  ...{ section: 'snapshot', snapshot: 'before' },
});
const subjects = (...args: Parameters<typeof nodeWith>) =>
  vol003.examine(nodeWith(...args), {}).map(({ subject, headline }) => `${subject.id}: ${headline}`);

describe('VOL003', () => {
  const empty = placeOf('directory', []);

  it('says what the guest cannot do without its volume, once for each volume', () => {
    const mentions = [mention('scsi0', 'disks', FILE), inSnapshot('scsi0')];
    expect(subjects([empty], guest(100, { mentions }))).toEqual([
      `disks:${FILE}: cannot start: scsi0 is disks:${FILE}, which is not there`,
    ]);
    expect(subjects([empty], guest(100, { mentions: [inSnapshot('scsi0')] }))).toEqual([
      `disks:${FILE}: cannot restore snapshot "before": scsi0 is disks:${FILE}, which is not there`,
    ]);
  });

  const missing = (place: VolumePlace, over: Partial<VolumeMention> = {}) =>
    vol003.examine(
      nodeWith([place], guest(100, { mentions: [{ ...mention('scsi0', 'disks', FILE), ...over }] })),
      {},
    )[0];

  it('names what may be it, what has its number first, and offers only looks', () => {
    const finding = missing(placeOf('directory', [stored('700/vm-700-disk-0.raw'), stored('100/vm-100-disk-7.raw')]));
    expect(finding?.evidence.at(-1)?.fact).toBe(
      'it may be one of these, which no configuration names: vm-100-disk-7.raw (4 MiB), vm-700-disk-0.raw (4 MiB)',
    );
    expect(finding?.remedy.text).toMatch(/^Find out where it is/);
    expect(vectorsOf(finding?.remedy.commands)).toEqual([['pvenode', 'task', 'list', '--vmid', '100']]);
  });

  it.each([
    ['a template', '100/base-100-disk-0.qcow2', {}],
    ['a snapshot of a chain', '100/snap-s1-vm-100-disk-0.qcow2', {}],
    ['a move to another guest, of its size', '700/vm-700-disk-0.qcow2', { sizeBytes: 8 * 1024 * 1024 }],
  ])('says what fits it by the name that is given by %s, and never to free it', (_, name, over) => {
    const finding = missing(placeOf('directory', [stored(name), stored('700/vm-700-disk-3.raw')]), over);
    const file = name.slice(4);
    expect(finding?.headline).toBe(
      `cannot start: scsi0 is disks:${FILE}, which is not there; ${file} (4 MiB) may be it`,
    );
    expect(finding?.evidence.map(({ fact }) => fact).join()).toContain(
      `${file} (4 MiB) may be scsi0 of guest 100, renamed by a task that was killed`,
    );
    expect(finding?.remedy.text).toContain('never free it');
  });

  it.each([
    ['another format', '100/base-100-disk-0.raw', {}],
    ['another size', '700/vm-700-disk-0.qcow2', { sizeBytes: 9 * 1024 * 1024 }],
    ['a size that its line does not say', '700/vm-700-disk-0.qcow2', {}],
    ['its own number and another one in the name', '100/vm-100-disk-1.qcow2', { sizeBytes: 8 * 1024 * 1024 }],
  ])('takes nothing for it that has %s', (_, name, over) => {
    expect(missing(placeOf('directory', [stored(name)]), over)?.headline).toBe(
      `cannot start: scsi0 is disks:${FILE}, which is not there`,
    );
  });

  it('looks for the clone of a linked clone, and not only for its base', () => {
    const base = placeOf('directory', [stored('9/base-9-disk-0.qcow2')]);
    const volname = '9/base-9-disk-0.qcow2/100/vm-100-disk-0.qcow2';
    expect(subjects([base], guest(100, { mentions: [mention('scsi0', 'disks', volname)] }))).toHaveLength(1);
  });

  it.each([
    ['an unused disk', mention('unused0', 'disks', FILE)],
    ['a cloud-init drive, which is made anew', mention('ide2', 'disks', '100/vm-100-cloudinit.qcow2')],
    ['an ISO image', mention('ide2', 'disks', 'iso/debian.iso')],
    ['a comment', { ...mention('#scsi0', 'disks', FILE), certainty: 'maybe' } as const],
    ['a storage that is not looked at', mention('scsi0', 'local-lvm', 'vm-100-disk-0')],
  ])('is silent about %s', (_, one) => {
    expect(subjects([empty], guest(100, { mentions: [one] }))).toEqual([]);
  });

  it('is silent about guests of other nodes, and of which a task is at work', () => {
    const mentions = [mention('scsi0', 'disks', FILE)];
    expect(subjects([empty], guest(100, { mentions, node: 'pve2' }))).toEqual([]);
    expect(subjects([empty], guest(100, { mentions, lock: 'migrate' }))).toEqual([]);
  });

  it('is unknown, not accusing, where the place could not be listed', () => {
    const contents = unreadable({ kind: 'failed', source: 'storage disks', detail: 'nothing is mounted' });
    const node = nodeWith([{ ...empty, contents }], guest(100, { mentions: [mention('scsi0', 'disks', FILE)] }));
    expect(vol003.examine(node, {})).toEqual([]);
    expect(vol003.unjudged(node)).toEqual(['storage disks: nothing is mounted']);
  });
});

describe('VOL003 of snapshots', () => {
  const holding = (over: Partial<ReturnType<typeof stored>>, name = FILE) => placeOf('directory', [stored(name, over)]);
  const owner = (over = {}, name = FILE) =>
    guest(100, { mentions: [mention('scsi0', 'disks', name), inSnapshot('scsi0', name)], ...over });

  it('says which disk does not have it, and offers only looks', () => {
    const [finding] = vol003.examine(nodeWith([holding({ snapshots: [snapshot('other')] })], owner()), {});
    expect(finding?.subject.id).toBe(`disks:${FILE}@before`);
    expect(finding?.evidence.map(({ fact }) => fact)).toContain(`snapshots of disks:${FILE}: other`);
    expect(vectorsOf(finding?.remedy.commands)).toEqual([
      ['pvenode', 'task', 'list', '--vmid', '100', '--source', 'active'],
      ['qm', 'config', '100', '--snapshot', 'before'],
    ]);
  });

  it('is silent where the disk has it, or where nobody can tell', () => {
    expect(subjects([holding({ snapshots: [snapshot('before')] })], owner())).toEqual([]);
    expect(subjects([holding({ unread: 'Permission denied' })], owner())).toEqual([]);
    const raw = '100/vm-100-disk-0.raw';
    expect(subjects([holding({}, raw)], owner({}, raw))).toEqual([]);
  });

  it('leaves snapshots that were never finished, and RAM states, to others', () => {
    const unfinished = [{ snapshot: 'before', state: 'delete' as const }];
    expect(subjects([holding({})], owner({ unfinished }))).toEqual([]);
    const state = stored('100/vm-100-state-before.qcow2');
    const ram = guest(100, { mentions: [inSnapshot('vmstate', state.name)] });
    expect(subjects([placeOf('directory', [state])], ram)).toEqual([]);
  });
});

const thinStorage = storage('thin', 'pve', { type: 'lvmthin', properties: { vgname: 'pve', thinpool: 'data' } });

interface LvmNode {
  readonly lvm: Lvm;
  readonly storages?: readonly Storage[];
  readonly devices?: readonly DmDevice[];
}

const lvmNode = (
  { lvm, storages: list = [storage('san', 'san'), thinStorage], devices = [] }: LvmNode,
  vm: GuestConfig,
) => {
  const node = nodeWith([], vm);
  return { ...node, storage: storages(...list), lvm, deviceMapper: mapper(...devices) };
};
const onLvm = (node: LvmNode, vm: GuestConfig) =>
  vol003.examine(lvmNode(node, vm), {}).map(({ subject, headline }) => `${subject.id}: ${headline}`);

describe('VOL003 of LVM', () => {
  const naming = (...mentions: readonly VolumeMention[]) => guest(100, { mentions });
  const disk0 = mention('scsi0', 'san', 'vm-100-disk-0');
  const other = volume('san', 'vm-101-disk-0');
  const without = lvmReport([other]);

  it('says what the guest cannot do, and where it was looked for', () => {
    const [finding] = vol003.examine(lvmNode({ lvm: without }, naming(disk0)), {});
    expect(finding).toMatchObject({
      ...{ harm: 'data', subject: { kind: 'volume', id: 'san:vm-100-disk-0' }, vmid: 100 },
      headline: 'cannot start: scsi0 is san:vm-100-disk-0, which is not there',
    });
    expect(finding?.evidence.map(({ fact }) => fact)).toContain('VG san was reported whole, and it is not in it');
  });

  it('is silent where it is there, also under a base', () => {
    const report = lvmReport([volume('san', 'vm-100-disk-0'), volume('pve', 'vm-100-disk-1')]);
    const clone = mention('scsi1', 'thin', 'base-9-disk-0/vm-100-disk-1');
    expect(onLvm({ lvm: report }, naming(disk0, clone))).toEqual([]);
  });

  it.each([
    ['an unused disk', mention('unused0', 'san', 'vm-100-disk-0')],
    ['a cloud-init drive', mention('ide2', 'san', 'vm-100-cloudinit')],
    ['a name that is none of a guest', mention('scsi0', 'san', 'data')],
    ['a comment', { ...disk0, certainty: 'maybe' } as const],
  ])('is silent about %s', (_, one) => {
    expect(onLvm({ lvm: without }, naming(one))).toEqual([]);
  });

  it('is silent about guests of other nodes and busy ones, and about storages that are not for this node', () => {
    expect(onLvm({ lvm: without }, guest(100, { mentions: [disk0], node: 'pve2' }))).toEqual([]);
    expect(onLvm({ lvm: without }, guest(100, { mentions: [disk0], lock: 'migrate' }))).toEqual([]);
    for (const over of [{ nodes: ['pve2'] }, { disabled: true }])
      expect(onLvm({ lvm: without, storages: [storage('san', 'san', over)] }, naming(disk0))).toEqual([]);
  });

  const [group, ...groups] = without.vgs;
  const onCopy = active(other, 0, { table: [linear('8:64', 2048, 8192)] });
  const twice = { ...without, vgs: [...without.vgs, { ...without.vgs[0], vgUuid: 'x'.repeat(32) }] } as Lvm;
  const counting = (over: object): Lvm => ({ ...without, vgs: group ? [{ ...group, ...over }, ...groups] : [] });
  it.each<[string, LvmNode, string]>([
    ['LVM does not show', { lvm: lvmReport([]) }, 'LVM shows no VG san on this node'],
    ['has more volumes than the report', { lvm: counting({ lvCount: 2 }) }, 'VG san was not reported whole'],
    ['misses a disk', { lvm: counting({ missingPvCount: 1 }) }, 'LVM misses a physical volume of VG san'],
    ['is here twice', { lvm: twice }, 'another VG is called san too'],
    ['has entries on another disk', { lvm: without, devices: [onCopy] }, 'lies where LVM reports no physical volume'],
  ])('is unknown, not accusing, of a VG that %s', (_, node, why) => {
    expect(onLvm(node, naming(disk0))).toEqual([]);
    expect(vol003.unjudged(lvmNode(node, naming(disk0)))).toEqual([expect.stringContaining(why)]);
    expect(vol003.unjudged(lvmNode(node, naming()))).toEqual([]);
  });

  it('judges a volume that is there in a VG of which a disk is missing, as the leg of a RAID', () => {
    const node = lvmNode({ lvm: counting({ missingPvCount: 1 }) }, naming(mention('scsi0', 'san', 'vm-101-disk-0')));
    expect([vol003.examine(node, {}), vol003.unjudged(node)]).toEqual([[], []]);
  });

  it('is unknown where LVM could not be asked, for those alone who need it', () => {
    const node = (vm: GuestConfig) => ({ ...nodeWith([], vm), storage: storages(storage('san', 'san')) });
    expect(vol003.unjudged(node(naming(disk0)))).toHaveLength(1);
    expect(vol003.unjudged(node(naming()))).toEqual([]);
  });
});

describe('VOL003 of snapshots on LVM', () => {
  const disk = volume('pve', 'vm-100-disk-0', { poolLv: 'data' });
  const snapshotOf = (storeid: string, volname: string, name = 'before'): VolumeMention => ({
    ...mention('scsi0', storeid, volname),
    ...{ section: 'snapshot', snapshot: name },
  });
  const owner = (storeid: string, volname: string, over: Partial<GuestConfig> = {}) =>
    guest(100, {
      ...{
        snapshots: ['early', 'before'],
        mentions: [snapshotOf(storeid, volname), mention('scsi0', storeid, volname)],
      },
      ...over,
    });
  const thin = (...names: readonly string[]): LvmNode => ({
    lvm: lvmReport([disk, ...names.map((name): LogicalVolume => volume('pve', name, { poolLv: 'data' }))]),
  });
  const lost = 'thin:vm-100-disk-0@before: cannot restore snapshot "before": disk scsi0 is not in it';

  it('says which thin volume does not have it, and which it has', () => {
    const node = lvmNode(
      thin('snap_vm-100-disk-0_early', 'snap_vm-100-disk-0_beforehand'),
      owner('thin', 'vm-100-disk-0'),
    );
    const [finding, ...more] = vol003.examine(node, {});
    expect(more).toEqual([]);
    expect(`${finding?.subject.id}: ${finding?.headline}`).toBe(lost);
    expect(finding?.evidence.map(({ fact }) => fact)).toContain('snapshots of thin:vm-100-disk-0: early');
    expect(vectorsOf(finding?.remedy.commands).at(-1)).toEqual(['qm', 'config', '100', '--snapshot', 'before']);
  });

  it('is silent where the volume has it', () => {
    expect(onLvm(thin('snap_vm-100-disk-0_before'), owner('thin', 'vm-100-disk-0'))).toEqual([]);
  });

  it('looks for the snapshots of a chain by their own name', () => {
    const chain = volume('san', 'vm-100-disk-0.qcow2');
    const kept = volume('san', 'snap_vm-100-disk-0_before.qcow2');
    const vm = owner('san', 'vm-100-disk-0.qcow2');
    expect(onLvm({ lvm: lvmReport([chain, kept]) }, vm)).toEqual([]);
    expect(onLvm({ lvm: lvmReport([chain]) }, vm)).toEqual([
      lost.replaceAll('thin:vm-100-disk-0', 'san:vm-100-disk-0.qcow2'),
    ]);
  });

  it('is silent about thick volumes, snapshots that were never finished, and backups of containers', () => {
    expect(onLvm({ lvm: lvmReport([volume('san', 'vm-100-disk-0')]) }, owner('san', 'vm-100-disk-0'))).toEqual([]);
    const thick: LvmNode = { lvm: lvmReport([volume('pve', 'vm-100-disk-0')]) };
    expect(onLvm(thick, owner('thin', 'vm-100-disk-0'))).toEqual([]);
    const unfinished = [{ snapshot: 'before', state: 'prepare' as const }];
    expect(onLvm(thin(), owner('thin', 'vm-100-disk-0', { unfinished }))).toEqual([]);
    const backup = { type: 'lxc' as const, mentions: [snapshotOf('thin', 'vm-100-disk-0', 'vzdump')] };
    expect(onLvm(thin(), owner('thin', 'vm-100-disk-0', backup))).toEqual([]);
  });
});
