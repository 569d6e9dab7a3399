import { describe, expect, it } from 'vitest';
import { type MemoryNode, memoryNode, snapshotOf } from '../../test/apply/memory-node.ts';
import { EVERYTHING, planOn } from '../../test/apply/plan-on.ts';
import {
  active,
  device,
  guest,
  linear,
  mention,
  running,
  storage,
  target,
  volume,
} from '../../test/checks/examples.ts';
import { findLeftovers } from '../engine/examine.ts';
import { lvDmUuid } from '../model/lvm/lvm.ts';
import { planRepairs } from './index.ts';

const commands = (node: MemoryNode, selection = EVERYTHING) =>
  planOn(node, selection).plans.map(({ step }) => step.argv.join(' '));

const refusals = (node: MemoryNode) =>
  planOn(node).refusals.map(({ deviceName, because }) => `${deviceName}: ${because}`);

/** LV vm-500-disk-0 of nobody, active. */
function orphan(): MemoryNode {
  const lv = volume('san', 'vm-500-disk-0');
  return memoryNode({ volumes: [lv], devices: [active(lv, 5)] });
}

/** An entry whose LV is gone, while its VG is reported whole. */
function ghost(): MemoryNode {
  const gone = volume('san', 'vm-300-disk-0');
  return memoryNode({ volumes: [volume('san', 'other')], devices: [active(gone, 5)] });
}

/** The volume of guest 169, which is stopped, and a copy by hand over the same sectors. */
function duplicate(): MemoryNode {
  const lv = volume('san', 'vm-169-disk-0');
  const table = [linear('8:0', 2048, 8192)];
  return memoryNode({
    volumes: [lv],
    devices: [active(lv, 1, { table }), device('san-vm--169--disk--0-dup', 2, { table })],
    configs: [guest(169, { mentions: [mention('scsi0', 'san', 'vm-169-disk-0')] })],
  });
}

const DEACTIVATE =
  'lvchange -aln --config global/wait_for_locks=0 --select lv_uuid=lvvm50-0dis-k000-0000-0000-0000-000000 san/vm-500-disk-0';
const REMOVE = 'dmsetup remove --retry --select uuid="" && minor=2 -- san-vm--169--disk--0-dup';

describe('planRepairs', () => {
  it('deactivates an orphan whose volume is in metadata', () => {
    expect(commands(orphan())).toEqual([DEACTIVATE]);
  });

  it('changes nothing while a configuration of this node is not whole: it may have referred to the volume', () => {
    const configs = (node: string) => [guest(101), guest(100, { node, incomplete: 'it has no rootfs' })];
    const [refusal] = planOn({ ...orphan(), configs: configs('pve1') }).refusals;
    expect(refusal?.because).toContain('may not be whole: it has no rootfs');
    expect(commands({ ...orphan(), configs: configs('pve2') })).toHaveLength(1);
  });

  it('removes a ghost by its UUID', () => {
    const uuid = lvDmUuid(volume('san', 'vm-300-disk-0'));
    expect(commands(ghost())).toEqual([`dmsetup remove --retry --uuid ${uuid}`]);
    expect(planOn(ghost()).plans[0]?.codes).toEqual(['DM013', 'DM010']);
  });

  it('removes a hand-made duplicate by name and keeps LVM’s own entry', () => {
    const [first] = planOn(duplicate()).plans;
    expect(first?.step.argv.join(' ')).toBe(REMOVE);
    expect(first?.keep).toEqual({ name: 'san-vm--169--disk--0', because: 'LVM’s own entry' });
    expect(first?.step.after).toContainEqual(first?.step.before.at(-1));
  });

  it('removes partition maps of a stopped guest’s volume, the volume itself never', () => {
    const lv = volume('san', 'vm-100-disk-0');
    const node = memoryNode({
      volumes: [lv],
      devices: [
        active(lv, 1, { openCount: 1 }),
        device('san-vm--100--disk--0p1', 2, { uuid: `part1-${lvDmUuid(lv)}`, table: [linear('253:1', 2048, 4096)] }),
      ],
      configs: [guest(100, { mentions: [mention('scsi0', 'san', 'vm-100-disk-0')] })],
    });
    expect(commands(node)).toEqual([`dmsetup remove --retry --uuid part1-${lvDmUuid(lv)}`]);
    expect(planOn(node).refusals).toEqual([]);
  });

  it('leaves an orphan below its partition map for later', () => {
    const lv = volume('san', 'vm-501-disk-0');
    const child = device('san-vm--501--disk--0p1', 2, {
      uuid: `part1-${lvDmUuid(lv)}`,
      table: [linear('253:1', 2048, 4096)],
    });
    const node = memoryNode({ volumes: [lv], devices: [active(lv, 1, { openCount: 1 }), child] });
    node.holders.set('253:1', [{ kind: 'device', kernelName: 'dm-2', name: child.name }]);
    const { plans, refusals: left } = planOn(node);
    expect(plans.map(({ deviceName }) => deviceName)).toEqual([child.name]);
    expect(left.map(({ deviceName, follows }) => [deviceName, follows])).toEqual([
      ['san-vm--501--disk--0', [child.name]],
    ]);
  });

  it('puts duplicates before orphans, and takes only what was selected', () => {
    const node = duplicate();
    const lv = volume('san', 'vm-500-disk-0', { segments: [] });
    node.volumes.push(lv);
    node.devices.unshift(active(lv, 9));
    expect(commands(node)).toEqual([REMOVE, DEACTIVATE]);
    expect(commands(node, { only: 'orphans', vmid: null })).toEqual([DEACTIVATE]);
    expect(commands(node, { only: null, vmid: 169 })).toEqual([REMOVE]);
  });

  it('gives the same plan twice', () => {
    for (const node of [orphan(), ghost(), duplicate()]) expect(planOn(node)).toEqual(planOn(node));
  });
});

describe('each gate alone refuses', () => {
  const cases: readonly (readonly [string, (node: MemoryNode) => void, RegExp])[] = [
    [
      'an open count',
      (node) => Object.assign(node, { devices: node.devices.map((d) => ({ ...d, openCount: 1 })) }),
      /open count 1/,
    ],
    [
      'a mount in another namespace',
      (node) => node.holders.set('253:5', [{ kind: 'mount', target: '/srv', pid: 7 }]),
      /mounted on \/srv/,
    ],
    ['swap', (node) => node.holders.set('253:5', [{ kind: 'swap', path: '/dev/dm-5' }]), /swap/],
    ['a holder', (node) => node.holders.set('253:5', [{ kind: 'loop', kernelName: 'loop7' }]), /loop7/],
    ['a running guest', (node) => node.running.push(...running(500).guests), /guest 500 is running here/],
    [
      'an incoming migration',
      (node) => node.running.push({ vmid: 500, type: 'qemu', pid: 1, incoming: true }),
      /incoming migration/,
    ],
    [
      'a flock of PVE',
      (node) => {
        node.activity = {
          tasks: [],
          locks: [{ path: '/var/lock/qemu-server/lock-500.conf', vmid: 500, storeid: null, pid: 3 }],
        };
      },
      /lock-500.conf is locked/,
    ],
    [
      'a lock of its storage',
      (node) => {
        node.activity = { tasks: [], locks: [{ path: '/lock/storage-san', vmid: null, storeid: 'san', pid: null }] };
      },
      /storage-san is locked/,
    ],
    [
      'a task that may concern any guest',
      (node) => {
        node.activity = { tasks: [{ upid: 'UPID:x', type: 'vzdump', id: '', vmids: [], user: 'root@pam' }], locks: [] };
      },
      /task vzdump/,
    ],
    ['no quorum', (node) => Object.assign(node, { cluster: { ...node.cluster, quorate: false } }), /not quorate/],
    [
      'suspension',
      (node) => Object.assign(node, { devices: node.devices.map((d) => ({ ...d, suspended: true })) }),
      /suspended/,
    ],
    [
      'another suspended device, since LVM would wait for it',
      (node) => node.devices.push(device('mpatha', 77, { uuid: 'mpath-1', suspended: true })),
      /mpatha is suspended/,
    ],
    [
      'a table that is no plain one',
      (node) =>
        Object.assign(node, {
          devices: node.devices.map((d) => ({ ...d, table: [target('snapshot-origin', 8192, '8:0')] })),
        }),
      /of type snapshot-origin/,
    ],
    [
      'no live table',
      (node) => Object.assign(node, { devices: node.devices.map((d) => ({ ...d, table: [] })) }),
      /no live table/,
    ],
    [
      'text that may refer to it',
      (node) =>
        node.configs.push(
          guest(101, { mentions: [{ ...mention('scsi0', 'san', 'vm-500-disk-0'), certainty: 'maybe' }] }),
        ),
      /may refer to it/,
    ],
  ];
  it.each(cases)('%s', (_, change, because) => {
    const node = orphan();
    change(node);
    expect(commands(node)).toEqual([]);
    // Most are left alone with the reason; some make the entry no orphan at all, which is as good.
    for (const line of refusals(node)) expect(line).toMatch(because);
  });

  it.each([
    'usage',
    'blockDevices',
    'lvm',
    'cluster',
    'guests',
    'storage',
    'running',
    'activity',
    'deviceMapper',
  ] as const)('hiding %s', (name) => {
    for (const make of [orphan, ghost, duplicate]) {
      const node = make();
      node.hidden.add(name);
      expect(commands(node)).toEqual([]);
    }
  });

  it('a doubt in any finding that names the device', () => {
    const snapshot = snapshotOf(duplicate());
    const { findings } = findLeftovers(snapshot);
    const doubtful = findings.map((finding) => ({ ...finding, code: 'DM002', certainty: 'maybe' }) as const);
    const { plans, refusals: refused } = planRepairs([...findings, ...doubtful], snapshot, EVERYTHING);
    expect(plans).toEqual([]);
    expect(refused.map(({ because }) => because)).toEqual([expect.stringMatching(/^some text may refer to it/)]);
  });

  it('a second open entry of the set', () => {
    const node = duplicate();
    node.devices = node.devices.map((entry) => ({ ...entry, openCount: 1 }));
    expect(commands(node)).toEqual([]);
    expect(planOn(node).refusals[0]?.advice).toMatch(/open at the same time/);
  });

  it('a path in a configuration that holds the extra entry’s own name', () => {
    const node = duplicate();
    const path = '/dev/mapper/san-vm--169--disk--0-dup';
    const named = { ...mention('args', 'san', ''), target: { kind: 'path', path } as const };
    node.configs.push(guest(170, { mentions: [named] }));
    expect(commands(node)).toEqual([]);
  });

  it('a VG that was not reported whole', () => {
    const node = ghost();
    const whole = snapshotOf(node);
    expect(planRepairs(findLeftovers(whole).findings, whole, EVERYTHING).plans).toHaveLength(1);
    const { lvm } = whole.sections;
    if (lvm.reading.state !== 'known') throw new Error('not known');
    const vgs = lvm.reading.value.vgs.map((vg) => ({ ...vg, lvCount: 2 }));
    const part = { ...lvm, reading: { ...lvm.reading, value: { ...lvm.reading.value, vgs } } };
    const snapshot = { ...whole, sections: { ...whole.sections, lvm: part } };
    expect(planRepairs(findLeftovers(whole).findings, snapshot, EVERYTHING).plans).toEqual([]);
  });

  it('any of these devices by its UUID, whatever its name', () => {
    for (const uuid of ['mpath-36000', 'CRYPT-LUKS2-00-x', 'DRBD-1', `${lvDmUuid(volume('san', 'x'))}-tpool`]) {
      const node = memoryNode({
        volumes: [volume('san', 'x')],
        devices: [device('san-vm--500--disk--0', 5, { uuid })],
      });
      expect(commands(node)).toEqual([]);
    }
  });

  it('a storage lock of another VG does not count', () => {
    const node = orphan();
    node.storages.push(storage('nfs', 'x', { type: 'nfs', properties: { server: 'x' } }));
    node.activity = { tasks: [], locks: [{ path: '/lock/storage-nfs', vmid: null, storeid: 'nfs', pid: null }] };
    expect(commands(node)).toHaveLength(1);
  });
});
