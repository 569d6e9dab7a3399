/** The tables as the queries see them, the same on both engines; `versions/` makes them. Every instant is a text that sorts as time does. */
import type { Generated, Kysely } from 'kysely';
import { SEVERITIES, type Severity } from '../../model/finding.ts';
import type { OverallStatus } from '../../model/report/report.ts';
import type { ChangeRow, IndexedName } from './hub-store.ts';
import type { AuditRow, Role, SessionRow, UserRow } from './people.ts';
import type { FleetSample } from './trend.ts';

export interface Tables {
  readonly cluster: ClusterTable;
  readonly node: NodeTable;
  readonly node_detail: NodeDetailTable;
  readonly enrolment_token: TokenTable;
  readonly run: RunTable;
  readonly report_body: ReportBodyTable;
  readonly problem: ProblemTable;
  readonly problem_count: ProblemCountTable;
  readonly change: ChangeTable;
  readonly search_index: SearchIndexTable;
  readonly acknowledgement: AcknowledgementTable;
  readonly maintenance: MaintenanceTable;
  readonly account: AccountTable;
  readonly session: SessionTable;
  readonly audit: AuditRow & { readonly id: Generated<number> };
  readonly fleet_sample: FleetSample;
  readonly setting: { readonly name: string; readonly value: string };
}

export type Database = Kysely<Tables>;

/** With counts of its nodes that are not revoked; but for `nodes` and `maintenance`, of those that are not in maintenance. */
interface ClusterTable {
  readonly id: string;
  readonly name: string;
  readonly nodes: Generated<number>;
  readonly maintenance: Generated<number>;
  readonly unjudged: Generated<number>;
  readonly critical: Generated<number>;
  readonly warnings: Generated<number>;
  readonly notices: Generated<number>;
}

export interface NodeTable {
  readonly id: string;
  readonly cluster_id: string;
  readonly name: string;
  readonly machine_id: string;
  readonly public_key: string;
  readonly enrolled_at: string;
  readonly revoked_at: string | null;
  readonly last_contact_at: string | null;
  readonly last_taken_at: string | null;
  readonly clock_skew_ms: number | null;
  readonly tool_version: string;
  readonly pve_version: string | null;
  readonly status: OverallStatus | null;
  readonly grade: string | null;
  readonly score: number | null;
  /** Problems that stand and nobody acknowledged, by severity. */
  readonly critical: number;
  readonly warnings: number;
  readonly notices: number;
  /** Number of checks that could not judge everything. */
  readonly unjudged: number;
  readonly content_digest: string | null;
  /** Counts the reports that said something new: of which one the newest body is. */
  readonly revision: number;
  /** While it is worked on; null otherwise. */
  readonly maintenance_until: string | null;
}

/** What is wide and asked of one node or cluster only, apart from the rows that the first page counts. As JSON. */
export interface NodeDetailTable {
  readonly node_id: string;
  readonly unjudged_checks: string;
  readonly areas: string;
  /** SHA-256 of what can be looked for, so that nothing is written again that stands there. */
  readonly search_index_hash: string;
  /** `HistoryState` of its problems. */
  readonly history: string;
}

interface TokenTable {
  readonly id: string;
  readonly hash: string;
  readonly cluster: string;
  readonly created_at: string;
  readonly created_by: string;
  readonly expires_at: string;
  readonly uses_left: number;
}

export interface RunTable {
  /** Order in which the hub took them. */
  readonly seq: Generated<number>;
  readonly node_id: string;
  readonly taken_at: string;
  readonly received_at: string;
  readonly status: OverallStatus;
  readonly grade: string;
  readonly score: number | null;
  readonly critical: number;
  readonly warnings: number;
  readonly notices: number;
}

export interface ReportBodyTable {
  readonly node_id: string;
  readonly revision: number;
  readonly taken_at: string;
  readonly received_at: string;
  readonly data: Uint8Array;
}

export interface ProblemTable {
  readonly node_id: string;
  readonly problem_key: string;
  readonly cluster_id: string;
  readonly code: string;
  /** 0 is the worst. */
  readonly severity: number;
  /** 1 where somebody's word about it holds. */
  readonly acknowledged: number;
  readonly first_seen_at: string;
  /** null: with its node; a time where the newest report did not find it and it is not resolved. */
  readonly last_seen_at: string | null;
  readonly bytes: number | null;
  readonly title: string;
  /** `ProblemDetail`, as JSON. */
  readonly detail: string;
  readonly acknowledged_from: 'hub' | 'node' | null;
  readonly acknowledged_by: string | null;
  readonly acknowledged_reason: string | null;
  readonly acknowledged_until: string | null;
}

/** Problems of one code in one cluster that count: nobody acknowledged them, and their node is not in maintenance. */
interface ProblemCountTable {
  readonly cluster_id: string;
  readonly code: string;
  /** Of the worst. */
  readonly severity: number;
  readonly problems: number;
  readonly nodes: number;
  readonly newest_at: string;
  readonly bytes: number | null;
}

export interface ChangeTable {
  readonly id: Generated<number>;
  readonly at: string;
  readonly what: ChangeRow['what'];
  readonly node_id: string;
  readonly cluster_id: string;
  readonly problem_key: string;
  readonly problem_id: string;
  readonly severity: number;
  readonly who: string;
  readonly text: string;
  readonly by: string;
  readonly reason: string;
}

export interface SearchIndexTable {
  readonly id: Generated<number>;
  readonly node_id: string;
  readonly kind: IndexedName['kind'];
  readonly name: string;
  /** The name as it is looked for. */
  readonly name_lower: string;
  readonly problem_id: string | null;
}

/** What people said in the hub of a problem, of one node or of all nodes of a cluster. */
export interface AcknowledgementTable {
  /** `node` or `cluster`, and its id. */
  readonly scope: 'node' | 'cluster';
  readonly scope_id: string;
  readonly problem_key: string;
  readonly problem_id: string;
  readonly severity: number;
  readonly by: string;
  readonly reason: string;
  readonly at: string;
  readonly until: string | null;
}

/** Of one node or of all nodes of a cluster. */
export interface MaintenanceTable {
  readonly scope: 'node' | 'cluster';
  readonly scope_id: string;
  readonly by: string;
  readonly reason: string;
  readonly at: string;
  readonly until: string;
}

interface AccountTable {
  readonly id: string;
  readonly realm: UserRow['realm'];
  readonly name: string;
  readonly role: Role;
  readonly password_hash: string | null;
  readonly created_at: string;
  readonly last_login_at: string | null;
}

interface SessionTable {
  readonly hash: SessionRow['hash'];
  readonly account_id: string;
  readonly created_at: string;
  readonly expires_at: string;
}

export const rankOf = (severity: Severity): number => SEVERITIES.indexOf(severity);

export const severityOf = (rank: number): Severity => SEVERITIES[rank] ?? 'critical';
