import type { Cell, CellState, ClusterNode } from '../../model/report/cluster-report.ts';
import { countOf, MARKS } from '../severity-mark.ts';

/** How a cell looks: what is not known never looks like what is fine. */
export const TONES: Readonly<Record<CellState, keyof typeof MARKS>> = {
  critical: 'critical',
  warning: 'warning',
  notice: 'notice',
  clean: 'healthy',
  waiting: 'waiting',
  partly: 'unknown',
  'not-judged': 'unknown',
};

/** `2 critical`, `clean`, `waiting`, `in part`, `not judged`. */
export function cellText({ state, problems }: Cell): string {
  if (state === 'clean' || state === 'waiting') return state;
  if (state === 'partly') return 'in part';
  if (state === 'not-judged') return 'not judged';
  return countOf(state, problems);
}

/** `✗ 2 critical`. */
export const cellMark = (cell: Cell): string => `${MARKS[TONES[cell.state]].symbol} ${cellText(cell)}`;

/** `now`, `40 s`, `12 min`, `3 h`; a clock that is ahead makes no negative age. */
export function ageText({ via, ageSeconds }: ClusterNode): string {
  if (ageSeconds === null) return '-';
  if (via !== 'record') return 'now';
  const seconds = Math.max(0, ageSeconds);
  if (seconds < 90) return `${seconds} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** What a task works on, so that it was never judged, said once for each reason. */
export const waitingLines = (nodes: readonly ClusterNode[]): readonly string[] => [
  ...new Set(
    nodes.flatMap(({ name, areas }) =>
      Object.values(areas).flatMap(({ waits }) =>
        waits === '' ? [] : [`${name} has not judged everything yet: ${waits}`],
      ),
    ),
  ),
];

/** What could not be judged, said once for each reason. */
export function unjudgedLines(nodes: readonly ClusterNode[]): readonly string[] {
  const reasons = nodes.flatMap((node) => {
    if (!node.isJudged) return [`${node.name} is not judged: ${node.because}`];
    const open = Object.entries(node.areas).flatMap(([area, { because }]) =>
      because === '' || area === 'cluster' ? [] : [{ area, because }],
    );
    return [...new Set(open.map(({ because }) => because))].map(
      (because) => `${node.name} could not judge everything: ${because}`,
    );
  });
  return [...new Set(reasons)];
}
