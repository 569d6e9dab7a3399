import type { PastRun } from '../model/report-history.ts';
import { styles } from './colour.ts';
import { counted, instant } from './counted.ts';
import { displayWidth, padEnd, padStart } from './display-width.ts';
import { harmlessJson } from './json.ts';
import type { TextOptions } from './page.ts';
import { printable } from './printable.ts';
import { mark } from './severity-mark.ts';

interface Column {
  readonly title: string;
  readonly isNumber: boolean;
  readonly cell: (run: PastRun) => string;
}

const COLUMNS: readonly Column[] = [
  { title: 'RUN', isNumber: true, cell: ({ id }) => `${id}` },
  { title: 'TIME', isNumber: false, cell: ({ takenAt }) => printable(instant(takenAt)) },
  { title: 'STATUS', isNumber: false, cell: ({ status }) => mark(status) },
  { title: 'GRADE', isNumber: false, cell: ({ grade }) => printable(grade) },
  { title: 'SCORE', isNumber: true, cell: ({ score }) => (score === null ? '?' : `${score}`) },
  { title: 'CRITICAL', isNumber: true, cell: ({ critical }) => `${critical}` },
  { title: 'WARNINGS', isNumber: true, cell: ({ warnings }) => `${warnings}` },
  { title: 'NOTICES', isNumber: true, cell: ({ notices }) => `${notices}` },
];

/** `history --runs` for a terminal, newest last. */
export function renderKeptRuns(runs: readonly PastRun[], { colour }: Pick<TextOptions, 'width' | 'colour'>): string {
  if (runs.length === 0) return 'No run was kept yet: `pve-doctor check --record` keeps one.\n';
  const widths = COLUMNS.map(({ title, cell }) =>
    Math.max(title.length, ...runs.map((run) => displayWidth(cell(run)))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => (COLUMNS[at]?.isNumber ? padStart : padEnd)(cell, widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  const head = styles(colour).bold(line(COLUMNS.map(({ title }) => title)));
  const rows = runs.map((run) => line(COLUMNS.map(({ cell }) => cell(run))));
  return `${[head, ...rows, '', counted(runs.length, 'run')].join('\n')}\n`;
}

/** The same for programs: an array, oldest first, its items as `trend` of the report (docs/report.schema.json). */
export const renderKeptRunsJson = (runs: readonly PastRun[]): string => harmlessJson(runs);
