import { describe, expect, it } from 'vitest';
import {
  active,
  cluster,
  device,
  guest,
  guests,
  linear,
  lvmReport,
  mapper,
  mention,
  physicalVolume,
  readingsOf,
  storage,
  storages,
  target,
  volume,
  volumeGroup,
} from '../../../test/checks/examples.ts';
import { expected, expecting, host, nfsLine, table } from '../../../test/checks/mount-examples.ts';
import {
  blocksOf,
  disk,
  disksWith,
  entryOn,
  map,
  mapStatus,
  session,
  statuses,
} from '../../../test/checks/path-examples.ts';
import type { BlockDevice } from '../device-mapper/block-devices.ts';
import type { VolumeMention } from '../guests/pve.ts';
import type { Sections } from '../snapshot.ts';
import { aboveOf } from './above.ts';
import { findLayers } from './find-layers.ts';
import type { Layers } from './layers.ts';

const DISKS = [disk('sda'), disk('sdb', { session: 'session1' })];
const ENTRY = entryOn('253:0');

const NODE: Partial<Sections> = {
  deviceMapper: mapper(map(), ENTRY),
  blockDevices: blocksOf(DISKS, [map(), ENTRY]),
  targetStatuses: statuses([map()], mapStatus({ '8:0': 'A', '8:16': 'F' })),
  disks: disksWith(DISKS, { sessions: [session('session1', '10.9.0.2:3260')] }),
  guests: guests(guest(100, { mentions: [mention('scsi0', 'fast', 'vm-100-disk-0')] })),
  storage: storages(storage('fast', 'san')),
  cluster,
};

function layersWith(over: Partial<Sections> = {}, unread: readonly string[] = []): Layers {
  const sections = Object.entries({ ...NODE, ...over }).filter(([name]) => !unread.includes(name));
  const { layers } = readingsOf(Object.fromEntries(sections));
  if (layers.state !== 'known') throw new Error(JSON.stringify(layers));
  return layers.value;
}

/** `id condition`, from the disks of guest 100 down. */
function drawn(layers: Layers): readonly string[] {
  const found = findLayers('100', layers);
  return 'roots' in found ? layers.from(found.roots).map(({ id, condition }) => `${id} ${condition}`) : [];
}

const DISK = 'guest:100/scsi0/fast:vm-100-disk-0';

const onFiles = (mounts: Sections['mounts'], over: Partial<Sections> = {}): Layers =>
  layersWith({
    guests: guests(guest(100, { mentions: [mention('scsi0', 'nas', '100/vm-100-disk-0.qcow2')] })),
    storage: storages({
      ...storage('nas', ''),
      ...{ type: 'nfs', properties: { server: '10.9.0.2', export: '/a', path: '/mnt/pve/nas' } },
    }),
    expectedMounts: expecting(expected('/mnt/pve/nas', { source: '10.9.0.2:/a', fsType: 'nfs' })),
    mounts,
    ...over,
  });

describe('the way down', () => {
  it('goes by the map to each path and its session', () => {
    expect(drawn(layersWith())).toEqual([
      `${DISK} fine`,
      'dev:253:7 fine',
      'dev:253:0 wrong',
      'dev:8:0 fine',
      'dev:8:16 wrong',
      'session:session1 fine',
    ]);
  });

  it('ends at a number that no device has any more', () => {
    expect(drawn(layersWith({ blockDevices: blocksOf([disk('sdb')], [map(), ENTRY]) }))).toContain('dev:8:0 wrong');
  });

  it('goes by LVM’s metadata where a volume is not active, and ends where LVM does not know it', () => {
    const san = volume('san', 'vm-100-disk-0');
    const lvm = lvmReport([san], {
      vgs: [volumeGroup('san', { lvCount: 1 })],
      pvs: [physicalVolume('san')],
    });
    const inactive = { deviceMapper: mapper(), blockDevices: blocksOf(DISKS, []) };
    expect(drawn(layersWith({ ...inactive, lvm }))).toEqual([
      `${DISK} fine`,
      'lv:san/vm-100-disk-0 fine',
      'dev:8:0 fine',
    ]);
    const without = { ...lvm, lvs: [] };
    expect(drawn(layersWith({ ...inactive, lvm: without }))).toContain('lv:san/vm-100-disk-0 wrong');
    // LVM leaves a whole group out without a word.
    expect(drawn(layersWith({ ...inactive, lvm: { ...without, vgs: [] } }))).toContain('lv:san/vm-100-disk-0 unknown');
    expect(drawn(layersWith(inactive, ['lvm']))).toContain('lv:san/vm-100-disk-0 unknown');
  });

  it('goes by the file system of a file to its server', () => {
    expect(drawn(onFiles(host(table(nfsLine('/mnt/pve/nas')))))).toEqual([
      'guest:100/scsi0/nas:100/vm-100-disk-0.qcow2 fine',
      'file:/mnt/pve/nas/images/100/vm-100-disk-0.qcow2 fine',
      'mount:/mnt/pve/nas fine',
      'server:10.9.0.2:2049 unknown',
    ]);
  });

  it('never draws the disk beneath a mount point in place of what is not mounted', () => {
    const missing = drawn(onFiles(host(table())));
    expect(missing).toContain('mount:/mnt/pve/nas wrong');
    expect(missing.some((line) => line.startsWith('dev:'))).toBe(false);
  });

  it.each([
    ['disks', 'dev:253:0 unknown'],
    ['targetStatuses', 'dev:253:0 unknown'],
    ['storage', `${DISK} unknown`],
  ] as const)('says what is not known without %s', (name, line) => {
    expect(drawn(layersWith({}, [name]))).toContain(line);
  });

  it('does not know where a storage of another kind keeps its volumes', () => {
    const layers = layersWith({ storage: storages({ ...storage('fast', ''), type: 'rbd', properties: {} }) });
    expect(layers.at(DISK)).toMatchObject({ condition: 'unknown', unseen: [expect.stringContaining('rbd')] });
  });

  it('follows a disk that a guest has as a whole', () => {
    const path: VolumeMention = { ...mention('scsi1', '', ''), target: { kind: 'path', path: '/dev/sdb' } };
    const layers = layersWith({ guests: guests(guest(100, { mentions: [path] })) });
    expect(drawn(layers)).toContain('dev:8:16 wrong');
  });

  it('goes through md, and says where it cannot', () => {
    const md = { kernelName: 'md0', devNo: '9:0', sizeSectors: 8, backing: '' };
    const blocks = new Map(blocksOf(DISKS, []).devices).set('9:0', {
      ...{ devNo: '9:0', kernelName: 'md0', holders: [], state: '', disk: null, wwid: '' },
    });
    const over = (slaves: readonly string[] | null) => ({
      ...{ deviceMapper: mapper(), blockDevices: { devices: blocks } },
      disks: disksWith(DISKS, { stacked: [{ ...md, slaves }] }),
    });
    expect(layersWith(over(['sda'])).at('dev:9:0')).toMatchObject({ what: 'md', below: ['dev:8:0'], unseen: [] });
    expect(layersWith(over(null)).at('dev:9:0')).toMatchObject({ below: [], unseen: [expect.stringContaining('md0')] });
  });

  it('ends where a table leads back to itself', () => {
    const loop = device('loop', 1, { table: [linear('253:1', 0, 8)] });
    const layers = layersWith({ deviceMapper: mapper(loop), blockDevices: blocksOf([], [loop]) });
    expect(layers.from(['dev:253:1'])).toHaveLength(1);
    expect(aboveOf(['dev:253:1'], layers).guests).toEqual([]);
  });
});

describe('what was asked for', () => {
  it.each([
    ['fast:vm-100-disk-0', [DISK]],
    ['san/vm-100-disk-0', ['dev:253:7']],
    ['/dev/san/vm-100-disk-0', ['dev:253:7']],
    ['vm-100-disk-0', ['dev:253:7']],
    ['mpatha', ['dev:253:0']],
    ['sda', ['dev:8:0']],
    ['/dev/sda', ['dev:8:0']],
    ['8:16', ['dev:8:16']],
    ['session1', ['session:session1']],
  ])('is found as %s', (word, roots) => {
    expect(findLayers(word, layersWith())).toMatchObject({ roots });
  });

  it('is a pool by the name that LVM gives it, not what only holds that name', () => {
    const pool = volume('pve', 'data');
    const holder = active(pool, 2, { name: 'pve-data', uuid: `${active(pool, 2).uuid}-pool` });
    const thin = active(pool, 1, {
      ...{ name: 'pve-data-tpool', uuid: `${active(pool, 1).uuid}-tpool` },
      table: [target('thin-pool', 8, '8:0', '8:16')],
    });
    const layers = layersWith({ deviceMapper: mapper(thin, holder), blockDevices: blocksOf(DISKS, [thin, holder]) });
    expect(findLayers('pve/data', layers)).toMatchObject({ roots: ['dev:253:1'] });
  });

  it('names the nearest where it is not there', () => {
    expect(findLayers('fast:vm-100-disk-9', layersWith())).toEqual({ nearest: ['fast:vm-100-disk-0'] });
    expect(findLayers('101', layersWith())).toEqual({ nearest: ['100'] });
    expect(findLayers('nothing-like-it', layersWith())).toEqual({ nearest: [] });
  });
});

describe('the way up', () => {
  it('names VGs, storages, guests and bytes', () => {
    expect(aboveOf(['dev:8:0'], layersWith())).toEqual({
      groups: [{ vgName: 'san', storages: ['fast'] }],
      mounts: [],
      guests: [{ vmid: 100, name: expect.any(String), disks: ['fast:vm-100-disk-0'] }],
      volumeBytes: 16_384 * 512,
    });
  });

  it('names a guest whose entry no configuration knows', () => {
    expect(aboveOf(['dev:8:0'], layersWith({ guests: guests() })).guests).toEqual([{ vmid: 100, name: '', disks: [] }]);
  });

  it('names the mounts of files, and their storages', () => {
    expect(aboveOf(['server:10.9.0.2:2049'], onFiles(host(table(nfsLine('/mnt/pve/nas')))))).toMatchObject({
      mounts: [{ target: '/mnt/pve/nas', storages: ['nas'] }],
      guests: [{ vmid: 100 }],
    });
  });

  it('of one partition leaves out what lies on another one', () => {
    const partition = (devNo: string, kernelName: string): [string, BlockDevice] => [
      devNo,
      { devNo, kernelName, holders: [], state: '', disk: 'sda', wwid: '' },
    ];
    const onTwo = entryOn('8:2');
    const devices = new Map([...blocksOf(DISKS, [onTwo]).devices, partition('8:1', 'sda1'), partition('8:2', 'sda2')]);
    const layers = layersWith({ deviceMapper: mapper(onTwo), blockDevices: { devices } });
    expect(aboveOf(['dev:8:1'], layers).guests).toEqual([]);
    expect(aboveOf(['dev:8:2'], layers).guests).toHaveLength(1);
    expect(aboveOf(['dev:8:0'], layers).guests).toHaveLength(1);
  });
});

it('is not known where device-mapper is not', () => {
  expect(readingsOf({ blockDevices: blocksOf([], []) }).layers.state).toBe('unreadable');
});
