import { counted, instant, uptime } from '../../render/counted.ts';
import { badge } from '../../render/html/parts.ts';
import { runsChart } from '../../render/html/runs-chart.ts';
import { type Markup, markup } from '../../render/markup.ts';
import type { ChangeRow, NodeRow, OpenProblem, RunRow, Unjudged } from '../store/hub-store.ts';
import { clusterPath, reportPath } from './addresses.ts';
import { changeList } from './change-list.ts';
import { hubPage } from './frame.ts';
import type { PageContext } from './page-context.ts';
import { isSilent, lasting, link, nodeState, problemLine, when } from './page-parts.ts';

export interface NodePage {
  readonly node: NodeRow;
  readonly problems: readonly OpenProblem[];
  readonly unjudged: readonly Unjudged[];
  /** Oldest first. */
  readonly runs: readonly RunRow[];
  readonly changes: readonly ChangeRow[];
  /** The whole report can be shown. */
  readonly hasReport: boolean;
}

/** A clock that is off by more than this makes times of its logs hard to compare. */
const SKEW_SAID_MS = 2 * 60_000;

export function nodePage(page: NodePage, context: PageContext): string {
  const { node, problems, unjudged, runs, changes } = page;
  return hubPage(
    {
      title: `Node ${node.node}`,
      isLive: true,
      head: markup`<p class="crumbs">${link('/', 'All clusters')} / ${link(clusterPath(node.clusterId), node.cluster)}</p><h1>Node ${node.node}</h1><p>${nodeState(node, context.silentBefore, context.now)}</p>${facts(page, context)}`,
      body: markup`${silence(node, context)}<section aria-labelledby="problems-h"><h2 id="problems-h">Problems</h2>${
        problems.length === 0
          ? markup`<p>${node.lastContactAt === null ? 'It has told nothing yet.' : 'None in what it could look at.'}</p>`
          : markup`<ul class="list">${problems.map((problem) => problemLine(problem, context.now, false))}</ul>`
      }</section>
${unjudgedOf(unjudged)}<section aria-labelledby="trend-h"><h2 id="trend-h">Trend</h2>${runs.length < 2 ? markup`<p>${counted(runs.length, 'report')} kept so far.</p>` : runsChart(runs)}</section>
<section aria-labelledby="changes-h"><h2 id="changes-h">What changed</h2>${changeList(changes, context.now, 'Nothing, as far as it is kept.')}</section>
`,
    },
    context,
  );
}

const fact = (label: string, value: Markup): Markup => markup`<div><dt>${label}</dt><dd>${value}</dd></div>\n`;

function facts({ node, hasReport }: NodePage, { now }: PageContext): Markup {
  const { lastContactAt, lastTakenAt, clockSkewMs, grade, score, pveVersion, toolVersion } = node;
  const skew = clockSkewMs ?? 0;
  const clock = `${uptime(Math.round(Math.abs(skew) / 1000))} ${skew > 0 ? 'ahead' : 'behind'}`;
  return markup`<dl class="facts">
${fact('Heard', lastContactAt === null ? markup`never` : when(lastContactAt, now))}${fact('Looked, by its clock', markup`${lastTakenAt === null ? 'never' : instant(lastTakenAt)}`)}${Math.abs(skew) < SKEW_SAID_MS ? null : fact('Its clock', badge('warning', clock))}${fact('Grade', markup`${grade ?? '-'}${score === null ? null : `, score ${score}`}`)}${fact('Proxmox VE', markup`${pveVersion ?? 'not known'}`)}${fact('pve-doctor', markup`${toolVersion}`)}${hasReport ? fact('Everything', link(reportPath(node.nodeId), 'Its whole report')) : null}</dl>`;
}

/** What stands below is old, and that must not be overlooked. */
const silence = (node: NodeRow, { silentBefore, now }: PageContext): Markup | null =>
  !isSilent(node, silentBefore) || node.lastContactAt === null
    ? null
    : markup`<div class="told unknown">${badge('unknown', 'Silent')} Nothing was heard of this node ${lasting(node.lastContactAt, now)}. What stands here is what it told then. On the node: <code>systemctl status pve-doctor-publish.timer</code>, <code>pve-doctor enrol --status</code>.</div>
`;

const unjudgedOf = (unjudged: readonly Unjudged[]): Markup | null =>
  unjudged.length === 0
    ? null
    : markup`<section aria-labelledby="unjudged-h"><h2 id="unjudged-h">Not judged</h2><ul class="list">${unjudged.map(({ code, because }) => markup`<li>${badge('unknown', code === '' ? 'not all' : code)} ${because}</li>\n`)}</ul></section>
`;
