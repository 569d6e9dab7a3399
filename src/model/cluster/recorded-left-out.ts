import type { CheckCode } from '../finding.ts';
import { leavesOpen, type NotJudged, type NotJudgedKind } from '../report/not-judged.ts';

/** A line of a node's list of what was not judged, as others are told of it. */
export interface RecordedLeftOut {
  /** `*`: every check. */
  readonly code: string;
  readonly because: string;
  /** A version that does not say means `hidden`. */
  readonly kind?: string;
  /** Guests whose part alone it is; one that does not say means all that the check looks at. */
  readonly vmids?: readonly number[];
}

const LONGEST_REASON = 200;

const KINDS: readonly NotJudgedKind[] = [
  'hidden',
  'cut',
  'older-version',
  'busy',
  'away',
  'not-compared',
  'not-applicable',
];

/** Subjects are left out, but for guests: what was not judged of one device is then told as not judged of its check. */
export const recordedLeftOut = (list: readonly NotJudged[]): readonly RecordedLeftOut[] =>
  list.flatMap(({ codes, kind, vmids, reason }) =>
    (codes ?? ['*']).map((code) => ({
      ...{ code, because: reason.slice(0, LONGEST_REASON) },
      ...(kind === 'hidden' ? {} : { kind }),
      ...(vmids.length === 0 ? {} : { vmids }),
    })),
  );

/** What a node did not judge, for the history of its cluster. A kind that a later version has hides as much as any. */
export const leftOutOn = (node: string, list: readonly RecordedLeftOut[]): readonly NotJudged[] =>
  list.map(({ code, because, kind = 'hidden', vmids = [] }) => ({
    codes: code === '*' ? null : [code as CheckCode],
    kind: KINDS.find((known) => known === kind) ?? 'hidden',
    ...{ subject: null, vmids, reason: because, node, lastJudgedAt: null },
  }));

/** What leaves the verdict of the node that told it open. */
export const openOnes = (list: readonly RecordedLeftOut[]): readonly RecordedLeftOut[] =>
  list.filter((_, at) => leftOutOn('', list.slice(at, at + 1)).some(leavesOpen));

/** All of a node. */
export const nothingJudgedOn = (node: string, because: string): NotJudged => ({
  ...{ kind: 'hidden', codes: null, subject: null, vmids: [], reason: because, node, lastJudgedAt: null },
});
