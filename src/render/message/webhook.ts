import type { Finding, ReportedFinding, Subject } from '../../model/finding.ts';
import type { Change, Message } from '../../model/notify/message.ts';
import { isUnjudged, type Report } from '../../model/report/report.ts';
import { findingKey, type PastFinding } from '../../model/report/report-history.ts';
import { VERSION } from '../../model/version.ts';
import { compactJson } from '../json.ts';
import { bytesOf, clip, MOST } from './clip.ts';
import { rowsThatFit } from './fit.ts';
import { toldOf } from './told.ts';

/** What most receivers take in one request. */
export const MOST_JSON_BYTES = 100_000;

const MOST_ROWS = 50;

/** Of names, which a receiver compares; the document holds them as they are. */
const MOST_NAME = 512;

type Said = Pick<Message, 'id' | 'createdAt' | 'node' | 'subject' | 'kind'> & { readonly text: string };

/** As it is, unless it is longer than any name is in practice. */
const exact = (text: string): string =>
  text.length <= MOST_NAME ? text : `${text.slice(0, MOST_NAME - 1).replace(/[\ud800-\udbff]$/, '')}…`;

interface Listed {
  readonly key: string;
  readonly code: string;
  readonly severity: Finding['severity'];
  readonly subject: Subject;
  readonly title: string;
  readonly vmid: number | null;
  readonly since: string | null;
  readonly impact: string | null;
}

const listed = (finding: PastFinding | ReportedFinding, key: string, since: string | null): Listed => ({
  key: exact(key),
  code: finding.code,
  severity: finding.severity,
  subject: { kind: finding.subject.kind, id: exact(finding.subject.id) },
  title: clip(finding.title, MOST.title),
  vmid: finding.vmid,
  since,
  impact: 'impact' in finding ? clip(finding.impact, MOST.sentence) : null,
});

const past = (finding: PastFinding): Listed => listed(finding, finding.key, finding.since);

/** Everything of the document but its lists. `report` null: a test message says nothing of a node. */
const head = (said: Said, report: Report | null, since: string | null) => ({
  schemaVersion: 1,
  event: said.kind,
  ...{ id: said.id, time: said.createdAt, toolVersion: VERSION, node: exact(said.node) },
  ...{ subject: said.subject, text: said.text },
  ...{ takenAt: report?.takenAt ?? null, since, status: report?.status ?? null, exitCode: report?.exitCode ?? null },
  ...{ grade: report?.grade ?? null, score: report?.score ?? null },
});

const countsOf = (report: Report, change: Change, standing: number) => ({
  ...{ critical: report.summary.critical, warnings: report.summary.warnings, notices: report.summary.notices },
  ...{ duplicates: report.summary.duplicates, orphans: report.summary.orphans, inUse: report.summary.inUse },
  ...{ totalEntries: report.summary.totalEntries, notJudgedEntries: report.summary.notJudged },
  ...{ guests: report.summary.guests, runningGuests: report.summary.runningGuests },
  ...{ checks: report.checks.length, unjudgedChecks: report.checks.filter(isUnjudged).length },
  ...{ new: change.fresh.length, changed: change.shifted.length, standing },
  ...{ resolved: change.resolved.length, notJudged: change.notJudged.length },
});

type Lists = Readonly<Record<(typeof LISTS)[number], readonly unknown[]>>;

const LISTS = ['new', 'changed', 'unjudgedChecks', 'resolved', 'notJudged', 'standing'] as const;

function documentOf(opening: object, counts: object | null, lists: Lists, shown: readonly number[]): string {
  const part = (at: number) => (lists[LISTS[at] ?? 'new'] ?? []).slice(0, shown[at] ?? 0);
  const named = <T>(value: (at: number) => T) => Object.fromEntries(LISTS.map((name, at) => [name, value(at)]));
  return compactJson({
    ...opening,
    counts,
    ...named(part),
    omitted: named((at) => lists[LISTS[at] ?? 'new'].length - (shown[at] ?? 0)),
  });
}

/** What a webhook gets of a report: docs/webhook.schema.json. Lists are bounded, and `omitted` counts what is left out. */
export function webhookJson(said: Said, report: Report, change: Change): string {
  const { standing } = toldOf(report, change);
  const since = new Map(report.history?.findings.map((finding) => [finding.key, finding.since]));
  const present = (finding: ReportedFinding): Listed => {
    const key = findingKey(finding);
    return listed(finding, key, since.get(key) ?? null);
  };
  const lists: Lists = {
    new: change.fresh.map(present),
    changed: change.shifted.map(present),
    unjudgedChecks: report.checks
      .filter(isUnjudged)
      .map(({ code, because }) => ({ code, because: clip(because, MOST.sentence) })),
    resolved: change.resolved.map(past),
    notJudged: change.notJudged.map(past),
    standing: standing.map(present),
  };
  const opening = head(said, report, change.since);
  const counts = countsOf(report, change, standing.length);
  const sizes = LISTS.map((name) => lists[name].slice(0, MOST_ROWS).map((item) => bytesOf(compactJson(item)) + 1));
  const room = MOST_JSON_BYTES - bytesOf(documentOf(opening, counts, lists, []));
  const shown = rowsThatFit(
    sizes.map((rows) => ({ sizes: rows, share: 12_000 })),
    room,
  );
  return documentOf(opening, counts, lists, shown);
}

const NOTHING: Lists = { new: [], changed: [], unjudgedChecks: [], resolved: [], notJudged: [], standing: [] };

/** The same of a test, in which everything about a report is null. */
export const webhookTestJson = (said: Said): string => documentOf(head(said, null, null), null, NOTHING, []);
