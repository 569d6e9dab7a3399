import { openWords, waitsIn } from '../../model/cluster/recorded-areas.ts';
import { nothingJudgedOn, recordedLeftOut } from '../../model/cluster/recorded-left-out.ts';
import { cellOf, everywhere } from '../../model/report/area-cell.ts';
import { areaOf } from '../../model/report/cluster-report.ts';
import { lookOf } from '../../model/report/history-state.ts';
import type { NotJudged } from '../../model/report/not-judged.ts';
import type { Problem } from '../../model/report/problem.ts';
import { isUnjudged, type Report } from '../../model/report/report.ts';
import type { DigestProblem, ReportDigest } from '../store/hub-store.ts';
import { indexedNamesOf } from './search-index.ts';

/** Lines of what was not judged: some for each guest of the largest nodes. */
const MOST_NOT_JUDGED = 5000;

/** Longer is no sentence. */
const LONGEST_TEXT = 2000;

/** What the pages need of a report. Pure. */
export function digestOf(report: Report): ReportDigest {
  const { codes, guests, fullness } = lookOf(report);
  const notJudged = boundedList(report.notJudged);
  return {
    pveVersion: report.host?.pveVersion ?? null,
    toolVersion: clip(report.toolVersion, 100),
    schemaVersion: report.schemaVersion,
    status: report.status,
    grade: report.grade,
    score: report.score,
    problems: problemsOf(report),
    areas: areasOf(report),
    unjudged: recordedLeftOut(notJudged),
    notSeen: report.notSeen.length,
    indexedNames: indexedNamesOf(report),
    ...{ notJudged, checkCodes: [...codes], guests, fullness: [...fullness] },
  };
}

/** What is left out of a list that is too long could be anything. */
export function boundedList(list: readonly NotJudged[]): readonly NotJudged[] {
  if (list.length <= MOST_NOT_JUDGED) return list;
  const reason = `its list of what was not judged has ${list.length} lines, and the hub reads ${MOST_NOT_JUDGED}`;
  return [...list.slice(0, MOST_NOT_JUDGED), { ...nothingJudgedOn('', reason), kind: 'cut', node: null }];
}

export const clip = (text: string, most = LONGEST_TEXT): string =>
  text.length > most ? `${text.slice(0, most)}…` : text;

function problemsOf({ problems, checks }: Report): readonly DigestProblem[] {
  const titles = new Map<string, string>(checks.map(({ code, title }) => [code, title]));
  // Ids are unique in what a node writes; what another wrote must not meet the store twice.
  const byId = new Map(problems.map((problem) => [problem.id, problem]));
  return [...byId.values()].map((problem) => digestProblem(problem, titles));
}

function digestProblem(problem: Problem, titles: ReadonlyMap<string, string>): DigestProblem {
  const { id, kind, severity, who, what, codes, findings, guests, bytes, acknowledged, next } = problem;
  const [code = ''] = codes;
  return {
    ...{ id: clip(id), kind, severity, who: clip(who), what: clip(what), code, codes, findings },
    title: clip(titles.get(code) ?? ''),
    guests: guests.slice(0, 100).map((guest) => ({ ...guest, name: clip(guest.name, 200) })),
    ...{ bytes, next: clip(next.text), repairable: next.repairable, acknowledged: acknowledged !== null },
  };
}

function areasOf({ checks, problems, notJudged }: Report): ReportDigest['areas'] {
  const lookedAt = new Set(checks.map(({ code }) => areaOf(code)));
  return everywhere((area) => {
    const severities = problems
      .filter(({ acknowledged, codes }) => acknowledged === null && areaOf(codes[0] ?? '') === area)
      .map(({ severity }) => severity);
    const unseen = { because: `its version of pve-doctor does not look at ${area}`, waits: '' };
    if (!lookedAt.has(area)) return cellOf(severities, unseen, false);
    const reasons = checks
      .filter((check) => isUnjudged(check) && areaOf(check.code) === area)
      .map(({ code, because }) => clip(`${code}: ${because}`, 300));
    const waits = waitsIn(area, notJudged).map((reason) => clip(reason, 300));
    return cellOf(severities, { because: openWords(reasons), waits: openWords(waits) }, true);
  });
}
