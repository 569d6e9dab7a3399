/**
 * Everything that a hub keeps, on either engine. Every instant is ISO 8601 in UTC as `Date.prototype.toISOString` writes it, by the
 * hub's clock unless it says the node's; `now` is handed in, so that nothing here reads a clock. Order of reports is the order in
 * which the hub took them: clocks of nodes are wrong by years.
 */
import type { RecordedLeftOut } from '../../model/cluster/recorded-left-out.ts';
import type { Severity } from '../../model/finding.ts';
import type { NodeIdentity } from '../../model/hub/protocol.ts';
import type { Acknowledgement } from '../../model/report/acknowledgement.ts';
import type { Area, Cell } from '../../model/report/cluster-report.ts';
import type { NotJudged } from '../../model/report/not-judged.ts';
import type { ProblemGuest, ProblemKind } from '../../model/report/problem.ts';
import type { OverallStatus } from '../../model/report/report.ts';
import type { ClusterFilter, NodeFilter, ProblemFilter } from './list-filters.ts';
import type { Maintenance } from './maintenance.ts';
import type { Accounts } from './people.ts';
import type { Trend } from './trend.ts';

/** What the hub reads out of a report when it comes, so that no page has to open one. */
export interface ReportDigest {
  /** `host.pveVersion`; null where it is not known. */
  readonly pveVersion: string | null;
  readonly toolVersion: string;
  readonly schemaVersion: number;
  readonly status: OverallStatus;
  readonly grade: string;
  readonly score: number | null;
  readonly problems: readonly DigestProblem[];
  readonly areas: Readonly<Record<Area, Cell>>;
  /** Checks that could not judge everything there. */
  readonly unjudged: readonly Unjudged[];
  /** Number of `notSeen` sentences. */
  readonly notSeen: number;
  readonly indexedNames: readonly IndexedName[];
  /** The same, as the history of problems needs it. */
  readonly notJudged: readonly NotJudged[];
  /** Every check that the pve-doctor that looked knows. */
  readonly checkCodes: readonly string[];
  /** VMIDs of the node. */
  readonly guests: readonly number[];
  /** How full file systems are, by the id of their subject. */
  readonly fullness: readonly (readonly [id: string, percent: number])[];
}

/** What was not judged on a node, as its report says it. */
export type Unjudged = RecordedLeftOut;

export interface DigestProblem {
  /** Of the problem in the report: stable across runs of that node. */
  readonly id: string;
  readonly kind: ProblemKind;
  readonly severity: Severity;
  readonly who: string;
  readonly what: string;
  /** The first of its codes: by it problems of many nodes are grouped. */
  readonly code: string;
  readonly codes: readonly string[];
  /** `findingKey` of each of its findings. */
  readonly findings: readonly string[];
  /** Title of that check. */
  readonly title: string;
  readonly guests: readonly ProblemGuest[];
  readonly bytes: number | null;
  /** What to do next, one sentence, and whether pve-doctor repairs it on that node. */
  readonly next: string;
  readonly repairable: boolean;
  /** The node itself says that somebody acknowledged it. */
  readonly acknowledged: boolean;
}

/** Something that people look for over the fleet. */
export interface IndexedName {
  readonly kind: 'vmid' | 'guest' | 'volume' | 'wwid' | 'server' | 'storage' | 'node';
  /** As the report writes it; looked for without regard to case. */
  readonly name: string;
  /** Of which problem it is a part; null where it is only there. */
  readonly problemId: string | null;
}

export interface IncomingReport {
  readonly nodeId: string;
  /** By the node's clock. With the node it names the report. */
  readonly takenAt: string;
  readonly receivedAt: string;
  readonly contentDigest: string;
  /** The JSON, gzip, as it came. */
  readonly body: Uint8Array;
  readonly digest: ReportDigest;
}

/** `known`: it had been kept before, and nothing changed. `revoked`, `unknown-node`: not kept. */
export type KeepResult = 'kept' | 'known' | 'revoked' | 'unknown-node';

export interface IncomingHeartbeat {
  readonly nodeId: string;
  readonly takenAt: string;
  readonly receivedAt: string;
  readonly contentDigest: string;
}

/** `other`: the newest report of the node says something else, or was of a later look, so the whole one is wanted. */
export type HeartbeatResult = 'heard' | 'other' | 'revoked' | 'unknown-node';

export interface Intake {
  /**
   * All of the batch in one transaction; when it resolves, what is `kept` survives a kill of the hub, of the database and of the
   * machine. One result for each, in their order. Throws `StoreAway` where the database cannot be reached, and then nothing is kept.
   */
  readonly keep: (batch: readonly IncomingReport[]) => Promise<readonly KeepResult[]>;
  readonly heartbeat: (batch: readonly IncomingHeartbeat[]) => Promise<readonly HeartbeatResult[]>;
}

/** The database cannot be reached or written, or is too busy: the caller answers 503. */
export class StoreAway extends Error {
  override readonly name = 'StoreAway';
}

export interface TokenRow {
  readonly id: string;
  /** Empty: the token is good for any cluster. */
  readonly cluster: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly expiresAt: string;
  readonly usesLeft: number;
}

export interface NodeRow extends NodeIdentity {
  readonly nodeId: string;
  readonly clusterId: string;
  readonly enrolledAt: string;
  /** null where it was not revoked. */
  readonly revokedAt: string | null;
  /** When the hub last heard anything signed by it; null before its first report. */
  readonly lastContactAt: string | null;
  /** Of the last look that it told of, by its own clock. */
  readonly lastTakenAt: string | null;
  /** Its clock less the hub's when it last called; null before its first report. */
  readonly clockSkewMs: number | null;
  readonly pveVersion: string | null;
  readonly toolVersion: string;
  /** null before its first report. */
  readonly status: OverallStatus | null;
  readonly grade: string | null;
  readonly score: number | null;
  readonly critical: number;
  readonly warnings: number;
  readonly notices: number;
  /** Number of checks that could not judge everything. */
  readonly unjudged: number;
  /** While somebody works on it; null otherwise. */
  readonly maintenanceUntil: string | null;
}

export type EnrolResult =
  | { readonly state: 'enrolled'; readonly nodeId: string }
  /** `taken`: a node of that identity has another key. It must be revoked first, so that no token lets one node speak for another. */
  | { readonly state: 'refused'; readonly reason: 'token' | 'taken' | 'revoked' };

export interface Enrolment {
  /** `hash`: SHA-256 of the token; the token itself is kept nowhere. Gives its id. */
  readonly addToken: (token: Omit<TokenRow, 'id'> & { readonly hash: string }) => Promise<string>;
  readonly tokens: (now: string) => Promise<readonly TokenRow[]>;
  readonly removeToken: (id: string) => Promise<boolean>;
  /** Uses the token up by one, in the same transaction. The same key of the same identity gets its id again. */
  readonly enrol: (
    request: NodeIdentity & { readonly tokenHash: string; readonly publicKey: string; readonly toolVersion: string },
    now: string,
  ) => Promise<EnrolResult>;
  /** SPKI in DER, base64; null where no node has that id. */
  readonly nodeKey: (nodeId: string) => Promise<{ readonly publicKey: string; readonly revoked: boolean } | null>;
  /** Its reports stay until retention takes them; its problems no longer count. */
  readonly revoke: (nodeId: string, now: string) => Promise<boolean>;
  /** A revoked node with all that was kept of it. */
  readonly forget: (nodeId: string) => Promise<boolean>;
}

/** A problem that stands on one node. */
export interface OpenProblem extends Omit<DigestProblem, 'acknowledged' | 'findings'> {
  readonly nodeId: string;
  readonly node: string;
  readonly clusterId: string;
  readonly cluster: string;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  /** What holds now, said in the hub or on the node. */
  readonly acknowledged: { readonly by: string; readonly reason: string; readonly until: string | null } | null;
}

/** The same check on many nodes: what to do now, once. */
export interface ProblemGroup {
  readonly code: string;
  readonly title: string;
  readonly severity: Severity;
  readonly problems: number;
  readonly nodes: number;
  readonly clusters: number;
  /** Of the newest problem in it. */
  readonly newestAt: string;
  readonly bytes: number | null;
  /** The clusters that have most of it, worst first. */
  readonly worst: readonly Pick<ClusterRow, 'clusterId' | 'name'>[];
  /** One of them, to be named where there is only one. */
  readonly example: {
    readonly nodeId: string;
    readonly node: string;
    readonly cluster: string;
    readonly id: string;
    readonly who: string;
    readonly what: string;
  };
}

/** Of all nodes, of one cluster or of the fleet. What nodes in maintenance say or do not say is in none of it but `nodes`. */
export interface NodeCounts {
  /** Nodes that are not revoked. */
  readonly nodes: number;
  readonly maintenance: number;
  readonly silent: number;
  /** Nodes that speak, and could not judge everything. */
  readonly unjudged: number;
  readonly critical: number;
  readonly warnings: number;
  readonly notices: number;
}

export interface ClusterRow extends NodeCounts {
  readonly clusterId: string;
  readonly name: string;
}

export interface FleetTotals extends NodeCounts {
  readonly clusters: number;
}

/** Something that happened to a problem. */
export interface ChangeRow {
  readonly at: string;
  readonly what: 'appeared' | 'worse' | 'milder' | 'resolved' | 'acknowledged' | 'acknowledgement-ended';
  readonly nodeId: string;
  readonly node: string;
  readonly cluster: string;
  readonly problemId: string;
  readonly severity: Severity;
  readonly who: string;
  readonly text: string;
  /** Who acknowledged, and why; empty elsewhere. */
  readonly by: string;
  readonly reason: string;
}

export interface RunRow {
  /** By the node's clock. */
  readonly takenAt: string;
  readonly receivedAt: string;
  readonly status: OverallStatus;
  readonly grade: string;
  readonly score: number | null;
  readonly critical: number;
  readonly warnings: number;
  readonly notices: number;
}

export interface SearchHit extends IndexedName {
  readonly nodeId: string;
  readonly node: string;
  readonly clusterId: string;
  readonly cluster: string;
}

/**
 * Acknowledged problems are not in any count or group, nor are those of nodes in maintenance; revoked nodes are nowhere but in `nodes`.
 */
export interface FleetView {
  readonly groups: (filter: { readonly clusterId?: string }) => Promise<readonly ProblemGroup[]>;
  /** Silent: not heard since `silentBefore`, or never. */
  readonly totals: (silentBefore: string) => Promise<FleetTotals>;
  readonly clusters: (filter: ClusterFilter) => Promise<readonly ClusterRow[]>;
  /** By its id, or else its name. */
  readonly cluster: (idOrName: string) => Promise<{ readonly clusterId: string; readonly name: string } | null>;
  /** Without `revoked` those that are and those that are not. */
  readonly nodes: (filter: NodeFilter) => Promise<readonly NodeRow[]>;
  /** Versions that nodes which are not revoked run, each once, sorted. */
  readonly versions: () => Promise<{ readonly pve: readonly string[]; readonly tool: readonly string[] }>;
  readonly node: (nodeId: string) => Promise<NodeRow | null>;
  /** What each node of a cluster told, by area. */
  readonly areas: (clusterId: string) => Promise<ReadonlyMap<string, Readonly<Record<Area, Cell>>>>;
  /** By node of a cluster that has reported. */
  readonly unjudged: (clusterId: string) => Promise<ReadonlyMap<string, readonly Unjudged[]>>;
  readonly problems: (filter: ProblemFilter) => Promise<readonly OpenProblem[]>;
  /** null where it does not stand any more. */
  readonly problem: (nodeId: string, problemId: string) => Promise<OpenProblem | null>;
  /** Newest first. */
  readonly changes: (filter: {
    readonly since?: string;
    readonly clusterId?: string;
    readonly nodeId?: string;
    readonly problemId?: string;
    readonly limit: number;
  }) => Promise<readonly ChangeRow[]>;
  /** Oldest first, the newest `limit`. */
  readonly runs: (nodeId: string, limit: number) => Promise<readonly RunRow[]>;
  /** The newest report of a node, or the one that it took then; JSON, gzip. null where it is not kept. */
  readonly body: (nodeId: string, takenAt?: string) => Promise<Uint8Array | null>;
  /**
   * Things by their name: those that have exactly that one first, then those that begin with it, and where the text has three characters
   * or more, those that have it somewhere.
   */
  readonly search: (text: string, limit: number) => Promise<readonly SearchHit[]>;
}

export interface Acknowledgements {
  /**
   * Every standing problem of that id in that scope, and ones that come while it holds: until its time, which is looked at with each
   * report and by `retain`; until the problem gets worse; until it is resolved, in a cluster on the last of its nodes.
   */
  readonly acknowledge: (
    scope: { readonly nodeId: string } | { readonly clusterId: string },
    said: Acknowledgement,
  ) => Promise<void>;
  readonly withdraw: (nodeId: string, problemId: string, by: string, now: string) => Promise<boolean>;
  /** What holds for problems of that node. */
  readonly acknowledgementsFor: (nodeId: string, now: string) => Promise<readonly Acknowledgement[]>;
}

export interface Upkeep {
  /** Takes away what is older, in small transactions, and ends sessions and tokens that ran out. Says how much. */
  readonly retain: (limits: {
    readonly runsBefore: string;
    readonly changesBefore: string;
    readonly now: string;
  }) => Promise<{ readonly runs: number; readonly bodies: number }>;
  readonly sizeBytes: () => Promise<number>;
  /** Throws `StoreAway` where nothing can be written: no answer, a full disk, a standby that is read-only, a table that is held. */
  readonly ping: () => Promise<void>;
  /** Calls back after reports were kept or acknowledged, by this hub or another one over the same database. Gives how to stop. */
  readonly onChange: (listener: () => void) => () => void;
  readonly close: () => Promise<void>;
}

export interface HubStore extends Intake, Enrolment, FleetView, Acknowledgements, Maintenance, Trend, Accounts, Upkeep {
  readonly engine: 'sqlite' | 'postgresql';
}
