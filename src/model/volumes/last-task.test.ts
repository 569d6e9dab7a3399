import { describe, expect, it } from 'vitest';
import { factsOf, guest, mention } from '../../../test/checks/examples.ts';
import { nodeWith, placeOf, snapshot, stored } from '../../../test/checks/volume-examples.ts';
import type { FinishedTask } from '../guests/pve.ts';

const FILE = '104/vm-104-disk-0.raw';
const task = (over: Partial<FinishedTask> = {}): FinishedTask => ({
  ...{ node: 'pve1', type: 'qmdestroy', vmids: [104], user: 'root@pam', status: 'OK' },
  ...{ startedAt: '2026-11-02T14:00:00.000Z', endedAt: '2026-11-02T14:03:00.000Z' },
  ...over,
});
const leftWith = (tasks: readonly FinishedTask[], over: Parameters<typeof stored>[1] = {}) => {
  const [volume] = factsOf({
    ...nodeWith([placeOf('directory', [stored(FILE, over)])]),
    finishedTasks: { tasks },
  }).leftovers.volumes;
  if (volume === undefined) throw new Error('no leftover');
  return volume;
};

describe('the log of tasks', () => {
  it('says until when the guest was there, and that it names no volumes', () => {
    const { lastTask, proof } = leftWith([task()]);
    expect(lastTask).toEqual({
      type: 'qmdestroy',
      user: 'root@pam',
      status: 'OK',
      endedAt: '2026-11-02T14:03:00.000Z',
    });
    expect(proof.at(-1)).toEqual({
      fact:
        'guest 104 was there until it was destroyed on this node (qmdestroy of root@pam, ended 2026-11-02 14:03 UTC: OK); which volumes it ' +
        'named, the log does not tell',
      source: '/var/log/pve/tasks/index',
    });
  });

  it('calls no guest destroyed whose removal failed', () => {
    const { proof } = leftWith([task({ status: 'dataset is busy' })]);
    expect(proof.at(-1)?.fact).toBe(
      'the last task on this node that could change what guest 104 names: qmdestroy of root@pam, ended 2026-11-02 14:03 UTC: ' +
        'dataset is busy',
    );
  });

  it('is asked for the newest task', () => {
    const later = task({ type: 'qmmove', endedAt: '2026-11-03T00:00:00.000Z' });
    expect(leftWith([task(), later]).lastTask?.type).toBe('qmmove');
  });

  it.each<[string, readonly FinishedTask[]]>([
    ['of another guest', [task({ vmids: [105] })]],
    ['that changes no configuration', [task({ type: 'vzdump' }), task({ type: 'qmstart' })]],
    ['that ended before the volume was written', [task({ endedAt: '2026-09-01T00:00:00.000Z' })]],
  ])('says nothing by a task %s', (_, tasks) => {
    const { lastTask, proof } = leftWith(tasks);
    expect(lastTask).toBeNull();
    expect(proof).toEqual(leftWith([]).proof);
  });

  it('says nothing of a volume whose age nothing tells', () => {
    expect(leftWith([task()], { createdAt: null, changedAt: null }).lastTask).toBeNull();
  });

  it('makes no leftover of a volume where it could not be read', () => {
    const { finishedTasks: _, ...without } = nodeWith([placeOf('directory', [stored(FILE)])]);
    const [volume] = factsOf(without).leftovers.volumes;
    expect(volume?.standing).toEqual({
      is: 'unclear',
      because: 'how the last task of guest 104 ended is not known: test: hidden by the test',
    });
  });

  it('says of a snapshot which task had to do with snapshots', () => {
    const owner = guest(104, { mentions: [mention('scsi0', 'tank', 'vm-104-disk-0')] });
    const place = placeOf('zfs', [stored('vm-104-disk-0', { snapshots: [snapshot('ghost')] })]);
    const tasks = [task({ type: 'qmdelsnapshot', status: 'dataset is busy' }), task({ type: 'qmmove' })];
    const { snapshots } = factsOf({ ...nodeWith([place], owner), finishedTasks: { tasks } }).leftovers;
    expect(snapshots.map(({ lastTask }) => lastTask?.type)).toEqual(['qmdelsnapshot']);
  });
});
