import { setTimeout as pause } from 'node:timers/promises';
import { collect } from '../engine/collect.ts';
import { lookAtVolumes, readDeviceMapper } from '../engine/small-looks.ts';
import { byWhom, type HeldLock, takeLock } from '../host/held-lock.ts';
import { beforeCommand, whyNotAct, withStepOpen } from '../host/interrupts.ts';
import type { JournalFile } from '../host/journal-file.ts';
import { liveHost } from '../host/live-host.ts';
import { mutate } from '../host/mutate.ts';
import { settleUdev } from '../host/settle.ts';
import { bootId, ownStepProcesses } from '../host/step-processes.ts';
import { logToSystem } from '../host/system-log.ts';
import type { GuestLocks, NodeAccess } from './node-access.ts';

/** All that a step reads before its command. A disk that does not answer costs each command its deadline, of which there are some. */
const BEFORE_COMMAND_MS = 120_000;

/** How long a record may take to get to the disk. */
const WRITING_MS = 30_000;

/** How a run reaches this node. Each look asks anew whether pmxcfs answers. */
export const liveAccess = (journal: JournalFile): NodeAccess => ({
  look: () => collect(liveHost(), null),
  lookAtVolumes: () => lookAtVolumes(liveHost()),
  readDeviceMapper: () => readDeviceMapper(liveHost()),
  settle: settleUdev,
  lockGuests,
  mutate: (mutation, { descriptors }, token) => mutate(mutation, { descriptors, token }),
  processesOf: ownStepProcesses,
  withStepOpen,
  beforeCommand: (work) => beforeCommand(work, BEFORE_COMMAND_MS),
  whyNotAct,
  holderOf: byWhom,
  pause: (ms) => pause(ms),
  bootId,
  append: (record) => inTime(journal.append(JSON.stringify(record))),
  audit: logToSystem,
  now: () => new Date(),
});

async function inTime(writing: Promise<void>): Promise<void> {
  const stopped = new AbortController();
  const limit = pause(WRITING_MS, undefined, { signal: stopped.signal }).then(() => {
    throw new Error(`the disk did not take it within ${WRITING_MS / 1000} s`);
  });
  try {
    await Promise.race([writing, limit]);
  } finally {
    limit.catch(() => undefined);
    stopped.abort();
  }
}

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
    stillHeld: () => held.filter((lock) => lock.isHeld()).map(({ path }) => path),
    descriptors: held.map(({ descriptor }) => descriptor),
    release,
  };
}
