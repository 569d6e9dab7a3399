import { CHECKS } from '../checks/index.ts';
import type { Check } from '../model/check.ts';
import { factsFrom, type SectionReadings, sectionsOf } from '../model/derived.ts';
import { listed } from '../model/evidence.ts';
import type { CheckCode, Finding } from '../model/finding.ts';
import type { GuestEntry } from '../model/guests/guest-entries.ts';
import { describeProblem, knownOrNull } from '../model/reading.ts';
import type { CheckOutcome, CheckResult } from '../model/report/report.ts';
import type { Sections, Snapshot } from '../model/snapshot.ts';

/** What the checks said of one snapshot. */
export interface Examination {
  readonly checks: readonly CheckResult[];
  readonly findings: readonly Finding[];
}

/** Runs every check on what it needs. A check whose need is unreadable is `unknown`; no author can forget it. */
export function examine(snapshot: Snapshot, checks: readonly Check[]): Examination {
  const readings = sectionsOf(snapshot);
  const results = checks.map((check) => runCheck(check, readings));
  return { checks: results.map(({ result }) => result), findings: results.flatMap(({ findings }) => findings) };
}

/** A node that is too busy to ask may have hundreds of mounts that nobody could ask: the rest is in `notSeen` and the tables. */
const UNJUDGED_NAMED = 20;

interface CheckRun {
  readonly result: CheckResult;
  readonly findings: readonly Finding[];
}

function runCheck(check: Check, readings: SectionReadings): CheckRun {
  const needs = factsFrom(readings, check.needs);
  if (needs.state === 'unreadable') return finish(check, 'unknown', describeProblem(needs.problem));
  if (needs.state === 'absent') return finish(check, 'not-applicable', needs.reason);
  // The check reads only the sections that it declared: its own type says so, which the catalogue's cannot.
  const facts: Sections = needs.value;
  const unjudged = check.unjudged?.(facts) ?? [];
  const findings = check.examine(facts, readings);
  if (unjudged.length > 0) return finish(check, 'unknown', listed(unjudged.toSorted(), UNJUDGED_NAMED, '; '), findings);
  const notCompared = findings.length > 0 ? [] : (check.notCompared?.(facts) ?? []);
  const outcome = notCompared.length === 0 ? 'clean' : 'not-applicable';
  return finish(check, outcome, listed(notCompared.toSorted(), UNJUDGED_NAMED, '; '), findings);
}

function finish(
  { code, title }: Check,
  outcome: CheckOutcome,
  because: string,
  findings: readonly Finding[] = [],
): CheckRun {
  const found = findings.length > 0 ? 'found' : outcome;
  return { result: { code, title, outcome: found, findings: findings.length, because }, findings };
}

/** What every check finds in a snapshot, those checks that could not judge, and the class of every entry. */
interface FoundAll {
  readonly findings: readonly Finding[];
  readonly unknown: readonly CheckResult[];
  readonly entries: readonly GuestEntry[];
}

export function findAll(snapshot: Snapshot): FoundAll {
  const { findings, checks } = examine(snapshot, CHECKS);
  return {
    findings,
    unknown: checks.filter(({ outcome }) => outcome === 'unknown'),
    entries: knownOrNull(sectionsOf(snapshot).guestEntries)?.entries ?? [],
  };
}

/** Why nothing accuses an entry any more that these checks accused: what names it now, or what keeps it from being judged. */
export function whyNoFinding(
  { deviceName, codes }: { readonly deviceName: string; readonly codes: readonly CheckCode[] },
  { entries, unknown }: FoundAll,
): string {
  const blind = unknown.find(({ code }) => codes.includes(code));
  if (blind !== undefined) return `it cannot be judged now: ${blind.because}`;
  const entry = entries.find(({ device }) => device.name === deviceName);
  const reason = entry?.reasons.map(({ fact }) => fact).join('; ') ?? '';
  if (entry === undefined || reason === '') return `no finding names ${deviceName} any more`;
  return entry.class === 'busy' ? `it is not judged now: ${reason}` : `it is no leftover any more: ${reason}`;
}
