import { counted } from '../../render/counted.ts';
import { badge } from '../../render/html/parts.ts';
import { type Markup, markup } from '../../render/markup.ts';
import type { ClusterRow } from '../store/hub-store.ts';
import { clustersPath, type ShownClusters } from './addresses.ts';
import { hubPage } from './frame.ts';
import type { PageContext } from './page-context.ts';
import { choice, clusterLink, countBadges, PAGE_SIZE, pager } from './page-parts.ts';

export interface ClustersPage {
  readonly shown: ShownClusters;
  /** One more than `PAGE_SIZE` where there is another page. */
  readonly clusters: readonly ClusterRow[];
}

/** One cluster on a line, with what counts of it and what nobody could see. */
export const clusterLine = (cluster: ClusterRow): Markup =>
  markup`<li>${clusterLink(cluster)} <span class="soft">${counted(cluster.nodes, 'node')}</span> <span class="counts">${countBadges(cluster)}${cluster.silent === 0 ? null : badge('unknown', `${cluster.silent} silent`)} ${cluster.unjudged === 0 ? null : badge('unknown', `${cluster.unjudged} not judged`)} ${cluster.maintenance === 0 ? null : badge('notice', `${cluster.maintenance} in maintenance`)}${isQuiet(cluster) ? markup`<span class="soft">nothing to do</span>` : null}</span></li>
`;

const isQuiet = ({ critical, warnings, notices, silent, unjudged, maintenance }: ClusterRow): boolean =>
  critical + warnings + notices + silent + unjudged + maintenance === 0;

export function clustersPage({ shown, clusters }: ClustersPage, context: PageContext): string {
  const { text, sort, offset } = shown;
  const lines = clusters.slice(0, PAGE_SIZE).map(clusterLine);
  return hubPage(
    {
      title: 'Clusters',
      isLive: true,
      head: markup`<h1>Clusters</h1>`,
      body: markup`<section aria-label="Which"><form class="filters" action="/clusters"><label>Name <input name="text" value="${text}" size="14" maxlength="100" autocapitalize="none"></label>${choice(
        'Order',
        'sort',
        sort,
        [
          ['worst', 'worst first'],
          ['name', 'name'],
        ],
      )}<button type="submit">Show</button></form></section>
<section aria-label="Clusters">${lines.length === 0 ? markup`<p>None.</p>` : markup`<ul class="list rows">${lines}</ul>`}${pager(offset, clusters.length, (to) => clustersPath({ ...shown, offset: to }))}</section>
`,
    },
    context,
  );
}
