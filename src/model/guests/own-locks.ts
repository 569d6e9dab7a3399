import { known } from '../reading.ts';
import type { Snapshot } from '../snapshot.ts';

/** The snapshot without the locks that these processes hold: what we hold ourselves is nobody's activity. */
export function withoutOwnLocks(snapshot: Snapshot, pids: ReadonlySet<number>): Snapshot {
  const { activity } = snapshot.sections;
  if (activity.reading.state !== 'known') return snapshot;
  const locks = activity.reading.value.locks.filter(({ pid }) => pid === null || !pids.has(pid));
  return {
    ...snapshot,
    sections: {
      ...snapshot.sections,
      activity: { ...activity, reading: known({ ...activity.reading.value, locks }) },
    },
  };
}
