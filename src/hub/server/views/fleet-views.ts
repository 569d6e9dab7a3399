import { AREAS, type Area, type Cell } from '../../../model/report/cluster-report.ts';
import { type Markup, markup } from '../../../render/markup.ts';
import type { ChangeRow, ClusterRow, NodeRow, OpenProblem, ProblemGroup, SearchHit } from '../../store/hub-store.ts';
import { badge, clusterPath, counted, nodePath, problemPath, table, time } from './frame.ts';

export interface FleetPage {
  readonly groups: readonly ProblemGroup[];
  /** Silent, or could not judge everything. */
  readonly quiet: readonly NodeRow[];
  readonly changes: readonly ChangeRow[];
  readonly clusters: readonly ClusterRow[];
}

/** What to do now, and beside it what nobody knows. */
export const fleetView = ({ groups, quiet, changes, clusters }: FleetPage): Markup => markup`<h2>To do now</h2>
${groups.length === 0 ? markup`<p class="dim">No node tells of an open problem.</p>` : groups.map(groupCard)}
<h2>Silent or not judged</h2>
${nodeTable(quiet, 'Every node was heard and could judge everything.')}
<h2>Since yesterday</h2>
${changeTable(changes)}
<h2>Clusters, the worst first</h2>
${clusterTable(clusters)}`;

const groupCard = (group: ProblemGroup): Markup => {
  const where = `on ${counted(group.nodes, 'node')} of ${counted(group.clusters, 'cluster')}`;
  const { example } = group;
  return markup`<div class="card">${badge(group.severity)} <a href="${`/problems?${new URLSearchParams({ code: group.code, severity: group.severity }).toString()}`}">${group.title === '' ? group.code : group.title}</a>
<span class="dim">${group.code}, ${counted(group.problems, 'problem')} ${where}, newest ${time(group.newestAt)}</span><br>
${group.problems === 1 ? null : 'for example '}<a href="${problemPath(example.nodeId, example.id)}">${example.who} ${example.what}</a> <span class="dim">on ${example.node} of ${example.cluster}</span></div>
`;
};

export const clusterTable = (clusters: readonly ClusterRow[]): Markup =>
  table(
    ['Cluster', 'Critical', 'Warnings', 'Notices', 'Nodes', 'Silent', 'Not judged'],
    clusters.map(
      (row) =>
        markup`<tr><td><a href="${clusterPath(row.clusterId)}">${row.name}</a></td><td>${row.critical}</td><td>${row.warnings}</td><td>${row.notices}</td><td>${row.nodes}</td><td>${row.silent}</td><td>${row.unjudged}</td></tr>\n`,
    ),
    'No node has enrolled yet: an admin makes a token in Settings.',
  );

export const nodeTable = (nodes: readonly NodeRow[], empty: string): Markup =>
  table(
    ['Node', 'Cluster', 'Status', 'Last heard', 'Not judged'],
    nodes.map(
      (node) =>
        markup`<tr><td><a href="${nodePath(node.nodeId)}">${node.node}</a></td><td>${node.cluster}</td><td>${badge(node.status ?? 'not-judged')}</td><td>${time(node.lastContactAt)}</td><td>${node.unjudged === 0 ? '' : counted(node.unjudged, 'check')}</td></tr>\n`,
    ),
    empty,
  );

export interface ClusterPage {
  readonly nodes: readonly NodeRow[];
  readonly areas: ReadonlyMap<string, Readonly<Record<Area, Cell>>>;
  readonly groups: readonly ProblemGroup[];
  readonly changes: readonly ChangeRow[];
}

export const clusterView = ({ nodes, areas, groups, changes }: ClusterPage): Markup => markup`<h2>Nodes</h2>
${table(
  ['Node', ...AREAS, 'Last heard'],
  nodes.map(
    (node) =>
      markup`<tr><th scope="row"><a href="${nodePath(node.nodeId)}">${node.node}</a></th>${AREAS.map((area) => cell(areas.get(node.nodeId)?.[area]))}<td>${time(node.lastContactAt)}</td></tr>\n`,
  ),
  'No node of this cluster is there any more.',
)}
<h2>To do now</h2>
${groups.length === 0 ? markup`<p class="dim">No node of it tells of an open problem.</p>` : groups.map(groupCard)}
<h2>What changed</h2>
${changeTable(changes)}`;

const NOTHING: Cell = { state: 'not-judged', problems: 0, because: 'it has not reported yet' };

const cell = ({ state, problems, because } = NOTHING): Markup =>
  markup`<td class="${state}">${badge(state)}${problems > 1 ? ` ×${problems}` : null}${because === '' ? null : markup`<br><span class="dim">${because}</span>`}</td>`;

export const changeTable = (changes: readonly ChangeRow[]): Markup =>
  table(
    ['When', 'What', 'Problem', 'Node'],
    changes.map(
      (row) =>
        markup`<tr><td>${time(row.at)}</td><td>${row.what} ${badge(row.severity)}</td><td><a href="${problemPath(row.nodeId, row.problemId)}">${row.who} ${row.text}</a>${row.by === '' ? null : markup`<br><span class="dim">${row.by}: ${row.reason}</span>`}</td><td><a href="${nodePath(row.nodeId)}">${row.node}</a> of ${row.cluster}</td></tr>\n`,
    ),
    'Nothing changed.',
  );

export const problemTable = (problems: readonly OpenProblem[]): Markup =>
  table(
    ['Severity', 'Problem', 'Node', 'Since'],
    problems.map(
      (row) =>
        markup`<tr><td>${badge(row.severity)}</td><td><a href="${problemPath(row.nodeId, row.id)}">${row.who} ${row.what}</a> <span class="dim">${row.codes.join(', ')}</span>${row.acknowledged === null ? null : markup`<br><span class="dim">acknowledged by ${row.acknowledged.by}: ${row.acknowledged.reason}</span>`}</td><td><a href="${nodePath(row.nodeId)}">${row.node}</a> of ${row.cluster}</td><td>${time(row.firstSeenAt)}</td></tr>\n`,
    ),
    'No such problem stands.',
  );

export const searchView = (text: string, hits: readonly SearchHit[]): Markup =>
  markup`<p>Names that begin with <b>${text}</b></p>
${table(
  ['What', 'Name', 'Node', 'Problem'],
  hits.map(
    (hit) =>
      markup`<tr><td>${hit.kind}</td><td>${hit.name}</td><td><a href="${nodePath(hit.nodeId)}">${hit.node}</a> of ${hit.cluster}</td><td>${hit.problemId === null ? 'none' : markup`<a href="${problemPath(hit.nodeId, hit.problemId)}">${hit.problemId}</a>`}</td></tr>\n`,
  ),
  'Nothing that the nodes told of is called so.',
)}`;
