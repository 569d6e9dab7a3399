import type { CheckCode, ReportedFinding, Severity } from '../../src/model/finding.ts';
import type { Message } from '../../src/model/notify/message.ts';
import type { NotJudged } from '../../src/model/report/not-judged.ts';
import type { CheckResult, Report, ReportedEntry } from '../../src/model/report/report.ts';
import { problemsOf } from '../../src/problems/problems.ts';
import { leftOut, listOf } from '../data/not-judged.ts';
import { healthyReport, orphan } from '../data/sample-report.ts';

/** Reports of one live node over time, for tests of what is kept of them. */
export interface Seen {
  readonly takenAt?: string;
  readonly findings?: readonly ReportedFinding[];
  /** What became of checks that neither found anything nor looked at everything. */
  readonly outcomes?: Readonly<Record<string, Pick<CheckResult, 'outcome' | 'because'>>>;
  readonly busy?: readonly string[];
  readonly notSeen?: readonly string[];
  readonly status?: Report['status'];
  /** Lines of what was not judged, beside those of the checks and of what is busy. */
  readonly listed?: readonly NotJudged[];
}

const CODES: readonly CheckCode[] = ['DM010', 'DM011', 'MNT001'];

export const BLIND = { outcome: 'unknown', because: 'lvm fullreport: timed out after 10 s' } as const;
export const PARTLY = { outcome: 'clean', because: 'container 101 could not be read' } as const;
export const ABSENT = { outcome: 'not-applicable', because: 'lvm2 is not installed' } as const;

export const found = (code: CheckCode, id: string, severity: Severity = 'warning'): ReportedFinding => ({
  ...orphan(119),
  ...{ code, severity, title: `${id} stands in the way`, headline: 'stands in the way' },
  subject: { kind: 'device', id },
});

const busyEntry = (name: string): ReportedEntry => ({
  ...healthyReport.entries[0],
  ...({ name, class: 'busy' } as ReportedEntry),
});

export function report({
  takenAt,
  findings = [],
  outcomes = {},
  busy = [],
  notSeen = [],
  status,
  listed = [],
}: Seen = {}): Report {
  const checks = CODES.map((code): CheckResult => {
    const count = findings.filter((finding) => finding.code === code).length;
    const { outcome, because } = outcomes[code] ?? { outcome: 'clean', because: '' };
    return {
      code,
      title: code,
      outcome: count > 0 ? 'found' : because === PARTLY.because ? 'unknown' : outcome,
      findings: count,
      because,
    };
  });
  return {
    ...healthyReport,
    problems: problemsOf({ findings, mounts: [], guests: null, unjudged: [] }),
    ...{ source: 'live', checks, findings, notSeen, entries: busy.map(busyEntry) },
    notJudged: [
      ...listOf(checks),
      ...busy.map((name) => leftOut('busy', { subject: { kind: 'device', id: name }, vmids: [119] })),
      ...listed,
    ],
    takenAt: takenAt ?? '2026-11-20T02:00:00.000Z',
    status: status ?? (findings.length > 0 ? 'warning' : 'healthy'),
  };
}

/** Day `day` of November 2026, at two in the morning. */
export const night = (day: number): string => `2026-11-${String(day).padStart(2, '0')}T02:00:00.000Z`;

export const message = (id: string, change: Partial<Message> = {}): Message => ({
  ...{ id, kind: 'report', createdAt: night(20), node: 'pve1', severity: 'warning', subject: `subject of ${id}` },
  ...{ text: 'text', brief: 'brief', html: '<p>html</p>', attachments: [], json: '{}' },
  ...change,
});
