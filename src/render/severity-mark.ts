import type { Severity } from '../model/finding.ts';
import type { OverallStatus } from '../model/report/report.ts';
import type { Style } from './colour.ts';
import { counted } from './counted.ts';

type Marked = Severity | OverallStatus;

/** A symbol never stands without its word: the report reads the same without colour and in any font. */
export const MARKS: Readonly<Record<Marked, { readonly symbol: string; readonly paint: keyof Style }>> = {
  critical: { symbol: '✗', paint: 'red' },
  warning: { symbol: '▲', paint: 'yellow' },
  notice: { symbol: '·', paint: 'blue' },
  unknown: { symbol: '?', paint: 'magenta' },
  waiting: { symbol: '…', paint: 'magenta' },
  healthy: { symbol: '✓', paint: 'green' },
};

/** What programs and filters look for; docs/mail.md and docs/monitoring.md have them. */
export const STATUS_WORDS: Readonly<Record<OverallStatus, string>> = {
  healthy: 'OK',
  waiting: 'OK',
  warning: 'WARNING',
  critical: 'CRITICAL',
  unknown: 'UNKNOWN',
};

/** `1 critical`, `2 warnings`. */
export const countOf = (severity: Severity, count: number): string =>
  severity === 'critical' ? `${count} critical` : counted(count, severity);

/** `✗ CRITICAL`. */
export const mark = (of: Marked): string => `${MARKS[of].symbol} ${of.toUpperCase()}`;

export const paintAs =
  (of: Marked, style: Style) =>
  (text: string): string =>
    style.bold(style[MARKS[of].paint](text));

/** `✗ 1 duplicate`: the symbol beside another word. */
export const marked = (of: Marked, text: string): string => `${MARKS[of].symbol} ${text}`;
