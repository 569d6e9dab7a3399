import type { Severity } from '../model/finding.ts';
import type { OverallStatus } from '../model/report/report.ts';
import type { Style } from './colour.ts';

type Marked = Severity | OverallStatus;

/** A symbol never stands without its word: the report reads the same without colour and in any font. */
export const MARKS: Readonly<Record<Marked, { readonly symbol: string; readonly paint: keyof Style }>> = {
  critical: { symbol: '✗', paint: 'red' },
  warning: { symbol: '▲', paint: 'yellow' },
  notice: { symbol: '·', paint: 'blue' },
  unknown: { symbol: '?', paint: 'magenta' },
  healthy: { symbol: '✓', paint: 'green' },
};

/** `✗ CRITICAL`. */
export const mark = (of: Marked): string => `${MARKS[of].symbol} ${of.toUpperCase()}`;

export const paintAs =
  (of: Marked, style: Style) =>
  (text: string): string =>
    style.bold(style[MARKS[of].paint](text));

/** `✗ 1 duplicate`: the symbol beside another word. */
export const marked = (of: Marked, text: string): string => `${MARKS[of].symbol} ${text}`;
