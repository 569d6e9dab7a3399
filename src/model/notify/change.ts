import { asPast, type HistoryState, isFlapping, isWorse, type KeptProblem } from '../report/history-state.ts';
import type { Problem } from '../report/problem.ts';
import type { Report } from '../report/report.ts';
import type { Change, ChangedProblem } from './message.ts';

const open = ({ problems }: Report): readonly Problem[] => problems.filter(({ acknowledged }) => acknowledged === null);

/** A channel that took nothing yet. */
export const everythingIsNew = (report: Report): Change => ({
  ...{ since: null, fresh: open(report), changed: [], flapping: [], resolved: [], notJudged: [], standing: [] },
  sight: { lost: [], regained: [] },
});

/**
 * Compares two moments and nothing in between: what came and went meanwhile, or went and came, is no change. `now` is the
 * picture of `report`.
 */
export function changeBetween(then: HistoryState | null, now: HistoryState, report: Report): Change {
  if (then === null) return { ...everythingIsNew(report), notJudged: unseenIn(now) };
  const known = knownOf(then);
  const current = new Map(now.problems.map((problem) => [problem.id, problem]));
  const flaps = (kept: KeptProblem): boolean => isFlapping(kept) && kept.presence !== 'gone';
  const flapping = now.problems.filter(
    (kept) => !kept.acknowledged && flaps(kept) && !isToldFlapping(known.of(kept), kept),
  );
  const flappingIds = new Set(now.problems.filter(flaps).map(({ id }) => id));
  const lists: { fresh: Problem[]; changed: ChangedProblem[]; standing: Problem[] } = {
    ...{ fresh: [], changed: [], standing: [] },
  };
  const saidNow = new Set(flapping.map(({ id }) => id));
  for (const problem of open(report)) {
    if (saidNow.has(problem.id)) continue;
    const kept = current.get(problem.id);
    const before = kept === undefined ? null : known.of(kept);
    if (kept === undefined || (before === null && !flappingIds.has(problem.id))) lists.fresh.push(problem);
    else {
      const how = before === null || flappingIds.has(problem.id) ? null : howChanged(before, kept);
      if (how === null || before === null) lists.standing.push(problem);
      else lists.changed.push({ problem, how, before: asPast(before) });
    }
  }
  const absent = [...known.all].filter((kept) => !known.isIn(kept, report));
  const presenceOf = ({ id }: KeptProblem) => current.get(id)?.presence ?? 'gone';
  return {
    since: then.takenAt,
    ...lists,
    flapping: flapping.map((kept) => ({ problem: asPast(kept), moves: kept.moves.length })),
    resolved: absent.filter((kept) => presenceOf(kept) === 'gone').map((kept) => asPast(current.get(kept.id) ?? kept)),
    notJudged: unseenIn(now),
    sight: sightBetween(then, now),
  };
}

const unseenIn = ({ problems }: HistoryState): Change['notJudged'] =>
  problems.filter(({ presence, acknowledged }) => presence === 'unseen' && !acknowledged).map(asPast);

interface Known {
  readonly all: readonly KeptProblem[];
  readonly of: (kept: KeptProblem) => KeptProblem | null;
  readonly isIn: (kept: KeptProblem, report: Report) => boolean;
}

/** What a channel was told stands, found by id, else by a finding that is in both. */
function knownOf(then: HistoryState): Known {
  const all = then.problems.filter(({ presence, acknowledged }) => presence !== 'gone' && !acknowledged);
  const byId = new Map(all.map((kept) => [kept.id, kept]));
  const byFinding = new Map(all.flatMap((kept) => kept.findings.map((key) => [key, kept] as const)));
  return {
    all,
    of: ({ id, findings }) =>
      byId.get(id) ?? findings.map((key) => byFinding.get(key)).find((one) => one !== undefined) ?? null,
    isIn: ({ id, findings }, { problems }) =>
      problems.some((problem) => problem.id === id || problem.findings.some((key) => findings.includes(key))),
  };
}

const isToldFlapping = (before: KeptProblem | null, now: KeptProblem): boolean =>
  before !== null && isFlapping(before) && now.moves.some((time) => before.moves.includes(time));

function howChanged(before: KeptProblem, now: KeptProblem): ChangedProblem['how'] | null {
  if (isWorse(now.severity, before.severity)) return 'worse';
  if (isWorse(before.severity, now.severity)) return 'better';
  return before.codes.join() === now.codes.join() || before.findings.some((key) => now.findings.includes(key))
    ? null
    : 'other';
}

function sightBetween(then: HistoryState, now: HistoryState): Change['sight'] {
  const blindIn = ({ blind }: HistoryState) =>
    new Set(blind.filter(({ presence }) => presence !== 'gone').map(({ name }) => name));
  const [before, after] = [blindIn(then), blindIn(now)];
  return {
    lost: [...after].filter((name) => !before.has(name)),
    regained: [...before].filter((name) => !after.has(name)),
  };
}
