import { type CephRequest, cephWords, reachOf } from '../model/volumes/ceph-questions.ts';
import type { ReadCommand } from './commands.ts';

const MIB = 1024 * 1024;

/** Longer than both limits of its own, without which Ceph waits 300 s for a monitor and for ever for an OSD. */
const DEADLINE_MS = 12_000;

/**
 * Bytes are worth no more waiting than this, however busy it is: where an image turns out to have no valid object map, rbd asks for
 * each of its objects, 16 s for 1 TiB (Ceph 16.2.15, one OSD).
 */
const USAGE_DEADLINE_MS = 5000;

export function cephCommand({ pool, question }: CephRequest): ReadCommand {
  const [program, ...words] = cephWords(question);
  return {
    argv: [
      ...([program, '-p', pool.pool] as const),
      ...(pool.namespace === null ? [] : ['--namespace', pool.namespace]),
      ...reachOf(pool),
      ...['--client-mount-timeout', '5', '--rados-osd-op-timeout', '5'],
      ...words,
      ...(program === 'rbd' ? ['--format', 'json'] : []),
    ],
    ...(question.ask === 'usage'
      ? { deadlineMs: USAGE_DEADLINE_MS }
      : // A pool of ten thousand images takes its time to list, and works all the while.
        { deadlineMs: DEADLINE_MS, atWorkMs: 60_000 }),
    maxBytes: 64 * MIB,
    inUtc: true,
  };
}
