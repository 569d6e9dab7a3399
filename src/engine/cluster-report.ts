import { CROSS_CHECKS } from '../checks/index.ts';
import type { AcrossNodes } from '../model/cluster/across-nodes.ts';
import { judgedNodes, type NodeView } from '../model/cluster/cluster-view.ts';
import { isTold, leftOpenOn, openWords, reasonsIn } from '../model/cluster/recorded-areas.ts';
import { nothingJudgedOn } from '../model/cluster/recorded-left-out.ts';
import { printed } from '../model/command/command.ts';
import { type ReportedFinding, SEVERITIES, worseFirst } from '../model/finding.ts';
import { cellOf, everywhere, notJudgedCell } from '../model/report/area-cell.ts';
import { type Area, areaOf, type Cell, type ClusterNode, type ClusterReport } from '../model/report/cluster-report.ts';
import { countProblems, statusOf } from '../model/report/grade.ts';
import type { NotJudged } from '../model/report/not-judged.ts';
import type { Problem } from '../model/report/problem.ts';
import { type CheckResult, isUnjudged } from '../model/report/report.ts';
import { findingKey } from '../model/report/report-history.ts';
import { VERSION } from '../model/version.ts';
import { acknowledgedOn, clusterProblems, matterOf, problemsOfNode } from '../problems/cluster-problems.ts';
import { guestsOfCluster, judgedAcross } from '../problems/hit.ts';
import { problemsOf } from '../problems/problems.ts';
import { bySeverity } from './narrowing.ts';

export interface ClusterFrame {
  /** `live`, or the file that was replayed. */
  readonly source: string;
  readonly durationMs: number;
  readonly clusterName: string;
}

/** All nodes on one screen, out of what each of them told. Pure. */
export function clusterReport(
  acrossNodes: AcrossNodes,
  { source, durationMs, clusterName }: ClusterFrame,
): ClusterReport {
  const { view } = acrossNodes;
  const { checks, findings: all, problems: between } = betweenNodes(acrossNodes);
  const known = guestsOfCluster(acrossNodes);
  const across = between.filter(({ acknowledged }) => acknowledged === null);
  const shown = new Set(across.flatMap((problem) => problem.findings));
  const findings = all.filter((finding) => shown.has(findingKey(finding)));
  const judged = judgedNodes(view);
  const judgedHere = new Set(between.map(({ id }) => id));
  const ofNodes = judged.map(({ name, standing }) => ({
    node: name,
    // What this run has judged between the nodes itself, it does not take from the words of others.
    problems: (problemsOfNode(standing) ?? []).filter(({ id }) => !judgedHere.has(id)),
  }));
  const problems = clusterProblems(ofNodes, across, findings, known);
  const isCompared = checks.every(({ because }) => because === '');
  const matters = new Map(across.flatMap(({ id, findings: keys }) => keys.map((key) => [key, id] as const)));
  const nodes = view.nodes.map((node) => rowOf(node, { matters, judgedHere, findings, isCompared }));
  const counts = countProblems(problems);
  return {
    schemaVersion: 1,
    toolVersion: VERSION,
    ...{ takenAt: view.takenAt, durationMs: Math.round(durationMs), source, clusterName, self: view.self },
    ...statusOf(counts, [...checks.flatMap(openCheck), ...leftOpenOn(nodes)]),
    summary: { nodes: view.nodes.length, judged: judged.length, ...counts },
    ...{ nodes, problems, checks, findings },
  };
}

/** What the checks across nodes found, and the problems that it comes to; known ones too. */
export function betweenNodes(acrossNodes: AcrossNodes): Pick<ClusterReport, 'checks' | 'findings'> & {
  readonly problems: readonly Problem[];
} {
  const { checks, findings } = examineAcross(acrossNodes);
  const problems = problemsOf({ findings, mounts: [], guests: guestsOfCluster(acrossNodes), unjudged: [] });
  return { checks, findings, problems: problems.map((problem) => withWordOfNodes(problem, acrossNodes)) };
}

/** A problem between nodes is known to all of them as soon as it was acknowledged on one, unless it is worse than there. */
function withWordOfNodes(problem: Problem, { view }: AcrossNodes): Problem {
  const said = judgedNodes(view).find(({ standing }) =>
    problemsOfNode(standing)?.some((one) => one.acknowledged && one.id === problem.id && worseFirst(problem, one) >= 0),
  );
  return said === undefined ? problem : { ...problem, acknowledged: acknowledgedOn(said.name) };
}

const openCheck = (check: CheckResult): readonly NotJudged[] =>
  isUnjudged(check) ? [{ ...nothingJudgedOn('', check.because), codes: [check.code], node: null }] : [];

function examineAcross(acrossNodes: AcrossNodes): Pick<ClusterReport, 'checks' | 'findings'> {
  const results = CROSS_CHECKS.map((check) => {
    const findings = check.examine({ acrossNodes }, {} as never).map(judgedAcross(acrossNodes));
    const because = openWords([...(check.notCompared?.({ acrossNodes }) ?? [])].sort());
    const outcome = findings.length > 0 ? 'found' : because === '' ? 'clean' : 'unknown';
    const result: CheckResult = { code: check.code, title: check.title, outcome, findings: findings.length, because };
    return { result, findings };
  });
  const findings = results
    .flatMap(({ findings: found }) => found)
    .map(
      (finding): ReportedFinding => ({
        ...finding,
        bytes: finding.bytes ?? null,
        remedy: { ...finding.remedy, commands: finding.remedy.commands.map((command) => printed(command, null)) },
        repair: { offered: false, because: 'nothing is repaired across nodes' },
      }),
    );
  return { checks: results.map(({ result }) => result), findings: findings.toSorted(bySeverity) };
}

interface Seen {
  /** By the key of a finding between nodes, the problem that it belongs to. */
  readonly matters: ReadonlyMap<string, string>;
  /** Ids of problems between nodes. */
  readonly judgedHere: ReadonlySet<string>;
  readonly findings: readonly ReportedFinding[];
  readonly isCompared: boolean;
}

function rowOf({ name, nodeId, standing }: NodeView, seen: Seen): ClusterNode {
  if (standing.state === 'not-judged') {
    const { because, lastHeardAt } = standing;
    return {
      ...{ name, nodeId, isJudged: false, because, via: null, takenAt: lastHeardAt, ageSeconds: null },
      ...{ toolVersion: null, status: null, grade: null },
      areas: everywhere(() => notJudgedCell(because)),
    };
  }
  const { record, via, ageSeconds } = standing;
  const { verdict } = record;
  return {
    ...{ name, nodeId, isJudged: true, because: '', via, takenAt: record.takenAt, ageSeconds },
    toolVersion: record.toolVersion,
    status: verdict?.status ?? null,
    grade: verdict?.grade ?? null,
    areas: everywhere((area) => cellOfNode(area, name, verdict, seen)),
  };
}

type Verdict = Extract<NodeView['standing'], { state: 'judged' }>['record']['verdict'];

function cellOfNode(area: Area, node: string, verdict: Verdict, seen: Seen): Cell {
  const own = (verdict?.problems ?? []).filter(
    (problem) => !problem.acknowledged && areaOf(problem.codes[0] ?? '') === area,
  );
  const between = seen.findings.filter(({ code, nodes }) => nodes?.includes(node) === true && areaOf(code) === area);
  // As the list below counts them: what is one matter there is one in a cell.
  const severities = [
    ...Map.groupBy(
      own.filter(({ id }) => !seen.judgedHere.has(id)),
      matterOf,
    ).values(),
    ...Map.groupBy(between, (finding) => seen.matters.get(findingKey(finding))).values(),
  ].flatMap((matter) => SEVERITIES.find((severity) => matter.some((one) => one.severity === severity)) ?? []);
  const notCompared = area === 'cluster' && !seen.isCompared ? ['not all nodes could be compared'] : [];
  return cellOf(severities, reasonsIn(area, verdict, notCompared), isTold(area, verdict));
}
