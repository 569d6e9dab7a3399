import { type ReportedFinding, SEVERITIES, type Severity, worseFirst } from '../../model/finding.ts';
import { guestLabel } from '../../model/mounts/mount-dependents.ts';
import type { Problem } from '../../model/report/problem.ts';
import type { Report, ReportedEntry, ReportedGuest } from '../../model/report/report.ts';
import { findingKey, type StandingProblem } from '../../model/report/report-history.ts';
import { guestsWereJudged } from '../coverage-words.ts';
import { type ProblemLine, problemLines } from '../problem-lines.ts';

/** Problems of one line, and acknowledged ones, that are shown; the others are counted. So a page has its largest size. */
export const MOST_OF_A_LINE = 200;

/** Guests that are listed, the sick first; the others are counted. */
const MOST_GUESTS = 2000;

/** VMIDs of no guest that are listed. */
export const MOST_VMIDS = 500;

/** What several parts of the page ask for. */
export interface Lookup {
  readonly report: Report;
  /** Without a grade nothing may be called clean. */
  readonly judged: boolean;
  /** What counts, in lines; and what somebody said is known. */
  readonly lines: readonly ProblemLine[];
  readonly acknowledged: readonly Problem[];
  /** The fragment of a problem; null where it is only counted. */
  readonly anchorOf: (problem: Problem) => string | null;
  /** What history says of it; null where it says nothing. */
  readonly standingOf: (problem: Problem) => StandingProblem | null;
  readonly entryOf: (deviceName: string) => ReportedEntry | null;
  readonly findingsOf: (problem: Problem) => readonly ReportedFinding[];
  readonly problemsOfGuest: (vmid: number) => readonly Problem[];
  readonly problemsAbout: (kind: ReportedFinding['subject']['kind'], id: string) => readonly Problem[];
  /** The sick first. */
  readonly guests: readonly ReportedGuest[];
  /** `VM 119 (windows)`. */
  readonly guestLabel: (vmid: number) => string;
  /** Whether the page has a row for it. */
  readonly hasRow: (vmid: number) => boolean;
}

/** The worst of what counts; null where nothing does. */
export const worstOf = (problems: readonly Problem[]): Severity | null =>
  problems.filter(({ acknowledged }) => acknowledged === null).toSorted(worseFirst)[0]?.severity ?? null;

export const rankOf = (severity: Severity | null): number =>
  severity === null ? SEVERITIES.length : SEVERITIES.indexOf(severity);

/** Problems under keys that each has some of. */
function under<K>(report: Report, keysOf: (problem: Problem) => readonly K[]): (key: K) => readonly Problem[] {
  const groups = new Map<K, Problem[]>();
  for (const problem of report.problems)
    for (const key of new Set(keysOf(problem))) {
      const group = groups.get(key);
      if (group) group.push(problem);
      else groups.set(key, [problem]);
    }
  return (key) => groups.get(key) ?? [];
}

function listedGuests(report: Report, ofGuest: Lookup['problemsOfGuest']): Lookup['guests'] {
  const rank = new Map(report.guests.map(({ vmid }) => [vmid, rankOf(worstOf(ofGuest(vmid)))]));
  return report.guests
    .toSorted((a, b) => (rank.get(a.vmid) ?? 0) - (rank.get(b.vmid) ?? 0) || a.vmid - b.vmid)
    .slice(0, MOST_GUESTS);
}

export function lookupOf(report: Report): Lookup {
  const lines = problemLines(report.problems.filter(({ acknowledged }) => acknowledged === null));
  const acknowledged = report.problems.filter((problem) => problem.acknowledged !== null);
  const shown = [...lines.map(({ problems }) => problems), acknowledged].flatMap((some) =>
    some.slice(0, MOST_OF_A_LINE),
  );
  const anchors = new Map(shown.map((problem, at) => [problem, `p${at + 1}`]));
  const standing = new Map(report.history?.problems.map((one) => [one.id, one]));
  const entries = new Map(report.entries.map((entry) => [entry.name, entry]));
  const findings = new Map(report.findings.map((finding) => [findingKey(finding), finding]));
  const findingsOf = (problem: Problem) => problem.findings.flatMap((key) => findings.get(key) ?? []);
  const problemsOfGuest = under(report, ({ guests }) => guests.map(({ vmid }) => vmid));
  const about = under(report, (problem) => findingsOf(problem).map(({ subject: { kind, id } }) => `${kind} ${id}`));
  const guests = listedGuests(report, problemsOfGuest);
  const gone = report.leftovers.slice(0, MOST_VMIDS).map(({ vmid }) => vmid);
  const rows = new Set([...gone, ...guests.map(({ vmid }) => vmid)]);
  const elsewhere = report.problems.flatMap((problem) =>
    problem.guests.flatMap(({ vmid, name, type }) => (type === null ? [] : [{ vmid, name, type }])),
  );
  const labels = new Map([...elsewhere, ...guests].map((guest) => [guest.vmid, guestLabel(guest)]));
  for (const vmid of gone) labels.set(vmid, `Guest ${vmid} (deleted)`);
  return {
    ...{ report, judged: guestsWereJudged(report), lines, acknowledged, findingsOf, problemsOfGuest, guests },
    anchorOf: (problem) => anchors.get(problem) ?? null,
    standingOf: ({ id }) => standing.get(id) ?? null,
    entryOf: (deviceName) => entries.get(deviceName) ?? null,
    problemsAbout: (kind, id) => about(`${kind} ${id}`),
    guestLabel: (vmid) => labels.get(vmid) ?? `Guest ${vmid}`,
    hasRow: (vmid) => rows.has(vmid),
  };
}
