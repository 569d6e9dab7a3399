import type { Evidence } from '../finding.ts';
import type { GuestDevice } from './guest-devices.ts';

/** Where a configuration refers to a volume. */
export interface Reference {
  readonly vmid: number;
  readonly node: string;
  /** `current`, `pending`, `snapshot before`, … */
  readonly section: string;
  readonly key: string;
  /** The text that refers to it: a volume id, a path, or the bare name that was found. */
  readonly text: string;
  readonly certainty: 'certain' | 'maybe';
  /** True when that guest's configuration is on this node. */
  readonly local: boolean;
}

/**
 * Exactly one for each guest-volume entry.
 * - `duplicate`: an extra of a set that decodes to one volume (needs nothing but device-mapper, so it is judged first);
 * - `busy`: not judged, a lock, task or migration of that VMID is in flight;
 * - `valid`: it is the volume that a guest on this node refers to;
 * - `unknown`: not judged, what might refer to it is known in part only;
 * - `orphan`: none of these.
 */
export type EntryClass = 'valid' | 'duplicate' | 'orphan' | 'busy' | 'unknown';

/** Why an orphan is one: the owner is on no node, on another node, or here without this volume. */
export type OrphanCause = 'guest-gone' | 'guest-elsewhere' | 'not-in-config';

/** A device-mapper entry of a guest's volume, judged. */
export interface GuestEntry extends GuestDevice {
  readonly class: EntryClass;
  /** null unless the class is `orphan`; null also for a ghost whose name a guest here refers to. */
  readonly orphanCause: OrphanCause | null;
  /** The facts that decided. */
  readonly reasons: readonly Evidence[];
  readonly references: readonly Reference[];
}

export interface GuestEntries {
  readonly entries: readonly GuestEntry[];
}
