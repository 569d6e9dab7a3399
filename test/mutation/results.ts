import { ACCEPTED, type Accepted } from './accepted.ts';

/** What Stryker writes, as far as it is read here (mutation-testing-report-schema 2). */
export interface MutationResults {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

interface Place {
  readonly line: number;
  readonly column: number;
}

interface Mutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  readonly location: { readonly start: Place; readonly end: Place };
}

export interface FileScore {
  readonly path: string;
  readonly mutants: number;
  readonly killed: number;
  readonly accepted: number;
  readonly survivors: readonly Survivor[];
}

export interface Survivor {
  readonly path: string;
  readonly line: number;
  /** The code as it stands, and what no test could tell from it; white space is one space. */
  readonly code: string;
  readonly becomes: string;
}

const KILLED = new Set(['Killed', 'Timeout']);
const SURVIVED = new Set(['Survived', 'NoCoverage']);

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

function codeAt(source: string, { start, end }: Mutant['location']): string {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  return lines
    .map((line, at) => line.slice(at === 0 ? start.column - 1 : 0, at === last ? end.column - 1 : undefined))
    .join('\n');
}

const isOf = ({ path, code, becomes }: Survivor, accepted: Accepted): boolean =>
  accepted.path === path && accepted.code === code && (accepted.becomes?.includes(becomes) ?? true);

export function scoresOf({ files }: MutationResults): readonly FileScore[] {
  return Object.entries(files)
    .map(([path, { source, mutants }]) => {
      const all = mutants
        .filter(({ status }) => SURVIVED.has(status))
        .map(({ location, replacement = '' }) => ({
          ...{ path, line: location.start.line },
          ...{ code: oneLine(codeAt(source, location)), becomes: oneLine(replacement) },
        }));
      const survivors = all.filter((survivor) => !ACCEPTED.some((accepted) => isOf(survivor, accepted)));
      const killed = mutants.filter(({ status }) => KILLED.has(status)).length;
      return { path, mutants: killed + all.length, killed, accepted: all.length - survivors.length, survivors };
    })
    .filter(({ mutants }) => mutants > 0)
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
