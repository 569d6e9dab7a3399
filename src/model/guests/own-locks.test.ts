import { expect, it } from 'vitest';
import { memoryNode, snapshotOf } from '../../../test/apply/memory-node.ts';
import { withoutOwnLocks } from './in-flight.ts';

it('leaves out the locks of these processes only, never one of nobody', () => {
  const node = memoryNode();
  const lock = (pid: number | null) => ({ path: `/lock/${pid}`, vmid: 100, storeid: null, pid });
  node.activity = { tasks: [], locks: [lock(7), lock(8), lock(null)] };
  const { activity } = withoutOwnLocks(snapshotOf(node), new Set([7])).sections;
  expect(activity.reading).toMatchObject({ value: { locks: [lock(8), lock(null)] } });
  node.hidden.add('activity');
  expect(withoutOwnLocks(snapshotOf(node), new Set([7])).sections.activity.reading.state).toBe('unreadable');
});
