import { describe, expect, it } from 'vitest';
import {
  active,
  cluster,
  guest,
  guests,
  mapper,
  mention,
  readingsOf,
  running,
  storage,
  storages,
  volume,
} from '../../test/checks/examples.ts';
import { host, table } from '../../test/checks/mount-examples.ts';
import { blocksOf, disk, disksWith, entryOn, map, mapStatus, statuses } from '../../test/checks/path-examples.ts';
import type { Diagnosis } from '../model/check.ts';
import type { SectionReadings } from '../model/derived.ts';
import type { PoolStatus } from '../model/paths/zfs-pools.ts';
import type { Sections } from '../model/snapshot.ts';
import { judgedHere } from './hit.ts';

const DISKS = [disk('sda'), disk('sdb')];
const ENTRY = entryOn('253:0');

const scsi0 = mention('scsi0', 'fast', 'vm-100-disk-0');

const NODE: Partial<Sections> = {
  deviceMapper: mapper(map(), ENTRY),
  blockDevices: blocksOf(DISKS, [map(), ENTRY]),
  targetStatuses: statuses([map()], mapStatus({ '8:0': 'A', '8:16': 'F' })),
  disks: disksWith(DISKS),
  guests: guests(guest(100, { mentions: [scsi0] }), guest(101)),
  storage: storages(storage('fast', 'san')),
  running: running(100, 101),
  cluster,
};

const found = (over: Partial<Diagnosis>): Diagnosis => ({
  ...{ code: 'PATH001', harm: 'data', subject: { kind: 'device', id: 'mpatha' }, title: '', headline: '' },
  ...{ evidence: [], impact: '', remedy: { text: '', commands: [] }, repairAction: null, certainty: 'certain' },
  ...{ vmid: null, vmids: [], hits: null },
  ...over,
});

function hit(over: Partial<Sections> = {}, diagnosis: Partial<Diagnosis> = {}, hidden: readonly string[] = []) {
  const sections = Object.entries({ ...NODE, ...over }).filter(([name]) => !hidden.includes(name));
  const readings: SectionReadings = readingsOf(Object.fromEntries(sections));
  const { severity, guests: vmids, guestsKnown } = judgedHere(readings)(found(diagnosis));
  return { severity, vmids, guestsKnown };
}

describe('whom a finding hits', () => {
  it('is who has a disk on it, by the way down', () => {
    expect(hit()).toEqual({ severity: 'critical', vmids: [100], guestsKnown: true });
    expect(hit({}, { subject: { kind: 'device', id: 'sdb' }, harm: 'redundancy' })).toMatchObject({ vmids: [100] });
    expect(hit({}, { subject: { kind: 'volume-group', id: 'san' } })).toMatchObject({ vmids: [100] });
  });

  it('is critical only while one of them runs', () => {
    expect(hit({ running: running(101) })).toMatchObject({ severity: 'warning', vmids: [100] });
    expect(hit({ running: running() }, { harm: 'housekeeping' })).toMatchObject({ severity: 'notice' });
  });

  it('is nobody who keeps it as unused, or lives on another node', () => {
    const unused = guests(guest(100, { mentions: [mention('unused0', 'fast', 'vm-100-disk-0')] }));
    expect(hit({ guests: unused })).toMatchObject({ severity: 'warning', vmids: [100] });
    const elsewhere = guests(guest(100, { node: 'pve2', mentions: [scsi0] }), guest(101));
    expect(hit({ guests: elsewhere, running: running(101) })).toMatchObject({ severity: 'warning', vmids: [] });
  });

  it('is never critical for a disk of a guest that is gone', () => {
    const gone = { guests: guests(guest(101)), running: running(101) };
    expect(hit(gone)).toEqual({ severity: 'warning', vmids: [100], guestsKnown: true });
    const named = { subject: { kind: 'device', id: ENTRY.name }, vmid: 100, vmids: [100] } as const;
    expect(hit(gone, named)).toMatchObject({ severity: 'warning', vmids: [100] });
  });

  it('is only what is lost where a check says that', () => {
    const two = active(volume('san', 'vm-101-disk-0'), 9);
    const group = { subject: { kind: 'volume-group', id: 'san' } } as const;
    const node = {
      deviceMapper: mapper(map(), ENTRY, two),
      blockDevices: blocksOf(DISKS, [map(), ENTRY, two]),
      guests: guests(
        guest(100, { mentions: [scsi0] }),
        guest(101, { mentions: [mention('scsi0', 'fast', 'vm-101-disk-0')] }),
      ),
    };
    expect(hit(node, group).vmids).toEqual([100, 101]);
    expect(hit(node, { ...group, hits: [{ kind: 'volume', id: 'san/vm-101-disk-0' }] }).vmids).toEqual([101]);
  });

  it('gets no milder where it could not be read who lies on it, or what runs', () => {
    for (const section of ['guests', 'storage', 'blockDevices'])
      expect(hit({}, {}, [section]), section).toMatchObject({ severity: 'critical', guestsKnown: false });
    expect(hit({}, {}, ['running'])).toMatchObject({ severity: 'critical', vmids: [100] });
    // Nothing at all runs on this node: then no guest that is hidden does.
    expect(hit({ running: running() }, {}, ['guests'])).toMatchObject({ severity: 'warning', guestsKnown: false });
  });
});

describe('a leg of something that has others', () => {
  it('takes nobody’s data with it, and names whose redundancy', () => {
    const path = { subject: { kind: 'device', id: 'sdb' } } as const;
    expect(hit({}, { ...path, harm: 'data' })).toEqual({ severity: 'warning', vmids: [100], guestsKnown: true });
    expect(hit({}, { ...path, harm: 'redundancy' })).toEqual({ severity: 'warning', vmids: [100], guestsKnown: true });
  });

  describe('layers that keep their data without a part', () => {
    const FILES = storages(storage('files', '', { type: 'dir', properties: { path: '/mnt/files' } }));
    const onFiles = guests(guest(100, { mentions: [mention('scsi0', 'files', '100/vm-100-disk-0.raw')] }));
    const status: PoolStatus = {
      ...{ state: 'DEGRADED', scan: '', scrubErrors: 0, dataErrors: '' },
      devices: [
        {
          ...{ name: '/dev/sdb', state: 'ONLINE', use: 'data', read: '0', write: '0', checksum: '0' },
          ...{ note: '', depth: 1 },
        },
      ],
    };
    const pool = (state: string) => ({ pools: [{ name: 'tank', state, status }], statusUnread: '' });
    const onZfs = (target: string) => ({
      ...{ storage: FILES, guests: onFiles, deviceMapper: mapper(), blockDevices: blocksOf(DISKS, []) },
      mounts: host(table(`31 20 0:31 / ${target} rw,relatime - zfs tank/files rw`)),
    });

    it('are those of a pool of ZFS: the pool hits who is in it, and a disk of it who would be next', () => {
      const zfs = { ...onZfs('/mnt/files'), zfsPools: pool('SUSPENDED') };
      expect(hit(zfs, { code: 'PATH013', subject: { kind: 'device', id: 'tank' } })).toMatchObject({
        ...{ severity: 'critical', vmids: [100] },
      });
      expect(hit(zfs, { subject: { kind: 'device', id: 'sdb' } })).toMatchObject({ severity: 'warning', vmids: [100] });
    });

    it('are the node’s own where its root is in the pool', () => {
      const zfs = { ...onZfs('/'), zfsPools: pool('SUSPENDED'), running: running() };
      expect(hit(zfs, { subject: { kind: 'device', id: 'tank' } })).toMatchObject({ severity: 'critical' });
    });

    it('are those of an array: one that failed hits whose images are in its file system', () => {
      const md0 = { devNo: '9:0', kernelName: 'md0', holders: [], state: '', disk: 'md0', wwid: '' };
      const md = {
        ...{ storage: FILES, guests: onFiles, deviceMapper: mapper() },
        blockDevices: { devices: new Map([...blocksOf(DISKS, []).devices, [md0.devNo, md0]]) },
        mounts: host(table('31 20 9:0 / /mnt/files rw,relatime - ext4 /dev/md0 rw')),
      };
      const subject = { kind: 'device', id: 'md0' } as const;
      expect(hit(md, { subject })).toMatchObject({ severity: 'critical', vmids: [100] });
      expect(hit({ ...md, running: running() }, { subject })).toMatchObject({ severity: 'warning', vmids: [100] });
    });
  });
});
