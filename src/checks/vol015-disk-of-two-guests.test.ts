import { describe, expect, it } from 'vitest';
import { cluster, given, guest, guests, mention, storage, storages } from '../../test/checks/examples.ts';
import { nodeWith, placeOf, stored } from '../../test/checks/volume-examples.ts';
import type { GuestConfig, VolumeMention } from '../model/guests/pve.ts';
import { vol015 as check } from './vol015-disk-of-two-guests.ts';

const vol015 = given(check);
const DISK = 'vm-100-disk-0';
const disk = mention('scsi0', 'san', DISK);
const san = storage('san', 'san', { shared: true });
const local = storage('local-lvm', 'pve', { type: 'lvmthin', properties: { vgname: 'pve', thinpool: 'data' } });
const owner = (over: Partial<GuestConfig> = {}) => guest(100, { mentions: [disk], ...over });
const other = (one: VolumeMention, over: Partial<GuestConfig> = {}) => guest(101, { mentions: [one], ...over });
const node = (...configs: readonly GuestConfig[]) => ({
  ...{ cluster, guests: guests(...configs), storage: storages(san, storage('again', 'san'), local) },
});
const examine = (...configs: readonly GuestConfig[]) => vol015.examine(node(...configs), {});
const severities = (...configs: readonly GuestConfig[]) => examine(...configs).map(({ harm }) => harm);

describe('VOL015', () => {
  it('is critical where both can start and write, and says what destroying one does', () => {
    const [finding, ...more] = examine(owner(), other({ ...disk, key: 'scsi1' }));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      ...{ harm: 'data', vmid: 100, subject: { kind: 'volume', id: `san:${DISK}` } },
      title: `Guest 100 and guest 101 name one disk, san:${DISK}`,
      remedy: {
        commands: [{ argv: ['qm', 'config', '100'] }, { argv: ['qm', 'config', '101'] }],
      },
    });
    expect(finding?.impact).toContain('Destroying the guest whose number the disk bears deletes it for the other');
  });

  const path = (path: string, resolved: string | null = null): VolumeMention => ({
    ...disk,
    target: { kind: 'path', path, resolved },
  });
  it.each<[string, VolumeMention]>([
    ['another storage of the same VG', mention('scsi0', 'again', DISK)],
    ['its path', path(`/dev/san/${DISK}`)],
    ['its path by device-mapper', path('/dev/mapper/san-vm--100--disk--0')],
    ['a change that is pending', { ...disk, section: 'pending' }],
  ])('knows the disk by %s', (_, one) => expect(severities(owner(), other(one))).toEqual(['data']));

  it.each<[string, VolumeMention, Partial<GuestConfig>]>([
    ['keeps it as unused', { ...disk, key: 'unused0' }, {}],
    ['has it in a snapshot only', { ...disk, section: 'snapshot', snapshot: 's1' }, {}],
    ['is a template', disk, { template: true }],
    ['only reads it', { ...disk, readOnly: true }, {}],
  ])('warns where the other one %s', (_, one, over) => {
    expect(severities(owner(), other(one, over))).toEqual(['operation']);
  });

  it('looks at guests of other nodes on shared storages, each node at its own', () => {
    expect(severities(owner(), other(disk, { node: 'pve2' }))).toEqual(['data']);
    expect(severities(owner({ node: 'pve2' }), other(disk))).toEqual(['data']);
    expect(severities(owner({ node: 'pve2' }), other(disk, { node: 'pve3' }))).toEqual([]);
    const here = mention('scsi0', 'local-lvm', DISK);
    expect(severities(owner({ mentions: [here] }), other(here, { node: 'pve2' }))).toEqual([]);
    expect(severities(owner({ mentions: [here] }), other(here))).toEqual(['data']);
  });

  it.each<[string, readonly GuestConfig[]]>([
    [
      'one guest',
      [owner({ mentions: [disk, { ...disk, section: 'snapshot', snapshot: 's1' }, { ...disk, key: 'scsi1' }] })],
    ],
    [
      'the base of a linked clone',
      [
        owner({ mentions: [mention('scsi0', 'san', 'base-100-disk-0')], template: true }),
        other(mention('scsi0', 'san', 'base-100-disk-0/vm-101-disk-0')),
      ],
    ],
    ['a comment', [owner(), other({ ...disk, certainty: 'maybe' })]],
    [
      'an ISO image',
      [owner({ mentions: [mention('ide2', 'nas', 'iso/a.iso')] }), other(mention('ide2', 'nas', 'iso/a.iso'))],
    ],
    ['two that only read', [owner({ mentions: [{ ...disk, readOnly: true }] }), other({ ...disk, readOnly: true })]],
    ['a volume of the same name elsewhere', [owner(), other(mention('scsi0', 'local-lvm', DISK))]],
    [
      'a storage that is not known',
      [owner({ mentions: [mention('scsi0', 'gone', DISK)] }), other(mention('scsi0', 'gone', DISK))],
    ],
    [
      'the CD-ROM drive of the node',
      [owner({ mentions: [path('/dev/sr0', '/dev/sr0')] }), other(path('/dev/sr0', '/dev/sr0'))],
    ],
    [
      'a directory of containers',
      [owner({ type: 'lxc', mentions: [path('/mnt/films', null)] }), other(path('/mnt/films', null), { type: 'lxc' })],
    ],
  ])('is silent about %s', (_, configs) => expect(examine(...configs)).toEqual([]));

  it('only notes a device of the node, which clusters of guests are given on purpose', () => {
    const lun = (name: string) => path(`/dev/disk/by-id/${name}`, '/dev/sdc');
    expect(severities(owner({ mentions: [lun('wwn-0x1')] }), other(lun('scsi-1')))).toEqual(['housekeeping']);
    expect(severities(owner({ mentions: [lun('wwn-0x1')] }), other(path('/dev/disk/by-id/x', '/dev/sdd')))).toEqual([]);
  });

  it('knows a file by its directory, whatever storages mean it', () => {
    const file = '100/vm-100-disk-0.qcow2';
    const place = placeOf('directory', [stored(file)], { storeids: ['disks', 'twin'] });
    const found = (one: VolumeMention) =>
      vol015.examine(nodeWith([place], owner({ mentions: [mention('scsi0', 'disks', file)] }), other(one)), {});
    expect(found(mention('scsi0', 'twin', file))).toMatchObject([{ harm: 'data' }]);
    expect(found(path(`/mnt/disks/images/${file}`))).toMatchObject([{ harm: 'data' }]);
    expect(found(mention('scsi0', 'twin', '101/vm-101-disk-0.qcow2'))).toEqual([]);
  });
});
