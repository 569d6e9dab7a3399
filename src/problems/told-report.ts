import type { NodeVerdict, RecordedProblem } from '../model/cluster/node-record.ts';
import { leftOutOn, nothingJudgedOn } from '../model/cluster/recorded-left-out.ts';
import { worseFirst } from '../model/finding.ts';
import type { ClusterReport } from '../model/report/cluster-report.ts';
import { countProblems, gradeOf, scoreOf, statusOf } from '../model/report/grade.ts';
import { leavesOpen, type NotJudged } from '../model/report/not-judged.ts';
import type { Problem } from '../model/report/problem.ts';
import type { Report } from '../model/report/report.ts';
import { nodeProblem } from './cluster-problems.ts';

/** What one node told of itself; null where it looked and did not judge. */
export interface ToldNode {
  readonly node: string;
  readonly verdict: Pick<NodeVerdict, 'problems' | 'unjudged' | 'fullness'> | null;
  /** Checks that its version knows; null where it does not say. `any`: what it does not know is in its list. */
  readonly checks: ReadonlySet<string> | 'any' | null;
}

const NO_COUNTS = {
  ...{ totalEntries: 0, valid: 0, duplicates: 0, orphans: 0, busy: 0, notJudged: 0, inUse: 0, idle: null },
  ...{ guests: null, runningGuests: null },
};

/**
 * A cluster in the form of a report, so that what is new in it is judged and told as on a node. `between`: problems between nodes;
 * `told`: those of each node, each by itself.
 */
export function toldReport(report: ClusterReport, between: readonly Problem[], told: readonly ToldNode[]): Report {
  const problems = problemsToTell(report, between, told);
  const notJudged = notJudgedIn(report, told);
  const counts = countProblems(problems);
  const { toolVersion, takenAt, durationMs, source, clusterName, checks, findings } = report;
  return {
    schemaVersion: 1,
    ...{ toolVersion, takenAt, durationMs, source },
    node: clusterName === '' ? 'cluster' : `cluster ${clusterName}`,
    ...{ host: null, ...statusOf(counts, notJudged), grade: gradeOf(counts), score: scoreOf(counts), gradeBecause: '' },
    ...{ ungradable: '', notJudged },
    summary: { ...NO_COUNTS, ...counts, totalIssues: counts.critical + counts.warnings },
    ...{ checks, problems, findings, cluster: scopeOf(report, told, notJudged), history: null },
    ...{ entries: [], guests: [], leftovers: [], nextVmids: [], thinPools: null, mountLimits: null, mounts: [] },
    sections: [],
    notSeen: report.nodes.flatMap(({ name, isJudged, because }) =>
      isJudged ? [] : [`${name} is not judged: ${because}`],
    ),
  };
}

const scopeOf = (
  report: ClusterReport,
  told: readonly ToldNode[],
  notJudged: readonly NotJudged[],
): NonNullable<Report['cluster']> => ({
  report,
  blind: blindNames(notJudged),
  codesOn: new Map([
    ...report.nodes.flatMap(({ name, isJudged }) => (isJudged ? [] : [[name, null] as const])),
    ...told.map(({ node, checks }) => [node, checks] as const),
  ]),
  fullness: new Map(
    told.flatMap(({ node, verdict }) =>
      (verdict?.fullness ?? []).map(({ id, percent }) => [`${node}/mount/${id}`, percent] as const),
    ),
  ),
});

function problemsToTell(
  report: ClusterReport,
  between: readonly Problem[],
  told: readonly ToldNode[],
): readonly Problem[] {
  const known = new Set(between.map(({ id }) => id));
  const guests = report.problems.flatMap((problem) => problem.guests);
  const ofNodes = told.flatMap(({ node, verdict }) =>
    (verdict?.problems ?? [])
      .filter((problem) => !isKnown(problem, known))
      .map((problem) => nodeProblem(node, problem, guests)),
  );
  // What is between nodes, and only they have seen, all of them tell.
  const once = [...Map.groupBy(ofNodes, ({ id }) => id).values()].flatMap((same) =>
    same.toSorted(worseFirst).slice(0, 1),
  );
  return [...between, ...once].toSorted(worseFirst);
}

const isKnown = ({ id, kind }: RecordedProblem, known: ReadonlySet<string>): boolean =>
  kind === 'cluster' && known.has(id);

/** What was not judged. A node that did not say what it could not judge has judged nothing for certain. */
function notJudgedIn({ nodes, checks }: ClusterReport, told: readonly ToldNode[]): readonly NotJudged[] {
  return [
    ...nodes.flatMap(({ name, isJudged, because }) => (isJudged ? [] : [nothingJudgedOn(name, because)])),
    ...told.flatMap(({ node, verdict }) =>
      verdict === null || verdict.problems === null || verdict.unjudged === null
        ? [nothingJudgedOn(node, 'it did not tell all of its verdict')]
        : leftOutOn(node, verdict.unjudged),
    ),
    // Between nodes, what could not be compared is no verdict either; the node that is missing says why.
    ...checks.flatMap(({ code, because }) =>
      because === ''
        ? []
        : [{ ...nothingJudgedOn('', because), kind: 'not-compared' as const, codes: [code], node: null }],
    ),
  ];
}

/** `node pve2`, `check DM010 on pve1`. */
const blindNames = (notJudged: readonly NotJudged[]): readonly string[] => [
  ...new Set(
    notJudged
      .filter(leavesOpen)
      .flatMap(({ codes, node }) =>
        codes === null ? [`node ${node}`] : codes.map((code) => `check ${code} on ${node}`),
      ),
  ),
];
