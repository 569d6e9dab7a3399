import { printed } from '../model/command/command.ts';
import { type SectionReadings, sectionsOf } from '../model/derived.ts';
import type { Finding, ReportedFinding } from '../model/finding.ts';
import { mountRows } from '../model/mounts/mount-rows.ts';
import { knownOrNull, whyNot } from '../model/reading.ts';
import { countProblems, verdictOf } from '../model/report/grade.ts';
import { nothingHereIn } from '../model/report/not-judged.ts';
import {
  isUnjudged,
  type Report,
  type ReportedEntry,
  type ReportedGuest,
  type SectionResult,
  type Summary,
} from '../model/report/report.ts';
import { findingKey } from '../model/report/report-history.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { NOTHING_KEPT } from '../model/trend/trend.ts';
import { guestsHere } from '../problems/hit.ts';
import { problemsOf } from '../problems/problems.ts';
import { offerRepair } from '../repair/repair-gates.ts';
import type { Examination } from './examine.ts';
import { changedSentence } from './left-out.ts';
import { bySeverity, describeNarrowing, type Narrowing, wantsFinding, wantsLeftOut, wantsVmid } from './narrowing.ts';
import { nothingHere } from './nothing-here.ts';
import {
  reportEntries,
  reportGuests,
  reportLeftovers,
  reportNextVmids,
  reportThinPools,
  volumesWithoutGuest,
} from './report-entries.ts';
import { type ReportOrigin, reportHead } from './report-head.ts';

export interface ReportFrame extends ReportOrigin {
  readonly narrowing: Narrowing;
}

/** One report out of a snapshot and what the checks found in it. Pure. */
export function assembleReport(snapshot: Snapshot, examination: Examination, frame: ReportFrame): Report {
  const sections = sectionsOf(snapshot);
  const { findings, problems } = concerning(frame.narrowing, snapshot, examination);
  const isWanted = wantsVmid(frame.narrowing);
  const entries = reportEntries(sections, findings)
    .filter(isWanted)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const guests = reportGuests(sections, entries, findings);
  const withoutGuest = volumesWithoutGuest(sections);
  const leftovers = reportLeftovers(sections, withoutGuest).filter(isWanted);
  const mounts = reportMounts(sections, frame.narrowing);
  const counts = countProblems(problems);
  const isFound = problems.length + entries.length + leftovers.length > 0;
  const notJudged = [
    ...nothingHere(sections, frame.narrowing, isFound),
    ...examination.notJudged.filter(wantsLeftOut(frame.narrowing)),
  ];
  const ungradable = nothingHereIn(notJudged) ?? whyNoGrade(sections, frame.narrowing);
  return {
    ...reportHead(snapshot, frame),
    host: knownOrNull(sections.host),
    ...verdictOf({ counts, notJudged, ungradable }),
    ungradable,
    summary: summarise(entries, guests, counts, sections),
    problems,
    checks: examination.checks,
    notJudged,
    findings,
    entries,
    guests: guests.filter(isWanted),
    leftovers,
    nextVmids: reportNextVmids(sections, withoutGuest).filter(isWanted),
    thinPools: reportThinPools(sections),
    mountLimits: mountLimits(sections),
    mounts,
    notSeen: notSeen(snapshot),
    sections: sectionResults(snapshot),
    history: null,
  };
}

/** The problems of the whole node, of which those are left that concern a guest: in the same words, and as bad. */
function concerning(
  narrowing: Narrowing,
  snapshot: Snapshot,
  { findings: all, checks }: Examination,
): Pick<Report, 'findings' | 'problems'> {
  const sections = sectionsOf(snapshot);
  const node = nodeOf(sections);
  const findings = all.map((finding) => withRepair(finding, snapshot, node)).sort(bySeverity);
  const problems = problemsOf({
    findings,
    mounts: mountRows(sections),
    guests: guestsHere(sections),
    unjudged: checks.filter(isUnjudged).map(({ code }) => code),
  });
  if (narrowing.vmid === null) return { findings, problems };
  const wanted = new Set(findings.filter((finding) => wantsFinding(finding, narrowing)).map(findingKey));
  const kept = problems.filter((problem) => problem.findings.some((key) => wanted.has(key)));
  const keys = new Set(kept.flatMap((problem) => problem.findings));
  return { findings: findings.filter((finding) => keys.has(findingKey(finding))), problems: kept };
}

function withRepair(finding: Finding, snapshot: Snapshot, node: string | null): ReportedFinding {
  const { repair, commands } = offerRepair(finding, snapshot);
  const remedy = { text: finding.remedy.text, commands: commands.map((command) => printed(command, node)) };
  return { ...finding, bytes: finding.bytes ?? null, remedy, repair };
}

/** As Proxmox VE calls this node (pve-common src/PVE/INotify.pm nodename). */
const nodeOf = ({ cluster, host }: SectionReadings): string | null =>
  knownOrNull(cluster)?.nodeName ?? (knownOrNull(host)?.hostName.replace(/\..*/, '') || null);

function mountLimits({ mountProbes }: SectionReadings): Report['mountLimits'] {
  const settings = knownOrNull(mountProbes)?.settings;
  return settings === undefined
    ? null
    : { warningPercent: settings.warningPercent, criticalPercent: settings.criticalPercent };
}

const reportMounts = (sections: SectionReadings, { vmid }: Narrowing): Report['mounts'] =>
  mountRows(sections).filter((row) => vmid === null || row.vmid === null || row.vmid === vmid);

/** A grade of a part is taken for one of the whole node, and one without guests or device-mapper says more than anybody knows. */
function whyNoGrade({ deviceMapper, guestEntries }: SectionReadings, narrowing: Narrowing): string {
  const part = describeNarrowing(narrowing);
  if (part !== '') return `a grade is of the whole node, and this is ${part}`;
  return whyNot(deviceMapper) ?? whyNot(guestEntries) ?? '';
}

function summarise(
  entries: readonly ReportedEntry[],
  guests: readonly ReportedGuest[],
  counts: ReturnType<typeof countProblems>,
  sections: SectionReadings,
): Summary {
  const of = (wanted: ReportedEntry['class']) => entries.filter((entry) => entry.class === wanted).length;
  const guestsKnown = sections.guests.state === 'known';
  const runningKnown = guestsKnown && sections.running.state === 'known';
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
function notSeen(snapshot: Snapshot): readonly string[] {
  const { deviceMapper, usage, storage, guests, containers } = sectionsOf(snapshot);
  return [
    ...new Set([
      ...shown(snapshot.sections).flatMap(([, { reading }]) => whyNot(reading) ?? []),
      ...(knownOrNull(deviceMapper)?.changedMeanwhile ?? []).map(changedSentence),
      ...(knownOrNull(usage)?.gaps ?? []),
      ...(knownOrNull(containers)?.gaps ?? []),
      ...(knownOrNull(storage)?.problems ?? []),
      ...(knownOrNull(guests)?.configs ?? []).flatMap(({ problems }) => problems),
    ]),
  ];
}

/**
 * What nobody misses: what nodes tell each other where there is no cluster that could be read, what no earlier run ever kept, how
 * LVM extends pools where it has none, and what it says of a part where it could say all.
 */
const shown = (sections: Snapshot['sections']) =>
  Object.entries(sections).filter(([name, { reading }]) => {
    if (name === 'trend') return whyNot(reading) !== NOTHING_KEPT;
    if (name === 'autoextend' || name === 'lvmAround') return reading.state !== 'absent';
    if (name !== 'peers' && name !== 'identities') return true;
    return reading.state !== 'absent' && sections.cluster.reading.state === 'known';
  });

const sectionResults = ({ sections }: Snapshot): readonly SectionResult[] =>
  shown(sections).map(([name, { reading, durationMs }]) => ({
    name,
    state: reading.state,
    durationMs: Math.round(durationMs),
    because: whyNot(reading) ?? '',
  }));
