import type { ReportedFinding } from '../../model/finding.ts';
import {
  AREAS,
  type Cell,
  type ClusterNode,
  type ClusterProblem,
  type ClusterReport,
} from '../../model/report/cluster-report.ts';
import { isUnjudged } from '../../model/report/report.ts';
import { findingKey } from '../../model/report/report-history.ts';
import { counted, instant } from '../counted.ts';
import { onceOnly } from '../finding-words.ts';
import { footOf, headOf, htmlPage, mainOf } from '../html/page-frame.ts';
import { badge, commands, left, ofGuests, prose, section, table } from '../html/parts.ts';
import { findingRows, row } from '../html/problems-section.ts';
import { type Markup, markup } from '../markup.ts';
import { ageText, cellText, TONES, unjudgedLines, waitingLines } from './cell-words.ts';

/** A table that is wider than a telephone scrolls; half a word says nothing. */
const MATRIX_STYLE = '@media screen{#matrix-table td,#matrix-table th{white-space:nowrap}}';

const MOST_PROBLEMS = 500;

/** All nodes as one file that asks for nothing from anywhere. */
export const renderClusterHtml = (report: ClusterReport): string =>
  htmlPage({
    title: `${titleOf(report)}: ${report.status}`,
    style: MATRIX_STYLE,
    skipTo: { id: 'nodes', text: 'Skip to the nodes' },
    head: head(report),
    body: mainOf(
      markup`${section({ id: 'nodes', title: 'Nodes', note: String(report.nodes.length), body: nodesBody(report) })}${section({ id: 'problems', title: 'Problems', note: String(report.problems.length), body: problemsBody(report) })}${section({ id: 'checks', title: 'Checks across nodes', note: String(report.checks.length), body: checksBody(report), folded: true })}`,
    ),
    foot: footOf(
      `Made by pve-doctor ${report.toolVersion}. Looking changed nothing on any node. This file asks for nothing from the network.`,
    ),
  });

const titleOf = ({ clusterName }: ClusterReport): string => (clusterName === '' ? 'Cluster' : `Cluster ${clusterName}`);

const head = (report: ClusterReport): Markup =>
  headOf({
    brand: 'cluster report',
    title: markup`${titleOf(report)}`,
    status: report.status,
    reason: `${report.summary.judged} of ${counted(report.summary.nodes, 'node')} judged`,
    facts: [
      ['Taken', instant(report.takenAt)],
      ['Seen from', report.self],
      ['Source', report.source === 'live' ? 'live' : `recorded in ${report.source}`],
    ],
  });

function nodesBody({ nodes }: ClusterReport): Markup {
  const open = [
    ...unjudgedLines(nodes).map((line) => markup`<li>${badge('unknown', 'not known')} ${line}</li>\n`),
    ...waitingLines(nodes).map((line) => markup`<li>${badge('waiting', 'waiting')} ${line}</li>\n`),
  ];
  return markup`${table({
    id: 'matrix-table',
    caption: 'What each node told of itself, by area; the worst in each cell',
    columns: [{ title: 'Node' }, { title: 'Age', numeric: true }, ...AREAS.map((area) => ({ title: area }))],
    rows: nodes.map(nodeRow),
  })}${open.length === 0 ? null : markup`<ul class="list">${open}</ul>`}`;
}

const nodeRow = (node: ClusterNode): Markup =>
  markup`<tr><th scope="row">${node.name}</th><td class="num">${ageText(node)}</td>${AREAS.map((area) => {
    const cell = node.areas[area];
    return markup`<td${titleOfCell(cell)}>${badge(TONES[cell.state], cellText(cell))}</td>`;
  })}</tr>`;

const titleOfCell = ({ because, waits }: Cell): Markup | null =>
  because === '' && waits === '' ? null : markup` title="${because === '' ? waits : because}"`;

const problemsBody = ({ problems, findings, status }: ClusterReport): Markup =>
  problems.length === 0
    ? markup`<p>${status === 'healthy' ? 'No problems on any node or between them.' : 'No problem was found in what could be seen.'}</p>`
    : markup`${problems.slice(0, MOST_PROBLEMS).map((problem, at) => problemCard(problem, findings, at === 0))}${left(problems.length - MOST_PROBLEMS, 'problems')}`;

function problemCard(problem: ClusterProblem, all: readonly ReportedFinding[], open: boolean): Markup {
  const { id, severity, who, what, codes, guests, nodes, next } = problem;
  const keys = new Set(problem.findings);
  const own = onceOnly(all.filter((finding) => keys.has(findingKey(finding))));
  const where = next.nodes.length === 0 ? '' : `On ${next.nodes.join(', ')}: `;
  return markup`<details class="problem ${severity}"${ofGuests(guests.map(({ vmid }) => vmid))}${open ? markup` open` : null}><summary><span class="vh">${severity}: </span><b>${who}</b> ${what} <span class="code">${codes.join(' ')}</span></summary><dl class="detail">
${row('Nodes', markup`${nodes.join(', ')}`)}${own.length > 0 ? own.map((finding) => findingRows(finding, true)) : row('Next', markup`${where}${prose(next.text)}${next.command === null ? null : commands([next.command], true)}`)}${row('Id', markup`<code>${id}</code>`)}</dl></details>
`;
}

const checksBody = ({ checks }: ClusterReport): Markup =>
  markup`<ul class="list">${checks.map((check) => {
    const tone = check.outcome === 'found' ? 'warning' : isUnjudged(check) ? 'unknown' : 'healthy';
    return markup`<li>${badge(tone, check.outcome)} <span class="code">${check.code}</span> ${check.title}${check.because === '' ? null : markup` <span class="sub">${check.because}</span>`}</li>\n`;
  })}</ul>`;
