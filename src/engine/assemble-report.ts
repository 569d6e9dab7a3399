import type { ReportedFinding } from '../model/finding.ts';
import type { GuestEntries } from '../model/guests/guest-entries.ts';
import { mountRows } from '../model/mounts/mount-rows.ts';
import { describeProblem, type Reading } from '../model/reading.ts';
import { offerRepair } from '../model/repair/repair-gates.ts';
import { statusOf } from '../model/report/overall-status.ts';
import { changedMeanwhile } from '../model/report/past-findings.ts';
import type { Report, ReportedEntry, ReportedGuest, SectionResult, Summary } from '../model/report/report.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { VERSION } from '../model/version.ts';
import type { Examination } from './examine.ts';
import { countFindings, gradeOf, scoreOf } from './grade.ts';
import { bySeverity, describeNarrowing, type Narrowing, wantsFinding, wantsVmid } from './narrowing.ts';
import { reportEntries } from './report-entries.ts';
import { reportGuests, reportLeftovers, reportNextVmids } from './report-guests.ts';

export interface ReportFrame {
  /** `live`, or the file that was replayed. */
  readonly source: string;
  readonly durationMs: number;
  readonly narrowing: Narrowing;
}

/** One report out of a snapshot and what the checks found in it. Pure. */
export function assembleReport(snapshot: Snapshot, examination: Examination, frame: ReportFrame): Report {
  const findings = examination.findings
    .filter((finding) => wantsFinding(finding, frame.narrowing))
    .map((finding): ReportedFinding => ({ ...finding, repair: offerRepair(finding, snapshot) }))
    .sort(bySeverity);
  const isWanted = wantsVmid(frame.narrowing);
  const entries = reportEntries(snapshot, examination.guestEntries, findings)
    .filter(isWanted)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const guests = reportGuests(snapshot, entries, findings);
  const leftovers = reportLeftovers(snapshot).filter(isWanted);
  const counts = countFindings(findings);
  const host = snapshot.sections.host.reading;
  return {
    schemaVersion: 1,
    toolVersion: VERSION,
    takenAt: snapshot.takenAt,
    durationMs: Math.round(frame.durationMs),
    source: frame.source,
    node: nodeName(snapshot),
    host: host.state === 'known' ? host.value : null,
    ...statusOf(counts, examination.checks),
    ...grading(snapshot, examination.guestEntries, counts, frame.narrowing),
    summary: summarise(entries, guests, counts, snapshot),
    ...{ checks: examination.checks, findings, entries, guests: guests.filter(isWanted), leftovers },
    nextVmids: reportNextVmids(snapshot, leftovers).filter(isWanted),
    mounts: reportMounts(snapshot, frame.narrowing),
    notSeen: notSeen(snapshot),
    sections: sectionResults(snapshot),
    history: null,
  };
}

function reportMounts({ sections }: Snapshot, { vmid }: Narrowing): Report['mounts'] {
  const { mounts, containers, expectedMounts, mountProbes, storage } = sections;
  const rows = mountRows({
    mounts: mounts.reading,
    containers: containers.reading,
    expectedMounts: expectedMounts.reading,
    mountProbes: mountProbes.reading,
    storage: storage.reading,
  });
  return rows.filter((row) => vmid === null || row.vmid === null || row.vmid === vmid);
}

function nodeName({ sections }: Snapshot): string {
  if (sections.cluster.reading.state === 'known') return sections.cluster.reading.value.nodeName;
  return sections.host.reading.state === 'known' ? sections.host.reading.value.hostName : '';
}

/**
 * No grade where guests or device-mapper could not be read: a number would say more than anybody knows. And none of a part of
 * the node: whoever sees it takes it for the whole.
 */
function grading(
  { sections }: Snapshot,
  guestEntries: Reading<GuestEntries>,
  counts: ReturnType<typeof countFindings>,
  narrowing: Narrowing,
): Pick<Report, 'grade' | 'score' | 'gradeBecause'> {
  const part = describeNarrowing(narrowing);
  if (part !== '')
    return { grade: '?', score: null, gradeBecause: `a grade is of the whole node, and this is ${part}` };
  const { reading } = sections.deviceMapper;
  const blind = reading.state === 'known' ? guestEntries : reading;
  if (blind.state === 'known') return { grade: gradeOf(counts), score: scoreOf(counts), gradeBecause: '' };
  return { grade: '?', score: null, gradeBecause: becauseOf(blind) };
}

const becauseOf = (reading: Reading<unknown>): string =>
  reading.state === 'unreadable' ? describeProblem(reading.problem) : reading.state === 'absent' ? reading.reason : '';

function summarise(
  entries: readonly ReportedEntry[],
  guests: readonly ReportedGuest[],
  counts: ReturnType<typeof countFindings>,
  { sections }: Snapshot,
): Summary {
  const of = (wanted: ReportedEntry['class']) => entries.filter((entry) => entry.class === wanted).length;
  const guestsKnown = sections.guests.reading.state === 'known';
  const runningKnown = guestsKnown && sections.running.reading.state === 'known';
  return {
    totalEntries: entries.length,
    valid: of('valid'),
    duplicates: of('duplicate'),
    orphans: of('orphan'),
    busy: of('busy'),
    notJudged: of('unknown'),
    inUse: entries.filter((entry) => entry.inUse === 'yes').length,
    idle: entries.some((entry) => entry.idle === null) ? null : entries.filter((entry) => entry.idle === true).length,
    totalIssues: counts.critical + counts.warnings,
    ...counts,
    guests: guestsKnown ? guests.length : null,
    runningGuests: runningKnown ? guests.filter((guest) => guest.status === 'running').length : null,
  };
}

/** Everything that somebody reading the report might believe was looked at, and was not. */
function notSeen({ sections }: Snapshot): readonly string[] {
  const unread = Object.values(sections).flatMap(({ reading }) =>
    reading.state === 'known' ? [] : [becauseOf(reading)],
  );
  const { deviceMapper, usage, storage, guests, containers } = sections;
  const changed = deviceMapper.reading.state === 'known' ? deviceMapper.reading.value.changedMeanwhile : [];
  return [
    ...new Set([
      ...unread,
      ...changed.map(changedMeanwhile),
      ...(usage.reading.state === 'known' ? usage.reading.value.gaps : []),
      ...(containers.reading.state === 'known' ? containers.reading.value.gaps : []),
      ...(storage.reading.state === 'known' ? storage.reading.value.problems : []),
      ...(guests.reading.state === 'known' ? guests.reading.value.configs.flatMap(({ problems }) => problems) : []),
    ]),
  ];
}

const sectionResults = ({ sections }: Snapshot): readonly SectionResult[] =>
  Object.entries(sections).map(([name, { reading, durationMs }]) => ({
    name,
    state: reading.state,
    durationMs: Math.round(durationMs),
    because: becauseOf(reading),
  }));
