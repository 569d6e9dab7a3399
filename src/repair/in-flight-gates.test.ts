import { describe, expect, it } from 'vitest';
import { type MemoryNode, memoryNode, snapshotOf } from '../../test/apply/memory-node.ts';
import { guest, storage } from '../../test/checks/examples.ts';
import { sectionsOf } from '../model/derived.ts';
import type { HeldLock, Task } from '../model/guests/pve.ts';
import { absent } from '../model/reading.ts';
import { type Concern, guestLockGate, guestLockPaths, inFlightGate, runningGate } from './in-flight-gates.ts';

const sectionsAt = (node: MemoryNode) => sectionsOf(snapshotOf(node));
const concern: Concern = { vmids: [100, 101], vgNames: ['san'] };
const lock = (over: Partial<HeldLock>): HeldLock => ({
  path: '/lock/x',
  vmid: null,
  storeid: null,
  pid: null,
  ...over,
});
const task = (...vmids: readonly number[]): Task => ({ upid: 'UPID:1', type: 'qmmove', id: '', vmids, user: 'root' });

const inFlight = (over: Partial<MemoryNode>, of = concern) => {
  const { holds, fact } = inFlightGate(of, sectionsAt(memoryNode(over)));
  return holds || fact;
};

describe('nothing in flight', () => {
  it('holds on a quiet node, and whatever others are doing', () => {
    expect(inFlight({})).toBe(true);
    expect(inFlight({ activity: { tasks: [task(102)], locks: [lock({ vmid: 102 })] } })).toBe(true);
    expect(inFlight({ configs: [guest(102, { lock: 'backup' })] })).toBe(true);
  });

  it('does not hold while a configuration of a guest is locked, on whatever node', () => {
    const configs = [guest(100), guest(101, { node: 'pve2', lock: 'migrate' })];
    expect(inFlight({ configs })).toBe('/etc/pve/nodes/pve2/qemu-server/101.conf has lock: migrate');
  });

  it('does not hold during a task that names one of the guests, or none at all', () => {
    for (const running of [task(101), task(101, 999), task()])
      expect(inFlight({ activity: { tasks: [running], locks: [] } })).toBe('task qmmove is running (UPID:1)');
  });

  it.each<[string, Partial<HeldLock>, boolean]>([
    ['of one of the guests', { vmid: 101 }, false],
    ['of another guest', { vmid: 102, storeid: 'san' }, true],
    ['of nothing that is known', {}, false],
    ['of a storage that is not configured', { storeid: 'other' }, false],
    ['of a storage that is not complete', { storeid: 'half' }, false],
    ['of a storage on its VG', { storeid: 'san' }, false],
    ['of a storage on another VG', { storeid: 'nas' }, true],
    ['of a storage without a VG', { storeid: 'nfs' }, true],
  ])('answers to a lock %s', (_, held, holds) => {
    const storages = [
      ...[storage('san', 'san'), storage('nas', 'nas')],
      ...[storage('nfs', '', { type: 'nfs', properties: {} }), storage('half', '', { type: '', properties: {} })],
    ];
    expect(inFlight({ storages, activity: { tasks: [], locks: [lock(held)] } })).toBe(holds || '/lock/x is locked');
  });

  it('names the process behind a lock where it is known', () => {
    const activity = { tasks: [], locks: [lock({ vmid: 100, pid: 7 })] };
    expect(inFlight({ activity })).toBe('/lock/x is locked by process 7');
  });

  it('says which section was not there', () => {
    const snapshot = snapshotOf(memoryNode());
    for (const name of ['cluster', 'guests', 'storage', 'activity'] as const) {
      const sections = { ...snapshot.sections, [name]: { reading: absent(`no ${name}`), durationMs: 0 } };
      expect(inFlightGate(concern, sectionsOf({ ...snapshot, sections }))).toMatchObject({
        holds: false,
        fact: `no ${name}`,
      });
    }
  });
});

describe('guest not running', () => {
  it('names the guests that were looked for', () => {
    const fact = (vmids: readonly number[]) => runningGate({ vmids, vgNames: [] }, sectionsAt(memoryNode())).fact;
    expect(fact([])).toBe('no guest not running here, no migration arrives');
    expect(fact([100, 101])).toBe('guest 100, 101 not running here, no migration arrives');
  });

  it('does not hold when any of them runs', () => {
    const node = memoryNode({ running: [{ vmid: 101, type: 'lxc', pid: 1, incoming: false }] });
    expect(runningGate(concern, sectionsAt(node))).toMatchObject({ holds: false, fact: 'guest 101 is running here' });
    expect(runningGate({ vmids: [100], vgNames: [] }, sectionsAt(node)).holds).toBe(true);
  });
});

describe('guest lock', () => {
  it('is held by somebody else, or free', () => {
    const node = (held: Partial<HeldLock>) =>
      sectionsAt(
        memoryNode({
          configs: [guest(100), guest(101, { type: 'lxc' })],
          activity: { tasks: [], locks: [lock(held)] },
        }),
      );
    expect(guestLockGate(concern, node({ vmid: 101 }))).toMatchObject({
      ...{ holds: false, fact: '/lock/x is held by somebody else', source: '/proc/locks' },
    });
    for (const held of [{}, { vmid: 102 }])
      expect(guestLockGate(concern, node(held))).toMatchObject({
        holds: true,
        fact: 'free, and held while acting: /var/lock/qemu-server/lock-100.conf, /run/lock/lxc/pve-config-101.lock',
      });
  });

  it('is one file where the type of the guest is known, and both where it is not', () => {
    const node = memoryNode({ configs: [guest(100), guest(101, { type: 'lxc' })] });
    const [qemu, lxc] = ['/var/lock/qemu-server/lock-7.conf', '/run/lock/lxc/pve-config-7.lock'];
    expect(guestLockPaths(7, sectionsAt(node))).toEqual([qemu, lxc]);
    node.hidden.add('guests');
    expect(guestLockPaths(100, sectionsAt(node))).toHaveLength(2);
  });
});
