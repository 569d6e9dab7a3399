import { AREAS, type Area, type Cell } from '../../model/report/cluster-report.ts';
import { cellText, TONES } from '../../render/cluster/cell-words.ts';
import { counted } from '../../render/counted.ts';
import { badge, table } from '../../render/html/parts.ts';
import { type Markup, markup } from '../../render/markup.ts';
import type { ChangeRow, NodeRow, OpenProblem } from '../store/hub-store.ts';
import type { MaintenanceRow } from '../store/maintenance.ts';
import { clusterPath, clustersPath, problemsPath } from './addresses.ts';
import { foldedChanges } from './change-list.ts';
import { hubPage } from './frame.ts';
import { maintenanceForm, maintenanceNow } from './maintenance-part.ts';
import type { PageContext } from './page-context.ts';
import { isSilent, link, nodeLink, nodeState, problemLine, when } from './page-parts.ts';

export interface ClusterPage {
  readonly clusterId: string;
  readonly name: string;
  /** Those that are not revoked. */
  readonly nodes: readonly NodeRow[];
  readonly areas: ReadonlyMap<string, Readonly<Record<Area, Cell>>>;
  readonly problems: readonly OpenProblem[];
  readonly changes: readonly ChangeRow[];
  readonly maintenance: readonly MaintenanceRow[];
}

/** More stand on the page of problems. */
export const MOST_OF_CLUSTER = 100;

/** Areas by nodes, what is not judged hatched and in words, and the problems beneath. */
export function clusterPage(page: ClusterPage, context: PageContext): string {
  const { clusterId, name, nodes, problems, changes } = page;
  const silent = nodes.filter((node) => isSilent(node, context.silentBefore)).length;
  return hubPage(
    {
      title: `Cluster ${name}`,
      isLive: true,
      head: markup`<p class="crumbs">${link(clustersPath(), 'All clusters')}</p><h1>Cluster ${name}</h1><p class="soft">${counted(nodes.length, 'node')}${silent === 0 ? null : `, ${silent} silent`}</p>`,
      body: markup`${maintenanceNow(page.maintenance, clusterPath(clusterId), context)}<section aria-labelledby="nodes-h"><h2 id="nodes-h">Nodes</h2>${matrix(page, context)}</section>
<section aria-labelledby="problems-h"><h2 id="problems-h">Problems</h2>${
        problems.length === 0
          ? markup`<p>None on the nodes that report.</p>`
          : markup`${problemsOf(problems.slice(0, MOST_OF_CLUSTER), context)}<p>${link(problemsPath({ clusterId }), 'All problems of this cluster')}, acknowledged ones too</p>`
      }</section>
<section aria-labelledby="changes-h"><h2 id="changes-h">What changed</h2>${foldedChanges(changes, context.now, 'Nothing, as far as it is kept.')}</section>
${maintenanceForm(`cluster ${name}`, clusterPath(clusterId), context)}`,
    },
    context,
  );
}

/** Notices wait until somebody asks for them. */
function problemsOf(problems: readonly OpenProblem[], { now }: PageContext): Markup {
  const list = (some: readonly OpenProblem[]) =>
    markup`<ul class="list">${some.map((problem) => problemLine(problem, now))}</ul>`;
  const urgent = problems.filter(({ severity }) => severity !== 'notice');
  const notices = problems.filter(({ severity }) => severity === 'notice');
  return markup`${urgent.length === 0 ? markup`<p>Nothing critical and no warning on the nodes that report.</p>` : list(urgent)}${notices.length === 0 ? null : markup`<details id="notices"><summary>${counted(notices.length, 'notice')}: space held and things to know</summary>${list(notices)}</details>`}`;
}

const matrix = ({ nodes, areas }: ClusterPage, context: PageContext): Markup =>
  table({
    id: 'matrix-table',
    caption: 'The worst that each node told, by area; hatched is what nobody could judge',
    columns: [{ title: 'Node' }, ...AREAS.map((area) => ({ title: area })), { title: 'Heard' }],
    rows: nodes.map((node) => nodeRow(node, areas.get(node.nodeId), context)),
  });

function nodeRow(
  node: NodeRow,
  cells: Readonly<Record<Area, Cell>> | undefined,
  { silentBefore, now }: PageContext,
): Markup {
  const heard = node.lastContactAt === null ? markup`never` : when(node.lastContactAt, now);
  if (cells === undefined || isSilent(node, silentBefore))
    return markup`<tr><th scope="row">${nodeLink(node)}</th><td class="cell unseen" colspan="${AREAS.length}">${nodeState(node, silentBefore, now)}</td><td class="k">${heard}</td></tr>`;
  return markup`<tr><th scope="row">${nodeLink(node)}</th>${AREAS.map((area) => cellOf(cells[area]))}<td class="k">${heard}</td></tr>`;
}

function cellOf(cell: Cell): Markup {
  const unseen = cell.state === 'not-judged' || cell.state === 'partly';
  const title = cell.because === '' ? cell.waits : cell.because;
  return markup`<td class="cell${unseen ? ' unseen' : ''}"${title === '' ? null : markup` title="${title}"`}>${cell.state === 'clean' ? markup`<span class="soft">clean</span>` : badge(TONES[cell.state], cellText(cell))}</td>`;
}
