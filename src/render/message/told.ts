import type { Finding, ReportedFinding } from '../../model/finding.ts';
import type { Change } from '../../model/notify/message.ts';
import type { Report } from '../../model/report/report.ts';
import { findingKey } from '../../model/report/report-history.ts';
import { clip } from './clip.ts';

/** What the reader of a channel knows already, and what is new to him. */
export interface Told {
  /** Nothing was told before: then nothing is called new. */
  readonly first: boolean;
  readonly standing: readonly ReportedFinding[];
  /** `new`, `severity changed`, `since 2026-11-17`; empty where there is nothing to say. */
  readonly tagOf: (finding: ReportedFinding) => string;
}

export const isProblem = ({ severity }: Pick<Finding, 'severity'>): boolean => severity !== 'notice';

/** The day of an instant. */
export const day = (iso: string): string => clip(iso.slice(0, 10), 10);

export function toldOf(report: Report, change: Change): Told {
  const fresh = new Set(change.fresh.map(findingKey));
  const shifted = new Set(change.shifted.map(findingKey));
  const since = new Map(report.history?.findings.map((finding) => [finding.key, finding.since]));
  const first = change.since === null;
  return {
    first,
    standing: report.findings.filter((finding) => {
      const key = findingKey(finding);
      return !fresh.has(key) && !shifted.has(key);
    }),
    tagOf: (finding) => {
      const key = findingKey(finding);
      if (!first && fresh.has(key)) return 'new';
      if (shifted.has(key)) return 'severity changed';
      const seen = since.get(key);
      return seen === undefined || seen === report.takenAt ? '' : `since ${day(seen)}`;
    },
  };
}
