import type { Command, PrintedCommand } from './command/command.ts';

/** A finding is something that is wrong with the node: a value, never thrown. */

export type CheckCode = `${'DM' | 'LV' | 'PATH' | 'ID' | 'NODE' | 'MNT' | 'CT' | 'CL' | 'VOL'}${number}`;

export type Severity = 'critical' | 'warning' | 'notice';

/** The worst first. */
export const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'notice'];

export const worseFirst = (a: { readonly severity: Severity }, b: { readonly severity: Severity }): number =>
  SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);

/** What a finding is about. `id` names one object of its kind on this node and is stable across runs. */
export interface Subject {
  readonly kind:
    | 'device'
    | 'volume'
    | 'volume-group'
    | 'thin-pool'
    | 'vmid'
    | 'node'
    | 'command'
    | 'mount'
    | 'storage'
    | 'disk'
    | 'file-system';
  /** dm name, `vg/lv` (of a pool too), VG name, VMID, node name, command line, mount point, storage id, WWID, UUID. */
  readonly id: string;
}

/** One fact and where it was read: a command line or a path. */
export interface Evidence {
  readonly fact: string;
  readonly source: string;
}

export interface Remedy {
  /** What to do, one or two sentences. */
  readonly text: string;
  /** For a person to run, in order, what only reads first; empty when there is no command to give. */
  readonly commands: readonly Command[];
}

/** Whether pve-doctor offers the repair on this snapshot, or the fact that decides against it. */
export type Repair =
  | { readonly offered: true; readonly action: RepairAction }
  | { readonly offered: false; readonly because: string };

export type RepairAction = 'remove-device' | 'deactivate-volume' | 'remove-partition-map';

export interface Finding {
  readonly code: CheckCode;
  readonly severity: Severity;
  readonly subject: Subject;
  /** One line without a full stop. */
  readonly title: string;
  /** Whom it concerns, where its subject has no name that people know it by. */
  readonly who?: string;
  /** The consequence for whom it concerns, as the rest of a sentence that begins with them: `cannot start: its disk …`. */
  readonly headline: string;
  readonly evidence: readonly Evidence[];
  /** Why it matters, one or two sentences. */
  readonly impact: string;
  readonly remedy: Remedy;
  /** How pve-doctor could repair it, if every gate holds; null when it only gives guidance. */
  readonly repairAction: RepairAction | null;
  /** `maybe`: some text could refer to it although PVE does not read it so; never repaired by pve-doctor. */
  readonly certainty: 'certain' | 'maybe';
  /** The guest it concerns, where there is one. */
  readonly vmid: number | null;
  /** Guests that it hits, by VMID: that one, and those that have a disk on what it is about. */
  readonly guests: readonly number[];
  /** Whether these are all: what lies on it could be read. */
  readonly guestsKnown: boolean;
  /** Bytes that it holds or that are missing, where space is the matter. */
  readonly bytes?: number | null;
  /**
   * The volume (`vg/lv`), VG, storage or map that it comes down to, where the subject's name does not stay or says less: a number of
   * the kernel, the one of two entries that is to go now, a directory that is not there.
   */
  readonly about?: string;
  /** Where guests lose their disks by it. */
  readonly lost?: LostDisks;
  /** Nodes that it involves, where only several of them together show it. */
  readonly nodes?: readonly string[];
}

/** Guests that are without a disk, by VMID, and why, as the end of a sentence about them. */
export interface LostDisks {
  readonly guests: readonly number[];
  readonly because: string;
}

/** What a finding says, without what to do. */
export type FindingFacts = Omit<Finding, 'remedy'>;

/** A finding as reported: with its commands as lines, and the repair that this snapshot allows. */
export interface ReportedFinding extends FindingFacts {
  readonly remedy: { readonly text: string; readonly commands: readonly PrintedCommand[] };
  /** null where space is not the matter. */
  readonly bytes: number | null;
  readonly repair: Repair;
}
