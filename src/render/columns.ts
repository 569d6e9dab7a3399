import { styles } from './colour.ts';
import { displayWidth, padEnd, padStart } from './display-width.ts';

export interface Column<T> {
  readonly title: string;
  readonly isNumber: boolean;
  /** Printable. */
  readonly cell: (row: T) => string;
}

/** A table whose columns are as wide as their widest cell: the heading, then one line or more for each row. */
export function renderColumns<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  colour: boolean,
  /** Lines beneath a row, set in below its second column. */
  beneath: (row: T) => readonly string[] = () => [],
): readonly string[] {
  const widths = columns.map(({ title, cell }) =>
    Math.max(title.length, ...rows.map((row) => displayWidth(cell(row)))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => (columns[at]?.isNumber ? padStart : padEnd)(cell, widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  const inset = ' '.repeat((widths[0] ?? 0) + 2);
  return [
    styles(colour).bold(line(columns.map(({ title }) => title))),
    ...rows.flatMap((row) => [
      line(columns.map(({ cell }) => cell(row))),
      ...beneath(row).map((text) => `${inset}${text}`),
    ]),
  ];
}
