import { type CheckCode, SEVERITIES, type Severity } from '../finding.ts';
import { type Fate, fateIn } from './fate.ts';
import type { Problem } from './problem.ts';
import { isUnjudged, type OverallStatus, type Report } from './report.ts';
import { type PastProblem, partsOfKey, type StandingProblem } from './report-history.ts';

/** What is kept of a run, so that later ones and every channel can be compared with it. */
export interface Picture {
  readonly takenAt: string;
  readonly status: OverallStatus;
  readonly problems: readonly KeptProblem[];
  /** Checks that could not judge, mounts that could not be asked, and channels that news does not reach. */
  readonly blind: readonly KeptBlindness[];
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
  /** How full its file system was when it was last seen, where that is the matter. */
  readonly percent: number | null;
}

export interface KeptBlindness extends Kept {
  /** `check DM010`, `mount /mnt/pve/nas`, or `channel mail`, by which nobody hears anything. */
  readonly name: string;
}

/** A picture, and what it says of the run that it was made of. */
export interface Followed {
  readonly picture: Picture;
  readonly standing: readonly StandingProblem[];
  readonly resolved: readonly PastProblem[];
  readonly notJudged: readonly PastProblem[];
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

/** Compares a report with what stood before it. Pure; the order of anything in either does not matter. */
export function follow(before: Picture | null, report: Report): Followed {
  const now = report.takenAt;
  const matches = matchProblems(before?.problems ?? [], report);
  const fate = fateIn(report);
  const seen = report.problems.map((problem) => seenNow(problem, matches.get(problem.id) ?? null, fate, report));
  const matched = new Set([...matches.values()].map(({ id }) => id));
  const keys = new Set(report.problems.flatMap(({ findings }) => findings));
  // What another problem has taken in is neither gone nor unseen.
  const absent = (before?.problems ?? []).filter(
    ({ id, findings }) => !matched.has(id) && !findings.some((key) => keys.has(key)),
  );
  const rest = absent.flatMap((problem) => absentNow(problem, fate, report));
  const wasGone = new Set(absent.filter(({ presence }) => presence === 'gone').map(({ id }) => id));
  return {
    picture: {
      takenAt: now,
      status: report.status,
      problems: [...seen, ...rest].sort(byId),
      blind: blindNow(before?.blind ?? [], report),
    },
    standing: seen.map(({ id, since }) => {
      const match = matches.get(id);
      return { id, since, isNew: match === undefined || match.presence === 'gone' };
    }),
    resolved: rest.filter(({ id, presence }) => presence === 'gone' && !wasGone.has(id)).map(asPast),
    notJudged: rest.filter(({ presence, acknowledged }) => presence === 'unseen' && !acknowledged).map(asPast),
  };
}

const byId = (a: KeptProblem, b: KeptProblem): number => (a.id < b.id ? -1 : 1);

export const asPast = ({ presence: _p, moves: _m, acknowledged: _a, percent: _f, ...past }: KeptProblem): PastProblem =>
  past;

/** The kept problem that each one of the report continues: by its id, else by a finding that both have. */
function matchProblems(kept: readonly KeptProblem[], { problems }: Report): ReadonlyMap<string, KeptProblem> {
  const byOwnId = new Map(kept.map((problem) => [problem.id, problem]));
  const byFinding = new Map(
    kept.filter(({ presence }) => presence !== 'gone').flatMap((one) => one.findings.map((key) => [key, one] as const)),
  );
  return new Map(
    problems.flatMap(({ id, findings }) => {
      const match = byOwnId.get(id) ?? findings.map((key) => byFinding.get(key)).find((one) => one !== undefined);
      return match === undefined ? [] : [[id, match] as const];
    }),
  );
}

function seenNow(
  problem: Problem,
  match: KeptProblem | null,
  fate: (key: string) => Fate,
  report: Report,
): KeptProblem {
  const now = report.takenAt;
  const { id, kind, who, what, codes, guests, findings } = problem;
  const present = new Set(findings);
  const unseen = (match?.findings ?? []).filter((key) => !present.has(key) && fate(key) === 'not-judged');
  const percent = percentOf(findings, report);
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
    vmids: guests.map(({ vmid }) => vmid),
    findings: [...findings, ...unseen].sort(),
    since: isBack ? now : earlier(match.since, now),
    lastSeen: now,
    presence: 'seen' as const,
    acknowledged: problem.acknowledged !== null,
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

/** Whether its last move was that it went. */
const hasLeft = ({ moves, lastSeen }: KeptProblem): boolean =>
  moves.some((time) => Date.parse(time) > Date.parse(lastSeen));

function absentNow(problem: KeptProblem, fate: (key: string) => Fate, report: Report): readonly KeptProblem[] {
  const now = report.takenAt;
  const moves = recent(problem, now);
  if (problem.presence === 'gone') return moves.length === 0 ? [] : [{ ...problem, moves }];
  if (problem.findings.some((key) => fate(key) === 'not-judged')) return [{ ...problem, presence: 'unseen', moves }];
  const percent = percentOf(problem.findings, report);
  const isClose = percent !== null && problem.percent !== null && percent > problem.percent - HYSTERESIS_PERCENT;
  const isSettled = !isWithin(SETTLED_DAYS, problem.lastSeen, now);
  // A hair below its threshold it has not left.
  if (isClose && !isSettled) return [{ ...problem, presence: 'away', moves }];
  const left = hasLeft(problem) ? problem.moves : [...moves, now];
  const waits = left.length > FLAPPING_MOVES && !isSettled;
  return [{ ...problem, presence: waits ? 'away' : 'gone', moves: left }];
}

const OF_SPACE = new Set<string>(['MNT005', 'CT005'] satisfies readonly CheckCode[]);

/** How full what a problem is about is now; null where that is not the matter, or where nobody could ask. */
function percentOf(findings: readonly string[], { mounts }: Report): number | null {
  const subjects = findings.map(partsOfKey).flatMap(({ code, id }) => (OF_SPACE.has(code) ? [id] : []));
  const known = mounts
    .filter(({ vmid, target }) => subjects.includes(vmid === null ? target : `${vmid}:${target}`))
    .flatMap(({ usedPercent, usedInodesPercent }) => [usedPercent ?? [], usedInodesPercent ?? []].flat());
  return known.length === 0 ? null : Math.max(...known);
}

const blindNames = (report: Report): readonly string[] => [
  ...(report.cluster?.blind ?? blindHere(report)),
  ...(report.trouble ?? []).map(({ channel }) => `channel ${channel}`),
];

const blindHere = (report: Report): readonly string[] => [
  ...report.checks.filter(isUnjudged).map(({ code }) => `check ${code}`),
  ...report.mounts
    .filter(({ status }) => status === 'unknown')
    .map(({ vmid, target }) => (vmid === null ? `mount ${target}` : `mount ${target} of guest ${vmid}`)),
];

/** What could not be looked at, with the same patience for what comes and goes. */
function blindNow(before: readonly KeptBlindness[], report: Report): readonly KeptBlindness[] {
  const now = report.takenAt;
  const names = new Set(blindNames(report));
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
  return [...present, ...absent].sort((a, b) => (a.name < b.name ? -1 : 1));
}
