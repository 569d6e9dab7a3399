import { leftOpenOn } from '../../model/cluster/recorded-areas.ts';
import type { CheckCode } from '../../model/finding.ts';
import { everywhere, notJudgedCell } from '../../model/report/area-cell.ts';
import type { ClusterNode, ClusterReport } from '../../model/report/cluster-report.ts';
import { countProblems, statusOf } from '../../model/report/grade.ts';
import type { Report } from '../../model/report/report.ts';
import { keysById } from '../../model/report/report-history.ts';
import { VERSION } from '../../model/version.ts';
import { clusterProblems } from '../../problems/cluster-problems.ts';
import { type ToldNode, toldReport } from '../../problems/told-report.ts';
import type { FleetView, NodeRow, OpenProblem, Unjudged } from '../store/hub-store.ts';

/** What the hub knows of one cluster. */
export interface ClusterRows {
  readonly name: string;
  /** Those that are not revoked. */
  readonly nodes: readonly NodeRow[];
  readonly problems: readonly OpenProblem[];
  /** Ids of nodes that have more problems than stand in `problems`: what is missing there is not judged. */
  readonly cut: ReadonlySet<string>;
  readonly areas: Awaited<ReturnType<FleetView['areas']>>;
  readonly unjudged: ReadonlyMap<string, readonly Unjudged[]>;
}

export interface Moment {
  readonly now: string;
  /** A node that was not heard since is silent. */
  readonly silentBefore: string;
}

/** A cluster as its nodes told of it, in the form of a report, so that the channels hear what is new in it and nothing else. */
export function toldCluster(rows: ClusterRows, moment: Moment): Report {
  const nodes = rows.nodes.map((node, at) => rowOf(node, at, rows, moment));
  const spoken = rows.nodes.filter((_, at) => nodes[at]?.isJudged === true);
  const told = spoken.map((node) => toldBy(node, rows));
  const ofNodes = told.map(({ node, verdict }) => ({ node, problems: verdict?.problems ?? [] }));
  const problems = clusterProblems(ofNodes, [], [], null);
  const counts = countProblems(problems);
  const report: ClusterReport = {
    schemaVersion: 1,
    ...{ toolVersion: VERSION, takenAt: moment.now, durationMs: 0, source: 'live', clusterName: rows.name, self: '' },
    ...statusOf(counts, leftOpenOn(nodes)),
    summary: { nodes: nodes.length, judged: told.length, ...counts },
    ...{ nodes, problems, checks: [], findings: [] },
  };
  const whole = toldReport(report, [], told);
  const cut = spoken.filter(({ nodeId }) => rows.cut.has(nodeId)).map(({ node }) => node);
  return { ...whole, notSeen: [...whole.notSeen, ...cut.map(cutSentence)] };
}

const cutSentence = (node: string): string =>
  `${node} has more problems than a message holds: those that are left out are not judged here; the page of the hub has all`;

function rowOf(node: NodeRow, at: number, { areas }: ClusterRows, { now, silentBefore }: Moment): ClusterNode {
  const { lastContactAt, status, toolVersion, grade } = node;
  const head = { name: node.node, nodeId: at + 1, takenAt: node.lastTakenAt };
  const cells = areas.get(node.nodeId);
  if (lastContactAt === null || lastContactAt < silentBefore || status === null || cells === undefined) {
    const because =
      lastContactAt === null ? 'it has never reported' : `the hub has not heard it since ${lastContactAt}`;
    return {
      ...{ ...head, isJudged: false, because, via: null, ageSeconds: null },
      ...{ toolVersion: null, status: null, grade: null },
      areas: everywhere(() => notJudgedCell(because)),
    };
  }
  const ageSeconds = Math.max(0, Math.round((Date.parse(now) - Date.parse(lastContactAt)) / 1000));
  return {
    ...{ ...head, isJudged: true, because: '', via: 'record', ageSeconds, toolVersion, status, grade },
    areas: cells,
  };
}

const toldBy = ({ nodeId, node }: NodeRow, { problems, cut, unjudged }: ClusterRows): ToldNode => ({
  node,
  checks: 'any',
  verdict: {
    problems: problems
      .filter((problem) => problem.nodeId === nodeId)
      .map((problem) => {
        const { id, kind, severity, who, what, codes, guests, acknowledged, next, repairable } = problem;
        const vmids = guests.map(({ vmid }) => vmid);
        return {
          ...{ id, kind, severity, who, what, next, repairable, vmids },
          codes: codes as readonly CheckCode[],
          findings: keysById({ id, codes, vmids }),
          acknowledged: acknowledged !== null,
        };
      }),
    unjudged: cut.has(nodeId) ? null : [...(unjudged.get(nodeId) ?? [])],
  },
});
