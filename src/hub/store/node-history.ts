import type { CheckCode } from '../../model/finding.ts';
import { type HistoryState, type KeptProblem, type Look, updateHistory } from '../../model/report/history-state.ts';
import type { IncomingReport } from './hub-store.ts';
import {
  type AcknowledgedColumns,
  changeRow,
  countsOf,
  inHub,
  type NewChange,
  NOT_ACKNOWLEDGED,
  problemRow,
} from './problem-row.ts';
import { keyOf } from './store-text.ts';
import { type AcknowledgementTable, type NodeTable, type ProblemTable, rankOf } from './tables.ts';

/** What one report changes in the problems of its node. */
export interface NodeNews {
  /** To be written: new, or otherwise than they stand there. */
  readonly written: readonly ProblemTable[];
  /** Rows that go: resolved, taken in by another problem, or of checks that nobody knows any more. */
  readonly removed: readonly ProblemTable[];
  readonly changes: readonly NewChange[];
  /** Acknowledgements that do not hold any more, for good. */
  readonly endedAcknowledgements: readonly AcknowledgementTable[];
  /** Acknowledgements about the whole cluster, of problems that are gone here. */
  readonly perhapsEnded: readonly AcknowledgementTable[];
  readonly counts: ReturnType<typeof countsOf>;
  readonly history: HistoryState;
}

/** What the store has of a node when a report comes. */
export interface NodeBefore {
  readonly node: NodeTable;
  readonly stood: readonly ProblemTable[];
  readonly acknowledgements: readonly AcknowledgementTable[];
  /** null before its first report. */
  readonly history: HistoryState | null;
}

/** Pure: what the one history makes of the report, as rows and changes. */
export function nodeNews({ node, stood, acknowledgements, history }: NodeBefore, report: IncomingReport): NodeNews {
  const { digest, receivedAt } = report;
  const { state, standing, resolved, over } = updateHistory(untilContact(history, node), lookOf(report));
  const before = new Map(stood.map((row) => [row.problem_key, row]));
  const rowOf = new Map(acknowledgements.map((one) => [one.problem_key, one]));
  const told = new Map(digest.problems.map((problem) => [keyOf(problem.id), problem]));
  const isNew = new Set(standing.filter((one) => one.isNew).map(({ id }) => id));
  const isResolved = new Set(resolved.map(({ id }) => id));
  const written: ProblemTable[] = [];
  const rows: ProblemTable[] = [];
  const changes: NewChange[] = [];
  const endedAcknowledgements: AcknowledgementTable[] = [];
  const perhapsEnded: AcknowledgementTable[] = [];
  const keptOf = new Map(state.problems.map((kept) => [kept.id, kept]));
  for (const [key, problem] of told) {
    const was = before.get(key);
    before.delete(key);
    const own = rowOf.get(key);
    const gotWorse = own !== undefined && rankOf(problem.severity) < own.severity;
    const { severity = problem.severity, since: first_seen_at = receivedAt } = keptOf.get(key) ?? {};
    const of = { node_id: node.id, cluster_id: node.cluster_id, first_seen_at };
    const acknowledged = acknowledgedOf(gotWorse ? undefined : own, problem.acknowledged);
    const row = problemRow({ ...problem, severity }, of, acknowledged);
    rows.push(row);
    if (gotWorse && own.scope === 'node') endedAcknowledgements.push(own);
    if (was === undefined || !isSame(was, row)) written.push(row);
    if (was !== undefined) changes.push(...changesOf(was, row, receivedAt));
    else if (isNew.has(key) || isHeardAnew(row, keptOf.get(key), before))
      changes.push(changeRow(row, 'appeared', receivedAt));
  }
  for (const row of before.values()) {
    const presence = keptOf.get(row.problem_key)?.presence ?? 'gone';
    if (presence === 'gone') continue;
    before.delete(row.problem_key);
    const kept = { ...row, last_seen_at: row.last_seen_at ?? node.last_contact_at ?? receivedAt };
    rows.push(kept);
    if (row.last_seen_at === null) written.push(kept);
  }
  for (const row of before.values())
    if (isResolved.has(row.problem_key)) changes.push(changeRow(row, 'resolved', receivedAt));
  for (const key of over) {
    const own = rowOf.get(key);
    if (own !== undefined) (own.scope === 'node' ? endedAcknowledgements : perhapsEnded).push(own);
  }
  const counts = countsOf(rows);
  return {
    written,
    removed: [...before.values()],
    changes,
    endedAcknowledgements,
    perhapsEnded,
    counts,
    history: bounded(state),
  };
}

/** What was known as a part of it, and acknowledged, stands now for all to see. */
const isHeardAnew = (
  row: ProblemTable,
  kept: KeptProblem | undefined,
  before: ReadonlyMap<string, ProblemTable>,
): boolean => row.acknowledged === 0 && (kept?.formerly ?? []).some((key) => before.get(key)?.acknowledged === 1);

/** By the clock of the hub: nodes' are wrong by years. Problems have their keys for ids, so that each is one row. */
function lookOf({ digest, receivedAt }: IncomingReport): Look {
  const byKey = new Map(digest.problems.map((problem) => [keyOf(problem.id), problem]));
  return {
    ...{ takenAt: receivedAt, status: digest.status, notJudged: digest.notJudged, guests: digest.guests, blind: [] },
    problems: [...byKey].map(([id, problem]) => ({
      ...problem,
      ...{ id, codes: problem.codes as readonly CheckCode[], vmids: problem.guests.map(({ vmid }) => vmid) },
    })),
    codes: new Set(digest.checkCodes),
    fullness: new Map(digest.fullness),
  };
}

/** A node that said that nothing changed has seen all of it again. */
function untilContact(history: HistoryState | null, { last_contact_at: contact }: NodeTable): HistoryState | null {
  if (history === null || contact === null || contact <= history.takenAt) return history;
  const later = history.takenAt;
  const problems = history.problems.map((kept) => ({
    ...kept,
    lastSeen: kept.presence === 'seen' ? contact : kept.lastSeen,
    lastJudged: kept.lastJudged === later ? contact : kept.lastJudged,
  }));
  return { ...history, takenAt: contact, problems };
}

/** Problems that are gone and could come back: a node that names others each time must not fill the store. */
const MOST_GONE = 1000;

/** As it is kept: what people read of a problem stands in its row. */
function bounded(state: HistoryState): HistoryState {
  const gone = state.problems.filter(({ presence }) => presence === 'gone');
  const newest = gone.toSorted((a, b) => (a.lastSeen > b.lastSeen ? -1 : 1)).slice(0, MOST_GONE);
  const problems = [...state.problems.filter(({ presence }) => presence !== 'gone'), ...newest];
  return { ...state, problems: problems.map((problem) => ({ ...problem, who: '', what: '', vmids: [] })) };
}

/** The hub's acknowledgement before the node's: the node has the hub's from it. */
function acknowledgedOf(
  acknowledgement: AcknowledgementTable | undefined,
  acknowledgedThere: boolean,
): AcknowledgedColumns {
  if (acknowledgement !== undefined) return inHub(acknowledgement);
  return acknowledgedThere ? { ...NOT_ACKNOWLEDGED, acknowledged_from: 'node' } : NOT_ACKNOWLEDGED;
}

const isSame = (a: ProblemTable, b: ProblemTable): boolean =>
  (Object.keys(b) as (keyof ProblemTable)[]).every((column) => a[column] === b[column]);

function changesOf(was: ProblemTable, row: ProblemTable, at: string): readonly NewChange[] {
  const { acknowledged_by, acknowledged_reason } = was;
  const said = { by: acknowledged_by ?? '', reason: acknowledged_reason ?? '' };
  return [
    ...(row.severity < was.severity ? [changeRow(row, 'worse', at)] : []),
    ...(row.severity > was.severity ? [changeRow(row, 'milder', at)] : []),
    ...(was.acknowledged === 1 && row.acknowledged === 0 ? [changeRow(row, 'acknowledgement-ended', at, said)] : []),
    ...(was.acknowledged === 0 && row.acknowledged_from === 'node' ? [changeRow(row, 'acknowledged', at)] : []),
  ];
}
