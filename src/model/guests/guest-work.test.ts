import { describe, expect, it } from 'vitest';
import { acrossOf } from '../../../test/checks/cluster-examples.ts';
import { cluster, guest, guests, quiet, running } from '../../../test/checks/examples.ts';
import { aRecord } from '../../../test/data/node-records.ts';
import type { ClusterView } from '../cluster/cluster-view.ts';
import { absent, known, type Reading, unreadable } from '../reading.ts';
import { guestWork } from './guest-work.ts';
import type { Activity } from './pve.ts';
import type { Replication } from './replication.ts';

const ALONE = { ...cluster, isAlone: true };
const locked = guest(100, { lock: 'backup', unchangedSeconds: 5000 });
const NONE = absent('none');

interface Given {
  readonly config?: typeof locked;
  readonly activity?: Activity;
  readonly replication?: Reading<Replication>;
  readonly view?: Reading<ClusterView>;
  readonly node?: typeof cluster;
}

const work = ({ config = locked, activity = quiet, replication = NONE, view = NONE, node = ALONE }: Given = {}) =>
  guestWork({ guests: guests(config), activity, running: running(), cluster: node }, replication, view).on(config);

const task = { upid: 'UPID:x', type: 'vzdump', id: '100', vmids: [100], user: 'root@pam' };

describe('what works on a guest with a lock', () => {
  it('is nothing where no task, lock or replication of it is seen and its configuration has stood for a while', () => {
    expect(work()).toEqual({ state: 'idle' });
  });

  it.each([
    ['a task of it', { activity: { tasks: [task], locks: [] } }],
    ['a task that may concern any guest', { activity: { tasks: [{ ...task, id: '', vmids: [] }], locks: [] } }],
    ['a held lock', { activity: { tasks: [], locks: [{ path: '/x', vmid: 100, storeid: null, pid: 1 }] } }],
    ['a configuration that was just written', { config: { ...locked, unchangedSeconds: 599 } }],
    [
      'its replication',
      {
        replication: known({
          configured: true,
          jobs: [],
          states: [{ vmid: 100, target: 'pve2', lastSyncAt: null, failCount: 0, error: '', running: true }],
        }),
      },
    ],
  ])('is seen by %s', (_, given) => expect(work(given).state).toBe('working'));

  it('is not seen in what concerns other guests, or deletes a volume', () => {
    const other = { ...task, vmids: [101] };
    const deletion = { ...task, type: 'imgdel', vmids: [] };
    expect(work({ activity: { tasks: [other, deletion], locks: [] } }).state).toBe('idle');
  });

  it('cannot be told without the age of the configuration, or of replications', () => {
    expect(work({ config: guest(100, { lock: 'backup' }) })).toMatchObject({ state: 'untold', by: 'others' });
    const unread = guest(100, { lock: 'backup', unchangedSeconds: null });
    expect(work({ config: unread })).toMatchObject({ state: 'untold', by: 'this node' });
    expect(work({ replication: unreadable({ kind: 'denied', source: 'x', detail: '' }) }).state).toBe('untold');
  });
});

describe('in a cluster', () => {
  const view = (over: Parameters<typeof aRecord>[1]) => known(acrossOf([aRecord('pve1'), aRecord('pve2', over)]).view);
  const quietPeer = view({ activity: { tasks: [], locks: [] } });

  it('every other node has to have said that it does nothing on it', () => {
    expect(work({ node: cluster, view: quietPeer }).state).toBe('idle');
    const busy = view({ activity: { tasks: [{ type: 'qmclone', vmids: [100] }], locks: [] } });
    expect(work({ node: cluster, view: busy })).toEqual({ state: 'working', because: 'task qmclone runs on pve2' });
  });

  it('a node that says nothing, or spoke before the lock was set, leaves it open', () => {
    const old = { ...locked, unchangedSeconds: 7 * 3600 };
    expect(work({ node: cluster, config: old }).state).toBe('untold');
    expect(work({ node: cluster, config: old, view: view({ activity: null }) }).state).toBe('untold');
    // For six hours the lock itself is taken for the sign of a task.
    expect(work({ node: cluster }).state).toBe('working');
    const recent = { ...locked, unchangedSeconds: 700 };
    const older = known({
      ...quietPeer.value,
      nodes: quietPeer.value.nodes.map((node) => ({ ...node, standing: { ...node.standing, ageSeconds: 900 } })),
    } as ClusterView);
    expect(work({ node: cluster, config: recent, view: older }).state).toBe('working');
    expect(work({ node: cluster, view: older }).state).toBe('idle');
  });

  it('a job without VMIDs on another node concerns the guests of that node', () => {
    const backup = view({ activity: { tasks: [{ type: 'vzdump', vmids: [] }], locks: [] } });
    expect(work({ node: cluster, view: backup }).state).toBe('idle');
  });
});
