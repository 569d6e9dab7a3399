import accepted from './accepted.json' with { type: 'json' };

/** A change that no test can or need tell from the code, with the reason (accepted.json). */
interface Accepted {
  readonly path: string;
  /** The line where it begins, white space as one space. */
  readonly line: string;
  readonly becomes: readonly string[];
  readonly why: string;
}

const ACCEPTED: readonly Accepted[] = accepted;

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
  /** The line where it begins. */
  readonly text: string;
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

const isOf = ({ path, text, becomes }: Survivor, known: Accepted): boolean =>
  known.path === path && known.line === text && known.becomes.includes(becomes);

export function scoresOf({ files }: MutationResults): readonly FileScore[] {
  return Object.entries(files)
    .map(([path, { source, mutants }]) => {
      const all = mutants
        .filter(({ status }) => SURVIVED.has(status))
        .map(({ location, replacement = '' }) => ({
          ...{ path, line: location.start.line, text: oneLine(source.split('\n')[location.start.line - 1] ?? '') },
          ...{ code: oneLine(codeAt(source, location)), becomes: oneLine(replacement) },
        }));
      const survivors = all.filter((survivor) => !ACCEPTED.some((known) => isOf(survivor, known)));
      const killed = mutants.filter(({ status }) => KILLED.has(status)).length;
      return { path, mutants: killed + all.length, killed, accepted: all.length - survivors.length, survivors };
    })
    .filter(({ mutants }) => mutants > 0)
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
