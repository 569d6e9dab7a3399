import { expect, it } from 'vitest';
import { memoryNode, snapshotOf } from '../../../test/apply/memory-node.ts';
import { withoutOwnLocks } from './in-flight.ts';

it('leaves out the locks that are these files only', () => {
  const node = memoryNode();
  const lock = (vmid: number) => ({ path: `/lock/${vmid}`, vmid, storeid: null, pid: 7 });
  node.activity = { tasks: [], locks: [lock(7), lock(8)] };
  const { activity } = withoutOwnLocks(snapshotOf(node), ['/lock/7']).sections;
  expect(activity.reading).toMatchObject({ value: { locks: [lock(8)] } });
  node.hidden.add('activity');
  expect(withoutOwnLocks(snapshotOf(node), ['/lock/7']).sections.activity.reading.state).toBe('unreadable');
});
