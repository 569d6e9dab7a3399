import type { JudgedNode } from '../model/cluster/cluster-view.ts';
import { idInCluster } from '../model/cluster/mail-part.ts';
import type { RecordedProblem } from '../model/cluster/node-record.ts';
import { cleans, type PrintedCommand, printed } from '../model/command/command.ts';
import { counted } from '../model/evidence.ts';
import { type CheckCode, type ReportedFinding, worseFirst } from '../model/finding.ts';
import type { ClusterProblem } from '../model/report/cluster-report.ts';
import type { Acknowledged, Problem, ProblemGuest, ProblemKind } from '../model/report/problem.ts';
import { findingKey, nodeFindingKeys } from '../model/report/report-history.ts';
import { byUrgency } from './problems.ts';

/** What one node told of itself. */
export interface NodeProblems {
  readonly node: string;
  readonly problems: readonly RecordedProblem[];
}

interface Recorded {
  readonly node: string;
  readonly problem: RecordedProblem;
}

/** Leftovers of one guest are one matter, however many volumes it had on however many nodes. */
const LEFTOVERS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  DM001: ['has a duplicate entry', 'has duplicate entries'],
  DM002: ['has a duplicate entry', 'has duplicate entries'],
  DM010: ['left a dead entry', 'left dead entries'],
  DM011: ['is active where it does not run', 'is active where it does not run'],
  DM012: ['has an active volume that it does not use', 'has active volumes that it does not use'],
  DM013: ['left a dead entry', 'left dead entries'],
  DM020: ['has an outdated table', 'has outdated tables'],
};

/** Of which cause: equal words are one matter wherever they stand. */
export function matterOf({ kind, id, who, codes, vmids }: RecordedProblem): string {
  const [code = ''] = codes;
  if (kind === 'volume' && vmids.length === 1 && code in LEFTOVERS)
    return `leftovers ${vmids[0]} ${LEFTOVERS[code]?.[0]}`;
  return kind === 'server' || kind === 'cluster' ? id : `${kind} ${who} ${code}`;
}

/** Everything of all nodes and between them, each matter once, the worst first. */
export function clusterProblems(
  ofNodes: readonly NodeProblems[],
  across: readonly Problem[],
  acrossFindings: readonly ReportedFinding[],
  guests: readonly ProblemGuest[] | null,
): readonly ClusterProblem[] {
  const recorded = ofNodes
    .flatMap(({ node, problems }) => problems.map((problem): Recorded => ({ node, problem })))
    .filter(({ problem }) => !problem.acknowledged);
  const groups = [...Map.groupBy(recorded, ({ problem }) => matterOf(problem)).values()];
  return [
    ...across.map((problem) => acrossProblem(problem, acrossFindings)),
    ...groups.map((group) => groupedProblem(group, guests)),
  ].sort(
    // On one node as its own report has them.
    (a, b) =>
      worseFirst(a, b) ||
      Number(b.kind === 'cluster') - Number(a.kind === 'cluster') ||
      b.nodes.length - a.nodes.length ||
      byUrgency(a, b),
  );
}

function acrossProblem(problem: Problem, findings: readonly ReportedFinding[]): ClusterProblem {
  const keys = new Set(problem.findings);
  const nodes = unique(findings.filter((finding) => keys.has(findingKey(finding))).flatMap((one) => one.nodes ?? []));
  return { ...problem, nodes, count: 0, next: { ...problem.next, nodes } };
}

const unique = <T>(items: readonly T[]): readonly T[] => [...new Set(items)];

function groupedProblem(group: readonly Recorded[], guests: readonly ProblemGuest[] | null): ClusterProblem {
  const sorted = group.toSorted((a, b) => worseFirst(a.problem, b.problem));
  const nodes = unique(group.map(({ node }) => node));
  const repairing = sorted.filter(({ problem }) => problem.repairable);
  const [{ problem: head } = { problem: NOTHING }] = sorted;
  const vmids = unique(group.flatMap(({ problem }) => problem.vmids)).toSorted((a, b) => a - b);
  const isRepairable = repairing.length > 0;
  return {
    id: head.id,
    kind: kindOf(head.kind),
    severity: head.severity,
    who: head.who,
    what: `${whatOf(sorted, head)}${nodes.length === 1 ? ` (on ${nodes[0]})` : ` on ${nodes.length} nodes`}`,
    guests: guestsOf(vmids, guests),
    bytes: null,
    codes: unique(sorted.flatMap(({ problem }) => problem.codes)) as readonly CheckCode[],
    findings: [],
    next: {
      text: isRepairable ? 'Keeps the data, can be undone.' : head.next,
      command: isRepairable ? cleanOn(unique(repairing.map(({ node }) => node)), vmids) : null,
      repairable: isRepairable,
      nodes: isRepairable ? unique(repairing.map(({ node }) => node)) : nodes,
    },
    acknowledged: null,
    ...{ nodes, count: group.length },
  };
}

const guestsOf = (vmids: readonly number[], guests: readonly ProblemGuest[] | null): readonly ProblemGuest[] =>
  vmids.map(
    (vmid) =>
      guests?.find((guest) => guest.vmid === vmid) ?? {
        ...{ vmid, name: '', type: null, node: null },
        state: guests === null ? ('unknown' as const) : ('deleted' as const),
      },
  );

/** For one node by its name; on several it is the same line on each. */
function cleanOn([node, ...others]: readonly string[], vmids: readonly number[]): PrintedCommand {
  const narrowed = vmids.length === 1 ? ['--vmid', String(vmids[0])] : [];
  return node === undefined || others.length > 0
    ? printed(cleans(...narrowed), null)
    : printed(cleans('--node', node, ...narrowed), node);
}

/** A record says that somebody knows of it, and not who. */
export const acknowledgedOn = (node: string): Acknowledged => ({
  ...{ by: node, reason: 'acknowledged there', at: '', until: null },
});

/** What one node told, by itself: who counts what was told of it has to know one from the other. */
export function nodeProblem(node: string, problem: RecordedProblem, guests: readonly ProblemGuest[]): Problem {
  const { kind, severity, who, what, codes, vmids, acknowledged, next, repairable } = problem;
  return {
    id: idInCluster(node, problem),
    ...{ kind: kindOf(kind), severity, who, what: `${what} (on ${node})` },
    guests: guestsOf(vmids, guests),
    bytes: null,
    codes: codes as readonly CheckCode[],
    findings: nodeFindingKeys(node, problem),
    next: {
      text: repairable ? 'Keeps the data, can be undone.' : `On ${node}: ${next}`,
      command: repairable ? cleanOn([node], vmids) : null,
      repairable,
    },
    acknowledged: acknowledged ? acknowledgedOn(node) : null,
  };
}

const NOTHING: RecordedProblem = {
  ...{ id: 'sight:nothing', kind: 'sight', severity: 'notice', who: '', what: '', codes: [], vmids: [] },
  ...{ acknowledged: false, next: '', repairable: false },
};

function whatOf(group: readonly Recorded[], head: RecordedProblem): string {
  const words = LEFTOVERS[head.codes[0] ?? ''];
  if (group.length === 1) return head.what;
  if (head.kind === 'volume' && words !== undefined) return words[1];
  const others = new Set(group.map(({ problem }) => problem.what)).size - 1;
  return others === 0 ? head.what : `${head.what}, and ${counted(others, 'more matter')} of this kind`;
}

const KINDS: ReadonlySet<string> = new Set<ProblemKind>([
  ...(['sight', 'server', 'mount', 'volume', 'device', 'group', 'pool', 'vmid', 'cluster'] as const),
]);

/** A later version may know others. */
export const kindOf = (word: string): ProblemKind => (KINDS.has(word) ? (word as ProblemKind) : 'device');

/** What a node told; null where it told none. */
export const problemsOfNode = ({ record }: JudgedNode): readonly RecordedProblem[] | null =>
  record.verdict?.problems ?? null;
