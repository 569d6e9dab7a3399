import { listed } from '../evidence.ts';
import { type Area, areaOf } from '../report/cluster-report.ts';
import { leavesOpen } from '../report/not-judged.ts';
import type { NodeVerdict } from './node-record.ts';
import { leftOutOn } from './recorded-left-out.ts';

/** Reasons that are named for one area or one check. */
const REASONS_NAMED = 20;

/** Versions that did not say what they look at. */
const FIRST_AREAS: readonly string[] = ['entries', 'mounts', 'volumes', 'cluster'] satisfies readonly Area[];

const looksAt = (area: Area, { areas = FIRST_AREAS }: NodeVerdict): boolean => areas.includes(area);

/** Whether a node's record says what it found in an area. */
export const isTold = (area: Area, verdict: NodeVerdict | null): boolean =>
  verdict !== null && verdict.problems !== null && looksAt(area, verdict);

/** Why not all of an area could be judged on a node, by its record, a reason each; empty where all of it was. */
export function openReasons(area: Area, verdict: NodeVerdict | null): readonly string[] {
  if (verdict === null) return ['it looked and did not judge'];
  if (verdict.problems === null) return ['its problems did not fit into its record'];
  if (!looksAt(area, verdict)) return [`its version of pve-doctor does not look at ${area}`];
  if (verdict.unjudged === null) return ['what it could not judge did not fit into its record'];
  return leftOutOn('', verdict.unjudged)
    .filter(leavesOpen)
    .flatMap(({ codes, reason }) =>
      (codes ?? []).filter((code) => areaOf(code) === area).map((code) => `${code}: ${reason}`),
    );
}

export const openWords = (reasons: readonly string[]): string => listed(reasons, REASONS_NAMED, '; ');
