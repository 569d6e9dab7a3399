import { sectionsOf } from '../model/derived.ts';
import type { Finding, ReportedFinding } from '../model/finding.ts';
import { mountRows } from '../model/mounts/mount-rows.ts';
import { whyNot } from '../model/reading.ts';
import { changedMeanwhile } from '../model/report/fate.ts';
import { countProblems, gradeOf, scoreOf } from '../model/report/grade.ts';
import { statusOf } from '../model/report/overall-status.ts';
import type { ProblemGuest } from '../model/report/problem.ts';
import {
  isUnjudged,
  type Report,
  type ReportedEntry,
  type ReportedGuest,
  type SectionResult,
  type Summary,
} from '../model/report/report.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { VERSION } from '../model/version.ts';
import { problemsOf } from '../problems/problems.ts';
import { offerRepair, remedyCommands } from '../repair/repair-gates.ts';
import type { Examination } from './examine.ts';
import { bySeverity, describeNarrowing, type Narrowing, wantsFinding, wantsVmid } from './narrowing.ts';
import { reportEntries } from './report-entries.ts';
import { reportGuests, reportLeftovers, reportNextVmids } from './report-guests.ts';
import { reportThinPools } from './report-pools.ts';

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
    .map((finding) => withRepair(finding, snapshot))
    .sort(bySeverity);
  const isWanted = wantsVmid(frame.narrowing);
  const entries = reportEntries(sectionsOf(snapshot), findings)
    .filter(isWanted)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const guests = reportGuests(snapshot, entries, findings);
  const leftovers = reportLeftovers(snapshot).filter(isWanted);
  const mounts = reportMounts(snapshot, frame.narrowing);
  const problems = problemsOf({
    findings,
    mounts,
    guests: allGuests(snapshot),
    unjudged: examination.checks.filter(isUnjudged).map(({ code }) => code),
  });
  const counts = countProblems(problems);
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
    ...grading(snapshot, examination, counts, frame.narrowing),
    summary: summarise(entries, guests, counts, snapshot),
    problems,
    ...{ checks: examination.checks, findings, entries, guests: guests.filter(isWanted), leftovers },
    nextVmids: reportNextVmids(snapshot, leftovers).filter(isWanted),
    thinPools: reportThinPools(snapshot),
    mountLimits: mountLimits(snapshot),
    mounts,
    notSeen: notSeen(snapshot),
    sections: sectionResults(snapshot),
    history: null,
  };
}

function withRepair(finding: Finding, snapshot: Snapshot): ReportedFinding {
  const repair = offerRepair(finding, snapshot);
  return {
    ...finding,
    bytes: finding.bytes ?? null,
    remedy: { ...finding.remedy, commands: remedyCommands(finding, repair, snapshot) },
    repair,
  };
}

function mountLimits({ sections }: Snapshot): Report['mountLimits'] {
  const { reading } = sections.mountProbes;
  if (reading.state !== 'known') return null;
  const { warningPercent, criticalPercent } = reading.value.settings;
  return { warningPercent, criticalPercent };
}

function reportMounts({ sections }: Snapshot, { vmid }: Narrowing): Report['mounts'] {
  const rows = mountRows({
    mounts: sections.mounts.reading,
    containers: sections.containers.reading,
    expectedMounts: sections.expectedMounts.reading,
    mountProbes: sections.mountProbes.reading,
    storage: sections.storage.reading,
    guests: sections.guests.reading,
    cluster: sections.cluster.reading,
    backupJobs: sections.backupJobs.reading,
  });
  return rows.filter((row) => vmid === null || row.vmid === null || row.vmid === vmid);
}

function allGuests({ sections }: Snapshot): readonly ProblemGuest[] | null {
  const { reading } = sections.guests;
  if (reading.state !== 'known') return null;
  return reading.value.configs.map(({ vmid, name, type, node }) => ({ vmid, name, type, node }));
}

function nodeName({ sections }: Snapshot): string {
  if (sections.cluster.reading.state === 'known') return sections.cluster.reading.value.nodeName;
  return sections.host.reading.state === 'known' ? sections.host.reading.value.hostName : '';
}

/**
 * No grade where guests or device-mapper could not be read, and no clean one where anything about them was not judged: a number
 * would say more than anybody knows. And none of a part of the node: whoever sees it takes it for the whole.
 */
function grading(
  snapshot: Snapshot,
  { checks }: Examination,
  counts: ReturnType<typeof countProblems>,
  narrowing: Narrowing,
): Pick<Report, 'grade' | 'score' | 'gradeBecause'> {
  const part = describeNarrowing(narrowing);
  if (part !== '')
    return { grade: '?', score: null, gradeBecause: `a grade is of the whole node, and this is ${part}` };
  const { deviceMapper, guestEntries } = sectionsOf(snapshot);
  const blind = whyNot(deviceMapper) ?? whyNot(guestEntries);
  if (blind !== null) return { grade: '?', score: null, gradeBecause: blind };
  const grade = gradeOf(counts);
  const unjudged = checks.find((check) => isUnjudged(check) && ABOUT_GUESTS_AND_DEVICES.test(check.code));
  return grade === 'A+' && unjudged !== undefined
    ? { grade: '?', score: null, gradeBecause: `nothing was found, but ${unjudged.code} could not judge everything` }
    : { grade, score: scoreOf(counts), gradeBecause: '' };
}

const ABOUT_GUESTS_AND_DEVICES = /^(?:DM|LV|ID)/;

function summarise(
  entries: readonly ReportedEntry[],
  guests: readonly ReportedGuest[],
  counts: ReturnType<typeof countProblems>,
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
  const unread = Object.values(sections).flatMap(({ reading }) => whyNot(reading) ?? []);
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
    because: whyNot(reading) ?? '',
  }));
