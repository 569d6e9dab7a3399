import type { CheckCode, Subject } from '../finding.ts';
import { leavesOpen, type NotJudged, type NotJudgedKind, waits } from '../report/not-judged.ts';

/** A line of a node's list of what was not judged, as others are told of it. */
export interface RecordedLeftOut {
  /** `*`: every check. */
  readonly code: string;
  /** Further checks of which it is said too. */
  readonly also?: readonly string[];
  readonly because: string;
  /** A version that does not say means `hidden`. */
  readonly kind?: string;
  /** Guests whose part alone it is; one that does not say means all that the check looks at. */
  readonly vmids?: readonly number[];
  /** Of every check: the subject that it is said of; one that does not say means all of the node. */
  readonly of?: { readonly kind: string; readonly id: string };
  /** Of what is busy: when it was last judged; one that does not say has never judged it. ISO 8601. */
  readonly lastJudgedAt?: string;
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

const SUBJECTS: readonly Subject['kind'][] = [
  ...(['device', 'volume', 'volume-group', 'thin-pool', 'vmid', 'node', 'command', 'mount', 'storage'] as const),
  ...(['disk', 'file-system'] as const),
];

/** Subjects of single checks are left out: what was not judged of one device is then told as not judged of its check. */
export const recordedLeftOut = (list: readonly NotJudged[]): readonly RecordedLeftOut[] =>
  list.flatMap(({ codes, kind, subject, vmids, reason, lastJudgedAt }) =>
    (codes ?? ['*']).map((code) => ({
      ...{ code, because: reason.slice(0, LONGEST_REASON) },
      ...(kind === 'hidden' ? {} : { kind }),
      ...(vmids.length === 0 ? {} : { vmids }),
      ...(codes === null && subject !== null ? { of: subject } : {}),
      ...(lastJudgedAt === null ? {} : { lastJudgedAt }),
    })),
  );

/** What a node did not judge, for the history of its cluster. A kind that a later version has hides as much as any. */
export const leftOutOn = (node: string, list: readonly RecordedLeftOut[]): readonly NotJudged[] =>
  list.map(({ code, also = [], because, kind = 'hidden', vmids = [], of, lastJudgedAt = null }) => ({
    codes: code === '*' ? null : ([code, ...also] as readonly CheckCode[]),
    kind: KINDS.find((known) => known === kind) ?? 'hidden',
    ...{ subject: subjectOf(of), vmids, reason: because, node, lastJudgedAt },
  }));

/** A kind that a later version has could be anything. */
function subjectOf(of: RecordedLeftOut['of']): Subject | null {
  const kind = SUBJECTS.find((known) => known === of?.kind);
  return kind === undefined || of === undefined ? null : { kind, id: of.id };
}

/** The same in fewer lines: checks that say the same of the same guests share one. */
export function compactLeftOut(list: readonly RecordedLeftOut[]): readonly RecordedLeftOut[] {
  const alike = Map.groupBy(eachLeftOut(list), ({ code, because, kind, vmids, of, lastJudgedAt }) =>
    JSON.stringify([code === '*', because, kind, vmids, of, lastJudgedAt]),
  );
  return [...alike.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const also = [...new Set(others.map(({ code }) => code))].filter((code) => code !== first.code);
    return [also.length === 0 ? first : { ...first, also }];
  });
}

/** The same without its reasons, which no verdict needs. */
export const withoutReasons = (list: readonly RecordedLeftOut[]): readonly RecordedLeftOut[] =>
  compactLeftOut(list.map((one) => ({ ...one, because: 'the reason did not fit into its record' })));

/** A line for each check. */
export const eachLeftOut = (list: readonly RecordedLeftOut[]): readonly RecordedLeftOut[] =>
  list.flatMap(({ also = [], ...one }) => [one, ...also.map((code) => ({ ...one, code }))]);

/** What leaves the verdict of the node that told it open. */
export const openOnes = (list: readonly RecordedLeftOut[]): readonly RecordedLeftOut[] =>
  list.filter((one) => leftOutOn('', [one]).some(leavesOpen));

/** What a task works on, and that node has never judged. */
export const waitingOnes = (list: readonly RecordedLeftOut[]): readonly RecordedLeftOut[] =>
  list.filter((one) => leftOutOn('', [one]).some(waits));

/** All of a node. */
export const nothingJudgedOn = (node: string, because: string): NotJudged => ({
  ...{ kind: 'hidden', codes: null, subject: null, vmids: [], reason: because, node, lastJudgedAt: null },
});
