import type { HeldLocks } from '../host/held-lock.ts';
import type { CommandResult } from '../model/command-result.ts';
import type { DeviceMapper } from '../model/device-mapper/device-mapper.ts';
import type { Reading } from '../model/reading.ts';
import type { JournalRecord, StepProcess, Unchanged } from '../model/repair/journal.ts';
import type { Mutation } from '../model/repair/mutation.ts';
import type { Snapshot } from '../model/snapshot.ts';

/** Everything through which a run reaches the node. `liveAccess` are the real ones. */
export interface NodeAccess {
  /** A whole new snapshot. */
  readonly look: () => Promise<Snapshot>;
  /** Device-mapper alone: right before a change, and after it. */
  readonly readDeviceMapper: () => Promise<Reading<DeviceMapper>>;
  /** Waits for udev; null when it is done, otherwise why not. */
  readonly settle: () => Promise<string | null>;
  /** All of them or none, without waiting. */
  readonly lockGuests: (paths: readonly string[]) => HeldLocks | { readonly refused: string };
  /** Runs the command, which holds the locks as long as it lives. `token`: by which `processesOf` finds it. */
  readonly mutate: (mutation: Mutation, locks: HeldLocks, token: string) => Promise<CommandResult>;
  /** The processes of a command that live. */
  readonly processesOf: (token: string) => readonly StepProcess[];
  /** Does the work of a step, which no key of a terminal ends or stops. */
  readonly withStepOpen: <T>(work: () => Promise<T>) => Promise<T>;
  /** Does what comes before the command of a step, until a signal comes or it takes too long. */
  readonly beforeCommand: <T>(work: () => Promise<T>) => Promise<T | Unchanged>;
  /** Why the step that is open must not act any more: a signal came, or this process was stopped for a while. */
  readonly whyNotAct: () => Promise<Unchanged | null>;
  /** ` by process 4711 (lvs)`: who holds the lock that is this file. */
  readonly holderOf: (path: string) => string;
  readonly pause: (ms: number) => Promise<void>;
  readonly bootId: () => string;
  /** Answers when the record is on the disk; throws when it cannot be. */
  readonly append: (record: JournalRecord) => Promise<void>;
  /** One line for the system's log. */
  readonly audit: (line: string) => Promise<boolean>;
  readonly now: () => Date;
}
