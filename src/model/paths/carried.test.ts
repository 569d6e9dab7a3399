import { describe, expect, it } from 'vitest';
import {
  active,
  cluster,
  guest,
  guests,
  linear,
  lvmReport,
  mapper,
  mention,
  physicalVolume,
  readingsOf,
  running,
  storage,
  storages,
  volume,
} from '../../../test/checks/examples.ts';
import { host, table } from '../../../test/checks/mount-examples.ts';
import { blocksOf, disk } from '../../../test/checks/path-examples.ts';
import { knownOrNull } from '../reading.ts';
import { carriedBy } from './carried.ts';
import { carriedDo, carriedEvidence, carriedWhom } from './carried-words.ts';

const onSan = guest(100, { mentions: [mention('scsi0', 'san', 'vm-100-disk-0')] });
const onFiles = guest(101, { mentions: [mention('scsi0', 'files', '101/vm-101-disk-0.raw')] });
const STORAGES = storages(
  storage('san', 'san'),
  storage('files', '', { type: 'dir', properties: { path: '/mnt/files' } }),
  storage('local', '', { type: 'dir', properties: { path: '/var/lib/vz' } }),
);

/** What lies on sdb. */
function carried(over: Parameters<typeof readingsOf>[0] = {}) {
  const disks = [disk('sda'), disk('sdb')];
  const sections = {
    ...{ cluster, storage: STORAGES, guests: guests(), running: running(), deviceMapper: mapper() },
    ...{ blockDevices: blocksOf(disks, []), mounts: host(table()), lvm: lvmReport([]) },
    ...over,
  };
  const readings = readingsOf(sections);
  const [stack, blockDevices] = [knownOrNull(readings.stack), knownOrNull(readings.blockDevices)];
  if (stack === null || blockDevices === null) throw new Error('not read');
  return carriedBy(['8:16'], { stack, blockDevices }, readings);
}

describe('what lies on a device', () => {
  it('is nothing and nobody where nothing does', () => {
    const nothing = carried();
    expect(nothing).toMatchObject({ devices: [], groups: [], mounts: [], vmids: [] });
    expect(carriedEvidence(nothing)).toEqual([]);
    expect(carriedWhom(nothing)).toBe('what lies on it');
  });

  it('are guests with volumes there, active or not, and no others of the VG', () => {
    const lv = volume('san', 'vm-100-disk-0');
    const segments = (path: string) =>
      lv.segments.map((segment) => ({ ...segment, devices: [{ name: path, firstExtent: 0 }] }));
    const lvm = lvmReport(
      [
        { ...lv, segments: segments('/dev/sdb') },
        { ...volume('san', 'vm-102-disk-0'), segments: segments('/dev/sda') },
      ],
      {
        pvs: [physicalVolume('san', '/dev/sda'), physicalVolume('san', '/dev/sdb', { minor: 16 })],
      },
    );
    const other = guest(102, { mentions: [mention('scsi0', 'san', 'vm-102-disk-0')] });
    const found = carried({ lvm, guests: guests(onSan, other) });
    expect(found).toMatchObject({ groups: ['san'], vmids: [100] });
    expect(carriedEvidence(found)[0]?.fact).toBe('above it: VG san (storage san), guest 100');
  });

  it('are not guests that live elsewhere or are gone, of which an entry is here', () => {
    const entries = [100, 500].map((vmid, at) =>
      active(volume('san', `vm-${vmid}-disk-0`), at, { table: [linear('8:16', 2048 * (at + 1), 2048)] }),
    );
    const sections = { deviceMapper: mapper(...entries), blockDevices: blocksOf([disk('sdb')], entries) };
    expect(carried({ ...sections, guests: guests({ ...onSan, node: 'pve2' }) })).toMatchObject({
      vmids: [],
      entryVmids: [100, 500],
    });
    expect(carried({ ...sections, guests: guests(onSan) }).vmids).toEqual([100]);
  });

  it('are guests with images in a file system there, and its storage', () => {
    const mounts = host(table('31 20 8:16 / /mnt/files rw,relatime - ext4 /dev/sdb rw'));
    const found = carried({ mounts, guests: guests(onFiles) });
    expect(found).toMatchObject({
      vmids: [101],
      mounts: [{ target: '/mnt/files', storeids: ['files'] }],
    });
    expect(carriedWhom(found)).toBe('guest 101');
    expect(carriedEvidence(found).map(({ fact }) => fact)).toContain(
      'mounted from it: /mnt/files (storage files, guest 101)',
    );
    expect(carriedWhom(carried({ mounts }))).toBe('storage files');
    // Mounted from another disk: the storage is not on this one.
    const elsewhere = host(table('31 20 8:0 / /mnt/files rw,relatime - ext4 /dev/sda rw'));
    expect(carried({ mounts: elsewhere, guests: guests(onFiles) }).vmids).toEqual([]);
  });

  it('is the node itself where its root is there', () => {
    const mounts = host([...table()].map((mount) => ({ ...mount, devNo: '8:16' })));
    const found = carried({ mounts });
    expect(carriedWhom(found)).toBe('this node itself and storage files, local');
    expect(carriedDo(found, 'stops', 'stop')).toMatch(/ local stop$/);
  });

  it('is a btrfs that has one of its devices there, whichever the mount table names', () => {
    const mounts = host(table('31 20 0:31 / /mnt/files rw,relatime - btrfs /dev/sda rw'));
    const devices = [
      { name: 'sda', devNo: '8:0', mapped: '' },
      { name: 'sdb', devNo: '8:16', mapped: '' },
    ];
    const btrfs = { fileSystems: [{ uuid: 'x', label: '', devices, members: [] }], unread: [] };
    expect(carried({ mounts, btrfs, guests: guests(onFiles) }).vmids).toEqual([101]);
  });
});
