import { describe, expect, it } from 'vitest';
import { cluster, given, guest, guests, textOf } from '../../test/checks/examples.ts';
import { vectorsOf } from '../../test/data/commands.ts';
import type { ReplicationJob, ReplicationState } from '../model/guests/replication.ts';
import { vol006 as check } from './vol006-replication.ts';

const vol006 = given(check);
const job = (over: Partial<ReplicationJob> = {}): ReplicationJob => ({
  ...{ id: '100-0', vmid: 100, target: 'pve2', disabled: false, beingRemoved: false },
  ...over,
});
const state = (over: Partial<ReplicationState> = {}): ReplicationState => ({
  ...{ vmid: 100, target: 'pve2', lastSyncAt: '2026-11-19T01:00:00.000Z', failCount: 0, error: '', running: false },
  ...over,
});
const examine = (one: ReplicationJob, states: readonly ReplicationState[] = [state()], node = 'pve1') =>
  vol006.examine(
    { replication: { configured: true, jobs: [one], states }, guests: guests(guest(100, { node })), cluster },
    {},
  );

describe('VOL006', () => {
  it('says of a job that fails how old the copy is, and why', () => {
    const [finding] = examine(job(), [state({ failCount: 3, error: 'No route to host' })]);
    expect(finding).toMatchObject({ harm: 'redundancy', subject: { kind: 'vmid', id: '100' }, vmid: 100 });
    expect(finding && textOf(finding)).toContain(
      '3 runs failed, its copy on pve2 is of 2026-11-19 01:00 UTC: No route',
    );
    expect(vectorsOf(finding?.remedy.commands)).toEqual([['pvesr', 'status', '--guest', '100']]);
  });

  it('says that there is no copy yet', () => {
    const [finding] = examine(job(), [state({ failCount: 1, lastSyncAt: null })]);
    expect(finding?.headline).toContain('it has no copy on pve2');
  });

  it('says of a target that is no node any more', () => {
    const [finding] = examine(job({ target: 'pve9' }), []);
    expect(finding?.title).toContain('pve9, which is no node');
  });

  it.each([
    ['succeeds', job(), [state()]],
    ['never ran', job(), []],
    ['is switched off', job({ disabled: true }), [state({ failCount: 3 })]],
    ['is being removed', job({ beingRemoved: true, target: 'pve9' }), []],
    ['failed towards another target', job(), [state({ target: 'pve3', failCount: 3 })]],
  ])('is silent about a job that %s', (_, one, states) => expect(examine(one, states)).toEqual([]));

  it('leaves the guests of other nodes to them', () => {
    expect(examine(job({ target: 'pve9' }), [], 'pve2')).toEqual([]);
  });
});
