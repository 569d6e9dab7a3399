import { CHECKS } from '../checks/index.ts';
import type { Check, Diagnosis } from '../model/check.ts';
import { factsFrom, type SectionReadings, sectionsOf } from '../model/derived.ts';
import { listed } from '../model/evidence.ts';
import type { CheckCode, Finding } from '../model/finding.ts';
import type { EntryClass, GuestEntry } from '../model/guests/guest-entries.ts';
import { describeProblem, knownOrNull } from '../model/reading.ts';
import { hidden, type LeftOut, leavesOpen, type NotJudged } from '../model/report/not-judged.ts';
import type { CheckOutcome, CheckResult } from '../model/report/report.ts';
import type { Sections, Snapshot } from '../model/snapshot.ts';
import { judgedHere } from '../problems/hit.ts';
import { LEADING } from '../repair/index.ts';
import { leftOutByAll } from './left-out.ts';

/** What the checks said of one snapshot. */
export interface Examination {
  readonly checks: readonly CheckResult[];
  /** What the checks said, before anybody asked whom it hits. */
  readonly diagnoses: readonly Diagnosis[];
  readonly findings: readonly Finding[];
  readonly notJudged: readonly NotJudged[];
}

/** Runs every check on what it needs. A check whose need is unreadable leaves all of it open; no author can forget it. */
export function examine(snapshot: Snapshot, checks: readonly Check[]): Examination {
  const readings = sectionsOf(snapshot);
  const runs = checks.map((check) => runCheck(check, readings));
  const diagnoses = runs.flatMap((run) => run.findings);
  const findings = diagnoses.map(judgedHere(readings));
  const byChecks = runs.flatMap(({ notJudged }) => notJudged);
  return {
    checks: runs.map(({ result }) => result),
    ...{ diagnoses, findings },
    notJudged: merged([...byChecks, ...leftOutByAll(snapshot, readings, checks, findings)]),
  };
}

/** A node that is too busy to ask may have hundreds of mounts that nobody could ask: the rest is in the list. */
const UNJUDGED_NAMED = 20;

interface CheckRun {
  readonly result: CheckResult;
  readonly findings: readonly Diagnosis[];
  readonly notJudged: readonly NotJudged[];
}

function runCheck(check: Check, readings: SectionReadings): CheckRun {
  const needs = factsFrom(readings, check.needs);
  if (needs.state === 'unreadable') return finish(check, [hidden(describeProblem(needs.problem))]);
  if (needs.state === 'absent') return finish(check, [hidden(needs.reason, { kind: 'not-applicable' })]);
  // The check reads only the sections that it declared: its own type says so, which the catalogue's cannot.
  const facts: Sections = needs.value;
  const unjudged = check.unjudged?.(facts) ?? [];
  const notCompared = (check.notCompared?.(facts) ?? []).map((reason) => hidden(reason, { kind: 'not-compared' }));
  const leftOut = unjudged.map((one) => (typeof one === 'string' ? hidden(one) : one));
  const findings = check.examine(facts, readings);
  return finish(check, [...leftOut, ...notCompared, ...(findings.length > 0 ? unread(check, readings) : [])], findings);
}

/**
 * What a check would have told more of its findings with: whom they concern may not be the whole. A check of the reading itself,
 * which needs nothing, has found just that.
 */
const unread = ({ needs, wants = [] }: Check, readings: SectionReadings): readonly LeftOut[] =>
  (needs.length === 0 ? [] : wants).flatMap((name) => {
    const reading = readings[name];
    return reading.state === 'unreadable' ? [hidden(describeProblem(reading.problem))] : [];
  });

function finish({ code, title }: Check, leftOut: readonly LeftOut[], findings: readonly Diagnosis[] = []): CheckRun {
  const outcome = findings.length > 0 ? 'found' : outcomeOf(leftOut);
  const said = leftOut.filter((one) => SAID[outcome](one)).map(({ reason }) => reason);
  const because = listed([...new Set(said)].toSorted(), UNJUDGED_NAMED, '; ');
  return {
    result: { code, title, outcome, findings: findings.length, because },
    findings,
    notJudged: leftOut.map((one) => ({ codes: [code], ...one, node: null, lastJudgedAt: null })),
  };
}

/** Which reasons stand beside an outcome. */
const SAID: Readonly<Record<CheckOutcome, (one: LeftOut) => boolean>> = {
  clean: () => false,
  found: leavesOpen,
  unknown: leavesOpen,
  busy: ({ kind }) => kind === 'busy',
  'not-applicable': ({ kind }) => kind === 'not-applicable' || kind === 'not-compared',
};

const OUTCOMES = ['unknown', 'busy', 'not-applicable'] as const;

const outcomeOf = (leftOut: readonly LeftOut[]): CheckOutcome =>
  OUTCOMES.find((outcome) => leftOut.some(SAID[outcome])) ?? 'clean';

/** One line for what several checks left out for one reason. */
function merged(list: readonly NotJudged[]): readonly NotJudged[] {
  const same = Map.groupBy(list, ({ codes, kind, subject, vmids, reason }) =>
    JSON.stringify([codes === null, kind, subject, vmids, reason]),
  );
  const inOrder = [...same].sort(([a], [b]) => (a < b ? -1 : 1));
  return inOrder.flatMap(([, ones]) => {
    const [first] = ones;
    if (first === undefined) return [];
    const codes = new Set<CheckCode>(ones.flatMap((one) => one.codes ?? []));
    return [{ ...first, codes: first.codes === null ? null : [...codes] }];
  });
}

/** What the checks of leftovers find in a snapshot, those of them that could not judge, and the class of every entry. */
interface Leftovers {
  readonly findings: readonly Finding[];
  readonly unknown: readonly CheckResult[];
  readonly entries: readonly GuestEntry[];
}

const OF_LEFTOVERS = CHECKS.filter(({ code }) => LEADING.includes(code));

/** For a repair, which looks at the node before each step: no other check can lead to one. */
export function findLeftovers(snapshot: Snapshot): Leftovers {
  const { findings, checks } = examine(snapshot, OF_LEFTOVERS);
  return {
    findings,
    unknown: checks.filter(({ outcome }) => outcome === 'unknown'),
    entries: knownOrNull(sectionsOf(snapshot).guestEntries)?.entries ?? [],
  };
}

const NOW: Readonly<Record<EntryClass, string>> = {
  valid: 'it is no leftover any more',
  duplicate: 'it is another leftover than was shown',
  orphan: 'it is another leftover than was shown',
  busy: 'it is not judged now',
  unknown: 'it cannot be judged now',
};

/** Why nothing accuses an entry any more that these checks accused: what names it now, or what keeps it from being judged. */
export function whyNoFinding(
  { deviceName, codes }: { readonly deviceName: string; readonly codes: readonly CheckCode[] },
  { entries, unknown }: Leftovers,
): string {
  const blind = unknown.find(({ code }) => codes.includes(code));
  if (blind !== undefined) return `it cannot be judged now: ${blind.because}`;
  const entry = entries.find(({ device }) => device.name === deviceName);
  const reason = entry?.reasons.map(({ fact }) => fact).join('; ') ?? '';
  if (entry === undefined || reason === '') return `no finding names ${deviceName} any more`;
  return `${NOW[entry.class]}: ${reason}`;
}
