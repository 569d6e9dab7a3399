import type { AcrossNodes } from '../model/cluster/across-nodes.ts';
import { judgedNodes, unjudgedNodes } from '../model/cluster/cluster-view.ts';
import type { NodeVerdict, RecordedProblem } from '../model/cluster/node-record.ts';
import { worseFirst } from '../model/finding.ts';
import type { ClusterReport } from '../model/report/cluster-report.ts';
import { countProblems, gradeOf, scoreOf, statusOf } from '../model/report/grade.ts';
import type { Problem } from '../model/report/problem.ts';
import type { ClusterScope, Report } from '../model/report/report.ts';
import { nodeProblem } from '../problems/cluster-problems.ts';
import { betweenNodes, type ClusterFrame, clusterReport } from './cluster-report.ts';

const NO_COUNTS = {
  ...{ totalEntries: 0, valid: 0, duplicates: 0, orphans: 0, busy: 0, notJudged: 0, inUse: 0, idle: null },
  ...{ guests: null, runningGuests: null },
};

/**
 * The cluster in the form of a report, so that what is new in it is judged and told as on a node: problems between nodes, and those
 * of each node that leaves them to the cluster's mail (`covers`), each by itself.
 */
export function clusterMailReport(across: AcrossNodes, covers: readonly string[], frame: ClusterFrame): Report {
  const report = clusterReport(across, frame);
  const told = judgedNodes(across.view).flatMap(({ name, standing }): readonly Told[] =>
    covers.includes(name) ? [{ node: name, verdict: standing.record.verdict }] : [],
  );
  const problems = problemsToTell(report, betweenNodes(across).problems, told);
  const cluster = scopeOf(report, told);
  const counts = countProblems(problems);
  const open = cluster.blind.map((name) => ({ outcome: 'unknown', because: name }) as const);
  return {
    schemaVersion: 1,
    ...{
      toolVersion: report.toolVersion,
      takenAt: report.takenAt,
      durationMs: report.durationMs,
      source: frame.source,
    },
    node: frame.clusterName === '' ? 'cluster' : `cluster ${frame.clusterName}`,
    ...{ host: null, ...statusOf(counts, open), grade: gradeOf(counts), score: scoreOf(counts), gradeBecause: '' },
    summary: { ...NO_COUNTS, ...counts, totalIssues: counts.critical + counts.warnings },
    ...{ checks: report.checks, problems, findings: report.findings, cluster, history: null },
    ...{ entries: [], guests: [], leftovers: [], nextVmids: [], thinPools: null, mountLimits: null, mounts: [] },
    sections: [],
    notSeen: unjudgedNodes(across.view).map(({ name, standing }) => `${name} is not judged: ${standing.because}`),
  };
}

interface Told {
  readonly node: string;
  readonly verdict: NodeVerdict | null;
}

function problemsToTell(report: ClusterReport, between: readonly Problem[], told: readonly Told[]): readonly Problem[] {
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

/** What could not be looked at. A node that did not say what it could not judge has judged nothing for certain. */
function scopeOf(report: ClusterReport, told: readonly Told[]): ClusterScope {
  const judged = told.flatMap(({ node, verdict }) =>
    verdict === null || verdict.problems === null || verdict.unjudged === null
      ? []
      : [[node, verdict.unjudged.map(({ code }) => code)] as const],
  );
  const silent = report.nodes.filter(({ isJudged }) => !isJudged).map(({ name }) => name);
  const vague = told.map(({ node }) => node).filter((node) => !judged.some(([name]) => name === node));
  return {
    report,
    blind: [
      ...[...silent, ...vague].map((name) => `node ${name}`),
      ...judged.flatMap(([node, codes]) => codes.map((code) => `check ${code} on ${node}`)),
    ],
    unjudged: Object.fromEntries(judged),
  };
}
