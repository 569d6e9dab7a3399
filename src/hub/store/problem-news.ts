import { areaOf } from '../../model/report/cluster-report.ts';
import type { IncomingReport, ReportDigest } from './hub-store.ts';
import { changeRow, countsOf, detailOf, type NewChange, NOTHING_SAID, problemRow, type Said } from './problem-row.ts';
import { keyOf } from './store-text.ts';
import { type NodeTable, type ProblemTable, rankOf, type WordTable } from './tables.ts';

/** What one report changes in the problems of its node. */
export interface ProblemNews {
  /** To be written: new, or otherwise than they stand there. */
  readonly written: readonly ProblemTable[];
  readonly resolved: readonly ProblemTable[];
  readonly changes: readonly NewChange[];
  /** Words that do not hold any more, for good. */
  readonly endedWords: readonly WordTable[];
  /** Words about the whole cluster, of problems that are gone here. */
  readonly perhapsEnded: readonly WordTable[];
  /** All that stands afterwards. */
  readonly standing: readonly ProblemTable[];
  readonly counts: ReturnType<typeof countsOf>;
}

/** Pure: what stood, what the report says, and what people said. */
export function problemNews(
  node: NodeTable,
  { digest, receivedAt }: IncomingReport,
  stood: readonly ProblemTable[],
  words: readonly WordTable[],
): ProblemNews {
  const before = new Map(stood.map((row) => [row.problem_key, row]));
  const wordOf = new Map(words.map((word) => [word.problem_key, word]));
  const written: ProblemTable[] = [];
  const resolved: ProblemTable[] = [];
  const standing: ProblemTable[] = [];
  const changes: NewChange[] = [];
  const endedWords: WordTable[] = [];
  const perhapsEnded: WordTable[] = [];
  const told = new Map(digest.problems.map((problem) => [keyOf(problem.id), problem]));
  for (const [key, problem] of told) {
    const was = before.get(key);
    before.delete(key);
    const word = wordOf.get(key);
    const of = { node_id: node.id, cluster_id: node.cluster_id, first_seen_at: was?.first_seen_at ?? receivedAt };
    const gotWorse = word !== undefined && rankOf(problem.severity) < word.severity;
    const row = problemRow(problem, of, saidOf(gotWorse ? undefined : word, problem.acknowledged));
    standing.push(row);
    if (gotWorse && word.scope === 'node') endedWords.push(word);
    if (was === undefined || !isSame(was, row)) written.push(row);
    changes.push(...changesOf(was, row, receivedAt));
  }
  for (const row of before.values()) {
    if (isJudged(row, digest)) {
      resolved.push(row);
      changes.push(changeRow(row, 'resolved', receivedAt));
      const word = wordOf.get(row.problem_key);
      if (word !== undefined) (word.scope === 'node' ? endedWords : perhapsEnded).push(word);
    } else {
      const kept = { ...row, last_seen_at: row.last_seen_at ?? node.last_contact_at ?? receivedAt };
      standing.push(kept);
      if (row.last_seen_at === null) written.push(kept);
    }
  }
  return { written, resolved, changes, endedWords, perhapsEnded, standing, counts: countsOf(standing) };
}

/** The hub's word before the node's: the node has the hub's from it. */
function saidOf(word: WordTable | undefined, acknowledgedThere: boolean): Said {
  if (word !== undefined)
    return { said_from: 'hub', said_by: word.by, said_reason: word.reason, said_until: word.until };
  return acknowledgedThere ? { ...NOTHING_SAID, said_from: 'node' } : NOTHING_SAID;
}

/**
 * Whether a problem that the report does not name is gone: everything that could have named it was judged. What is no check's code
 * concerns all of it: a report of a later schema, a list that was cut.
 */
function isJudged(row: ProblemTable, { unjudged, areas }: ReportDigest): boolean {
  const { codes } = detailOf(row);
  if (unjudged.some(({ code }) => codes.includes(code) || !/\d$/.test(code))) return false;
  return areas[areaOf(row.code)].state !== 'not-judged';
}

const isSame = (a: ProblemTable, b: ProblemTable): boolean =>
  a.detail === b.detail &&
  a.severity === b.severity &&
  a.acknowledged === b.acknowledged &&
  a.last_seen_at === b.last_seen_at &&
  a.bytes === b.bytes &&
  a.code === b.code &&
  a.title === b.title &&
  a.said_from === b.said_from &&
  a.said_by === b.said_by &&
  a.said_reason === b.said_reason &&
  a.said_until === b.said_until;

function changesOf(was: ProblemTable | undefined, row: ProblemTable, at: string): readonly NewChange[] {
  if (was === undefined) return [changeRow(row, 'appeared', at)];
  const { said_by, said_reason } = was;
  const words = { by: said_by ?? '', reason: said_reason ?? '' };
  return [
    ...(row.severity < was.severity ? [changeRow(row, 'worse', at)] : []),
    ...(row.severity > was.severity ? [changeRow(row, 'milder', at)] : []),
    ...(was.acknowledged === 1 && row.acknowledged === 0 ? [changeRow(row, 'acknowledgement-ended', at, words)] : []),
    ...(was.acknowledged === 0 && row.said_from === 'node' ? [changeRow(row, 'acknowledged', at)] : []),
  ];
}
