import { badge, table } from '../../render/html/parts.ts';
import { type Markup, markup } from '../../render/markup.ts';
import type { FleetView, NodeRow } from '../store/hub-store.ts';
import { nodePath, nodesPath, type ShownNodes } from './addresses.ts';
import { type ClusterWord, clusterField, whichCluster } from './cluster-word.ts';
import { hubPage } from './frame.ts';
import type { PageContext } from './page-context.ts';
import { choice, clusterLink, nodeLink, nodeState, PAGE_SIZE, pager, when } from './page-parts.ts';

/** A clock that is off by more makes times of problems wrong. */
export const CLOCK_OFF_MS = 120_000;

export interface NodesPage {
  readonly shown: ShownNodes;
  /** One more than `PAGE_SIZE` where there is another page. */
  readonly nodes: readonly NodeRow[];
  readonly cluster: ClusterWord;
  readonly versions: Awaited<ReturnType<FleetView['versions']>>;
}

/** Every node of the fleet, what nobody heard or could judge at the top. */
export function nodesPage(page: NodesPage, context: PageContext): string {
  const { shown, nodes } = page;
  const rows = nodes.slice(0, PAGE_SIZE).map((node) => rowOf(node, context));
  const columns = ['Node', 'Cluster', 'State', 'Heard', 'Proxmox VE', 'pve-doctor', 'Clock'].map((title) => ({
    title,
  }));
  return hubPage(
    {
      title: 'Nodes',
      isLive: true,
      head: markup`<h1>Nodes</h1>`,
      body: markup`<section aria-label="Which">${filterForm(page)}</section>
<section aria-label="Nodes">${whichCluster(page.cluster, (clusterId) => nodesPath({ ...shown, clusterId })) ?? (rows.length === 0 ? markup`<p>None.</p>` : table({ id: 'nodes', caption: 'Nodes of the fleet', columns: isAdmin(context) ? [...columns, { title: '' }] : columns, rows }))}${pager(shown.offset, nodes.length, (offset) => nodesPath({ ...shown, offset }))}</section>
`,
    },
    context,
  );
}

const isAdmin = ({ viewer }: PageContext): boolean => viewer?.role === 'admin';

function rowOf(node: NodeRow, context: PageContext): Markup {
  const { now, silentBefore } = context;
  const isRevoked = node.revokedAt !== null;
  const [action, word] = isRevoked ? ['forget', 'Forget'] : ['revoke', 'Revoke'];
  return markup`<tr><th scope="row">${nodeLink(node)}</th><td>${clusterLink({ clusterId: node.clusterId, name: node.cluster })}</td><td>${nodeState(node, silentBefore, now)}</td><td>${node.lastContactAt === null ? 'never' : when(node.lastContactAt, now)}</td><td>${node.pveVersion ?? 'not known'}</td><td>${node.toolVersion}</td><td>${clockOf(node)}</td>${isAdmin(context) ? markup`<td><a href="/settings${nodePath(node.nodeId)}/${action}">${word}</a></td>` : null}</tr>`;
}

function clockOf({ clockSkewMs }: NodeRow): Markup | null {
  if (clockSkewMs === null) return null;
  if (Math.abs(clockSkewMs) <= CLOCK_OFF_MS) return markup`right`;
  const minutes = Math.round(Math.abs(clockSkewMs) / 60_000);
  return badge('warning', `${minutes} min ${clockSkewMs > 0 ? 'ahead' : 'behind'}`);
}

const all = (names: readonly string[]): readonly (readonly [string, string])[] => [
  ['', 'all'],
  ...names.map((name) => [name, name] as const),
];

function filterForm({ shown, cluster, versions }: NodesPage): Markup {
  const states = [
    ['', 'all'],
    ['quiet', 'silent or not judged'],
    ['silent', 'silent'],
    ['not-judged', 'not judged whole'],
    ['clock', 'clock is wrong'],
    ['maintenance', 'in maintenance'],
    ['revoked', 'revoked'],
  ] as const;
  const sorts = [
    ['quiet', 'silent first'],
    ['name', 'cluster and name'],
    ['version', 'version'],
    ['clock', 'clock'],
  ] as const;
  return markup`<form class="filters" action="/nodes"><label>Name <input name="text" value="${shown.text}" size="14" maxlength="100" autocapitalize="none"></label>${choice('State', 'state', shown.state, states)}${clusterField(cluster)}${choice('Proxmox VE', 'pve', shown.pveVersion, all(versions.pve))}${choice('pve-doctor', 'version', shown.toolVersion, all(versions.tool))}${choice('Order', 'sort', shown.sort, sorts)}<button type="submit">Show</button></form>
`;
}
