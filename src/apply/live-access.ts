import { setTimeout as pause } from 'node:timers/promises';
import { collect } from '../engine/collect.ts';
import { readDeviceMapper } from '../engine/small-looks.ts';
import { byWhom, takeLocks } from '../host/held-lock.ts';
import { beforeCommand, whyNotAct, withStepOpen } from '../host/interrupts.ts';
import type { JournalFile } from '../host/journal-file.ts';
import { liveHost } from '../host/live-host.ts';
import { mutate } from '../host/mutate.ts';
import { settleUdev } from '../host/settle.ts';
import { bootId, ownStepProcesses } from '../host/step-processes.ts';
import { logToSystem } from '../host/system-log.ts';
import type { NodeAccess } from './node-access.ts';

/** All that a step reads before its command. A disk that does not answer costs each command its deadline, of which there are some. */
const BEFORE_COMMAND_MS = 120_000;

/** How a run reaches this node. Each look asks anew whether pmxcfs answers. */
export const liveAccess = (journal: JournalFile): NodeAccess => ({
  look: () => collect(liveHost(), null),
  readDeviceMapper: () => readDeviceMapper(liveHost()),
  settle: settleUdev,
  lockGuests: takeLocks,
  mutate: (mutation, { descriptors }, token) => mutate(mutation, { descriptors, token }),
  processesOf: ownStepProcesses,
  withStepOpen,
  beforeCommand: (work) => beforeCommand(work, BEFORE_COMMAND_MS),
  whyNotAct,
  holderOf: byWhom,
  pause: (ms) => pause(ms),
  bootId,
  append: (record) => journal.append(JSON.stringify(record)),
  audit: logToSystem,
  now: () => new Date(),
});
