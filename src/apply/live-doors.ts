import { collect } from '../engine/collect.ts';
import { glance } from '../engine/glance.ts';
import { lookAtVolumes } from '../engine/look-at-volumes.ts';
import { type HeldLock, takeLock } from '../host/held-lock.ts';
import type { Host } from '../host/host.ts';
import type { JournalFile } from '../host/journal-file.ts';
import { mutate } from '../host/mutate.ts';
import { settleUdev } from '../host/settle.ts';
import { logToSystem } from '../host/system-log.ts';
import type { Doors, GuestLocks } from './doors.ts';

/** The doors to this node. */
export const liveDoors = (host: Host, journal: JournalFile): Doors => ({
  look: () => collect(host, null),
  lookAtVolumes: () => lookAtVolumes(host),
  glance: () => glance(host),
  settle: settleUdev,
  lockGuests,
  mutate: (mutation) => mutate(mutation),
  append: (record) => journal.append(JSON.stringify(record)),
  audit: logToSystem,
  now: () => new Date(),
});

/** All of them or none. */
async function lockGuests(paths: readonly string[]): Promise<GuestLocks | { readonly refused: string }> {
  const held: HeldLock[] = [];
  const release = async (): Promise<void> => {
    await Promise.all(held.map((lock) => lock.release()));
  };
  for (const path of paths) {
    const attempt = await takeLock(path);
    if ('refused' in attempt) {
      await release();
      return { refused: attempt.refused };
    }
    held.push(attempt);
  }
  return {
    pids: new Set(held.map(({ pid }) => pid)),
    stillHeld: () => held.filter((lock) => lock.isHeld()).map(({ path }) => path),
    release,
  };
}
