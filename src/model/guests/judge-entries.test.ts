import { describe, expect, it } from 'vitest';
import { factsOf, physicalVolume } from '../../../test/checks/examples.ts';
import type { DmDevice } from '../device-mapper/device-mapper.ts';
import type { Lvm } from '../lvm/lvm.ts';
import type { GuestConfig, HeldLock, RunningGuest, Task, VolumeMention } from './pve.ts';

const VG_UUID = 'V'.repeat(32);
const lvUuid = (letter: string) => letter.repeat(32);

const device = (name: string, uuid = '', minor = 1): DmDevice => ({
  ...{ name, uuid, minor, major: 253, openCount: 0, suspended: false, readOnly: false },
  table: [{ start: 0, length: 8192, type: 'linear', args: ['8:3', String(minor * 8192)] }],
});

const scsi0 = (volname: string, storeid = 'san'): VolumeMention => ({
  ...{ key: 'scsi0', section: 'current', snapshot: '', certainty: 'certain' },
  target: { kind: 'volid', storeid, volname },
});

const guest = (vmid: number, node = 'pve1', mentions: readonly VolumeMention[] = [], lock = ''): GuestConfig => ({
  ...{
    vmid,
    node,
    lock,
    mentions,
    type: 'qemu',
    name: '',
    template: false,
    protection: false,
    snapshots: [],
    unfinished: [],
    incomplete: '',
  },
  ...{ rawNames: [], problems: [] },
  path: `/etc/pve/nodes/${node}/qemu-server/${vmid}.conf`,
});

interface Situation {
  readonly devices: readonly DmDevice[];
  readonly configs?: readonly GuestConfig[];
  readonly running?: readonly RunningGuest[];
  readonly tasks?: readonly Task[];
  readonly locks?: readonly HeldLock[];
  readonly lvm?: Lvm | null;
  readonly storages?: readonly string[];
  readonly changed?: readonly string[];
}

function entryOf(situation: Situation) {
  const { devices, configs = [], running = [], tasks = [], locks = [] } = situation;
  const { storages = ['san'], changed = [], lvm = metadata('vm-100-disk-0', 'a') } = situation;
  const facts = {
    deviceMapper: { devices, changedMeanwhile: changed },
    cluster: { nodeName: 'pve1', nodeNames: ['pve1', 'pve2'], quorate: true, clusterName: 'lab' },
    guests: { configs },
    storage: {
      storages: storages.map((storeid) => ({
        ...{ storeid, type: 'lvm', properties: { vgname: 'vg-san' }, shared: true, disabled: false, nodes: null },
      })),
      ...{ problems: [], mentionedVgs: storages.length > 0 ? ['vg-san'] : [] },
    },
    running: { guests: running },
    activity: { tasks, locks },
    replication: { configured: true, jobs: [], states: [] },
    finishedTasks: { tasks: [] },
    lvm,
  };
  const { lvm: report, ...others } = facts;
  return factsOf(report === null ? others : { ...others, lvm: report }).guestEntries.entries[0];
}

function judge(situation: Situation) {
  const entry = entryOf(situation);
  return entry && { class: entry.class, cause: entry.orphanCause };
}

const reasonsOf = (situation: Situation) =>
  entryOf(situation)
    ?.reasons.map(({ fact }) => fact)
    .join('; ');

const DISK = device('vg--san-vm--100--disk--0', `LVM-${VG_UUID}${lvUuid('a')}`);

const metadata = (lvName: string, letter: string): Lvm | null => ({
  readAt: '2026-11-20T12:00:00.000Z',
  vgs: [
    {
      ...{ vgName: 'vg-san', vgUuid: VG_UUID, extentSizeBytes: 4194304, sizeBytes: 1, freeBytes: 1, lvCount: 1 },
      ...{ missingPvCount: 0, autoActivation: null },
    },
  ],
  pvs: [physicalVolume('vg-san', '/dev/sda3', { vgUuid: VG_UUID, minor: 3 })],
  leftOut: [],
  lvs: [
    {
      ...{ vgName: 'vg-san', lvName, lvUuid: lvUuid(letter), vgUuid: VG_UUID, sizeBytes: 4194304, poolLv: '' },
      ...{ origin: '', role: ['public'], layout: ['linear'], tags: [], autoActivation: null, segments: [] },
    },
  ],
});

describe('an entry is', () => {
  it('valid when a guest on this node refers to it, through the VG of its storage and not the storage id', () => {
    const configs = [guest(100, 'pve1', [scsi0('vm-100-disk-0')])];
    expect(judge({ devices: [DISK], configs })).toEqual({ class: 'valid', cause: null });
  });

  it('valid when another guest on this node refers to it', () => {
    const configs = [guest(300, 'pve1', [scsi0('vm-100-disk-0')])];
    expect(judge({ devices: [DISK], configs })).toEqual({ class: 'valid', cause: null });
  });

  it('an orphan of a guest that is gone, elsewhere, or here without it', () => {
    expect(judge({ devices: [DISK] })).toEqual({ class: 'orphan', cause: 'guest-gone' });
    const elsewhere = [guest(100, 'pve2', [scsi0('vm-100-disk-0')])];
    expect(judge({ devices: [DISK], configs: elsewhere })).toEqual({ class: 'orphan', cause: 'guest-elsewhere' });
    expect(judge({ devices: [DISK], configs: [guest(100)] })).toEqual({ class: 'orphan', cause: 'not-in-config' });
    // It may be the disk that is missing, under the name that a killed task gave it.
    expect(judge({ devices: [DISK], configs: [guest(100, 'pve1', [scsi0('vm-100-disk-10')])] })?.class).toBe('unknown');
  });

  it('not judged when the configuration of its guest is not whole', () => {
    const incomplete = (vmid: number, node = 'pve1') => ({ ...guest(vmid, node), incomplete: 'it has no rootfs' });
    expect(judge({ devices: [DISK], configs: [incomplete(100)] })).toEqual({ class: 'unknown', cause: null });
    expect(judge({ devices: [DISK], configs: [incomplete(200)] })?.class).toBe('orphan');
    expect(judge({ devices: [DISK], configs: [incomplete(100, 'pve2')] })?.cause).toBe('guest-elsewhere');
    const named = { ...incomplete(100), mentions: [scsi0('vm-100-disk-0')] };
    expect(judge({ devices: [DISK], configs: [named] })?.class).toBe('valid');
  });

  it('not judged beside an entry of the same volume that changed meanwhile', () => {
    const extra = device('vg--san-vm--100--disk--0-dup', '', 2);
    const dropped = (name: string) => judge({ devices: [extra], changed: [name] })?.class;
    expect(dropped(DISK.name)).toBe('unknown');
    expect(dropped('vg--san-vm--100--disk--1')).toBe('orphan');
    expect(dropped('rescue')).toBe('orphan');
  });

  it('not judged when a guest refers to its name on a storage that is not configured', () => {
    const configs = (node: string, certainty: VolumeMention['certainty'] = 'certain') => [
      guest(100, node, [{ ...scsi0('vm-100-disk-0', 'lost'), certainty }]),
    ];
    expect(judge({ devices: [DISK], configs: configs('pve1') })).toEqual({ class: 'unknown', cause: null });
    expect(judge({ devices: [DISK], configs: configs('pve1', 'maybe') })?.class).toBe('unknown');
    expect(judge({ devices: [DISK], configs: configs('pve2') })?.class).toBe('unknown');
  });

  it('not judged while only the text of another node’s guest may mean it, and judged where one is certain', () => {
    const lost = guest(100);
    const there = (certainty: VolumeMention['certainty']) =>
      guest(200, 'pve2', [{ ...scsi0('vm-100-disk-0'), certainty }]);
    expect(judge({ devices: [DISK], configs: [lost, there('maybe')] })?.class).toBe('unknown');
    expect(judge({ devices: [DISK], configs: [lost, there('certain')] })?.cause).toBe('guest-elsewhere');
  });

  it('is no leftover of a guest elsewhere while a guest here may name it, too', () => {
    const maybe = { ...scsi0('vm-100-disk-0'), certainty: 'maybe' } as const;
    const there = guest(100, 'pve2', [scsi0('vm-100-disk-0')]);
    const judged = (...nodes: readonly string[]) =>
      judge({ devices: [DISK], configs: [there, ...nodes.map((node, at) => guest(200 + at, node, [maybe]))] });
    expect(judged('pve2')).toEqual({ class: 'orphan', cause: 'guest-elsewhere' });
    expect(judged('pve1', 'pve2')?.class).toBe('unknown');
  });

  it('not judged while any text of a configuration names it, be it a comment', () => {
    const commented = (vmid: number, node = 'pve1') => ({ ...guest(vmid, node), rawNames: ['vm-100-disk-0'] });
    expect(judge({ devices: [DISK], configs: [commented(100)] })?.class).toBe('unknown');
    expect(judge({ devices: [DISK], configs: [commented(200)] })?.class).toBe('unknown');
    expect(judge({ devices: [DISK], configs: [commented(200, 'pve2')] })?.class).toBe('unknown');
    // Whatever a text of pve2 means, the guest does not live here.
    expect(judge({ devices: [DISK], configs: [commented(100, 'pve2')] })?.cause).toBe('guest-elsewhere');
  });

  it('not judged while another reference of its guest means nobody knows what', () => {
    const own = (path: string, resolved?: string | null) =>
      guest(100, 'pve1', [
        { ...scsi0(''), target: { kind: 'path', path, ...(resolved === undefined ? {} : { resolved }) } },
      ]);
    const classOf = (config: GuestConfig) => judge({ devices: [DISK], configs: [config] })?.class;
    expect(classOf(guest(100, 'pve1', [scsi0('vm-100-disk-7', 'lost')]))).toBe('unknown');
    expect(classOf(guest(200, 'pve1', [scsi0('vm-200-disk-7', 'lost')]))).toBe('orphan');
    expect(classOf(guest(100, 'pve1', [scsi0('iso/debian.iso', 'lost')]))).toBe('orphan');
    expect(classOf(own('/dev/disk/by-label/db', null))).toBe('unknown');
    expect(classOf(own('/dev/mydisks/db'))).toBe('unknown');
    // Nobody read which disks there are, so the volume's own may be the one that the guest was given.
    expect(classOf(own('/dev/disk/by-label/db', '/dev/sdb'))).toBe('unknown');
    expect(classOf(own('/dev/disk/by-label/db', '/dev/dm-1'))).toBe('valid');
    expect(classOf(own('/dev/vg-san/vm-100-disk-0', null))).toBe('valid');
    expect(classOf(own('/dev/vg-san/vm-100-disk-7', null))).toBe('orphan');
    expect(classOf(own('/dev/ttyUSB0', null))).toBe('orphan');
  });

  it('valid where a guest names a partition of it, by whatever path', () => {
    const table = [{ start: 0, length: 8, type: 'linear', args: [`${DISK.major}:${DISK.minor}`, '8'] }];
    const partition: DmDevice = { ...device('vg--san-vm--100--disk--0p1', `part1-${DISK.uuid}`, 9), table };
    const path = (resolved: string) => ({ kind: 'path', path: '/dev/disk/by-partuuid/0-1', resolved }) as const;
    const classOf = (resolved: string) =>
      judge({
        devices: [DISK, partition],
        configs: [guest(100, 'pve1', [{ ...scsi0(''), target: path(resolved) }])],
      })?.class;
    expect(classOf('/dev/dm-9')).toBe('valid');
    expect(classOf('/dev/dm-8')).toBe('unknown');
  });

  it('not judged where its name is one of a volume beneath DRBD', () => {
    const backing = device('vg--san-vm--100--disk--1_00000', '', 3);
    expect(judge({ devices: [backing] })?.class).toBe('unknown');
    expect(judge({ devices: [backing], configs: [guest(100, 'pve2', [scsi0('vm-100-disk-1', 'drbd')])] })?.class).toBe(
      'unknown',
    );
    expect(judge({ devices: [backing], configs: [guest(200, 'pve1', [scsi0('vm-100-disk-1', 'drbd')])] })?.class).toBe(
      'unknown',
    );
  });

  it('valid when a guest on this node refers to it by its UUID', () => {
    const path = `/dev/disk/by-id/dm-uuid-${DISK.uuid}`;
    const configs = [guest(300, 'pve1', [{ ...scsi0(''), target: { kind: 'path', path } }])];
    expect(judge({ devices: [DISK], configs })?.class).toBe('valid');
  });

  it('busy while a lock, a task, a flock or an arriving guest concerns its VMID', () => {
    const task: Task = { upid: 'UPID:x', type: 'qmmove', id: '100', vmids: [100], user: 'root@pam' };
    const lock: HeldLock = { path: '/var/lock/qemu-server/lock-100.conf', vmid: 100, storeid: null, pid: 1 };
    const arriving: RunningGuest = { vmid: 100, type: 'qemu', pid: 7, incoming: true };
    const busy = { class: 'busy', cause: null };
    expect(
      judge({ devices: [DISK], configs: [{ ...guest(100, 'pve1', [], 'migrate'), unchangedSeconds: 60 }] }),
    ).toEqual(busy);
    expect(judge({ devices: [DISK], tasks: [task] })).toEqual(busy);
    expect(judge({ devices: [DISK], locks: [lock] })).toEqual(busy);
    expect(judge({ devices: [DISK], configs: [guest(100, 'pve2')], running: [arriving] })).toEqual(busy);
  });

  it('busy while its storage is locked, and not for the lock of another storage', () => {
    const lock = (storeid: string): HeldLock => ({ path: '/etc/pve/priv/lock/x', vmid: null, storeid, pid: null });
    expect(judge({ devices: [DISK], locks: [lock('san')] })?.class).toBe('busy');
    expect(judge({ devices: [DISK], locks: [lock('other')] })?.class).toBe('orphan');
    const storages = ['san', 'same-vg'];
    expect(judge({ devices: [DISK], locks: [lock('same-vg')], storages })?.class).toBe('busy');
  });

  it('valid even under a lock, since a reference is positive evidence', () => {
    const configs = [guest(100, 'pve1', [scsi0('vm-100-disk-0')], 'backup')];
    expect(judge({ devices: [DISK], configs })?.class).toBe('valid');
  });

  it('an orphan without a cause when it is a ghost whose name a guest here refers to', () => {
    const configs = [guest(100, 'pve1', [scsi0('vm-100-disk-0')])];
    const lvm = metadata('vm-100-disk-0', 'b');
    expect(judge({ devices: [DISK], configs, lvm })).toEqual({ class: 'orphan', cause: null });
  });

  it('no ghost when the report of its VG is not whole, or the VG is not in it', () => {
    const configs = [guest(100, 'pve1', [scsi0('vm-100-disk-0')])];
    const whole = metadata('vm-100-disk-0', 'b');
    const cut = whole && { ...whole, vgs: whole.vgs.map((vg) => ({ ...vg, lvCount: 2 })) };
    const otherVg = whole && { ...whole, vgs: [], lvs: [] };
    expect(judge({ devices: [DISK], configs, lvm: cut })?.class).toBe('valid');
    expect(judge({ devices: [DISK], configs, lvm: otherVg })?.class).toBe('valid');
  });
});

it('says why an entry is not judged, and where the guest of another node’s is', () => {
  const incomplete = { ...guest(100), incomplete: 'it has no rootfs' };
  expect(reasonsOf({ devices: [DISK], configs: [incomplete] })).toContain('may not be whole: it has no rootfs');
  const extra = device('vg--san-vm--100--disk--0-dup', '', 2);
  expect(reasonsOf({ devices: [extra], changed: [DISK.name] })).toContain(`${DISK.name}, of the same volume, changed`);
  expect(reasonsOf({ devices: [DISK], configs: [guest(100, 'pve2')] })).toContain('guest 100 lives on node pve2');
});

it('an extra beside the volume is a duplicate whatever else is known', () => {
  const extra = device('vg--san-vm--100--disk--0-dup', '', 2);
  const configs = [guest(100, 'pve1', [scsi0('vm-100-disk-0')], 'backup')];
  expect(judge({ devices: [extra, DISK], configs })).toEqual({ class: 'duplicate', cause: null });
});

it('says of a valid entry when nobody could tell whether it is an older volume of its name', () => {
  const configs = [guest(100, 'pve1', [scsi0('vm-100-disk-0')])];
  const reasons = (lvm: Lvm | null) => reasonsOf({ devices: [DISK], configs, lvm });
  const whole = metadata('vm-100-disk-0', 'a');
  expect(reasons(whole)).not.toContain('not known');
  expect(reasons(null)).toContain('whether it is this volume or an older one of its name is not known');
  expect(reasons(whole && { ...whole, vgs: [] })).toContain('not known');
});

describe('a volume that was renamed on another node', () => {
  const renamed = metadata('vm-200-disk-0', 'a');
  const owner = (node: string) => guest(200, node, [scsi0('vm-200-disk-0')]);
  const judgeRenamed = (...configs: readonly GuestConfig[]) => judge({ devices: [DISK], configs, lvm: renamed });

  it('is valid where a guest of this node has it under its new name, whatever became of the old one', () => {
    expect(judgeRenamed(owner('pve1'))).toEqual({ class: 'valid', cause: null });
    expect(judgeRenamed(owner('pve1'), guest(100))).toEqual({ class: 'valid', cause: null });
    const entry = entryOf({ devices: [DISK], configs: [owner('pve1')], lvm: renamed });
    expect(entry).toMatchObject({ vmid: 200, lvName: 'vm-200-disk-0' });
  });

  it('is an orphan of the guest that has it now where that lives elsewhere, and of nobody else', () => {
    expect(judgeRenamed(owner('pve2'))).toEqual({ class: 'orphan', cause: 'guest-elsewhere' });
    expect(judgeRenamed(owner('pve2'), guest(100))).toEqual({ class: 'orphan', cause: 'guest-elsewhere' });
    expect(judgeRenamed()).toEqual({ class: 'unknown', cause: null });
    expect(judgeRenamed(guest(100), guest(200))).toEqual({ class: 'unknown', cause: null });
  });

  it('keeps who names its old name as "maybe"', () => {
    const old = guest(100, 'pve1', [scsi0('vm-100-disk-0')]);
    const entry = entryOf({ devices: [DISK], configs: [owner('pve2'), old], lvm: renamed });
    expect(entry?.references.map(({ vmid, certainty }) => `${vmid} ${certainty}`)).toEqual([
      '200 certain',
      '100 maybe',
    ]);
    expect(judgeRenamed(old)?.class).toBe('unknown');
  });

  it('is judged by the new name of its VG as well', () => {
    const path = '/dev/vg-new/vm-100-disk-0';
    const configs = [guest(200, 'pve1', [{ ...scsi0(''), target: { kind: 'path', path } }])];
    const base = metadata('vm-100-disk-0', 'a');
    const lvm = base && {
      ...base,
      vgs: base.vgs.map((vg) => ({ ...vg, vgName: 'vg-new' })),
      lvs: base.lvs.map((lv) => ({ ...lv, vgName: 'vg-new' })),
    };
    expect(judge({ devices: [DISK], configs, lvm })?.class).toBe('valid');
  });
});

describe('a report of LVM that does not cover the disks of an entry', () => {
  const named = [guest(100, 'pve1', [scsi0('vm-100-disk-0')])];
  const base = metadata('vm-100-disk-0', 'a');
  const older = metadata('vm-999-disk-0', 'b');
  const on = (lvm: Lvm | null, minor: number) => lvm && { ...lvm, pvs: lvm.pvs.map((pv) => ({ ...pv, minor })) };
  const without = (lvm: Lvm | null) => lvm && { ...lvm, vgs: [], pvs: [], lvs: [] };

  it.each([
    ['reads another copy of the disk', on(base, 240)],
    ['reads an older copy, in which the volume is not', on(older, 240)],
    [
      'leaves out a device of the VG',
      base && { ...base, leftOut: [{ path: '/dev/sdb', pvUuid: base.pvs[0]?.pvUuid ?? '' }] },
    ],
    ['leaves out a device of whatever VG', base && { ...base, leftOut: [{ path: '/dev/sdb', pvUuid: 'x' }] }],
    ['misses a physical volume', base && { ...base, vgs: base.vgs.map((vg) => ({ ...vg, missingPvCount: 1 })) }],
    ['is empty', without(base)],
    ['was not read', null],
  ])('accuses nobody where it %s', (_, lvm) => {
    expect(judge({ devices: [DISK], configs: named, lvm })?.class).toBe('valid');
    expect(judge({ devices: [DISK], configs: [guest(100)], lvm })?.class).toBe('unknown');
    expect(judge({ devices: [DISK], configs: [], lvm })?.class).toBe('unknown');
  });

  it('says why', () => {
    expect(reasonsOf({ devices: [DISK], lvm: on(base, 240) })).toBe(
      'it lies on 8:3, where LVM reports no physical volume of VG vg-san',
    );
  });
});

describe('an entry of a VG that no storage can mean', () => {
  const named = [guest(100, 'pve1', [scsi0('vm-100-disk-0')])];
  const base = metadata('vm-100-disk-0', 'a');
  const other = (vgName: string) =>
    base && {
      ...base,
      vgs: [...base.vgs, ...base.vgs.map((vg) => ({ ...vg, vgName, vgUuid: 'W'.repeat(32), lvCount: 0 }))],
    };

  it('is not judged where another VG has the name of its own, and judged where none has', () => {
    expect(judge({ devices: [DISK], configs: named, lvm: other('vg-san') })?.class).toBe('unknown');
    expect(judge({ devices: [DISK], lvm: other('vg-san') })?.class).toBe('unknown');
    expect(judge({ devices: [DISK], configs: named, lvm: other('vg-two') })?.class).toBe('valid');
    expect(judge({ devices: [DISK], lvm: other('vg-two') })?.class).toBe('orphan');
  });

  it('is not judged where LVM reports another VG of that name only', () => {
    const replaced = base && { ...base, vgs: base.vgs.map((vg) => ({ ...vg, vgUuid: 'W'.repeat(32) })) };
    expect(judge({ devices: [DISK], configs: named, lvm: replaced })?.class).toBe('unknown');
  });

  it('is not judged where no storage names the VG, unless a path of this node means it', () => {
    expect(judge({ devices: [DISK], storages: [] })?.class).toBe('unknown');
    expect(reasonsOf({ devices: [DISK], storages: [] })).toContain('no storage of storage.cfg names VG vg-san');
    const path = '/dev/vg-san/vm-100-disk-0';
    const byPath = [guest(200, 'pve1', [{ ...scsi0(''), target: { kind: 'path', path } }])];
    expect(judge({ devices: [DISK], configs: byPath, storages: [] })?.class).toBe('valid');
  });

  it('is valid by its UUID all the same', () => {
    const path = `/dev/disk/by-id/dm-uuid-${DISK.uuid}`;
    const configs = [guest(300, 'pve1', [{ ...scsi0(''), target: { kind: 'path', path } }])];
    expect(judge({ devices: [DISK], configs, lvm: other('vg-san') })?.class).toBe('valid');
  });

  it('is judged by its name alone where it was made by hand', () => {
    const byHand = device('vg--any-vm--100--disk--0', '', 2);
    expect(judge({ devices: [byHand], storages: [] })).toEqual({ class: 'orphan', cause: 'guest-gone' });
  });
});
