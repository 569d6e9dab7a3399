import { describe, expect, it } from 'vitest';
import type { DmDevice } from '../device-mapper/device-mapper.ts';
import type { JudgementFacts } from './judge-entries.ts';
import { judgeEntries } from './judge-entries.ts';
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
    snapshots: [],
    rawNames: [],
    problems: [],
    incomplete: '',
  },
  path: `/etc/pve/nodes/${node}/qemu-server/${vmid}.conf`,
});

interface Situation {
  readonly devices: readonly DmDevice[];
  readonly configs?: readonly GuestConfig[];
  readonly running?: readonly RunningGuest[];
  readonly tasks?: readonly Task[];
  readonly locks?: readonly HeldLock[];
  readonly lvm?: JudgementFacts['lvm'];
  readonly storages?: readonly string[];
  readonly changed?: readonly string[];
}

function entryOf(situation: Situation) {
  const { devices, configs = [], running = [], tasks = [], locks = [], lvm = null } = situation;
  const { storages = ['san'], changed = [] } = situation;
  const [entry] = judgeEntries({
    deviceMapper: { devices, changedMeanwhile: changed },
    cluster: { nodeName: 'pve1', nodeNames: ['pve1', 'pve2'], quorate: true, clusterName: 'lab' },
    guests: { configs },
    storage: {
      storages: storages.map((storeid) => ({
        ...{ storeid, type: 'lvm', properties: { vgname: 'vg-san' }, shared: true, disabled: false, nodes: null },
      })),
      ...{ problems: [], mentionedVgs: ['vg-san'] },
    },
    running: { guests: running },
    activity: { tasks, locks },
    lvm,
  });
  return entry;
}

function judge(situation: Situation) {
  const entry = entryOf(situation);
  return entry && { class: entry.class, cause: entry.orphanCause };
}

const reasonsOf = (situation: Situation) => entryOf(situation)?.reasons.join('; ');

const DISK = device('vg--san-vm--100--disk--0', `LVM-${VG_UUID}${lvUuid('a')}`);

const metadata = (lvName: string, letter: string): JudgementFacts['lvm'] => ({
  vgs: [
    {
      ...{ vgName: 'vg-san', vgUuid: VG_UUID, extentSizeBytes: 4194304, sizeBytes: 1, freeBytes: 1, lvCount: 1 },
      ...{ missingPvCount: 0, autoActivation: null },
    },
  ],
  pvs: [],
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
    const without = [guest(100, 'pve1', [scsi0('vm-100-disk-10')])];
    expect(judge({ devices: [DISK], configs: without })).toEqual({ class: 'orphan', cause: 'not-in-config' });
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

  it('not judged when a guest here refers to its name on a storage that is not configured', () => {
    const configs = (node: string, certainty: VolumeMention['certainty'] = 'certain') => [
      guest(100, node, [{ ...scsi0('vm-100-disk-0', 'lost'), certainty }]),
    ];
    expect(judge({ devices: [DISK], configs: configs('pve1') })).toEqual({ class: 'unknown', cause: null });
    expect(judge({ devices: [DISK], configs: configs('pve1', 'maybe') })?.cause).toBe('not-in-config');
    expect(judge({ devices: [DISK], configs: configs('pve2') })?.cause).toBe('guest-elsewhere');
  });

  it('not judged while only the text of another node’s guest may mean it, and judged where one is certain', () => {
    const lost = guest(100, 'pve1', [scsi0('vm-100-disk-0', 'lost')]);
    const there = (certainty: VolumeMention['certainty']) =>
      guest(200, 'pve2', [{ ...scsi0('vm-100-disk-0'), certainty }]);
    expect(judge({ devices: [DISK], configs: [lost, there('maybe')] })?.class).toBe('unknown');
    expect(judge({ devices: [DISK], configs: [lost, there('certain')] })?.cause).toBe('guest-elsewhere');
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
    expect(judge({ devices: [DISK], configs: [guest(100, 'pve1', [], 'migrate')] })).toEqual(busy);
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
  const reasons = (lvm: JudgementFacts['lvm']) =>
    judgeEntriesOf([guest(100, 'pve1', [scsi0('vm-100-disk-0')])], lvm)[0]?.reasons.join('; ');
  const whole = metadata('vm-100-disk-0', 'a');
  expect(reasons(whole)).not.toContain('not known');
  expect(reasons(null)).toContain('whether it is this volume or an older one of its name is not known');
  expect(reasons(whole && { ...whole, vgs: [] })).toContain('not known');
});

it('says of a renamed volume only "maybe", so that hiding LVM accuses nobody', () => {
  const configs = [guest(200, 'pve1', [scsi0('vm-200-disk-0')])];
  const [entry] = judgeEntriesOf(configs);
  expect(entry?.class).toBe('orphan');
  expect(entry?.references.map(({ vmid, certainty }) => ({ vmid, certainty }))).toEqual([
    { vmid: 200, certainty: 'maybe' },
  ]);
});

it('says the same where the VG was renamed', () => {
  const path = '/dev/vg-new/vm-100-disk-0';
  const configs = [guest(200, 'pve1', [{ ...scsi0(''), target: { kind: 'path', path } }])];
  const lvm = metadata('vm-100-disk-0', 'a');
  const renamed = lvm && { ...lvm, lvs: lvm.lvs.map((lv) => ({ ...lv, vgName: 'vg-new' })) };
  expect(judgeEntriesOf(configs, renamed)[0]?.references.map(({ certainty }) => certainty)).toEqual(['maybe']);
});

const judgeEntriesOf = (configs: readonly GuestConfig[], lvm = metadata('vm-200-disk-0', 'a')) =>
  judgeEntries({
    deviceMapper: { devices: [DISK], changedMeanwhile: [] },
    cluster: { nodeName: 'pve1', nodeNames: ['pve1'], quorate: true, clusterName: '' },
    guests: { configs },
    storage: {
      storages: [
        { storeid: 'san', type: 'lvm', properties: { vgname: 'vg-san' }, shared: true, disabled: false, nodes: null },
      ],
      ...{ problems: [], mentionedVgs: [] },
    },
    running: { guests: [] },
    activity: { tasks: [], locks: [] },
    lvm,
  });
