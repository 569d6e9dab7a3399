import { CROSS_CHECKS } from '../checks/index.ts';
import type { AcrossNodes } from '../model/cluster/across-nodes.ts';
import { judgedNodes, type NodeView } from '../model/cluster/cluster-view.ts';
import { listed } from '../model/evidence.ts';
import { type ReportedFinding, SEVERITIES } from '../model/finding.ts';
import {
  AREAS,
  type Area,
  areaOf,
  type Cell,
  type ClusterNode,
  type ClusterProblem,
  type ClusterReport,
} from '../model/report/cluster-report.ts';
import { countProblems, statusOf } from '../model/report/grade.ts';
import type { Problem } from '../model/report/problem.ts';
import type { CheckResult } from '../model/report/report.ts';
import { VERSION } from '../model/version.ts';
import { clusterProblems, problemsOfNode } from '../problems/cluster-problems.ts';
import { problemGuests, problemsOf } from '../problems/problems.ts';
import { bySeverity } from './narrowing.ts';

export interface ClusterFrame {
  /** `live`, or the file that was replayed. */
  readonly source: string;
  readonly durationMs: number;
  readonly clusterName: string;
}

/** Reasons that are named for one check. */
const REASONS_NAMED = 20;

/** All nodes on one screen, out of what each of them told. Pure. */
export function clusterReport(
  acrossNodes: AcrossNodes,
  { source, durationMs, clusterName }: ClusterFrame,
): ClusterReport {
  const { view, guests } = acrossNodes;
  const { checks, findings } = examineAcross(acrossNodes);
  const known = problemGuests(guests);
  const across = problemsOf({ findings, mounts: [], guests: known, unjudged: [] });
  const judged = judgedNodes(view);
  const ofNodes = judged.map(({ name, standing }) => ({ node: name, problems: problemsOfNode(standing) ?? [] }));
  const problems = clusterProblems(ofNodes, across, findings, known);
  const isCompared = checks.every(({ because }) => because === '');
  const nodes = view.nodes.map((node) => rowOf(node, { problems, across, findings, isCompared }));
  const counts = countProblems(problems);
  return {
    schemaVersion: 1,
    toolVersion: VERSION,
    ...{ takenAt: view.takenAt, durationMs: Math.round(durationMs), source, clusterName, self: view.self },
    ...statusOf(counts, [...checks, ...nodes.flatMap(unjudgedOf)]),
    summary: { nodes: view.nodes.length, judged: judged.length, ...counts },
    ...{ nodes, problems, checks, findings },
  };
}

/** A cell that is not clean for want of a look counts as a check that could not judge. */
const unjudgedOf = ({ areas }: ClusterNode): readonly Pick<CheckResult, 'outcome' | 'because'>[] =>
  AREAS.some((area) => areas[area].because !== '') ? [{ outcome: 'unknown', because: 'a node is not judged' }] : [];

function examineAcross(acrossNodes: AcrossNodes): Pick<ClusterReport, 'checks' | 'findings'> {
  const results = CROSS_CHECKS.map((check) => {
    const findings = check.examine({ acrossNodes }, {} as never);
    const because = listed([...(check.notCompared?.({ acrossNodes }) ?? [])].sort(), REASONS_NAMED, '; ');
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
        repair: { offered: false, because: 'nothing is repaired across nodes' },
      }),
    );
  return { checks: results.map(({ result }) => result), findings: findings.toSorted(bySeverity) };
}

interface Seen {
  readonly problems: readonly ClusterProblem[];
  readonly across: readonly Problem[];
  readonly findings: readonly ReportedFinding[];
  readonly isCompared: boolean;
}

const NOT_JUDGED: Cell = { state: 'not-judged', problems: 0, because: '' };

const everywhere = (cell: (area: Area) => Cell): ClusterNode['areas'] => ({
  entries: cell('entries'),
  mounts: cell('mounts'),
  paths: cell('paths'),
  volumes: cell('volumes'),
  cluster: cell('cluster'),
});

function rowOf({ name, nodeId, standing }: NodeView, seen: Seen): ClusterNode {
  if (standing.state === 'not-judged') {
    const { because, lastHeardAt } = standing;
    return {
      ...{ name, nodeId, isJudged: false, because, via: null, takenAt: lastHeardAt, ageSeconds: null },
      ...{ toolVersion: null, status: null, grade: null },
      areas: everywhere(() => ({ ...NOT_JUDGED, because })),
    };
  }
  const { record, via, ageSeconds } = standing;
  const { verdict } = record;
  return {
    ...{ name, nodeId, isJudged: true, because: '', via, takenAt: record.takenAt, ageSeconds },
    toolVersion: record.toolVersion,
    status: verdict?.status ?? null,
    grade: verdict?.grade ?? null,
    areas: everywhere((area) => cellOf(area, name, standing.record.verdict, seen)),
  };
}

type Verdict = Extract<NodeView['standing'], { state: 'judged' }>['record']['verdict'];

function cellOf(area: Area, node: string, verdict: Verdict, seen: Seen): Cell {
  const own = (verdict?.problems ?? []).filter(
    (problem) => !problem.acknowledged && areaOf(problem.codes[0] ?? '') === area,
  );
  const between = seen.findings.filter(({ code, nodes }) => nodes?.includes(node) === true && areaOf(code) === area);
  const known = new Set(seen.across.map(({ id }) => id));
  const severities = [
    ...own.filter(({ id }) => !known.has(id)).map(({ severity }) => severity),
    ...between.map(({ severity }) => severity),
  ];
  const because = openOf(area, verdict, seen);
  const worst = SEVERITIES.find((severity) => severities.includes(severity));
  if (worst !== undefined)
    return { state: worst, problems: severities.filter((severity) => severity === worst).length, because };
  const isKnown = verdict !== null && verdict.problems !== null;
  return { state: !isKnown ? 'not-judged' : because === '' ? 'clean' : 'partly', problems: 0, because };
}

/** What of an area could not be judged on a node; empty where all of it was. */
function openOf(area: Area, verdict: Verdict, { isCompared }: Seen): string {
  if (verdict === null) return 'it looked and did not judge';
  if (verdict.problems === null) return 'its problems did not fit into its record';
  if (verdict.unjudged === null) return 'what it could not judge did not fit into its record';
  const own = verdict.unjudged
    .filter(({ code }) => areaOf(code) === area)
    .map(({ code, because }) => `${code}: ${because}`);
  const between = area === 'cluster' && !isCompared ? ['not all nodes could be compared'] : [];
  return listed([...own, ...between], REASONS_NAMED, '; ');
}
