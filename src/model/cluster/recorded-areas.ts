import { listed } from '../evidence.ts';
import type { Subject } from '../finding.ts';
import { AREAS, type Area, areaOf, type Cell, type ClusterNode } from '../report/cluster-report.ts';
import { leavesOpen, type NotJudged, waits } from '../report/not-judged.ts';
import type { NodeVerdict } from './node-record.ts';
import { leftOutOn, nothingJudgedOn } from './recorded-left-out.ts';

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
    .flatMap(({ codes, subject, reason }) =>
      codes === null
        ? isOf(area, subject)
          ? [reason]
          : []
        : codes.filter((code) => areaOf(code) === area).map((code) => `${code}: ${reason}`),
    );
}

const AREA_OF_SUBJECT: Partial<Readonly<Record<Subject['kind'], Area>>> = {
  ...{ device: 'entries', volume: 'volumes', 'volume-group': 'volumes', 'thin-pool': 'volumes', vmid: 'volumes' },
  ...{ mount: 'mounts', disk: 'paths' },
};

/** In which column it stands that no check judged a subject; null, or one of no column: in each. */
const isOf = (area: Area, subject: Subject | null): boolean =>
  subject === null || (AREA_OF_SUBJECT[subject.kind] ?? area) === area;

/** What a task works on in an area and nobody has ever judged, a reason each. */
export const waitsIn = (area: Area, list: readonly NotJudged[]): readonly string[] => [
  ...new Set(
    list
      .filter(waits)
      .filter(({ codes, subject }) =>
        codes === null ? isOf(area, subject) : codes.some((code) => areaOf(code) === area),
      )
      .map(({ reason }) => reason),
  ),
];

/** The reasons that stand behind a cell, by a node's record. */
export const reasonsIn = (
  area: Area,
  verdict: NodeVerdict | null,
  more: readonly string[] = [],
): Pick<Cell, 'because' | 'waits'> => ({
  because: openWords([...openReasons(area, verdict), ...more]),
  waits: openWords(waitsIn(area, leftOutOn('', verdict?.unjudged ?? []))),
});

/** What the verdict of a cluster is open without, by the cells of its nodes. */
export const leftOpenOn = (nodes: readonly ClusterNode[]): readonly NotJudged[] =>
  nodes.flatMap(({ name, areas }) => {
    const cells = AREAS.map((area) => areas[area]);
    const open = nothingJudgedOn(name, 'not all of it is judged');
    if (cells.some(({ because }) => because !== '')) return [open];
    return cells.some((cell) => cell.waits !== '') ? [{ ...open, kind: 'busy' as const }] : [];
  });

export const openWords = (reasons: readonly string[]): string => listed(reasons, REASONS_NAMED, '; ');
