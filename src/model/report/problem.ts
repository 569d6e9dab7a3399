import type { PrintedCommand } from '../command/command.ts';
import type { CheckCode, Severity } from '../finding.ts';

/** What one person has to deal with once: findings with one cause. Codes and evidence stay in the findings beneath. */
export interface Problem {
  /**
   * Names the cause, never its numbers (minor, pid, open count), so that it is the same in every run: `volume:san/vm-102-disk-0`,
   * `server:10.9.0.2`. Of printable ASCII without blanks or shell characters; anything else is percent-encoded.
   */
  readonly id: string;
  readonly kind: ProblemKind;
  /** The worst of its findings. */
  readonly severity: Severity;
  /** Whom it concerns, as the first words of a sentence: `VM 169 (database)`, `NFS server 10.9.0.2`, `Storage nas`. */
  readonly who: string;
  /** The rest of that sentence, the consequence first: `cannot start: …`. */
  readonly what: string;
  /** Guests behind it, by VMID. */
  readonly guests: readonly ProblemGuest[];
  /** Bytes that could be freed or that are missing, where space is the matter; null elsewhere. */
  readonly bytes: number | null;
  /** Of its findings, the worst first, each once. */
  readonly codes: readonly CheckCode[];
  /** `findingKey` of each of its findings, the worst first. */
  readonly findings: readonly string[];
  readonly next: NextStep;
  /** Somebody said that this one is known; null where nobody did, or where that does not hold any more. */
  readonly acknowledged: Acknowledged | null;
}

/** `sight`: what keeps pve-doctor from judging the rest; it stands first. `cluster`: what only several nodes together show. */
export type ProblemKind = 'sight' | 'server' | 'mount' | 'volume' | 'device' | 'group' | 'pool' | 'vmid' | 'cluster';

export interface ProblemGuest {
  readonly vmid: number;
  /** Empty where its configuration has none, or where no node has such a guest. */
  readonly name: string;
  readonly type: 'qemu' | 'lxc' | null;
  /** The node that has its configuration; null where none has. */
  readonly node: string | null;
  readonly state: GuestState;
}

/**
 * `elsewhere`: on another node, and what it does there is that node's word; `deleted`: no node has it; `unknown`: its configuration, or
 * what runs here, could not be read.
 */
export type GuestState = 'running' | 'stopped' | 'template' | 'elsewhere' | 'deleted' | 'unknown';

export interface NextStep {
  /** One sentence. */
  readonly text: string;
  /** The command of that step; null where none is to be given. */
  readonly command: PrintedCommand | null;
  /** pve-doctor repairs it: every gate holds on this snapshot. */
  readonly repairable: boolean;
}

/** Who said that a problem is known, until when, and why. */
export interface Acknowledged {
  readonly by: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly at: string;
  /** ISO 8601; null: until it gets worse or comes back. */
  readonly until: string | null;
}
