import type { CommandResult } from '../model/command-result.ts';
import type { VolumeSections } from '../model/conditions.ts';
import type { DeviceMapper } from '../model/device-mapper/device-mapper.ts';
import type { Reading } from '../model/reading.ts';
import type { JournalRecord } from '../model/repair/journal.ts';
import type { Mutation } from '../model/repair/mutation.ts';
import type { Snapshot } from '../model/snapshot.ts';

/** The locks of guests while a step is applied. */
export interface GuestLocks {
  readonly pids: ReadonlySet<number>;
  /** Paths that /proc/locks shows as ours at this moment. */
  readonly stillHeld: () => readonly string[];
  readonly release: () => Promise<void>;
}

/** Everything through which a run reaches the node. `liveDoors` are the real ones. */
export interface Doors {
  /** A whole new snapshot. */
  readonly look: () => Promise<Snapshot>;
  /** Device-mapper and LVM, right after a change. */
  readonly lookAtVolumes: () => Promise<VolumeSections>;
  /** Device-mapper alone. */
  readonly glance: () => Promise<Reading<DeviceMapper>>;
  /** Waits for udev; null when it is done, otherwise why not. */
  readonly settle: () => Promise<string | null>;
  readonly lockGuests: (paths: readonly string[]) => Promise<GuestLocks | { readonly refused: string }>;
  readonly mutate: (mutation: Mutation) => Promise<CommandResult>;
  /** Answers when the record is on the disk; throws when it cannot be. */
  readonly append: (record: JournalRecord) => Promise<void>;
  /** One line for the system's log. */
  readonly audit: (line: string) => Promise<boolean>;
  readonly now: () => Date;
}
