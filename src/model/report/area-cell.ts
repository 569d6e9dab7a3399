import { SEVERITIES, type Severity } from '../finding.ts';
import type { Area, Cell } from './cluster-report.ts';

/** Why a cell is not clean where nothing was found: reasons, or nothing. */
type Reasons = Pick<Cell, 'because' | 'waits'>;

export const ALL_JUDGED: Reasons = { because: '', waits: '' };

/** What a cell of the matrix says: the worst of what was found there, and otherwise whether all of it could be judged. */
export function cellOf(severities: readonly Severity[], { because, waits }: Reasons, isKnown: boolean): Cell {
  const worst = SEVERITIES.find((severity) => severities.includes(severity));
  const problems = severities.filter((severity) => severity === worst).length;
  const open = because === '' ? (waits === '' ? 'clean' : 'waiting') : 'partly';
  // What is not known outranks a notice, as in the status of a report.
  const isOpen = worst === undefined || (worst === 'notice' && because !== '');
  return { state: isOpen ? (isKnown ? open : 'not-judged') : worst, problems, because, waits };
}

/** A cell of which nothing is known. */
export const notJudgedCell = (because: string): Cell => cellOf([], { because, waits: '' }, false);

export const everywhere = (cell: (area: Area) => Cell): Readonly<Record<Area, Cell>> => ({
  entries: cell('entries'),
  mounts: cell('mounts'),
  paths: cell('paths'),
  volumes: cell('volumes'),
  cluster: cell('cluster'),
});
