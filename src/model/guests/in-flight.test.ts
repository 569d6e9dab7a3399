import { describe, expect, it } from 'vitest';
import { cluster, guest } from '../../../test/checks/examples.ts';
import { absent, known } from '../reading.ts';
import { guestWork } from './guest-work.ts';
import { findInFlight, type Occupied } from './in-flight.ts';
import type { Activity, GuestConfig, HeldLock, RunningGuest, Task } from './pve.ts';

const configs = [guest(100), guest(200, { node: 'pve2' })];

interface Situation extends Partial<Activity> {
  readonly configs?: readonly GuestConfig[];
  readonly running?: readonly RunningGuest[];
}

const REPLICATION = known({ configured: true, jobs: [], states: [] });

function find({ configs: of = configs, running = [], tasks = [], locks = [] }: Situation) {
  const facts = { guests: { configs: of }, running: { guests: running }, activity: { tasks, locks }, cluster };
  const found = findInFlight({ ...facts, guestWork: guestWork(facts, REPLICATION, absent('nobody told')) });
  const because = (one: Occupied | null): string | null =>
    one && `${one.is === 'busy' ? '' : 'unclear: '}${one.because}`;
  return {
    forVmid: (vmid: number) => because(found.forVmid(vmid)),
    forStorage: (storeid: string) => because(found.forStorage(storeid)),
    forDeletion: because(found.forDeletion),
  };
}
const task = (type: string, ...vmids: readonly number[]): Task => ({ upid: 'UPID:1', type, id: '', vmids, user: 'r' });
const lock = (over: Partial<HeldLock>): HeldLock => ({ path: '/lock', vmid: null, storeid: null, pid: null, ...over });

describe('what is in flight', () => {
  it('is nothing on a quiet node, nor for a guest that runs where its configuration is', () => {
    const quiet = find({ running: [{ vmid: 100, type: 'qemu', pid: 7, incoming: false }] });
    expect([quiet.forVmid(100), quiet.forStorage('san'), quiet.forDeletion]).toEqual([null, null, null]);
  });

  it('is a guest whose configuration is locked, with the first reason that was found', () => {
    const facts = { configs: [guest(100, { lock: 'backup' })], tasks: [task('vzdump', 100)] };
    expect(find(facts).forVmid(100)).toBe('its configuration has lock: backup, and task vzdump runs on this node');
  });

  it('is a lock whose task nobody can rule out: busy for six hours, and then not judged', () => {
    const locked = (unchangedSeconds: number | undefined, lock = 'backup') =>
      find({ configs: [guest(100, { lock, ...(unchangedSeconds !== undefined && { unchangedSeconds }) })] }).forVmid(
        100,
      );
    const untold = 'what the other nodes work on is not known';
    expect(locked(3 * 3600)).toBe(`its configuration has lock: backup, and it was written 3 hours ago, and ${untold}`);
    expect(locked(7 * 3600)).toBe(`unclear: its configuration has lock: backup, and ${untold}`);
    expect(locked(undefined)).toContain('unclear: its configuration has lock: backup, and the age of ');
    expect(locked(60, 'suspended')).toBeNull();
  });

  it('is a guest that runs here while its configuration is elsewhere or nowhere', () => {
    const run = (vmid: number, pid: number | null, incoming: boolean) =>
      find({ running: [{ vmid, type: 'qemu', pid, incoming }] }).forVmid(vmid);
    expect(run(200, 7, true)).toBe(
      'it runs here as process 7 for an incoming migration, while its configuration is on node pve2',
    );
    expect(run(300, null, false)).toBe('it runs here, while its configuration is on no node');
  });

  it('is the guest of a task, and every guest of this node where a task names none', () => {
    const named = find({ tasks: [task('qmmove', 100)] });
    expect([named.forVmid(100), named.forVmid(200)]).toEqual(['task qmmove is running (UPID:1)', null]);
    const everyone = find({ tasks: [task('vzdump')] });
    expect([everyone.forVmid(100), everyone.forVmid(200)]).toEqual(['task vzdump is running (UPID:1)', null]);
  });

  it('is only what is being deleted while PVE removes a volume', () => {
    const deleting = find({ tasks: [task('imgdel')] });
    expect([deleting.forVmid(100), deleting.forDeletion]).toEqual([null, 'task imgdel is running (UPID:1)']);
  });

  it('is the guest of a lock, its storage, or every guest of this node', () => {
    expect(find({ locks: [lock({ vmid: 100 })] }).forVmid(100)).toBe('/lock is locked');
    const storage = find({ locks: [lock({ storeid: 'san' })] });
    expect([storage.forStorage('san'), storage.forStorage('x'), storage.forVmid(100)]).toEqual([
      ...['/lock is locked', null, null],
    ]);
    const everyone = find({ locks: [lock({})] });
    expect([everyone.forVmid(100), everyone.forVmid(200)]).toEqual(['/lock is locked', null]);
  });
});
