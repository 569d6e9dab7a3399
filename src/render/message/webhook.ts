import type { Severity } from '../../model/finding.ts';
import type { Change, ChangedProblem, Message } from '../../model/notify/message.ts';
import type { NextStep, Problem } from '../../model/report/problem.ts';
import { isUnjudged, type Report } from '../../model/report/report.ts';
import type { PastProblem } from '../../model/report/report-history.ts';
import { VERSION } from '../../model/version.ts';
import { gradeReason } from '../head-words.ts';
import { jsonLine } from '../json.ts';
import { bytesOf, clip, MOST } from './clip.ts';
import { rowsThatFit } from './fit.ts';
import { commandOf } from './news.ts';

/** What most receivers take in one request. */
export const MOST_JSON_BYTES = 100_000;

const MOST_ROWS = 50;

/** Of names, which a receiver compares; the document holds them as they are. */
const MOST_NAME = 512;

type Said = Pick<Message, 'id' | 'createdAt' | 'node' | 'subject' | 'kind'> & { readonly text: string };

/** As it is, unless it is longer than any name is in practice. */
const exact = (text: string): string =>
  text.length <= MOST_NAME ? text : `${text.slice(0, MOST_NAME - 1).replace(/[\ud800-\udbff]$/, '')}…`;

/** Guests of one problem that are listed. */
const MOST_GUESTS = 100;

/** What a list says of its problems beside what they are. */
interface Details {
  readonly bytes: number | null;
  readonly next: ReturnType<typeof stepOf> | null;
  readonly since: string | null;
  readonly how: ChangedProblem['how'] | null;
  readonly severityBefore: Severity | null;
  readonly moves: number | null;
}

const NO_DETAILS: Details = { bytes: null, next: null, since: null, how: null, severityBefore: null, moves: null };

type Named = Omit<PastProblem, 'since' | 'lastSeen' | 'findings'>;

const listed = ({ id, kind, severity, who, what, codes, vmids }: Named, details: Partial<Details>) => ({
  id: exact(id),
  kind,
  severity,
  who: clip(who, MOST.title),
  what: clip(what, MOST.sentence),
  codes,
  vmids: vmids.slice(0, MOST_GUESTS),
  ...NO_DETAILS,
  ...details,
});

function stepOf({ text, command, repairable }: NextStep) {
  const line = commandOf(command);
  return { text: clip(text, MOST.sentence), command: line === '' ? null : line, repairable };
}

/** Everything of the document but its lists. `report` null: a test message says nothing of a node. */
const head = (said: Said, report: Report | null, since: string | null) => ({
  schemaVersion: 2,
  event: said.kind,
  ...{ id: said.id, time: said.createdAt, toolVersion: VERSION, node: exact(said.node) },
  ...{ subject: said.subject, text: said.text },
  ...{ takenAt: report?.takenAt ?? null, since, status: report?.status ?? null, exitCode: report?.exitCode ?? null },
  ...{ grade: report?.grade ?? null, score: report?.score ?? null },
  gradeReason: report === null ? null : clip(gradeReason(report), MOST.sentence),
});

const countsOf = (report: Report, change: Change) => ({
  ...{ critical: report.summary.critical, warnings: report.summary.warnings, notices: report.summary.notices },
  ...{ duplicates: report.summary.duplicates, orphans: report.summary.orphans, inUse: report.summary.inUse },
  ...{ totalEntries: report.summary.totalEntries, notJudgedEntries: report.summary.notJudged },
  ...{ guests: report.summary.guests, runningGuests: report.summary.runningGuests },
  ...{ checks: report.checks.length, unjudgedChecks: report.checks.filter(isUnjudged).length },
  ...{ new: change.fresh.length, changed: change.changed.length },
  ...{ flapping: change.flapping.length, standing: change.standing.length },
  ...{ resolved: change.resolved.length, notJudged: change.notJudged.length },
});

type Lists = Readonly<Record<string, readonly unknown[]>>;

function documentOf(opening: object, counts: object | null, lists: Lists, shown: readonly number[]): string {
  const cut = Object.entries(lists).map(([name, items], at) => ({ name, items, count: shown[at] ?? 0 }));
  return jsonLine({
    ...opening,
    counts,
    ...Object.fromEntries(cut.map(({ name, items, count }) => [name, items.slice(0, count)])),
    omitted: Object.fromEntries(cut.map(({ name, items, count }) => [name, items.length - count])),
  });
}

/** What a webhook gets of a report: docs/webhook.schema.json. Lists are bounded, and `omitted` counts what is left out. */
export function webhookJson(said: Said, report: Report, change: Change): string {
  const since = new Map(report.history?.problems.map((one) => [one.id, one.since]));
  const present = (problem: Problem, details: Partial<Details> = {}) => {
    const { bytes, next, guests } = problem;
    const vmids = guests.map(({ vmid }) => vmid);
    const about = { bytes, next: stepOf(next), since: since.get(problem.id) ?? null };
    return listed({ ...problem, vmids }, { ...about, ...details });
  };
  const past = (problem: PastProblem) => listed(problem, { since: problem.since });
  const lists: Lists = {
    new: change.fresh.map((problem) => present(problem)),
    changed: change.changed.map(({ problem, how, before }) =>
      present(problem, { how, severityBefore: before.severity }),
    ),
    flapping: change.flapping.map(({ problem, moves }) => ({ ...past(problem), moves })),
    sightLost: change.sight.lost.map((name) => clip(name, MOST.title)),
    unjudgedChecks: report.checks
      .filter(isUnjudged)
      .map(({ code, because }) => ({ code, because: clip(because, MOST.sentence) })),
    resolved: change.resolved.map(past),
    notJudged: change.notJudged.map(past),
    sightRegained: change.sight.regained.map((name) => clip(name, MOST.title)),
    standing: change.standing.map((problem) => present(problem)),
  };
  const opening = head(said, report, change.since);
  const counts = countsOf(report, change);
  const wanted = Object.values(lists).map((items) => ({
    sizes: items.slice(0, MOST_ROWS).map((item) => bytesOf(jsonLine(item)) + 1),
    share: 9_000,
  }));
  const shown = rowsThatFit(wanted, MOST_JSON_BYTES - bytesOf(documentOf(opening, counts, lists, [])));
  return documentOf(opening, counts, lists, shown);
}

const NOTHING: Lists = {
  new: [],
  changed: [],
  flapping: [],
  sightLost: [],
  unjudgedChecks: [],
  resolved: [],
  notJudged: [],
  sightRegained: [],
  standing: [],
};

/** The same of a test, in which everything about a report is null. */
export const webhookTestJson = (said: Said): string => documentOf(head(said, null, null), null, NOTHING, []);
