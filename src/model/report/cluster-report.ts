/** All nodes on one screen: what each told of itself, and what only several of them together show. */
import type { ReportedFinding, Severity } from '../finding.ts';
import type { NextStep, Problem } from './problem.ts';
import type { CheckResult, OverallStatus } from './report.ts';

/** The columns of the screen. */
export const AREAS = ['entries', 'mounts', 'paths', 'volumes', 'cluster'] as const;

export type Area = (typeof AREAS)[number];

/**
 * `waiting`: nothing was found, and a task works on something that was never judged. `partly`: nothing was found, and something could
 * not be judged or compared. `not-judged`: nothing is known of it.
 */
export type CellState = Severity | 'clean' | 'waiting' | 'partly' | 'not-judged';

export interface Cell {
  readonly state: CellState;
  /** Of that severity, each matter once, as in the list of the cluster's problems. */
  readonly problems: number;
  /** What could not be judged; empty where everything was. */
  readonly because: string;
  /** What a task works on, so that it was never judged; empty where there is none. */
  readonly waits: string;
}

export interface ClusterNode {
  readonly name: string;
  readonly nodeId: number;
  readonly isJudged: boolean;
  /** Why it is not judged; empty where it is. */
  readonly because: string;
  /** `here`: by this run; `record`: what it published; `ssh`: it was asked. null where it is not judged. */
  readonly via: 'here' | 'record' | 'ssh' | null;
  /** When it looked, or was last heard, by its own clock; null where nothing says so. */
  readonly takenAt: string | null;
  /** Age of what is shown of it; null where it is not judged. */
  readonly ageSeconds: number | null;
  readonly toolVersion: string | null;
  /** Of its own report. */
  readonly status: OverallStatus | null;
  readonly grade: string | null;
  readonly areas: Readonly<Record<Area, Cell>>;
}

/** A problem of the whole cluster: of one node, of several that have the same one, or of what they share. */
export interface ClusterProblem extends Problem {
  /** Nodes that have it, or between which it is. */
  readonly nodes: readonly string[];
  /** Problems of single nodes that it stands for; 0 where it is one between nodes. */
  readonly count: number;
  readonly next: ClusterStep;
}

export interface ClusterStep extends NextStep {
  /** Where it is done; empty where any node will do. */
  readonly nodes: readonly string[];
}

export interface ClusterReport {
  /** Version of the JSON schema, docs/cluster.schema.json. */
  readonly schemaVersion: 1;
  readonly toolVersion: string;
  readonly takenAt: string;
  readonly durationMs: number;
  /** `live`, or the file that was replayed. */
  readonly source: string;
  /** Empty where it could not be read. */
  readonly clusterName: string;
  /** The node that this was seen from. */
  readonly self: string;
  readonly status: OverallStatus;
  /** As of check: 0-3. */
  readonly exitCode: 0 | 1 | 2 | 3;
  readonly summary: {
    readonly nodes: number;
    readonly judged: number;
    readonly critical: number;
    readonly warnings: number;
    readonly notices: number;
  };
  /** By node id. */
  readonly nodes: readonly ClusterNode[];
  /** The worst first. */
  readonly problems: readonly ClusterProblem[];
  /** The checks across nodes. */
  readonly checks: readonly CheckResult[];
  /** What they found. */
  readonly findings: readonly ReportedFinding[];
}

/** In which column a code stands. */
export function areaOf(code: string): Area {
  if (/^DM/.test(code)) return 'entries';
  if (/^(?:MNT|CT)\d/.test(code)) return 'mounts';
  if (/^(?:LV|ID)/.test(code)) return 'volumes';
  return /^PATH/.test(code) || code === 'CL010' ? 'paths' : 'cluster';
}
