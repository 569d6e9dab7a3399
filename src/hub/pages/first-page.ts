import { size } from '../../model/size.ts';
import { counted } from '../../render/counted.ts';
import { badge, join, table } from '../../render/html/parts.ts';
import { runsChart } from '../../render/html/runs-chart.ts';
import { type Markup, markup } from '../../render/markup.ts';
import type { ChangeRow, ClusterRow, FleetTotals, NodeRow, ProblemGroup } from '../store/hub-store.ts';
import type { FleetSample } from '../store/trend.ts';
import { clustersPath, nodesPath, problemPath, problemsPath } from './addresses.ts';
import { changeCounts, changeList } from './change-list.ts';
import { clusterLine } from './clusters-page.ts';
import { hubPage } from './frame.ts';
import type { PageContext } from './page-context.ts';
import { brief, lasting, link, quietState, when, whereLinks } from './page-parts.ts';

export interface FirstPage {
  readonly totals: FleetTotals;
  /** Critical ones first. */
  readonly groups: readonly ProblemGroup[];
  /** The worst `MOST_CLUSTERS`. */
  readonly clusters: readonly ClusterRow[];
  /** Nodes that are silent, and behind them those that could not judge everything; at most `MOST_QUIET` of them are shown. */
  readonly quiet: readonly NodeRow[];
  /** Since yesterday, newest first. */
  readonly changes: readonly ChangeRow[];
  /** One for each day, oldest first. */
  readonly trend: readonly FleetSample[];
}

export const MOST_QUIET = 12;
/** Notices only take space: they have a page of their own. */
const MOST_GROUPS = 12;
const MOST_CHANGES = 15;
export const MOST_CLUSTERS = 20;

/** What to do now, and beside it what nobody could look at. */
export function firstPage(page: FirstPage, context: PageContext): string {
  if (page.totals.nodes === 0) return hubPage({ title: 'No nodes yet', ...emptyFleet() }, context);
  return hubPage(
    {
      title: 'Now',
      isLive: true,
      head: markup`<h1>What to do now</h1>${headOf(page.totals, context)}`,
      body: markup`<div class="two"><section id="now" aria-labelledby="now-h"><h2 id="now-h" class="vh">Problems</h2>${groupsOf(page, context.now)}</section>
${quietOf(page, context)}</div>
${clustersOf(page)}${trendOf(page.trend)}<section aria-labelledby="changed-h"><h2 id="changed-h">Since yesterday</h2>${changeCounts(page.changes)}${changeList(page.changes.slice(0, MOST_CHANGES), context.now, 'Nothing appeared and nothing was resolved.')}<p>${link('/changes', 'All changes')}</p></section>
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
function headOf(totals: FleetTotals, { silentBefore, now }: PageContext): Markup {
  const { nodes, clusters, silent, unjudged, maintenance } = totals;
  const quiet = [
    ...(silent === 0 ? [] : [`${silent} silent`]),
    ...(unjudged === 0 ? [] : [`${unjudged} not judged whole`]),
  ].join(', ');
  const aside = maintenance === 0 ? null : link(nodesPath({ state: 'maintenance' }), `${maintenance} in maintenance`);
  return markup`<p class="soft">${nodes - silent - maintenance} of ${counted(nodes, 'node')} in ${counted(clusters, 'cluster')} reported in the last ${span(silentBefore, now)}${quiet === '' ? null : markup`; ${link('#quiet', quiet)}`}${aside === null ? null : markup`; ${aside}`}</p>`;
}

function groupsOf({ groups, totals }: FirstPage, now: string): Markup {
  const urgent = groups.filter(({ severity }) => severity !== 'notice');
  const notices = groups.filter(({ severity }) => severity === 'notice');
  const noticed = notices.reduce((sum, { problems }) => sum + problems, 0);
  const rest = urgent.length - MOST_GROUPS;
  const judged = totals.nodes - totals.silent - totals.maintenance;
  const lines = urgent.slice(0, MOST_GROUPS).map((group) => groupLine(group, now));
  return markup`${
    urgent.length === 0
      ? markup`<p class="lead">Nothing critical and no warning on the ${counted(judged, 'node')} that report.</p>`
      : markup`<ul class="list groups">${lines}</ul>`
  }<p class="soft">${rest > 0 ? markup`${link(problemsPath({ acknowledged: false }), `${rest} more kinds of problem`)}. ` : null}${noticed > 0 ? markup`${link(problemsPath({ severity: 'notice', acknowledged: false }), counted(noticed, 'notice'))}: space held and things to know, nothing urgent.` : null}</p>`;
}

function groupLine(group: ProblemGroup, now: string): Markup {
  const { severity, problems, code, title, example, nodes, bytes, newestAt } = group;
  const isOne = problems === 1;
  const href = isOne ? problemPath(example.nodeId, example.id) : problemsPath({ code, acknowledged: false });
  const words = isOne
    ? markup`<b>${brief(example.who)}</b> ${brief(example.what)}`
    : markup`<b>${brief(title === '' ? code : capital(title))}</b>`;
  const where = isOne
    ? markup`on ${example.node} of ${example.cluster}, ${lasting(newestAt, now)}`
    : markup`${problems} times, on ${counted(nodes, 'node')} of ${clustersOfGroup(group)}, the newest ${when(newestAt, now)}`;
  return markup`<li class="line ${severity}">${badge(severity, severity)} <span><a href="${href}">${words}</a> <span class="code soft">${code}</span><span class="sub">${where}${bytes === null || bytes === 0 ? null : `, ${size(bytes)}`}</span></span></li>
`;
}

/** The worst by name, each leading to its part of the group. */
function clustersOfGroup({ code, clusters, worst }: ProblemGroup): Markup {
  const names = worst.map(({ clusterId, name }) => link(problemsPath({ code, clusterId, acknowledged: false }), name));
  const rest = clusters - worst.length;
  return markup`${join(names, ', ')}${rest > 0 ? ` and ${counted(rest, 'other cluster')}` : null}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function quietOf({ quiet, totals: { silent, unjudged } }: FirstPage, { silentBefore, now }: PageContext): Markup {
  const rest = silent + unjudged - Math.min(quiet.length, MOST_QUIET);
  const body =
    silent + unjudged === 0
      ? markup`<p>Every node reports, and every check could look.</p>`
      : markup`<p>${silent === 0 ? null : `${counted(silent, 'node is', 'nodes are')} silent. `}${unjudged === 0 ? null : `${counted(unjudged, 'node')} could not judge everything.`}</p><ul class="list">${quiet.slice(0, MOST_QUIET).map((node) => markup`<li>${whereLinks(node)} ${quietState(node, silentBefore, now)}</li>\n`)}</ul>${rest > 0 ? markup`<p>${link(nodesPath({ state: 'quiet' }), `and ${rest} more`)}</p>` : null}`;
  return markup`<section id="quiet" class="${silent + unjudged > 0 ? 'aside unknown' : 'aside'}" aria-labelledby="quiet-h"><h2 id="quiet-h">Not seen</h2>${body}</section>`;
}

/** The worst ones; all of them have a page of their own. */
function clustersOf({ clusters, totals }: FirstPage): Markup {
  const sick = clusters.filter(
    ({ silent, unjudged, critical, warnings }) => silent + unjudged + critical + warnings > 0,
  );
  return markup`<section aria-labelledby="clusters-h"><h2 id="clusters-h">Clusters</h2>${sick.length === 0 ? markup`<p>Nothing to do in any of them.</p>` : markup`<ul class="list rows">${sick.map(clusterLine)}</ul>`}<p>${link(clustersPath(), totals.clusters === 1 ? 'The cluster' : `All ${totals.clusters} clusters`)}</p></section>
`;
}

/** Whether it gets better: problems as columns, and what else there is in numbers. */
function trendOf(trend: readonly FleetSample[]): Markup | null {
  if (trend.length < 2) return null;
  const runs = trend.map(({ at, silent, unjudged, ...counts }) => ({
    ...{ takenAt: at, score: silent + unjudged > 0 ? null : 100 },
    ...counts,
  }));
  const columns = ['Critical', 'Warnings', 'Notices', 'Silent', 'Not judged', 'Space held', 'Nodes'];
  const rows = trend
    .toReversed()
    .map(
      ({ at, critical, warnings, notices, silent, unjudged, bytes, nodes }) =>
        markup`<tr><th scope="row">${at.slice(0, 10)}</th>${[critical, warnings, notices, silent, unjudged].map((count) => markup`<td class="num">${count}</td>`)}<td class="num">${size(bytes)}</td><td class="num">${nodes}</td></tr>`,
    );
  return markup`<section aria-labelledby="trend-h"><h2 id="trend-h">Trend</h2>${runsChart(runs)}<details id="trend"><summary>In numbers</summary>${table({ id: 'trend-table', caption: 'The fleet at the end of each day', columns: [{ title: 'Day' }, ...columns.map((title) => ({ title, numeric: true }))], rows })}</details></section>
`;
}

const emptyFleet = (): { readonly head: Markup; readonly body: Markup } => ({
  head: markup`<h1>No node reports yet</h1>`,
  body: markup`<section><ol class="steps"><li>Make a one-time token, under ${link('/settings', 'Settings')} or here: <pre><code>pve-doctor-hub token create --cluster NAME --uses 40</code></pre></li>
<li>On one node of that cluster, which enrols the others over Proxmox VE's own ssh:<pre><code>pve-doctor enrol https://THIS-HUB --cluster</code></pre></li>
<li>Within a quarter of an hour every node stands here.</li></ol></section>
`,
});
