import type { CheckCode, Finding, Severity } from '../finding.ts';
import type { JudgedThing } from './not-judged.ts';
import type { ProblemKind } from './problem.ts';
import type { Grade, OverallStatus, Report } from './report.ts';

/** A run that was kept. Its counts are of problems. */
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

/** A problem of an earlier run, as far as it is kept. */
export interface PastProblem {
  readonly id: string;
  readonly kind: ProblemKind;
  /** As it was last known: what cannot be seen any more is not milder for that. */
  readonly severity: Severity;
  readonly who: string;
  readonly what: string;
  readonly codes: readonly CheckCode[];
  readonly vmids: readonly number[];
  /** `findingKey` of each of its findings: what has to be looked at before it counts as resolved. */
  readonly findings: readonly string[];
  /** Time of the first and of the last run that saw it. */
  readonly since: string;
  readonly lastSeen: string;
}

/** A problem of this report: since when it stands. */
export interface StandingProblem {
  readonly id: string;
  /** Time of the first run that saw it; this run's where it is new. */
  readonly since: string;
  readonly isNew: boolean;
}

/** What earlier runs say about this one. */
export interface ReportHistory {
  /** The last kept run before this one; null where this is the first. */
  readonly previous: PastRun | null;
  /** One for each problem of the report. */
  readonly problems: readonly StandingProblem[];
  /** Stood before; everything that it came from was looked at now, and it is not there. */
  readonly resolved: readonly PastProblem[];
  /** Stood before, and something that it came from could not be looked at now: neither standing nor resolved. */
  readonly notJudged: readonly PastProblem[];
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

/** Stands for the kind of a subject: what a node told of, in the report of its cluster. */
export const OF_NODE = 'of-node';

/** What a node told of a problem, as far as it names what has to be looked at. */
interface ToldProblem {
  readonly codes: readonly string[];
  readonly vmids: readonly number[];
  readonly findings?: readonly string[];
}

/**
 * Keys of what a node told, in the report of its cluster: of each finding, or where it names none, of each check and each guest,
 * whatever problem they are told as. Names of nodes have no slash.
 */
export const nodeFindingKeys = (node: string, { codes, vmids, findings }: ToldProblem): readonly string[] =>
  findings === undefined || findings.length === 0
    ? codes.flatMap((code) =>
        (vmids.length === 0 ? [''] : vmids).map((vmid) => [code, OF_NODE, vmid, node, ''].join('/')),
      )
    : findings.map((key) => {
        const { code, kind, vmid, id: of } = partsOfKey(key);
        return [code, OF_NODE, vmid ?? '', node, kind, of].join('/');
      });

/** Keys of a problem of which only the id is known: whatever is left out of its checks and guests may be it. */
export const keysById = ({
  id,
  codes,
  vmids,
}: Omit<ToldProblem, 'findings'> & { readonly id: string }): readonly string[] =>
  codes.flatMap((code) => (vmids.length === 0 ? [''] : vmids).map((vmid) => [code, '', vmid, id].join('/')));

/** Of what a node told, the key that it has where it names no findings; any other stays as it is. */
export function plainKey(key: string): string {
  if (!key.includes(`/${OF_NODE}/`)) return key;
  const { code, vmid, node } = thingOfKey(key);
  return node === null ? key : [code, OF_NODE, vmid ?? '', node, ''].join('/');
}

/** Whether one of some keys is this one, as far as both say it: a node may name its findings at one look, and not at the next. */
export function namedBy(keys: Iterable<string>): (key: string) => boolean {
  const exact = new Set(keys);
  const plain = new Set([...exact].map(plainKey));
  return (key) => exact.has(key) || (plainKey(key) === key ? plain.has(key) : exact.has(plainKey(key)));
}

/** The node of a cluster that told of a problem; null where it is of this node, or between nodes. */
export function nodeOf({ findings: [first = ''] = [] }: { readonly findings?: readonly string[] }): string | null {
  const { kind, id } = partsOfKey(first);
  return kind === OF_NODE ? id.slice(0, id.indexOf('/')) : null;
}

/** What a `findingKey` was made of. */
export interface KeyParts {
  readonly code: string;
  readonly kind: string;
  readonly vmid: number | null;
  readonly id: string;
}

export function partsOfKey(key: string): KeyParts {
  const [code = '', kind = '', vmid = '', ...id] = key.split('/');
  return { code, kind, vmid: vmid === '' ? null : Number(vmid), id: id.join('/') };
}

/** What a finding was about, by its key. */
export function thingOfKey(key: string): JudgedThing {
  const { code, kind, vmid, id } = partsOfKey(key);
  if (kind !== OF_NODE) return { code, kind: kind === '' ? null : kind, id, vmid, node: null };
  const [node = '', of = '', ...rest] = id.split('/');
  return of === '' ? { code, kind: null, id, vmid, node } : { code, kind: of, id: rest.join('/'), vmid, node };
}

export const withHistory = (report: Report, history: ReportHistory): Report => ({ ...report, history });
