import type { CheckCode, Finding, Severity, Subject } from '../finding.ts';
import type { Grade, OverallStatus, Report } from './report.ts';

/** A run that was kept. */
export interface PastRun {
  /** Counts up by one for every kept run; the order of runs, whatever the clock said. */
  readonly id: number;
  readonly takenAt: string;
  readonly status: OverallStatus;
  readonly exitCode: 0 | 1 | 2 | 3;
  readonly grade: Grade;
  /** 0-100; null where there was no grade. */
  readonly score: number | null;
  readonly critical: number;
  readonly warnings: number;
  readonly notices: number;
}

/** A finding of an earlier run, as far as it is kept. */
export interface PastFinding {
  readonly key: string;
  readonly code: CheckCode;
  readonly severity: Severity;
  readonly subject: Subject;
  readonly title: string;
  readonly vmid: number | null;
  /** Time of the first and of the last run that saw it, without a gap between them. */
  readonly since: string;
  readonly lastSeen: string;
}

/** A finding of this report, by its key: since when it stands. */
export interface StandingFinding {
  readonly key: string;
  /** Time of the first run that saw it; this run's where it is new. */
  readonly since: string;
  readonly isNew: boolean;
}

/** What earlier runs say about this one. */
export interface ReportHistory {
  /** The last kept run before this one; null where this is the first. */
  readonly previous: PastRun | null;
  /** One for each finding of the report. */
  readonly findings: readonly StandingFinding[];
  /** Stood in the previous run, and its check looked now and did not find it. */
  readonly resolved: readonly PastFinding[];
  /** Stood in the previous run, and its check could not look now: neither standing nor resolved. */
  readonly notJudged: readonly PastFinding[];
  /** Kept runs, oldest first, this one last where it was kept; at most 90. */
  readonly trend: readonly PastRun[];
  /** What is wrong with the history itself, for people; empty otherwise. */
  readonly problem: string;
}

/**
 * Names a finding across runs: two findings of one report never share it. There is one node, whatever it is called, and its
 * name cannot always be read.
 */
export const findingKey = ({ code, subject, vmid }: Pick<Finding, 'code' | 'subject' | 'vmid'>): string =>
  [code, subject.kind, vmid ?? '', subject.kind === 'node' ? '' : subject.id].join('/');

export const withHistory = (report: Report, history: ReportHistory): Report => ({ ...report, history });
