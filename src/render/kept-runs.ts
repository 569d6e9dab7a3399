import type { PastRun } from '../model/report/report-history.ts';
import { type Column, renderColumns } from './columns.ts';
import { counted, instant } from './counted.ts';
import { jsonText } from './json.ts';
import type { TextOptions } from './page.ts';
import { printable } from './printable.ts';
import { mark } from './severity-mark.ts';

const COLUMNS: readonly Column<PastRun>[] = [
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
  return `${[...renderColumns(COLUMNS, runs, colour), '', counted(runs.length, 'run')].join('\n')}\n`;
}

/** The same for programs: an array, oldest first, its items as `trend` of the report (docs/report.schema.json). */
export const renderKeptRunsJson = (runs: readonly PastRun[]): string => jsonText(runs);
