import { describe, expect, it } from 'vitest';
import {
  given,
  guest,
  lvmReport,
  mapper,
  mention,
  storage,
  storages,
  volume,
  wanted,
} from '../../test/checks/examples.ts';
import { begun } from '../../test/checks/guest-examples.ts';
import { nodeWith, placeOf, snapshot, stored } from '../../test/checks/volume-examples.ts';
import { linesOf, vectorsOf } from '../../test/data/commands.ts';
import type { GuestConfig, VolumeMention } from '../model/guests/pve.ts';
import type { LogicalVolume } from '../model/lvm/lvm.ts';
import type { Sections } from '../model/snapshot.ts';
import { vol005 as check } from './vol005-unfinished-snapshot.ts';

const vol005 = given(check);
const LOOK = ['pvenode', 'task', 'list', '--vmid', '100', '--source', 'active'];
const inSection = (key: string, storeid: string, volname: string): VolumeMention => ({
  ...mention(key, storeid, volname),
  ...{ section: 'snapshot', snapshot: 's1' },
});
const config = (state: 'prepare' | 'delete', over: Partial<GuestConfig> = {}) =>
  guest(100, {
    snapshots: ['s1', 's2'],
    unfinished: [{ snapshot: 's1', state }],
    unchangedSeconds: 5000,
    writtenAt: 1_700_000_000,
    ...over,
  });
const examine = (facts: Partial<Sections>) => vol005.examine(facts, wanted(['guestDisks'], facts));

const thinStorage = storage('thin', 'pve', { type: 'lvmthin', properties: { vgname: 'pve', thinpool: 'data' } });
const onLvm = (guestConfig: GuestConfig, ...lvs: readonly LogicalVolume[]): Partial<Sections> => ({
  ...begun(guestConfig),
  ...{ storage: storages(storage('san', 'san'), thinStorage), lvm: lvmReport(lvs), deviceMapper: mapper() },
});
const thin = (name: string) => volume('pve', name, { poolLv: 'data' });
const both = (storeid: string, key: string, volname: string) => [
  mention(key, storeid, volname),
  inSection(key, storeid, volname),
];

describe('VOL005', () => {
  it.each([
    ['prepare', 'was to be made'],
    ['delete', 'was to be deleted'],
  ] as const)('says what snapstate: %s means', (state, words) => {
    const found = examine(begun(config(state)));
    expect(found).toHaveLength(1);
    expect(found[0]?.title).toContain(words);
  });

  it('is silent about whole snapshots, about work in progress, and about guests of other nodes', () => {
    expect(examine(begun(guest(100, { snapshots: ['s1'] })))).toEqual([]);
    expect(examine(begun(config('prepare'), { state: 'working', because: 'x' }))).toEqual([]);
    expect(examine(begun(config('prepare', { node: 'pve2' })))).toEqual([]);
  });
});

describe('VOL005, the way out', () => {
  const mentions = [...both('thin', 'scsi0', 'vm-100-disk-0'), ...both('thin', 'scsi1', 'vm-100-disk-1')];
  const disks = [thin('vm-100-disk-0'), thin('vm-100-disk-1')];
  const [snap0, snap1] = [thin('snap_vm-100-disk-0_s1'), thin('snap_vm-100-disk-1_s1')];
  const wayOut = (facts: Partial<Sections>) => examine(facts)[0]?.remedy;
  const changing = (facts: Partial<Sections>) =>
    wayOut(facts)?.commands.flatMap((command) =>
      command.kind === 'changes'
        ? [command.argv, ...(command.afterwards === undefined ? [] : [command.afterwards])]
        : [],
    );

  it('says the lock of its task, so that both are one matter', () => {
    const locked = config('delete', { lock: 'snapshot-delete', mentions });
    const [finding] = examine(onLvm(locked, ...disks, snap0, snap1));
    expect(finding?.headline).toMatch(/^is locked \(snapshot-delete\): snapshot "s1" was to be deleted/);
    expect(finding?.evidence.map(({ fact }) => fact)).toContain('lock: snapshot-delete');
  });

  it('looks, takes the lock away, and deletes what every disk has', () => {
    const locked = config('delete', { lock: 'snapshot-delete', mentions });
    const facts = onLvm(locked, ...disks, snap0, snap1);
    expect(vectorsOf(wayOut(facts)?.commands).slice(0, 2)).toEqual([LOOK, ['qm', 'config', '100', '--snapshot', 's1']]);
    expect(changing(facts)).toEqual([
      ['qm', 'unlock', '100'],
      ['qm', 'delsnapshot', '100', 's1'],
    ]);
    expect(linesOf(wayOut(facts)?.commands).at(-1)).toMatch(
      / 1700000000 -c %Y -- \S+100\.conf && .*grep -qw active' pvesm status --storage thin && qm unlock 100 && qm delsnapshot 100 s1$/,
    );
  });

  it('goes on past a disk that never got it, where each disk was seen', () => {
    const prepared = config('prepare', { lock: 'snapshot', mentions });
    expect(changing(onLvm(prepared, ...disks, snap0))).toEqual([
      ['qm', 'unlock', '100'],
      ['qm', 'delsnapshot', '100', 's1', '--force', '1'],
    ]);
    expect(wayOut(onLvm(prepared, ...disks, snap0))?.text).toContain('(scsi1)');
    const ram = config('delete', { mentions: [...mentions, inSection('vmstate', 'thin', 'vm-100-state-s1')] });
    expect(changing(onLvm(ram, ...disks, snap0, snap1))).toEqual([['qm', 'delsnapshot', '100', 's1', '--force', '1']]);
  });

  it('prints nothing that changes while a disk is missing, of whatever section', () => {
    const prepared = config('prepare', { lock: 'snapshot', mentions });
    expect(changing(onLvm(prepared, thin('vm-100-disk-0'), snap0, snap1))).toEqual([]);
    const gone = config('delete', { mentions: [mention('scsi0', 'thin', 'vm-100-disk-0')] });
    expect(changing(onLvm(gone, thin('vm-101-disk-0')))).toEqual([]);
  });

  const CHAIN = 'vm-100-disk-0.qcow2';
  it('names the volume that has the data of a chain whose new disk was never made', () => {
    const chained = config('prepare', { lock: 'snapshot', mentions: both('san', 'scsi0', CHAIN) });
    const kept = volume('san', 'snap_vm-100-disk-0_s1.qcow2');
    const remedy = wayOut(onLvm(chained, kept));
    expect(remedy?.text).toContain('snap_vm-100-disk-0_s1.qcow2 may hold all its data');
    expect(changing(onLvm(chained, kept))).toEqual([]);
    // The new one may be there and empty.
    expect(changing(onLvm(chained, kept, volume('san', CHAIN)))).toEqual([]);
  });

  const FILE = '100/vm-100-disk-0.qcow2';
  const inFiles = (files: Parameters<typeof placeOf>[1]) => {
    const prepared = config('prepare', { lock: 'snapshot', mentions: both('disks', 'scsi0', FILE) });
    return { ...begun(prepared), ...nodeWith([placeOf('directory', files)], prepared) };
  };

  it('knows a chain of files by what stands beside it, and an image that holds its snapshots', () => {
    const kept = stored('100/snap-s1-vm-100-disk-0.qcow2');
    expect(wayOut(inFiles([kept]))?.text).toContain('100/snap-s1-vm-100-disk-0.qcow2 may hold all its data');
    expect(changing(inFiles([kept]))).toEqual([]);
    const top = stored(FILE, { snapshots: [snapshot('s1', { file: kept.name })] });
    expect(changing(inFiles([top]))).toEqual([]);
    const internal = stored(FILE, { snapshots: [snapshot('s1')] });
    expect(changing(inFiles([internal]))?.at(-1)).toEqual(['qm', 'delsnapshot', '100', 's1']);
    expect(changing(inFiles([stored(FILE)]))?.at(-1)).toEqual(['qm', 'delsnapshot', '100', 's1', '--force', '1']);
    expect(changing(inFiles([stored(FILE, { unread: 'Permission denied' })]))).toEqual([]);
  });

  it('prints nothing that changes under the lock of another task, or where nothing was seen', () => {
    expect(changing(onLvm(config('delete', { lock: 'rollback', mentions }), ...disks, snap0, snap1))).toEqual([]);
    expect(changing(begun(config('delete', { mentions })))).toEqual([]);
  });
});
