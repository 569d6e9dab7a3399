import { describe, expect, it } from 'vitest';
import { given, textOf } from '../../test/checks/examples.ts';
import type { FinishedTask } from '../model/guests/pve.ts';
import type { JudgedVolume, LeftoverPlace } from '../model/volumes/leftovers.ts';
import { vol013 as check } from './vol013-half-made.ts';

const vol013 = given(check);
const GIB = 2 ** 30;
const place: LeftoverPlace = {
  ...{ kind: 'lvm', id: 'x', storeids: ['san'], where: 'san', shared: false, unread: null, notOurs: false },
};
const volume = (over: Partial<JudgedVolume> = {}): JudgedVolume => ({
  ...{ place, name: 'vm-120-disk-0', volid: 'san:vm-120-disk-0', vmid: 120, kind: 'disk', sizeBytes: GIB },
  ...{ heldBytes: null, createdAt: '2026-11-19T10:05:00.000Z', changedAt: null, snapshots: [], owner: null, proof: [] },
  ...{ standing: { is: 'leftover', cause: 'guest-gone' }, code: 'LV001', lastTask: null },
  ...over,
});
const task = (over: Partial<FinishedTask> = {}): FinishedTask => ({
  ...{ node: 'pve1', type: 'qmrestore', vmids: [120], user: 'root@pam', status: 'no space left on device' },
  ...{ startedAt: '2026-11-19T10:00:00.000Z', endedAt: '2026-11-19T10:10:00.000Z' },
  ...over,
});
const examine = (one = task(), volumes: readonly JudgedVolume[] = [volume()]) =>
  vol013.examine({ leftovers: { places: [place], volumes, snapshots: [] }, finishedTasks: { tasks: [one] } }, {});

describe('VOL013', () => {
  it('says which task left which volumes, with their bytes', () => {
    const [finding, ...more] = examine(task(), [volume(), volume({ volid: 'san:vm-120-disk-1' })]);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      harm: 'housekeeping',
      subject: { id: '120' },
      bytes: 2 * GIB,
      certainty: 'certain',
    });
    expect(finding && textOf(finding)).toContain('no space left on device');
  });

  it('counts a file by its last write', () => {
    expect(examine(task(), [volume({ createdAt: null, changedAt: '2026-11-19T10:10:00.000Z' })])).toHaveLength(1);
    expect(examine(task(), [volume({ createdAt: null, changedAt: null })])).toEqual([]);
  });

  it('only supposes whose it is where another cluster may have made it', () => {
    const standing = { is: 'elsewhere', cause: 'guest-gone', because: 'shared' } as const;
    expect(examine(task(), [volume({ standing })])).toMatchObject([{ certainty: 'maybe' }]);
  });

  it('only supposes whose clone it is', () => {
    expect(examine(task({ type: 'qmclone', vmids: [100] }))).toMatchObject([{ certainty: 'maybe', vmid: 120 }]);
    expect(examine(task({ type: 'qmclone' }))).toEqual([]);
  });

  it.each([
    ['succeeded', task({ status: 'OK' })],
    ['had warnings', task({ status: 'WARNINGS: 2' })],
    ['makes no volumes', task({ type: 'qmstart' })],
    ['is another guest’s', task({ vmids: [121] })],
    ['had ended before', task({ endedAt: '2026-11-19T10:04:59.000Z' })],
    ['began later', task({ startedAt: '2026-11-19T10:05:01.000Z' })],
  ])('does not blame a task that %s', (_, one) => expect(examine(one)).toEqual([]));

  it.each(['busy', 'unclear'] as const)('leaves out what is %s, and says so of what the task made', (is) => {
    const volumes = [volume({ standing: { is, because: 'x' } })];
    expect(examine(task(), volumes)).toEqual([]);
    const leftOut = (one: FinishedTask) =>
      check.unjudged?.({ leftovers: { places: [place], volumes, snapshots: [] }, finishedTasks: { tasks: [one] } });
    expect(leftOut(task())).toMatchObject([{ kind: is === 'busy' ? 'busy' : 'hidden', vmids: [120] }]);
    expect(leftOut(task({ status: 'OK' }))).toEqual([]);
  });
});
