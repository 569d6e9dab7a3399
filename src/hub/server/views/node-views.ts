import type { ReportedFinding } from '../../../model/finding.ts';
import type { Problem } from '../../../model/report/problem.ts';
import { type Markup, markup } from '../../../render/markup.ts';
import { shellWords } from '../../../render/shell-words.ts';
import type { ChangeRow, NodeRow, OpenProblem, RunRow, Unjudged } from '../../store/hub-store.ts';
import { changeTable, problemTable } from './fleet-views.ts';
import { badge, clusterPath, csrfField, nodePath, type Reader, table, time } from './frame.ts';

export interface NodePage {
  readonly node: NodeRow;
  readonly problems: readonly OpenProblem[];
  readonly unjudged: readonly Unjudged[];
  readonly runs: readonly RunRow[];
  readonly changes: readonly ChangeRow[];
}

/** A clock that is wrong by more than this is said to be. */
const SKEW_MS = 5 * 60_000;

export const nodeView = ({
  node,
  problems,
  unjudged,
  runs,
  changes,
}: NodePage): Markup => markup`<p>${badge(node.status ?? 'not-judged')} of <a href="${clusterPath(node.clusterId)}">${node.cluster}</a>, last heard ${time(node.lastContactAt)}${node.revokedAt === null ? null : markup`, <b>revoked</b> ${time(node.revokedAt)}`}</p>
${Math.abs(node.clockSkewMs ?? 0) > SKEW_MS ? markup`<p class="said">Its clock is ${Math.round((node.clockSkewMs ?? 0) / 60_000)} minutes off that of the hub.</p>` : null}
<p>Proxmox VE ${node.pveVersion ?? 'not known'}, pve-doctor ${node.toolVersion}. ${node.lastTakenAt === null ? null : markup`<a href="${`${nodePath(node.nodeId)}/report`}">Its whole report</a>`}</p>
<h2>Problems</h2>
${problemTable(problems)}
<h2>Not judged</h2>
${table(
  ['Check', 'Because'],
  unjudged.map(({ code, because }) => markup`<tr><td>${code}</td><td>${because}</td></tr>\n`),
  node.lastContactAt === null ? 'It has not reported yet.' : 'Every check could judge everything.',
)}
<h2>Past reports</h2>
${table(
  ['Received', 'Status', 'Grade', 'Critical', 'Warnings', 'Notices'],
  runs
    .toReversed()
    .map(
      (run) =>
        markup`<tr><td>${time(run.receivedAt)}</td><td>${badge(run.status)}</td><td>${run.grade}</td><td>${run.critical}</td><td>${run.warnings}</td><td>${run.notices}</td></tr>\n`,
    ),
  'None yet.',
)}
<h2>What changed</h2>
${changeTable(changes)}`;

export interface ProblemPage {
  readonly problem: OpenProblem;
  /** Of the node's report; null where this hub cannot read it. */
  readonly detail: { readonly problem: Problem; readonly findings: readonly ReportedFinding[] } | null;
  readonly changes: readonly ChangeRow[];
  readonly reader: Reader;
}

export const problemView = ({
  problem,
  detail,
  changes,
  reader,
}: ProblemPage): Markup => markup`<p>${badge(problem.severity)} on <a href="${nodePath(problem.nodeId)}">${problem.node}</a> of <a href="${clusterPath(problem.clusterId)}">${problem.cluster}</a>, since ${time(problem.firstSeenAt)}, last seen ${time(problem.lastSeenAt)}</p>
<p>${detail?.problem.next.text ?? problem.next}</p>
${command(detail?.problem.next.command ?? null)}
${acknowledgement(problem, reader)}
<h2>Findings</h2>
${detail === null ? markup`<p class="dim">The report that has them is not kept, or of a version that this hub cannot read.</p>` : detail.findings.map(finding)}
<h2>History</h2>
${changeTable(changes)}`;

const command = (words: readonly string[] | null): Markup =>
  words === null ? markup`` : markup`<pre data-copy="yes">${shellWords(words)}</pre>`;

const finding = ({
  code,
  severity,
  title,
  evidence,
  impact,
  remedy,
}: ReportedFinding): Markup => markup`<div class="card"><p>${badge(severity)} <b>${code}</b> ${title}</p>
<p>${impact}</p><ul>${evidence.map(({ fact, source }) => markup`<li>${fact} <span class="dim">${source}</span></li>`)}</ul>
<p>${remedy.text}</p>${remedy.commands.map((words) => command(words))}</div>
`;

function acknowledgement(problem: OpenProblem, { role, csrf }: Reader): Markup {
  const { acknowledged, nodeId, id } = problem;
  const said =
    acknowledged === null
      ? markup``
      : markup`<p class="said">Acknowledged by ${acknowledged.by}: ${acknowledged.reason} (${acknowledged.until === null ? 'until it is worse or comes back' : markup`until ${time(acknowledged.until)}`})</p>`;
  if (role === 'viewer') return said;
  const fields = markup`${csrfField(csrf)}<input type="hidden" name="node" value="${nodeId}"><input type="hidden" name="problem" value="${encodeURIComponent(id)}">`;
  return markup`${said}${acknowledged === null ? null : markup`<form method="post" action="/withdraw">${fields}<button>Take the word back</button></form>`}
<form method="post" action="/acknowledge" class="card">${fields}
<label for="reason">Known, because</label><input id="reason" name="reason" required maxlength="500" size="40">
<label for="days">Until</label><select id="days" name="days"><option value="1">tomorrow</option><option value="7" selected>in a week</option><option value="30">in 30 days</option><option value="0">it is worse or comes back</option></select>
<label for="scope">Where</label><select id="scope" name="scope"><option value="node">on this node</option><option value="cluster">on every node of the cluster</option></select>
<p><button>Acknowledge</button></p></form>`;
}
