import { type CheckCode, type ReportedFinding, worseFirst } from '../model/finding.ts';
import type { MountRow } from '../model/mounts/judged-mounts.ts';
import type { GuestState, Problem, ProblemGuest } from '../model/report/problem.ts';
import { findingKey } from '../model/report/report-history.ts';
import { type Cause, type CauseFacts, causeOf, hostOf, problemId } from './causes.ts';
import { nextStepOf, wordsOf } from './words.ts';

/** What is grouped, and what the words about it depend on. */
export interface ProblemFacts {
  /** The worst first. */
  readonly findings: readonly ReportedFinding[];
  readonly mounts: readonly MountRow[];
  /** Guests of all nodes; null where they could not be read. */
  readonly guests: readonly ProblemGuest[] | null;
  /** Checks that could not judge because of what is wrong with sight. */
  readonly unjudged: readonly CheckCode[];
}

/** Findings and what they come from. */
export interface CausedFindings {
  readonly cause: Cause;
  /** The worst first, at least one. */
  readonly findings: readonly [ReportedFinding, ...ReportedFinding[]];
}

/** What is looked up for each problem: a node may have thousands of both. */
interface Known {
  readonly row: CauseFacts['row'];
  readonly guests: ReadonlyMap<number, ProblemGuest>;
  /** Of a number that is none of theirs nobody has a configuration. */
  readonly areKnown: boolean;
}

/** Findings as problems, the worst first. Pure; the order of findings within one severity does not matter. */
export function problemsOf(facts: ProblemFacts): readonly Problem[] {
  const known: Known = {
    row: rowFinder(facts.mounts),
    guests: new Map((facts.guests ?? []).map((guest) => [guest.vmid, guest])),
    areKnown: facts.guests !== null,
  };
  return toldApart(groupByCause(facts, known).map((group) => problemOf(group, facts, known))).sort(byUrgency);
}

/** Two volumes of one name are told apart by their VG or storage, anything else by its name. */
function toldApart(problems: readonly Problem[]): Problem[] {
  const same = Map.groupBy(problems, ({ who, what }) => `${who} ${what}`);
  return problems.map((problem) => {
    const { id, kind, who, what } = problem;
    if ((same.get(`${who} ${what}`)?.length ?? 0) < 2) return problem;
    const name = id.slice(id.indexOf(':') + 1);
    const vgName = kind === 'volume' ? /^([^/:]+)\//.exec(name)?.[1] : undefined;
    return { ...problem, what: `${what} (${vgName === undefined ? name : `VG ${vgName}`})` };
  });
}

function groupByCause({ findings, mounts }: ProblemFacts, { row }: Known): readonly CausedFindings[] {
  const volumes = new Map<number, Cause>();
  const facts: CauseFacts = {
    row,
    badServers: badServers(mounts),
    targetOf: (source) => mounts.find((row) => row.vmid === null && row.source === source)?.target ?? null,
    volumeOf: (vmid) => volumes.get(vmid) ?? null,
  };
  const groups = new Map<string, { cause: Cause; findings: [ReportedFinding, ...ReportedFinding[]] }>();
  const add = (finding: ReportedFinding): void => {
    const cause = causeOf(finding, facts);
    const group = groups.get(problemId(cause));
    if (group) group.findings.push(finding);
    else groups.set(problemId(cause), { cause, findings: [finding] });
    if (cause.kind === 'volume' && finding.vmid !== null && !volumes.has(finding.vmid))
      volumes.set(finding.vmid, cause);
  };
  // What a VMID meets is decided by its volumes, so those come first.
  for (const finding of findings) if (finding.subject.kind !== 'vmid') add(finding);
  for (const finding of findings) if (finding.subject.kind === 'vmid') add(finding);
  return [...groups.values()].map(({ cause, findings: [first, ...others] }) => ({
    cause,
    findings: sorted([first, ...others]),
  }));
}

function sorted(findings: readonly [ReportedFinding, ...ReportedFinding[]]): CausedFindings['findings'] {
  const [first = findings[0], ...others] = findings.toSorted(
    (a, b) =>
      worseFirst(a, b) ||
      // What a VMID meets follows from the volume; of the others, what can be repaired has the next step.
      Number(a.code === 'ID001') - Number(b.code === 'ID001') ||
      Number(b.repair.offered) - Number(a.repair.offered) ||
      // What lies on a map is lost, or only waits: the map itself says which.
      Number(b.code === 'PATH001') - Number(a.code === 'PATH001') ||
      // What containers see follows from the mounts of the node.
      Number(a.code.startsWith('CT')) - Number(b.code.startsWith('CT')) ||
      (findingKey(a) < findingKey(b) ? -1 : 1),
  );
  return [first, ...others];
}

function rowFinder(mounts: readonly MountRow[]): CauseFacts['row'] {
  const rows = new Map(mounts.map((row) => [row.vmid === null ? row.target : `${row.vmid}:${row.target}`, row]));
  return (subjectId) => rows.get(subjectId) ?? null;
}

/** Where the server itself is silent, or fails more than one of its shares. */
function badServers(mounts: readonly MountRow[]): ReadonlySet<string> {
  const shares = new Map<string, Set<string>>();
  const silent = new Set<string>();
  for (const row of mounts) {
    const host = row.status === 'stale' || row.status === 'missing' ? hostOf(row) : null;
    if (host === null) continue;
    if (row.serverAnswers === false) silent.add(host);
    if (row.status === 'stale') shares.set(host, (shares.get(host) ?? new Set()).add(row.source));
  }
  return new Set([...silent, ...[...shares].flatMap(([host, failing]) => (failing.size > 1 ? [host] : []))]);
}

function problemOf(group: CausedFindings, facts: ProblemFacts, known: Known): Problem {
  const { cause, findings } = group;
  const guests = guestsOf(group, known);
  return {
    id: problemId(cause),
    kind: cause.kind,
    severity: findings[0].severity,
    ...wordsOf(group, guests, facts),
    guests,
    bytes: sumOfBytes(findings),
    codes: [...new Set(findings.map(({ code }) => code))],
    findings: findings.map(findingKey),
    next: nextStepOf(group),
    acknowledged: null,
  };
}

/** Several findings of one volume speak of the same bytes. */
function sumOfBytes(findings: readonly ReportedFinding[]): number | null {
  const known = findings.flatMap(({ bytes }) => bytes ?? []);
  return known.length === 0 ? null : Math.max(...known);
}

/** All that its findings hit. */
function guestsOf({ findings }: CausedFindings, { guests, areKnown }: Known): readonly ProblemGuest[] {
  const vmids = new Set(findings.flatMap((finding) => finding.guests));
  const state = areKnown ? 'deleted' : 'unknown';
  return [...vmids]
    .sort((a, b) => a - b)
    .map((vmid) => guests.get(vmid) ?? { vmid, name: '', type: null, node: null, state });
}

const hidesAll = ({ codes }: Problem): boolean => codes.includes('NODE001');

const runningIn = ({ guests }: Problem): number => guests.filter(({ state }) => state === 'running').length;

/** Guests of this node before those of another, and what is left of deleted ones last. */
const NEAR: Readonly<Record<GuestState, number>> = {
  ...{ running: 0, stopped: 1, template: 1, unknown: 1, elsewhere: 3, deleted: 4 },
};

const nearness = ({ guests }: Problem): number =>
  guests.length === 0 ? 2 : Math.min(...guests.map(({ state }) => NEAR[state]));

/** What hides all guests stands first; anything else that limits the judgement stands behind the problems that are as bad. */
export const byUrgency = (a: Problem, b: Problem): number =>
  Number(hidesAll(b)) - Number(hidesAll(a)) ||
  worseFirst(a, b) ||
  Number(a.kind === 'sight') - Number(b.kind === 'sight') ||
  runningIn(b) - runningIn(a) ||
  nearness(a) - nearness(b) ||
  (a.codes[0] ?? '').localeCompare(b.codes[0] ?? '', 'en') ||
  (a.guests[0]?.vmid ?? 0) - (b.guests[0]?.vmid ?? 0) ||
  (a.id < b.id ? -1 : 1);
