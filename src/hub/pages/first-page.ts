import { size } from '../../model/size.ts';
import { counted } from '../../render/counted.ts';
import { badge } from '../../render/html/parts.ts';
import { type Markup, markup } from '../../render/markup.ts';
import type { ChangeRow, ClusterRow, NodeRow, ProblemGroup } from '../store/hub-store.ts';
import { nodesPath, problemPath, problemsPath } from './addresses.ts';
import { changeCounts, changeList } from './change-list.ts';
import { hubPage } from './frame.ts';
import type { PageContext } from './page-context.ts';
import { brief, clusterLink, countBadges, lasting, link, quietState, when, whereLinks } from './page-parts.ts';

export interface FirstPage {
  /** Critical ones first. */
  readonly groups: readonly ProblemGroup[];
  readonly clusters: readonly ClusterRow[];
  /** Nodes that are silent, and behind them those that could not judge everything; at most `MOST_QUIET` of them are shown. */
  readonly quiet: readonly NodeRow[];
  /** Since yesterday, newest first. */
  readonly changes: readonly ChangeRow[];
}

export const MOST_QUIET = 12;
/** Notices only take space: they have a page of their own. */
const MOST_GROUPS = 12;
const MOST_CHANGES = 15;

/** What to do now, and beside it what nobody could look at. */
export function firstPage(page: FirstPage, context: PageContext): string {
  const nodes = page.clusters.reduce((sum, cluster) => sum + cluster.nodes, 0);
  if (nodes === 0) return hubPage({ title: 'No nodes yet', ...emptyFleet() }, context);
  return hubPage(
    {
      title: 'Now',
      isLive: true,
      head: markup`<h1>What to do now</h1>${headOf(page.clusters, context)}`,
      body: markup`<div class="two"><section id="now" aria-labelledby="now-h"><h2 id="now-h" class="vh">Problems</h2>${groupsOf(page, context.now)}</section>
${quietOf(page, context)}</div>
${clustersOf(page.clusters)}<section aria-labelledby="changed-h"><h2 id="changed-h">Since yesterday</h2>${changeCounts(page.changes)}${changeList(page.changes.slice(0, MOST_CHANGES), context.now, 'Nothing appeared and nothing was resolved.')}<p>${link('/changes', 'All changes')}</p></section>
`,
    },
    context,
  );
}

/** `45 minutes`, `26 hours`. */
function span(from: string, to: string): string {
  const minutes = Math.round((Date.parse(to) - Date.parse(from)) / 60_000);
  return minutes < 120 ? counted(minutes, 'minute') : counted(Math.round(minutes / 60), 'hour');
}

/** How much of the fleet the lists below speak of. */
function headOf(clusters: readonly ClusterRow[], { silentBefore, now }: PageContext): Markup {
  const sum = (of: (cluster: ClusterRow) => number) => clusters.reduce((all, cluster) => all + of(cluster), 0);
  const [nodes, silent, unjudged] = [
    sum((cluster) => cluster.nodes),
    sum((cluster) => cluster.silent),
    sum((cluster) => cluster.unjudged),
  ];
  const quiet = [
    ...(silent === 0 ? [] : [`${silent} silent`]),
    ...(unjudged === 0 ? [] : [`${unjudged} not judged whole`]),
  ].join(', ');
  return markup`<p class="soft">${nodes - silent} of ${counted(nodes, 'node')} in ${counted(clusters.length, 'cluster')} reported in the last ${span(silentBefore, now)}${quiet === '' ? null : markup`; ${link('#quiet', quiet)}`}</p>`;
}

function groupsOf({ groups, clusters }: FirstPage, now: string): Markup {
  const urgent = groups.filter(({ severity }) => severity !== 'notice');
  const notices = groups.filter(({ severity }) => severity === 'notice');
  const noticed = notices.reduce((sum, { problems }) => sum + problems, 0);
  const rest = urgent.length - MOST_GROUPS;
  const judged = clusters.reduce((sum, { nodes, silent }) => sum + nodes - silent, 0);
  const lines = urgent.slice(0, MOST_GROUPS).map((group) => groupLine(group, now));
  return markup`${
    urgent.length === 0
      ? markup`<p class="lead">Nothing critical and no warning on the ${counted(judged, 'node')} that report.</p>`
      : markup`<ul class="list groups">${lines}</ul>`
  }<p class="soft">${rest > 0 ? markup`${link(problemsPath({ acknowledged: false }), `${rest} more kinds of problem`)}. ` : null}${noticed > 0 ? markup`${link(problemsPath({ severity: 'notice', acknowledged: false }), counted(noticed, 'notice'))}: space held and things to know, nothing urgent.` : null}</p>`;
}

function groupLine(group: ProblemGroup, now: string): Markup {
  const { severity, problems, code, title, example, nodes, clusters, bytes, newestAt } = group;
  const isOne = problems === 1;
  const href = isOne ? problemPath(example.nodeId, example.id) : problemsPath({ code, acknowledged: false });
  const words = isOne
    ? markup`<b>${brief(example.who)}</b> ${brief(example.what)}`
    : markup`<b>${brief(title === '' ? code : capital(title))}</b>`;
  const where = isOne
    ? markup`on ${example.node} of ${example.cluster}, ${lasting(newestAt, now)}`
    : markup`${problems} times, on ${counted(nodes, 'node')} of ${counted(clusters, 'cluster')}, the newest ${when(newestAt, now)}`;
  return markup`<li class="line ${severity}">${badge(severity, severity)} <span><a href="${href}">${words}</a> <span class="code soft">${code}</span><span class="sub">${where}${bytes === null || bytes === 0 ? null : `, ${size(bytes)}`}</span></span></li>
`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function quietOf({ quiet, clusters }: FirstPage, { silentBefore, now }: PageContext): Markup {
  const silent = clusters.reduce((sum, cluster) => sum + cluster.silent, 0);
  const unjudged = clusters.reduce((sum, cluster) => sum + cluster.unjudged, 0);
  const rest = silent + unjudged - Math.min(quiet.length, MOST_QUIET);
  const body =
    silent + unjudged === 0
      ? markup`<p>Every node reports, and every check could look.</p>`
      : markup`<p>${silent === 0 ? null : `${counted(silent, 'node is', 'nodes are')} silent. `}${unjudged === 0 ? null : `${counted(unjudged, 'node')} could not judge everything.`}</p><ul class="list">${quiet.slice(0, MOST_QUIET).map((node) => markup`<li>${whereLinks(node)} ${quietState(node, silentBefore, now)}</li>\n`)}</ul>${rest > 0 ? markup`<p>${link(nodesPath({ state: 'quiet' }), `and ${rest} more`)}</p>` : null}`;
  return markup`<section id="quiet" class="${silent + unjudged > 0 ? 'aside unknown' : 'aside'}" aria-labelledby="quiet-h"><h2 id="quiet-h">Not seen</h2>${body}</section>`;
}

/** The worst first; those with nothing to say are one sentence. */
function clustersOf(clusters: readonly ClusterRow[]): Markup {
  const isFine = ({ silent, unjudged, critical, warnings }: ClusterRow) =>
    silent + unjudged + critical + warnings === 0;
  const fine = clusters.filter(isFine);
  const rows = clusters
    .filter((cluster) => !isFine(cluster))
    .map(
      (cluster) =>
        markup`<li>${clusterLink(cluster)} <span class="soft">${counted(cluster.nodes, 'node')}</span> <span class="counts">${countBadges(cluster)}${cluster.silent === 0 ? null : badge('unknown', `${cluster.silent} silent`)} ${cluster.unjudged === 0 ? null : badge('unknown', `${cluster.unjudged} not judged`)}</span></li>\n`,
    );
  const names = fine.slice(0, 30).map((cluster, at) => markup`${at === 0 ? null : ', '}${clusterLink(cluster)}`);
  return markup`<section aria-labelledby="clusters-h"><h2 id="clusters-h">Clusters</h2>${rows.length === 0 ? null : markup`<ul class="list rows">${rows}</ul>`}${fine.length === 0 ? null : markup`<p>Nothing to do in ${counted(fine.length, 'cluster')}: ${names}${fine.length > 30 ? ' and more' : ''}</p>`}</section>
`;
}

const emptyFleet = (): { readonly head: Markup; readonly body: Markup } => ({
  head: markup`<h1>No node reports yet</h1>`,
  body: markup`<section><ol class="steps"><li>Make a one-time token, under ${link('/settings', 'Settings')} or here: <pre><code>pve-doctor-hub token create --cluster NAME --uses 40</code></pre></li>
<li>On one node of that cluster, which enrols the others over Proxmox VE's own ssh:<pre><code>pve-doctor enrol https://THIS-HUB --cluster</code></pre></li>
<li>Within a quarter of an hour every node stands here.</li></ol></section>
`,
});
