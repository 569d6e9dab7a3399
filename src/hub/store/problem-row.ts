import type { ProblemGuest, ProblemKind } from '../../model/report/problem.ts';
import type { ChangeRow, DigestProblem } from './hub-store.ts';
import { clean, keyOf } from './store-text.ts';
import { type AcknowledgementTable, type ChangeTable, type ProblemTable, rankOf } from './tables.ts';

/** What a page shows of a problem, and no query asks for. */
export interface ProblemDetail {
  readonly id: string;
  readonly kind: ProblemKind;
  readonly who: string;
  readonly what: string;
  readonly codes: readonly string[];
  readonly guests: readonly ProblemGuest[];
  readonly next: string;
  readonly repairable: boolean;
}

/** Who acknowledged a problem, as it stands beside it. */
export type AcknowledgedColumns = Pick<
  ProblemTable,
  'acknowledged_from' | 'acknowledged_by' | 'acknowledged_reason' | 'acknowledged_until'
>;

export const NOT_ACKNOWLEDGED: AcknowledgedColumns = {
  acknowledged_from: null,
  acknowledged_by: null,
  acknowledged_reason: null,
  acknowledged_until: null,
};

export const inHub = ({ by, reason, until }: AcknowledgementTable): AcknowledgedColumns => ({
  ...{ acknowledged_from: 'hub', acknowledged_by: by, acknowledged_reason: reason, acknowledged_until: until },
});

export const detailOf = (row: Pick<ProblemTable, 'detail'>): ProblemDetail => JSON.parse(row.detail);

/** What a bigint holds of a number in JSON, which may be 1e999. */
const whole = (number: number): number =>
  Math.trunc(Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, number)));

/** A problem of a report, as its row; a text of no sense is made one that both engines keep. */
export function problemRow(
  problem: DigestProblem,
  of: Pick<ProblemTable, 'node_id' | 'cluster_id' | 'first_seen_at'>,
  said: AcknowledgedColumns,
): ProblemTable {
  const { id, kind, who, what, codes, guests, next, repairable } = problem;
  const detail: ProblemDetail = { id: clean(id), kind, who, what, codes, guests, next, repairable };
  return {
    ...of,
    problem_key: keyOf(id),
    code: keyOf(problem.code),
    severity: rankOf(problem.severity),
    acknowledged: said.acknowledged_from === null ? 0 : 1,
    last_seen_at: null,
    bytes: problem.bytes === null ? null : whole(problem.bytes),
    title: clean(problem.title),
    detail: JSON.stringify(detail),
    ...said,
  };
}

export type NewChange = Omit<ChangeTable, 'id'>;

/** What happened to a problem, with its words as they are then: it may be gone when somebody reads it. */
export function changeRow(
  row: ProblemTable,
  what: ChangeRow['what'],
  at: string,
  { by = '', reason = '' }: { readonly by?: string; readonly reason?: string } = {},
): NewChange {
  const { id, who, what: text } = detailOf(row);
  const { node_id, cluster_id, problem_key, severity } = row;
  return {
    ...{ at, what, node_id, cluster_id, problem_key, severity, problem_id: id },
    ...{ who: clean(who), text: clean(text), by: clean(by), reason: clean(reason) },
  };
}

/** Problems that stand and nobody acknowledged. */
export function countsOf(rows: Iterable<Pick<ProblemTable, 'severity' | 'acknowledged'>>) {
  const counts = [0, 0, 0];
  for (const { severity, acknowledged } of rows) if (acknowledged === 0) counts[severity] = (counts[severity] ?? 0) + 1;
  const [critical = 0, warnings = 0, notices = 0] = counts;
  return { critical, warnings, notices };
}
