import { describe, expect, it } from 'vitest';
import { acrossOf, groupOn, lunDisk, openVolume } from '../../test/checks/cluster-examples.ts';
import {
  active,
  cluster,
  given,
  groupsWith,
  guest,
  guests,
  lvmReport,
  mapper,
  mention,
  physicalVolume,
  quiet,
  reasonsOf,
  running,
  storage,
  storages,
  textOf,
  volume,
} from '../../test/checks/examples.ts';
import { aRecord } from '../../test/data/node-records.ts';
import type { AcrossNodes } from '../model/cluster/across-nodes.ts';
import type { LogicalVolume } from '../model/lvm/lvm.ts';
import type { HostName } from '../model/needs/host-names.ts';
import { absent, known, type Reading } from '../model/reading.ts';
import type { Sections } from '../model/snapshot.ts';
import { lv001 as check } from './lv001-unreferenced-volume.ts';

const lv001 = given(check);

type Given = Partial<Sections>;

const lv = volume('san', 'vm-601-disk-0');

const facts = (given: Given) => ({
  lvm: lvmReport([lv]),
  deviceMapper: mapper(),
  guests: guests(guest(100)),
  storage: storages(storage('fast', 'san')),
  cluster,
  running: running(),
  activity: quiet,
  groups: groupsWith(),
  finishedTasks: { tasks: [] },
  ...given,
});

const examine = (given: Given = {}, acrossNodes: Reading<AcrossNodes> = absent('no cluster')) =>
  lv001.examine(facts(given), { acrossNodes });

describe('a volume that the node itself may need', () => {
  const named = (over: Partial<HostName> = {}): HostName => ({
    ...{ file: '/etc/fstab', line: 3, text: '/dev/san/vm-601-disk-0', path: '/dev/san/vm-601-disk-0', resolved: null },
    ...over,
  });

  it('is none that nobody needs where a file of the node names it', () => {
    expect(examine()).toHaveLength(1);
    expect(examine({ hostNames: { names: [named()], gaps: [] } })).toEqual([]);
    const byUuid = `/dev/disk/by-id/dm-uuid-LVM-${lv.vgUuid}${lv.lvUuid}`;
    expect(examine({ hostNames: { names: [named({ path: byUuid })], gaps: [] } })).toEqual([]);
  });

  it('is not judged where such a file could not be read, or names what leads nowhere now', () => {
    const unjudged = (given: Given) => {
      expect(examine(given)).toEqual([]);
      return lv001.unjudged(facts(given)).join();
    };
    const gap = unjudged({ hostNames: { names: [], gaps: ['/etc/crypttab: access denied'] } });
    expect(gap).toContain('/etc/crypttab: access denied');
    const nowhere = unjudged({ hostNames: { names: [named({ text: 'UUID=aa', path: null })], gaps: [] } });
    expect(nowhere).toContain('/etc/fstab, line 3 names UUID=aa, which leads nowhere now and may be on it');
  });
});

/** Another node that has the volume active. */
const usedOn = (openCount: number, disk = lunDisk()) => {
  const group = (on: typeof disk, open: readonly number[]) =>
    groupOn('san', on, {
      vgUuid: lv.vgUuid,
      volumes: open.map((count) => openVolume(lv.lvName, { lvUuid: lv.lvUuid, openCount: count })),
    });
  return known(
    acrossOf([
      aRecord('pve1', { groups: [group(lunDisk(), [])] }),
      aRecord('pve2', { groups: [group(disk, [openCount])] }),
    ]),
  );
};

describe('LV001', () => {
  it('says that another node uses the volume; what no node tells changes nothing', () => {
    const [finding] = examine({}, usedOn(1));
    expect(finding).toMatchObject({
      title: 'san/vm-601-disk-0 is inactive here, and no configuration names it, but it is open on pve2',
      remedy: { text: 'It is in use: find out what uses it on pve2.', commands: [] },
    });
    expect(examine({}, usedOn(0))[0]?.title).toContain('but it is active on pve2');
    expect(examine({}, usedOn(1, lunDisk(2)))).toEqual(examine());
    expect(examine({}, known(acrossOf([aRecord('pve1'), aRecord('pve2')])))).toEqual(examine());
  });

  it('reports an inactive guest volume that no configuration names, and offers nothing', () => {
    const [finding] = examine();
    expect(finding).toMatchObject({
      harm: 'housekeeping',
      subject: { kind: 'volume', id: 'san/vm-601-disk-0' },
      title: 'san/vm-601-disk-0 is inactive, and no configuration names it',
      repairAction: null,
      certainty: 'certain',
      vmid: 601,
    });
    expect(finding && textOf(finding)).toContain('no node has a guest 601');
    expect(finding?.remedy.text).toContain('never deletes a volume');
    expect(finding?.remedy.text).toContain('not what may go');
    expect(finding?.remedy.commands).toEqual([]);
  });

  it('is only maybe right when its guest is on another node', () => {
    expect(examine({ guests: guests(guest(601, { node: 'pve2' })) })[0]?.certainty).toBe('maybe');
    expect(examine({ guests: guests(guest(601)) })[0]?.certainty).toBe('certain');
  });

  it('says that another program may own a VG that no storage names', () => {
    const text = examine({ storage: storages() })[0]?.remedy.text;
    expect(text).toContain('No storage of Proxmox VE names VG san');
  });

  it('is silent about a VG that no storage can mean, which LV003 says', () => {
    const groups = groupsWith({ [lv.vgUuid]: { why: 'unnamed', because: '' } });
    expect(examine({ groups })).toEqual([]);
  });

  it('does not judge a volume of a VG of which LVM leaves out a device', () => {
    const lvm = lvmReport([lv], { leftOut: [{ path: '/dev/loop1', pvUuid: physicalVolume('san').pvUuid }] });
    expect(examine({ lvm })).toEqual([]);
    expect(reasonsOf(lv001.unjudged?.(facts({ lvm })))[0]).toContain('leaves out /dev/loop1');
  });

  it('spares a volume that others read through, and not the origin of a thin snapshot', () => {
    const child = (over: Partial<LogicalVolume>) => volume('san', 'vm-602-disk-0', { origin: lv.lvName, ...over });
    const found = (origin: LogicalVolume, snapshot: LogicalVolume) =>
      examine({ lvm: lvmReport([origin, snapshot]) }).map(({ subject }) => subject.id);
    expect(found(lv, child({ poolLv: 'data' }))).toEqual(['san/vm-602-disk-0']);
    expect(found(lv, child({ layout: ['snapshot'] }))).toEqual(['san/vm-602-disk-0']);
    const thin = { ...lv, poolLv: 'data' };
    expect(found(thin, child({ poolLv: 'data' }))).toEqual(['san/vm-601-disk-0', 'san/vm-602-disk-0']);
    expect(found(thin, child({ poolLv: 'other' }))).toEqual(['san/vm-602-disk-0']);
  });

  it('is silent about a volume that a configuration names, whoever’s', () => {
    const borrower = guest(100, { mentions: [mention('scsi1', 'fast', 'vm-601-disk-0')] });
    expect(examine({ guests: guests(borrower) })).toEqual([]);
  });

  it('does not judge a volume that is active under the UUID of a VG that was merged or split elsewhere', () => {
    const old = active({ ...lv, vgUuid: volume('old', 'x').vgUuid, vgName: 'old' }, 0);
    expect(examine({ deviceMapper: mapper(old) })).toEqual([]);
    expect(lv001.unjudged?.(facts({ deviceMapper: mapper(old) }))).toEqual([
      'san/vm-601-disk-0: entry old-vm--601--disk--0 of this node has its UUID',
    ]);
  });

  it.each([
    ['its guest’s configuration is not whole', guest(601, { incomplete: 'it has no rootfs' })],
    ['a comment that names it', guest(100, { rawNames: ['vm-601-disk-0'] })],
    ['a storage that is not configured', guest(100, { mentions: [mention('scsi1', 'lost', 'vm-601-disk-0')] })],
  ])('does not judge a volume because of %s', (_, config) => {
    expect(examine({ guests: guests(config) })).toEqual([]);
    expect(reasonsOf(lv001.unjudged?.(facts({ guests: guests(config) })))).toHaveLength(1);
    expect(reasonsOf(lv001.unjudged?.(facts({})))).toEqual([]);
  });

  it('is silent about active volumes, those in change, internal ones, and names that are no guest’s', () => {
    expect(examine({ deviceMapper: mapper(active(lv, 0)) })).toEqual([]);
    const changed = { devices: [], changedMeanwhile: ['san-vm--601--disk--0'] };
    expect(examine({ deviceMapper: changed })).toEqual([]);
    expect(reasonsOf(lv001.unjudged?.(facts({ deviceMapper: changed })))).toEqual([]);
    expect(examine({ lvm: lvmReport([{ ...lv, role: ['private'] }, volume('san', 'root')]) })).toEqual([]);
  });

  it('is silent while a lock, a task or a deletion concerns the volume', () => {
    const task = { upid: 'UPID:x', type: 'qmmove', id: '601', vmids: [601], user: 'root@pam' };
    const deletion = { ...task, type: 'imgdel', id: '', vmids: [] };
    const del = lvmReport([volume('san', 'del-vm-601-disk-0')]);
    expect(examine({ guests: guests(guest(601, { lock: 'clone' })) })).toEqual([]);
    expect(examine({ activity: { tasks: [task], locks: [] } })).toEqual([]);
    expect(examine({ lvm: del, activity: { tasks: [deletion], locks: [] } })).toEqual([]);
    expect(examine({ lvm: del })).toHaveLength(1);
    expect(examine({ activity: { tasks: [deletion], locks: [] } })).toHaveLength(1);
    const lock = { path: '/etc/pve/priv/lock/storage-fast', vmid: null, storeid: 'fast', pid: null };
    expect(examine({ activity: { tasks: [], locks: [lock] } })).toEqual([]);
    const both = storages(storage('other', 'san'), storage('fast', 'san'));
    expect(examine({ storage: both, activity: { tasks: [], locks: [lock] } })).toEqual([]);
  });
});
