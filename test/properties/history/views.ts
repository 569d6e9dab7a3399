import { clusterMailReport } from '../../../src/engine/cluster-mail.ts';
import { verdictOf } from '../../../src/engine/own-record.ts';
import { digestOf } from '../../../src/hub/receive/digest.ts';
import { nodeNews } from '../../../src/hub/store/node-history.ts';
import { keyOf } from '../../../src/hub/store/store-text.ts';
import type { AcknowledgementTable, NodeTable, ProblemTable } from '../../../src/hub/store/tables.ts';
import { rankOf } from '../../../src/hub/store/tables.ts';
import { fitRecord, MOST_BYTES } from '../../../src/model/cluster/fit-record.ts';
import type { NodeRecord, NodeVerdict } from '../../../src/model/cluster/node-record.ts';
import {
  type HistoryState,
  type HistoryUpdate,
  lookOf,
  updateHistory,
} from '../../../src/model/report/history-state.ts';
import type { Report } from '../../../src/model/report/report.ts';
import { parseNodeRecord } from '../../../src/parse/node-record.ts';
import { acrossOf } from '../../checks/cluster-examples.ts';
import { aRecord, at, RECORD_TIME } from '../../data/node-records.ts';

/** What one view says after a look, of the problems of one node, by their ids on that node. */
export interface Said {
  readonly standing: readonly { readonly id: string; readonly since: string; readonly isNew: boolean }[];
  readonly resolved: readonly string[];
  /** What it keeps. */
  readonly kept: HistoryState['problems'];
  /** Told as not judged now. */
  readonly unseen: readonly string[];
}

const saidOf = ({ standing, resolved, unseen, state }: HistoryUpdate): Said => ({
  standing,
  resolved: resolved.map(({ id }) => id),
  kept: state.problems,
  unseen: unseen.map(({ id }) => id),
});

export class NodeView {
  #state: HistoryState | null = null;

  /** With the list as it is told to others: it has the time of the last verdict. */
  take(report: Report): { readonly said: Said; readonly told: Report } {
    const update = updateHistory(this.#state, lookOf(report));
    this.#state = JSON.parse(JSON.stringify(update.state));
    return { said: saidOf(update), told: { ...report, notJudged: update.notJudged } };
  }
}

/** How a node tells of itself: as this version does, as others did, and what did not fit. */
export interface Form {
  readonly version: 'this' | 'names-no-findings' | 'names-no-checks' | 'first';
  /** Parts that are left out for want of room. */
  readonly cuts: number;
}

function asVersion(verdict: NodeVerdict, version: Form['version']): NodeVerdict {
  if (version === 'this') return verdict;
  const { checks, fullness: _f, ...less } = verdict;
  const problems = verdict.problems?.map(({ findings: _, ...problem }) => problem) ?? null;
  if (version === 'names-no-findings') return { ...verdict, problems };
  if (version === 'names-no-checks') return { ...less, problems };
  const unjudged = verdict.unjudged?.flatMap(({ code, also = [], because }) =>
    [code, ...also].map((one) => ({ code: one, because })),
  );
  return { ...less, ...(checks === undefined ? {} : { checks }), problems, unjudged: unjudged ?? null };
}

/** What the others read of a node. */
export function recordOf(node: string, told: Report, { version, cuts }: Form, isSilent: boolean): NodeRecord {
  const verdict = asVersion(verdictOf(told), version);
  let left = cuts;
  const whole = aRecord(node, {}, { verdict, takenAt: isSilent ? at(-4 * 3600) : RECORD_TIME });
  const fitting = fitRecord(whole, [], () => (left-- > 0 ? MOST_BYTES + 1 : 0));
  const word = parseNodeRecord(JSON.stringify(fitting), node);
  if (word.state !== 'record') throw new Error(`not believed: ${JSON.stringify(word)}`);
  return word.record;
}

export class ClusterView {
  #state: HistoryState | null = null;

  /** By node. */
  take(records: readonly NodeRecord[], covers: readonly string[], takenAt: string): (node: string) => Said {
    const frame = { source: 'live', durationMs: 0, clusterName: 'lab' };
    const mail = clusterMailReport(acrossOf(records), covers, frame);
    const update = updateHistory(this.#state, lookOf({ ...mail, takenAt }));
    this.#state = JSON.parse(JSON.stringify(update.state));
    const { standing, resolved, unseen, kept } = saidOf(update);
    return (node) => {
      const own = (ids: readonly string[]) => ids.flatMap((id) => ownId(node, id));
      const named = <T extends { readonly id: string }>(list: readonly T[]) =>
        list.flatMap((one) => ownId(node, one.id).map((id) => ({ ...one, id })));
      return { standing: named(standing), kept: named(kept), resolved: own(resolved), unseen: own(unseen) };
    };
  }
}

const ownId = (node: string, id: string): readonly string[] =>
  id.startsWith(`${node}/`) ? [id.slice(node.length + 1)] : [];

const NODE: NodeTable = {
  ...{ id: 'n1', cluster_id: 'c1', name: 'pve1', machine_id: 'm', public_key: '', enrolled_at: '', revoked_at: null },
  ...{ last_contact_at: null, last_taken_at: null, clock_skew_ms: null, tool_version: '', pve_version: null },
  ...{ status: null, grade: null, score: null, critical: 0, warnings: 0, notices: 0, unjudged: 0 },
  ...{ content_digest: null, revision: 0, maintenance_until: null },
};

export class HubView {
  #history: HistoryState | null = null;
  #node = NODE;
  readonly #rows = new Map<string, ProblemTable>();
  #words: readonly AcknowledgementTable[] = [];

  /** An administrator acknowledges what stands here. */
  acknowledge(id: string, at: string): void {
    const row = this.#rows.get(id);
    if (row === undefined) return;
    const of = { scope: 'node' as const, scope_id: 'n1', problem_key: id, problem_id: id, severity: row.severity };
    this.#words = [
      ...this.#words.filter((word) => word.problem_key !== id),
      { ...of, by: 'anna', reason: '', at, until: null },
    ];
  }

  /** `ended`: acknowledgements that are over, and whether their problem got worse. */
  take(told: Report): { readonly said: Said; readonly ended: readonly { id: string; isWorse: boolean }[] } {
    const report = {
      ...{ nodeId: 'n1', takenAt: told.takenAt, receivedAt: told.takenAt, contentDigest: '', body: new Uint8Array() },
      digest: digestOf(told),
    };
    const stood = [...this.#rows.values()];
    const news = nodeNews({ node: this.#node, stood, acknowledgements: this.#words, history: this.#history }, report);
    for (const { problem_key: key } of news.removed) this.#rows.delete(key);
    for (const row of news.written) this.#rows.set(row.problem_key, row);
    this.#history = JSON.parse(JSON.stringify(news.history));
    this.#node = { ...this.#node, last_contact_at: told.takenAt, last_taken_at: told.takenAt };
    const over = new Set(news.endedAcknowledgements);
    this.#words = this.#words.filter((word) => !over.has(word));
    const of = (what: string) => news.changes.flatMap((one) => (one.what === what ? [one.problem_id] : []));
    // What is heard of anew since an acknowledgement was of what it was part of has its time.
    const begun = new Set(
      [...this.#rows.values()].filter((row) => row.first_seen_at === told.takenAt).map((row) => row.problem_key),
    );
    const fresh = new Set(of('appeared').filter((id) => begun.has(keyOf(id))));
    const severities = new Map(told.problems.map(({ id, severity }) => [id, rankOf(severity)]));
    return {
      said: {
        standing: told.problems.map(({ id }) => ({
          ...{ id, isNew: fresh.has(id), since: this.#rows.get(id)?.first_seen_at ?? 'in no row' },
        })),
        resolved: of('resolved'),
        kept: news.history.problems.filter(({ id, presence }) => presence === 'gone' || this.#rows.has(id)),
        unseen: [],
      },
      ended: [...over].map(({ problem_id: id, severity }) => ({ id, isWorse: (severities.get(id) ?? 9) < severity })),
    };
  }
}
