import { collect } from '../engine/collect.ts';
import { lookAtVolumes, readDeviceMapper } from '../engine/small-looks.ts';
import { type HeldLock, takeLock } from '../host/held-lock.ts';
import type { Host } from '../host/host.ts';
import { whyNotAct, withStepOpen } from '../host/interrupts.ts';
import type { JournalFile } from '../host/journal-file.ts';
import { mutate } from '../host/mutate.ts';
import { settleUdev } from '../host/settle.ts';
import { bootId, stepProcesses } from '../host/step-processes.ts';
import { logToSystem } from '../host/system-log.ts';
import type { GuestLocks, NodeAccess } from './node-access.ts';

/** How a run reaches this node. */
export const liveAccess = (host: Host, journal: JournalFile): NodeAccess => ({
  look: () => collect(host, null),
  lookAtVolumes: () => lookAtVolumes(host),
  readDeviceMapper: () => readDeviceMapper(host),
  settle: settleUdev,
  lockGuests,
  mutate: (mutation, { descriptors }, token) => mutate(mutation, { descriptors, token }),
  processesOf: stepProcesses,
  withStepOpen,
  whyNotAct,
  bootId,
  append: (record) => journal.append(JSON.stringify(record)),
  audit: logToSystem,
  now: () => new Date(),
});

/** All of them or none. */
async function lockGuests(paths: readonly string[]): Promise<GuestLocks | { readonly refused: string }> {
  const held: HeldLock[] = [];
  const release = (): void => {
    for (const lock of held) lock.release();
  };
  for (const path of paths) {
    const attempt = await takeLock(path);
    if ('refused' in attempt) {
      release();
      return { refused: attempt.refused };
    }
    held.push(attempt);
  }
  return {
    pids: new Set(held.map(({ pid }) => pid)),
    stillHeld: () => held.filter((lock) => lock.isHeld()).map(({ path }) => path),
    descriptors: held.map(({ descriptor }) => descriptor),
    release,
  };
}
