import type { AnyCheck, Check, SectionCheck } from '../model/check.ts';
import { believe } from '../model/cluster/believe.ts';
import { listed } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import { groupStanding } from '../model/guests/group-standing.ts';
import type { GuestEntries } from '../model/guests/guest-entries.ts';
import { judgeEntries } from '../model/guests/judge-entries.ts';
import { describeProblem, known, type Reading } from '../model/reading.ts';
import type { CheckOutcome, CheckResult } from '../model/report/report.ts';
import type { CollectedName, CollectedSections, SectionName, Sections, Snapshot } from '../model/snapshot.ts';
import { ownLook } from './own-record.ts';
import { combine } from './unknown.ts';

/** What the checks said of one snapshot. */
export interface Examination {
  readonly checks: readonly CheckResult[];
  readonly findings: readonly Finding[];
  readonly guestEntries: Reading<GuestEntries>;
}

type SectionReadings = { readonly [K in SectionName]: Reading<Sections[K]> };

/** Runs every check on what it needs. A check whose need is unreadable is `unknown`; no author can forget it. */
export function examine(snapshot: Snapshot, checks: readonly AnyCheck[]): Examination {
  const readings = sectionReadings(snapshot);
  const results = checks.map((check) =>
    'reads' in check ? judgeSections(check, readings) : runCheck(check, readings),
  );
  return {
    checks: results.map(({ result }) => result),
    findings: results.flatMap(({ findings }) => findings),
    guestEntries: readings.guestEntries,
  };
}

const knownOrNull = <T>(reading: Reading<T>): T | null => (reading.state === 'known' ? reading.value : null);

/** The collected sections, and those that follow from them. */
function sectionReadings(snapshot: Snapshot): SectionReadings {
  const { sections } = snapshot;
  const collected = Object.fromEntries(
    Object.entries(sections).map(([name, { reading }]) => [name, reading]),
  ) as unknown as { readonly [K in CollectedName]: Reading<CollectedSections[K]> };
  const { deviceMapper, cluster, guests, storage, running, activity } = collected;
  const partly = { lvm: knownOrNull(collected.lvm), blockDevices: knownOrNull(collected.blockDevices) };
  const placed = combine({ deviceMapper, cluster, guests, storage });
  const groups =
    placed.state === 'known'
      ? known(groupStanding({ ...placed.value, ...partly, localNode: placed.value.cluster.nodeName }))
      : placed;
  const needed = combine({ deviceMapper, cluster, guests, storage, running, activity, groups });
  const guestEntries =
    needed.state === 'known' ? known({ entries: judgeEntries({ ...needed.value, lvm: partly.lvm }) }) : needed;
  const { peers } = collected;
  const clusterView =
    peers.state === 'known' ? known(believe(peers.value, ownLook(snapshot), snapshot.takenAt)) : peers;
  return { ...collected, groups, guestEntries, clusterView };
}

/** A node that is too busy to ask may have hundreds of mounts that nobody could ask: the rest is in `notSeen` and the tables. */
const UNJUDGED_NAMED = 20;

interface CheckRun {
  readonly result: CheckResult;
  readonly findings: readonly Finding[];
}

function runCheck(check: Check, readings: SectionReadings): CheckRun {
  const needs = combine(Object.fromEntries(check.needs.map((name) => [name, readings[name]])));
  if (needs.state === 'unreadable') return finish(check, 'unknown', describeProblem(needs.problem));
  if (needs.state === 'absent') return finish(check, 'not-applicable', needs.reason);
  // The check reads only the sections that it declared: its own type says so, which the catalogue's cannot.
  const facts = needs.value as unknown as Sections;
  const unjudged = check.unjudged?.(facts) ?? [];
  const outcome = unjudged.length === 0 ? 'clean' : 'unknown';
  return finish(check, outcome, listed(unjudged.toSorted(), UNJUDGED_NAMED, '; '), check.examine(facts, readings));
}

const judgeSections = (check: SectionCheck, readings: SectionReadings): CheckRun =>
  finish(check, 'clean', '', check.judge(readings));

function finish(
  { code, title }: AnyCheck,
  outcome: CheckOutcome,
  because: string,
  findings: readonly Finding[] = [],
): CheckRun {
  const found = findings.length > 0 ? 'found' : outcome;
  return { result: { code, title, outcome: found, findings: findings.length, because }, findings };
}
