import { type CheckCode, SEVERITIES, type Severity } from '../finding.ts';
import type { MountRow } from '../mounts/judged-mounts.ts';
import { type KeptOpen, type KeptWait, openOf, waitsOf, withLastJudged } from './last-judged.ts';
import { covers, type JudgedThing, leavesOpen, type NotJudged } from './not-judged.ts';
import type { Problem } from './problem.ts';
import type { OverallStatus, Report } from './report.ts';
import { namedBy, type PastProblem, partsOfKey, plainKey, type StandingProblem, thingOfKey } from './report-history.ts';

/** What is kept of all looks so far, so that the next one and every channel can be compared with it. */
export interface HistoryState {
  readonly takenAt: string;
  readonly status: OverallStatus;
  readonly problems: readonly KeptProblem[];
  /** Checks that could not judge, mounts that could not be asked, and channels that news does not reach. */
  readonly blind: readonly KeptBlindness[];
  /** What was busy at the last look. */
  readonly waits: readonly KeptWait[];
  /** What the last look left open otherwise: of that it was no verdict. */
  readonly open: readonly KeptOpen[];
  /** VMIDs whose configuration was on the node at the last look. */
  readonly guests: readonly number[];
}

/**
 * `seen`: the run found it. `unseen`: the run could not look. `away`: the run looked and did not find it, but it comes and goes,
 * or it is a hair below its threshold, so nothing is said yet. `gone`: resolved, remembered for a while in case it comes back.
 */
export type Presence = 'seen' | 'unseen' | 'away' | 'gone';

interface Kept {
  readonly presence: Presence;
  /** When it came, went, or became milder, within the last week. */
  readonly moves: readonly string[];
}

export interface KeptProblem extends PastProblem, Kept {
  /** Somebody said that it is known: no channel is told of it. */
  readonly acknowledged: boolean;
  /** When that ends, ISO 8601; null: it does not, or nobody knows. */
  readonly acknowledgedUntil: string | null;
  /** Ids of problems that became part of it: what was said of them ends with it. */
  readonly formerly: readonly string[];
  /** The last look that judged all of it. ISO 8601. */
  readonly lastJudged: string;
  /** How full its file system was when it was last seen, where that is the matter. */
  readonly percent: number | null;
}

export interface KeptBlindness extends Kept {
  /** `check DM010`, `mount /mnt/pve/nas`, or `channel mail`, by which nobody hears anything. */
  readonly name: string;
}

/** One look: of a node at itself, of one node at its cluster, or a report that a hub received. */
export interface Look {
  /** ISO 8601. */
  readonly takenAt: string;
  readonly status: OverallStatus;
  readonly problems: readonly LookedProblem[];
  readonly notJudged: readonly NotJudged[];
  /** Every check that the pve-doctor that looked knows. */
  readonly codes: ReadonlySet<string>;
  /** In a cluster: the checks that each node knows. */
  readonly codesOn?: CodesOnNodes;
  readonly guests: readonly number[];
  /** How full file systems are, by the id of their subject. */
  readonly fullness: ReadonlyMap<string, number>;
  /** What could not be looked at, as news calls it. */
  readonly blind: readonly string[];
}

/**
 * By node. null: it was not heard, or does not say; `any`: its list names what its version does not know. A node that is not in it
 * is none of those that are looked at.
 */
export type CodesOnNodes = ReadonlyMap<string, ReadonlySet<string> | 'any' | null>;

type LookedProblem = Pick<Problem, 'id' | 'kind' | 'severity' | 'who' | 'what' | 'codes' | 'findings'> & {
  readonly vmids: readonly number[];
  readonly acknowledged: boolean;
  readonly acknowledgedUntil?: string | null;
};

/** The new state, and what it says of the look that it was made of. */
export interface HistoryUpdate {
  readonly state: HistoryState;
  readonly standing: readonly StandingProblem[];
  /** Looked at, and gone. */
  readonly resolved: readonly PastProblem[];
  /** Ids of these and of what had become part of them: no acknowledgement of them holds any more. */
  readonly over: readonly string[];
  /** They stood, and something of them was not judged now: as they were last known. */
  readonly unseen: readonly PastProblem[];
  /** The look's list, with the time of the last verdict of what is busy. */
  readonly notJudged: readonly NotJudged[];
}

const DAY_MS = 86_400_000;
/** Moves of so many days are counted; what moved so often within them comes and goes. */
const REMEMBERED_DAYS = 7;
const FLAPPING_MOVES = 3;
/** What comes and goes has gone when it stayed away for so long. */
const SETTLED_DAYS = 3;
/** A file system at its threshold moves by less than this every day. */
const HYSTERESIS_PERCENT = 2;

export const isWorse = (a: Severity, b: Severity): boolean => SEVERITIES.indexOf(a) < SEVERITIES.indexOf(b);

export const isFlapping = ({ moves }: Kept): boolean => moves.length >= FLAPPING_MOVES;

/** A clock that was set back must not make a problem stand since tomorrow. */
export const earlier = (a: string, b: string): string => (Date.parse(b) < Date.parse(a) ? b : a);

const isWithin = (days: number, time: string, now: string): boolean =>
  Math.abs(Date.parse(now) - Date.parse(time)) < days * DAY_MS;

const recent = ({ moves }: Kept, now: string): readonly string[] =>
  moves.filter((time) => isWithin(REMEMBERED_DAYS, time, now));

export const lookOf = (report: Report): Look => ({
  ...{ takenAt: report.takenAt, status: report.status, notJudged: report.notJudged },
  problems: report.problems.map((problem) => ({
    ...problem,
    vmids: problem.guests.map(({ vmid }) => vmid),
    acknowledged: problem.acknowledged !== null,
    acknowledgedUntil: problem.acknowledged?.until ?? null,
  })),
  codes: new Set<string>(report.checks.map(({ code }) => code)),
  guests: report.guests.map(({ vmid }) => vmid),
  ...(report.cluster?.codesOn === undefined ? {} : { codesOn: report.cluster.codesOn }),
  fullness: report.cluster?.fullness ?? fullnessOf(report.mounts),
  blind: blindNames(report),
});

/** How full each file system is, of space or of inodes, by the id of its subject. */
export const fullnessOf = (mounts: readonly MountRow[]): ReadonlyMap<string, number> =>
  new Map(
    mounts.flatMap(({ vmid, target, usedPercent, usedInodesPercent }) => {
      const known = [usedPercent ?? [], usedInodesPercent ?? []].flat();
      return known.length === 0 ? [] : [[vmid === null ? target : `${vmid}:${target}`, Math.max(...known)] as const];
    }),
  );

/**
 * The one history of problems, of a node, a cluster and a hub. Pure; the order of anything in either does not matter. A problem is
 * resolved only where everything that it came from was judged by this look, and is not there.
 */
export function updateHistory(before: HistoryState | null, look: Look): HistoryUpdate {
  const matches = matchProblems(before?.problems ?? [], look);
  const matched = new Set([...matches.values()].map(({ id }) => id));
  const isTold = namedBy(look.problems.flatMap(({ findings }) => findings));
  // What another problem has taken in is neither gone nor unseen.
  const others = (before?.problems ?? []).filter(({ id }) => !matched.has(id));
  const absent = others.filter(({ findings }) => !findings.some(isTold));
  const moved = others.filter(({ findings }) => findings.some(isTold));
  const partly = moved.flatMap((problem) => restOf(problem, isTold, look));
  const keeps = new Set(partly.map(({ id }) => id));
  const taken = moved.filter(({ id }) => !keeps.has(id));
  const seen = look.problems.map((problem) => seenNow(problem, matches.get(problem.id) ?? null, look, taken));
  const rest = [...absent.flatMap((problem) => absentNow(problem, look)), ...partly];
  const wasGone = new Set(absent.filter(({ presence }) => presence === 'gone').map(({ id }) => id));
  const notJudged = withLastJudged(look.notJudged, before);
  const resolved = rest.filter(({ id, presence }) => presence === 'gone' && !wasGone.has(id));
  const stands = new Set([...seen, ...rest].flatMap(({ id, presence }) => (presence === 'gone' ? [] : [id])));
  return {
    state: {
      takenAt: look.takenAt,
      status: look.status,
      problems: [...seen, ...rest].sort(byId),
      blind: blindNow(before?.blind ?? [], look),
      waits: waitsOf(notJudged),
      open: openOf(look.notJudged),
      guests: look.guests.toSorted((a, b) => a - b),
    },
    standing: seen.map(({ id, since }) => {
      const match = matches.get(id);
      return { id, since, isNew: match === undefined || match.presence === 'gone' };
    }),
    resolved: resolved.map(asPast),
    over: resolved.flatMap(({ id, formerly }) => [id, ...formerly]).filter((id) => !stands.has(id)),
    unseen: rest.filter(({ presence, acknowledged }) => presence === 'unseen' && !acknowledged).map(asPast),
    notJudged,
  };
}

/** Whether a look judged what a finding was about. A check that it does not know, it did not run. */
export const wasJudged = (key: string, look: Look): boolean => {
  const thing = thingOfKey(key);
  return isKnown(thing, look) && !look.notJudged.some((one) => covers(one, thing));
};

function isKnown({ code, node }: JudgedThing, { codes, codesOn }: Look): boolean {
  if (node === null) return codes.has(code);
  const known = codesOn === undefined ? 'any' : codesOn.get(node);
  return known === 'any' || (known?.has(code) ?? false);
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1);

const byId = (a: KeptProblem, b: KeptProblem): number => (a.id < b.id ? -1 : 1);

export const asPast = ({
  presence: _p,
  moves: _m,
  acknowledged: _a,
  percent: _f,
  lastJudged: _j,
  acknowledgedUntil: _u,
  formerly: _i,
  ...past
}: KeptProblem): PastProblem => past;

/** The kept problem that each one of the report continues: by its id, else by a finding that both have. */
function matchProblems(kept: readonly KeptProblem[], { problems }: Look): ReadonlyMap<string, KeptProblem> {
  const byOwnId = new Map(kept.map((problem) => [problem.id, problem]));
  const open = kept.filter(({ presence }) => presence !== 'gone');
  const byFinding = new Map(open.flatMap((one) => one.findings.map((key) => [key, one] as const)));
  const byPlain = new Map(open.flatMap((one) => one.findings.map((key) => [plainKey(key), one] as const)));
  const continued = (key: string) =>
    byFinding.get(key) ?? (plainKey(key) === key ? byPlain.get(key) : byFinding.get(plainKey(key)));
  return new Map(
    problems.flatMap(({ id, findings }) => {
      const match = byOwnId.get(id) ?? findings.map(continued).find((one) => one !== undefined);
      return match === undefined ? [] : [[id, match] as const];
    }),
  );
}

function seenNow(
  problem: LookedProblem,
  match: KeptProblem | null,
  look: Look,
  taken: readonly KeptProblem[],
): KeptProblem {
  const now = look.takenAt;
  const { id, kind, who, what, codes, vmids, findings, acknowledged } = problem;
  const isPresent = namedBy(findings);
  const unseen = (match?.findings ?? []).filter((key) => !isPresent(key) && !wasJudged(key, look));
  const percent = percentOf(findings, look);
  const isBack = match === null || match.presence === 'gone';
  const moved = isBack || (match.presence === 'away' && hasLeft(match));
  const moves = match === null ? [] : recent(match, now);
  const base = {
    id,
    kind,
    who,
    what,
    codes,
    percent,
    vmids,
    acknowledged,
    acknowledgedUntil: problem.acknowledgedUntil ?? null,
    formerly: formerlyOf(problem, match, taken),
    findings: [...findings, ...unseen].sort(),
    since: isBack ? now : earlier(match.since, now),
    lastSeen: now,
    lastJudged: unseen.length === 0 ? now : (match?.lastJudged ?? now),
    presence: 'seen' as const,
  };
  if (match === null || moved) {
    return { ...base, severity: problem.severity, moves: [...moves, now] };
  }
  const isMilder = isWorse(match.severity, problem.severity);
  const isClose = percent !== null && match.percent !== null && percent > match.percent - HYSTERESIS_PERCENT;
  // What cannot be seen keeps its severity, and what moves up and down keeps the worse one.
  if (isMilder && (unseen.length > 0 || isClose || moves.length >= FLAPPING_MOVES))
    return { ...base, severity: match.severity, percent: isClose ? match.percent : percent, moves };
  // Worse and milder again is one move.
  return { ...base, severity: problem.severity, moves: isMilder ? [...moves, now] : moves };
}

function formerlyOf(
  { id, findings }: LookedProblem,
  match: KeptProblem | null,
  taken: readonly KeptProblem[],
): readonly string[] {
  const isOf = namedBy(findings);
  const before = [...(match === null ? [] : [match]), ...taken.filter((one) => one.findings.some(isOf))];
  return [...new Set(before.flatMap((one) => [one.id, ...one.formerly]))].filter((other) => other !== id).sort();
}

/** Whether its last move was that it went. */
const hasLeft = ({ moves, lastSeen }: KeptProblem): boolean =>
  moves.some((time) => Date.parse(time) > Date.parse(lastSeen));

/** What could not be seen of a problem whose other part is told as another one now. */
function restOf(kept: KeptProblem, isTold: (key: string) => boolean, look: Look): readonly KeptProblem[] {
  const findings = kept.findings.filter((key) => !isTold(key) && !wasJudged(key, look));
  if (kept.presence === 'gone' || findings.length === 0) return [];
  const acknowledged = isStillAcknowledged(kept, look.takenAt);
  return [{ ...kept, findings, acknowledged, presence: 'unseen', moves: recent(kept, look.takenAt) }];
}

/** A time that is over is over, whether the problem can be seen or not. */
const isStillAcknowledged = ({ acknowledged, acknowledgedUntil: until }: KeptProblem, now: string): boolean =>
  acknowledged && (until === null || Date.parse(now) < Date.parse(until));

function absentNow(kept: KeptProblem, look: Look): readonly KeptProblem[] {
  const now = look.takenAt;
  const moves = recent(kept, now);
  if (kept.presence === 'gone') return moves.length === 0 ? [] : [{ ...kept, moves }];
  if (kept.findings.some((key) => !wasJudged(key, look)))
    return isForgotten(kept, look)
      ? []
      : [{ ...kept, presence: 'unseen', moves, acknowledged: isStillAcknowledged(kept, now) }];
  const problem = { ...kept, lastJudged: now };
  const percent = percentOf(problem.findings, look);
  const isClose = percent !== null && problem.percent !== null && percent > problem.percent - HYSTERESIS_PERCENT;
  const isSettled = !isWithin(SETTLED_DAYS, problem.lastSeen, now);
  // A hair below its threshold it has not left.
  if (isClose && !isSettled) return [{ ...problem, presence: 'away', moves }];
  const left = hasLeft(problem) ? problem.moves : [...moves, now];
  const waits = left.length > FLAPPING_MOVES && !isSettled;
  return [{ ...problem, presence: waits ? 'away' : 'gone', moves: left }];
}

/**
 * Of checks that nobody here knows any more, since the release after took them out, or of a node that is in no look any more.
 * Neither resolved nor kept for ever.
 */
const isForgotten = ({ findings, lastSeen }: KeptProblem, look: Look): boolean =>
  !isWithin(REMEMBERED_DAYS, lastSeen, look.takenAt) &&
  findings
    .map(thingOfKey)
    .every((thing) => !isKnown(thing, look) && (thing.node === null || look.codesOn?.get(thing.node) !== null));

const OF_SPACE = new Set<string>(['MNT005', 'CT005'] satisfies readonly CheckCode[]);

/** How full what a problem is about is now; null where that is not the matter, or where nobody could ask. */
function percentOf(findings: readonly string[], { fullness }: Look): number | null {
  const known = findings
    .map(partsOfKey)
    .flatMap(({ code, id }) => (OF_SPACE.has(code) ? (fullness.get(id) ?? []) : []));
  return known.length === 0 ? null : Math.max(...known);
}

const blindNames = (report: Report): readonly string[] => [
  ...(report.cluster?.blind ?? blindHere(report)),
  ...(report.trouble ?? []).map(({ channel }) => `channel ${channel}`),
];

const blindHere = ({ notJudged, mounts }: Report): readonly string[] => [
  ...new Set(notJudged.filter(leavesOpen).flatMap(({ codes }) => (codes ?? []).map((code) => `check ${code}`))),
  ...mounts
    .filter(({ status }) => status === 'unknown')
    .map(({ vmid, target }) => (vmid === null ? `mount ${target}` : `mount ${target} of guest ${vmid}`)),
];

/** What could not be looked at, with the same patience for what comes and goes. */
function blindNow(before: readonly KeptBlindness[], look: Look): readonly KeptBlindness[] {
  const now = look.takenAt;
  const names = new Set(look.blind);
  const known = new Map(before.map((one) => [one.name, one]));
  const present = [...names].map((name): KeptBlindness => {
    const match = known.get(name);
    const moves = match === undefined ? [] : recent(match, now);
    return { name, presence: 'seen', moves: match?.presence === 'seen' ? moves : [...moves, now] };
  });
  const absent = before.flatMap((one): readonly KeptBlindness[] => {
    if (names.has(one.name)) return [];
    const moves = recent(one, now);
    if (one.presence === 'gone') return moves.length === 0 ? [] : [{ ...one, moves }];
    const left = one.presence === 'away' ? one.moves : [...moves, now];
    const waits = left.length > FLAPPING_MOVES && isWithin(SETTLED_DAYS, left.at(-1) ?? now, now);
    return [{ ...one, presence: waits ? 'away' : 'gone', moves: left }];
  });
  return [...present, ...absent].sort(byName);
}
