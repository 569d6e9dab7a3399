import { openOnes, waitingOnes } from '../../model/cluster/recorded-left-out.ts';
import { counted, instant, uptime } from '../../render/counted.ts';
import { badge, table } from '../../render/html/parts.ts';
import { runsChart } from '../../render/html/runs-chart.ts';
import { type Markup, markup } from '../../render/markup.ts';
import type { ChangeRow, NodeRow, OpenProblem, RunRow, Unjudged } from '../store/hub-store.ts';
import type { MaintenanceRow } from '../store/maintenance.ts';
import { clusterPath, clustersPath, nodePath, reportPath } from './addresses.ts';
import { foldedChanges } from './change-list.ts';
import { hubPage } from './frame.ts';
import { maintenanceForm, maintenanceNow } from './maintenance-part.ts';
import type { PageContext } from './page-context.ts';
import { isSilent, lasting, link, nodeState, problemLine, when } from './page-parts.ts';

export interface NodePage {
  readonly node: NodeRow;
  readonly problems: readonly OpenProblem[];
  readonly unjudged: readonly Unjudged[];
  /** Oldest first. */
  readonly runs: readonly RunRow[];
  readonly changes: readonly ChangeRow[];
  readonly maintenance: readonly MaintenanceRow[];
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
      head: markup`<p class="crumbs">${link(clustersPath(), 'All clusters')} / ${link(clusterPath(node.clusterId), node.cluster)}</p><h1>Node ${node.node}</h1><p>${nodeState(node, context.silentBefore, context.now)}</p>${facts(page, context)}`,
      body: markup`${maintenanceNow(page.maintenance, nodePath(node.nodeId), context)}${silence(node, context)}<section aria-labelledby="problems-h"><h2 id="problems-h">Problems</h2>${
        problems.length === 0
          ? markup`<p>${node.lastContactAt === null ? 'It has told nothing yet.' : 'None in what it could look at.'}</p>`
          : markup`<ul class="list">${problems.map((problem) => problemLine(problem, context.now, false))}</ul>`
      }</section>
${unjudgedOf(unjudged)}<section aria-labelledby="trend-h"><h2 id="trend-h">Trend</h2>${runs.length < 2 ? markup`<p>${counted(runs.length, 'report')} kept so far.</p>` : markup`${runsChart(runs)}${runTable(runs)}`}</section>
<section aria-labelledby="changes-h"><h2 id="changes-h">What changed</h2>${foldedChanges(changes, context.now, 'Nothing, as far as it is kept.')}</section>
${node.revokedAt === null ? maintenanceForm(node.node, nodePath(node.nodeId), context) : null}`,
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

/** By reason: one command that hangs blinds many checks. */
function unjudgedOf(unjudged: readonly Unjudged[]): Markup | null {
  const lines = [
    ...reasonLines(openOnes(unjudged), badge('unknown', 'not judged')),
    ...reasonLines(waitingOnes(unjudged), badge('waiting', 'waiting')),
  ];
  if (lines.length === 0) return null;
  return markup`<section aria-labelledby="unjudged-h"><h2 id="unjudged-h">Not judged</h2><ul class="list">${lines}</ul></section>
`;
}

const MOST_RUNS_SHOWN = 60;

/** The chart in numbers, newest first. */
const runTable = (runs: readonly RunRow[]): Markup =>
  markup`<details id="runs"><summary>In numbers</summary>${table({
    id: 'run-table',
    caption: runs.length > MOST_RUNS_SHOWN ? `The newest ${MOST_RUNS_SHOWN} reports` : 'All reports that are kept',
    columns: [
      { title: 'Looked, by its clock' },
      ...['Critical', 'Warnings', 'Notices', 'Score'].map((title) => ({ title, numeric: true })),
      { title: 'Heard' },
    ],
    rows: runs
      .slice(-MOST_RUNS_SHOWN)
      .reverse()
      .map(
        ({ takenAt, receivedAt, critical, warnings, notices, score }) =>
          markup`<tr><th scope="row">${instant(takenAt)}</th>${[critical, warnings, notices].map((count) => markup`<td class="num">${count}</td>`)}<td class="num">${score ?? '-'}</td><td>${instant(receivedAt)}</td></tr>`,
      ),
  })}</details>`;

const reasonLines = (unjudged: readonly Unjudged[], state: Markup): readonly Markup[] =>
  [...new Set(unjudged.map(({ because }) => because))].map((reason) => {
    const codes = unjudged.filter(({ because }) => because === reason).map(({ code }) => code);
    return markup`<li>${state} ${reason}<span class="sub code">${codes.join(' ')}</span></li>\n`;
  });
