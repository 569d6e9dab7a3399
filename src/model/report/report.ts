import type { Holder } from '../device-mapper/device-use.ts';
import type { CheckCode, ReportedFinding } from '../finding.ts';
import type { EntryClass, Reference } from '../guests/guest-entries.ts';
import type { HostFacts } from '../host-facts.ts';
import type { MountRow } from '../mounts/judged-mounts.ts';
import type { Trouble } from '../notify/trouble.ts';
import type { ClusterReport } from './cluster-report.ts';
import type { CodesOnNodes } from './history-state.ts';
import type { NotJudged } from './not-judged.ts';
import type { Problem } from './problem.ts';
import type { ReportHistory } from './report-history.ts';

/** `busy`: nothing was found, and something of it waits for a task of its guest. */
export type CheckOutcome = 'clean' | 'found' | 'busy' | 'unknown' | 'not-applicable';

/** What became of one check. Silence is never reported as health: an unknown says why. */
export interface CheckResult {
  readonly code: CheckCode;
  readonly title: string;
  readonly outcome: CheckOutcome;
  readonly findings: number;
  /** Why it is unknown, busy or not applicable, or what it could not judge beside what it found; empty otherwise. */
  readonly because: string;
}

/** Whether something of a check could not be judged, be it beside findings. */
export const isUnjudged = ({ outcome, because }: Pick<CheckResult, 'outcome' | 'because'>): boolean =>
  outcome === 'unknown' || (outcome === 'found' && because !== '');

export interface SectionResult {
  readonly name: string;
  readonly state: 'known' | 'absent' | 'unreadable';
  readonly durationMs: number;
  /** Why it is absent or unreadable; empty otherwise. */
  readonly because: string;
}

/** A guest-volume entry in the report. `unknown`: whether a guest uses it is not known, so it was not judged. */
export interface ReportedEntry {
  readonly name: string;
  readonly uuid: string;
  readonly major: number;
  readonly minor: number;
  readonly vgName: string;
  readonly lvName: string;
  readonly vmid: number;
  readonly volumeKind: string;
  readonly class: EntryClass;
  readonly reasons: readonly string[];
  readonly references: readonly Reference[];
  /** `unknown` when open count is 0 but the other signs could not be read. */
  readonly inUse: 'yes' | 'no' | 'unknown';
  readonly openCount: number;
  readonly holders: readonly Holder[];
  /** Active while its guest is stopped: normal for LVM-thin volumes. null when that could not be told. */
  readonly idle: boolean | null;
  /** Codes of findings about this entry. */
  readonly findings: readonly CheckCode[];
}

export interface ReportedGuest {
  readonly vmid: number;
  readonly name: string;
  readonly type: 'qemu' | 'lxc';
  readonly status: 'running' | 'stopped' | 'unknown';
  readonly template: boolean;
  readonly lock: string;
  readonly duplicates: number;
  readonly orphans: number;
  /** Other findings that name this guest. */
  readonly otherFindings: number;
}

/** Entries and volumes of a VMID that no node has. */
export interface Leftovers {
  readonly vmid: number;
  readonly entries: readonly string[];
  readonly volumes: readonly string[];
  /** Size of these volumes; of thin ones what they promise. */
  readonly bytes: number;
}

/** A thin pool: how full it is, from 0 to 100. */
export interface PoolRow {
  /** `vg/lv`, or the name of the device where LVM does not have it. */
  readonly name: string;
  readonly dataPercent: number;
  readonly metadataPercent: number;
  /** null where LVM could not say, here and below. */
  readonly sizeBytes: number | null;
  /** What is left in its volume group to extend it by. */
  readonly vgFreeBytes: number | null;
  /** Of guests with volumes on it. */
  readonly vmids: readonly number[] | null;
}

/** A VMID that PVE would hand out next, and what it would meet. */
export interface NextVmid {
  readonly vmid: number;
  readonly leftovers: readonly string[];
}

export interface Summary {
  readonly totalEntries: number;
  readonly valid: number;
  readonly duplicates: number;
  readonly orphans: number;
  readonly busy: number;
  readonly notJudged: number;
  readonly inUse: number;
  readonly idle: number | null;
  readonly totalIssues: number;
  readonly critical: number;
  readonly warnings: number;
  readonly notices: number;
  /** Guests whose configuration is on this node, and how many of them run; null when that could not be read. */
  readonly guests: number | null;
  readonly runningGuests: number | null;
}

/** `waiting`: nothing is wrong in what was judged, and the rest waits for a task and was never judged. */
export type OverallStatus = 'healthy' | 'waiting' | 'warning' | 'critical' | 'unknown';

export type Grade = 'A+' | 'B' | 'C' | 'D' | 'F' | '?';

/** What a report of a whole cluster has beside its problems. */
export interface ClusterScope {
  /** The whole of it, to be attached. */
  readonly report: ClusterReport;
  /** What could not be looked at, as names: `node pve2`, `check DM010 on pve1`. */
  readonly blind: readonly string[];
  readonly codesOn: CodesOnNodes;
  /** How full file systems of its nodes are, by what `findingKey` ends with. */
  readonly fullness: ReadonlyMap<string, number>;
}

/** What every report of one node begins with. */
export interface ReportHead {
  /** Version of its JSON schema, `docs/*.schema.json`. */
  readonly schemaVersion: 1;
  readonly toolVersion: string;
  readonly takenAt: string;
  readonly durationMs: number;
  /** `live`, or the file that was replayed. */
  readonly source: string;
  readonly node: string;
  /** Everything that could not be seen, each a sentence. */
  readonly notSeen: readonly string[];
}

/** docs/report.schema.json */
export interface Report extends ReportHead {
  readonly host: HostFacts | null;
  readonly status: OverallStatus;
  /** The exit status that `check` ends with. */
  readonly exitCode: 0 | 1 | 2 | 3;
  readonly grade: Grade;
  /** 0-100; null where there is no grade. */
  readonly score: number | null;
  /** Why there is no grade; empty otherwise. */
  readonly gradeBecause: string;
  /** Why nothing that is found could give it a grade: it is of a part of the node, or what grades are of was not read; else empty. */
  readonly ungradable: string;
  readonly summary: Summary;
  readonly checks: readonly CheckResult[];
  /** All that some check looks at and did not judge. */
  readonly notJudged: readonly NotJudged[];
  /** What one person has to deal with once, the most urgent first. */
  readonly problems: readonly Problem[];
  readonly findings: readonly ReportedFinding[];
  readonly entries: readonly ReportedEntry[];
  readonly guests: readonly ReportedGuest[];
  readonly leftovers: readonly Leftovers[];
  readonly nextVmids: readonly NextVmid[];
  /** null where they could not be read. */
  readonly thinPools: readonly PoolRow[] | null;
  /** From how much used space and inodes on a mount is a warning or critical; null where nothing was asked. */
  readonly mountLimits: { readonly warningPercent: number; readonly criticalPercent: number } | null;
  /** Remote mounts of the node and of its containers, and local file systems of containers that can run full. */
  readonly mounts: readonly MountRow[];
  readonly sections: readonly SectionResult[];
  /** Channels that news does not reach; not there where all is well. */
  readonly trouble?: readonly Trouble[];
  /** No check has run for longer than a day and a half since this one: nobody knows how the node is now. */
  readonly isOutdated?: true;
  /** Where this speaks of a whole cluster, as its mail does. */
  readonly cluster?: ClusterScope;
  /** What earlier runs say about this one; null where none were asked. */
  readonly history: ReportHistory | null;
}
