import { describe, expect, it } from 'vitest';
import { guest, mention } from '../../test/checks/examples.ts';
import { placeOf, stored } from '../../test/checks/volume-examples.ts';
import { type HostContents, memoryHost } from '../host/memory-host.ts';
import type { GuestConfig } from '../model/guests/pve.ts';
import type { SeenMount } from '../model/mounts/mounts.ts';
import { known, unreadable } from '../model/reading.ts';
import type { VolumePlace } from '../model/volumes/volumes.ts';
import { parseProcessStat } from '../parse/processes.ts';
import { collectVolumeUsers } from './volume-users.ts';

const FILE = '104/vm-104-disk-0.qcow2';
const place = (kind: VolumePlace['kind'], name = FILE): VolumePlace =>
  placeOf(kind, [stored(name, kind === 'directory' ? { identity: '8:1 77' } : {})]);
const KVM = parseProcessStat(`4711 (kvm) S 1 ${'0 '.repeat(48)}`).value;
const processes = known({ byPid: new Map(KVM === null ? [] : [[4711, KVM] as const]) });
const NODE: HostContents = { openFiles: [], directories: { '/sys/block': ['sda', 'loop0'] } };

const collect = (
  places: readonly VolumePlace[],
  contents: HostContents = NODE,
  configs: readonly GuestConfig[] = [],
  mounts: readonly SeenMount[] = [],
) => collectVolumeUsers(memoryHost(contents), { places, configs, mounts, processes });

const used = (where: VolumePlace, name: string, what: string) => known([{ placeId: where.id, name, what }]);

describe('a file that nobody names', () => {
  const disks = place('directory');
  const path = `${disks.where}/${FILE}`;

  it.each([
    ['open by its inode, through another name', [[4711, 77, '/other/name.qcow2']] as const],
    ['open by its path', [[4711, 0, path]] as const],
    ['a directory that somebody works in', [[4711, 0, `${path}/deeper`]] as const],
  ])('is used: %s', async (_, openFiles) => {
    expect(await collect([disks], { ...NODE, openFiles })).toEqual(used(disks, FILE, 'process 4711 (kvm)'));
  });

  it('is used beneath a loop device, also where it was deleted and made anew', async () => {
    for (const text of [path, `${path} (deleted)`])
      expect(await collect([disks], { ...NODE, files: { '/sys/block/loop0/loop/backing_file': `${text}\n` } })).toEqual(
        used(disks, FILE, 'loop device loop0'),
      );
  });

  it('is used by an export of the kernel’s target', async () => {
    const files = { '/sys/kernel/config/target/core/fileio_0/disk/udev_path': `${path}\n` };
    expect(await collect([disks], { ...NODE, files })).toEqual(
      used(disks, FILE, 'the export fileio_0/disk of this node'),
    );
  });

  it('is not used by what has another file open', async () => {
    const openFiles = [
      [4711, 78, '/x'],
      [4711, 0, `${path}.old`],
    ] as const;
    expect(await collect([disks], { ...NODE, openFiles })).toEqual(known([]));
  });

  it.each<[string, HostContents]>([
    ['an older capture, which did not look', { directories: NODE.directories ?? {} }],
    ['open files that may not be read', { ...NODE, openFiles: { unreadable: 'denied' } }],
    ['no list of devices', { openFiles: [] }],
    [
      'a loop device that cannot be read',
      { ...NODE, files: { '/sys/block/loop0/loop/backing_file': { unreadable: 'failed' } } },
    ],
  ])('has users that nobody knows: %s', async (_, contents) => {
    expect((await collect([disks], contents)).state).not.toBe('known');
  });

  it('has users that nobody knows without the list of processes', async () => {
    const gone = unreadable({ kind: 'denied', source: '/proc', detail: 'EACCES' });
    const sources = { places: [disks], configs: [], mounts: [], processes: gone };
    expect(await collectVolumeUsers(memoryHost(NODE), sources)).toBe(gone);
  });
});

it('nothing is read where every volume is named', async () => {
  const config = guest(104, { mentions: [mention('scsi0', 'disks', FILE)] });
  expect(await collect([place('directory')], {}, [config])).toEqual(known([]));
});

describe('a volume of ZFS that nobody names', () => {
  it('is used where its device is open', async () => {
    const tank = place('zfs', 'vm-104-disk-0');
    const links = { [`/dev/zvol/${tank.where}/vm-104-disk-0`]: '../../zd16' };
    expect(await collect([tank], { ...NODE, links, openFiles: [[4711, 0, '/dev/zd16']] })).toEqual(
      used(tank, 'vm-104-disk-0', 'process 4711 (kvm)'),
    );
  });

  it('is used where somebody works in the directory that it is mounted on', async () => {
    const name = 'subvol-104-disk-0';
    const tank = place('zfs', name);
    const mounts = [{ source: `${tank.where}/${name}`, target: `/pool/${name}` }] as unknown as readonly SeenMount[];
    expect(await collect([tank], { ...NODE, openFiles: [[4711, 0, `/pool/${name}/srv`]] }, [], mounts)).toEqual(
      used(tank, name, 'process 4711 (kvm)'),
    );
  });
});
