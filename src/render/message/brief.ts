import type { Finding } from '../../model/finding.ts';
import type { Change } from '../../model/notify/message.ts';
import { isUnjudged, type Report } from '../../model/report/report.ts';
import { counted } from '../counted.ts';
import { reasonsOf } from '../coverage-words.ts';
import { gradeOf } from '../head-words.ts';
import { marked } from '../severity-mark.ts';
import { bytesOf, clip, MOST } from './clip.ts';
import { rowsThatFit } from './fit.ts';
import { toldOf } from './told.ts';

/** ntfy takes 4 096 bytes, and a subject of 150 characters has up to 600. */
export const MOST_BRIEF_BYTES = 3400;

const MOST_ROWS = 12;

/** Ones that a telephone shows whole. */
const MOST_LINE = 160;

interface Part {
  readonly title: string;
  readonly rows: readonly string[];
  readonly total: number;
  /** Bytes that parts before it must leave to it. */
  readonly share: number;
}

const ORDER = ['critical', 'warning', 'notice'] as const;

function findingsPart(title: string, findings: readonly Pick<Finding, 'code' | 'severity' | 'title'>[]): Part {
  const sorted = findings.toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
  const row = ({ code, severity, title: text }: (typeof sorted)[number]) =>
    marked(severity, `${severity}, ${code}: ${clip(text, MOST_LINE)}`);
  return { title, rows: sorted.slice(0, MOST_ROWS).map(row), total: sorted.length, share: 400 };
}

function partsOf(report: Report, change: Change): readonly Part[] {
  const told = toldOf(report, change);
  const reasons = reasonsOf(report.checks.filter(isUnjudged));
  const unjudged = {
    title: 'Could not be judged:',
    rows: reasons.slice(0, 4).map((reason) => marked('unknown', clip(reason, 2 * MOST_LINE))),
    ...{ total: reasons.length, share: 700 },
  };
  const parts = told.first
    ? [findingsPart('Found:', report.findings), unjudged]
    : [
        findingsPart('New:', change.fresh),
        findingsPart('Severity changed:', change.shifted),
        unjudged,
        findingsPart('Resolved:', change.resolved),
        findingsPart('Stood then, could not be looked at now:', change.notJudged),
        findingsPart('Still there:', told.standing),
      ];
  return parts.filter(({ total }) => total > 0);
}

function linesOf({ title, rows, total }: Part, count: number): readonly string[] {
  const hidden = total - count;
  return ['', title, ...rows.slice(0, count), ...(hidden === 0 ? [] : [`and ${hidden} more`])];
}

/** The report in a few lines, for a telephone: what is new, what could not be judged, what is gone, what still stands. */
export function briefText(report: Report, change: Change): string {
  const { summary, checks } = report;
  const blind = checks.filter(isUnjudged).length;
  const head = [
    `Grade ${clip(gradeOf(report), MOST.sentence)}.`,
    `${summary.critical} critical, ${counted(summary.warnings, 'warning')}, ${counted(summary.notices, 'notice')}` +
      `${blind === 0 ? '' : `; ${counted(blind, 'check')} could not be judged`}.`,
  ];
  const parts = partsOf(report, change);
  const text = (counts: readonly number[]): string =>
    `${[...head, ...parts.flatMap((part, at) => linesOf(part, counts[at] ?? 0))].join('\n')}\n`;
  const counts = rowsThatFit(
    parts.map(({ rows, share }) => ({ sizes: rows.map((row) => bytesOf(row) + 1), share })),
    MOST_BRIEF_BYTES - bytesOf(text([])),
  );
  return text(counts);
}
