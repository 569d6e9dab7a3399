import { SEVERITIES, type Severity } from '../finding.ts';
import type { Area, Cell } from './cluster-report.ts';

/** What a cell of the matrix says: the worst of what was found there, and otherwise whether all of it could be judged. */
export function cellOf(severities: readonly Severity[], because: string, isKnown: boolean): Cell {
  const worst = SEVERITIES.find((severity) => severities.includes(severity));
  if (worst !== undefined)
    return { state: worst, problems: severities.filter((severity) => severity === worst).length, because };
  return { state: !isKnown ? 'not-judged' : because === '' ? 'clean' : 'partly', problems: 0, because };
}

export const everywhere = (cell: (area: Area) => Cell): Readonly<Record<Area, Cell>> => ({
  entries: cell('entries'),
  mounts: cell('mounts'),
  paths: cell('paths'),
  volumes: cell('volumes'),
  cluster: cell('cluster'),
});
