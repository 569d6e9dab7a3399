import { printed, reads } from '../../model/command/command.ts';
import type { ReportedFinding } from '../../model/finding.ts';
import type { Problem } from '../../model/report/problem.ts';
import { counted, instant } from '../../render/counted.ts';
import { acknowledgedWords, onceOnly } from '../../render/finding-words.ts';
import { badge, commands, prose } from '../../render/html/parts.ts';
import { findingRows, row } from '../../render/html/problems-section.ts';
import { type Markup, markup } from '../../render/markup.ts';
import { mayActAs } from '../login/roles.ts';
import type { ChangeRow, OpenProblem } from '../store/hub-store.ts';
import { clusterPath, clustersPath, nodePath, problemPath } from './addresses.ts';
import { changeList } from './change-list.ts';
import { hubPage } from './frame.ts';
import type { PageContext } from './page-context.ts';
import { brief, isSilent, lasting, link, postButton, postForm, problemLine, when } from './page-parts.ts';

export interface ProblemPage {
  readonly problem: OpenProblem;
  /** Out of the node's newest report; null where that cannot be read here. */
  readonly detail: {
    readonly takenAt: string;
    readonly problem: Problem;
    readonly findings: readonly ReportedFinding[];
  } | null;
  readonly lastContactAt: string | null;
  readonly history: readonly ChangeRow[];
  /** Of other nodes, with the same id or code. */
  readonly alike: readonly OpenProblem[];
  /** Nobody can say here that it is known: this page only shows what nodes of its cluster published. */
  readonly isReadOnly?: boolean;
}

const MOST_FINDINGS = 30;
const MOST_ALIKE = 20;

/** Evidence, impact, what to do, what became of it, and saying that it is known. */
export function problemPage(page: ProblemPage, context: PageContext): string {
  const { problem, history } = page;
  const { severity, who, what, codes } = problem;
  return hubPage(
    {
      title: brief(`${who} ${what}`),
      head: markup`<p class="crumbs">${link(clustersPath(), 'All clusters')} / ${link(clusterPath(problem.clusterId), problem.cluster)} / ${link(nodePath(problem.nodeId), problem.node)}</p><h1>${brief(who)}</h1><p class="lead">${badge(severity, severity, true)} ${what}</p><p class="soft">${codes.join(' ')}, ${lasting(problem.firstSeenAt, context.now)}, seen last ${when(problem.lastSeenAt, context.now)}${mayAcknowledge(page, context) ? markup` · ${link('#known-h', 'Acknowledge')}` : null}</p>`,
      body: markup`${known(page, context)}${stale(page, context)}<section aria-labelledby="what-h"><h2 id="what-h">What it is and what to do</h2>${detailOf(page)}</section>
${alikeOf(page, context)}<section aria-labelledby="history-h"><h2 id="history-h">History</h2>${changeList(history, context.now, 'Nothing is kept of it.')}</section>
${acknowledgeForm(page, context)}`,
    },
    context,
  );
}

/** What stood at this address and does not any more. */
export function resolvedPage(
  { nodeId, node, history }: { readonly nodeId: string; readonly node: string; readonly history: readonly ChangeRow[] },
  context: PageContext,
): string {
  const [newest] = history;
  return hubPage(
    {
      title: 'No such problem now',
      head: markup`<p class="crumbs">${link(clustersPath(), 'All clusters')} / ${link(nodePath(nodeId), node)}</p><h1>${brief(newest?.who ?? 'This problem')}</h1><p class="lead">does not stand any more on ${node}.</p>`,
      body: markup`<section aria-labelledby="history-h"><h2 id="history-h">History</h2>${changeList(history, context.now, 'Nothing is kept of it.')}</section>`,
    },
    context,
  );
}

const known = (page: ProblemPage, context: PageContext): Markup | null =>
  page.problem.acknowledged === null
    ? null
    : markup`<div class="told notice"><p>${badge('notice', 'Known')} ${acknowledgedWords({ ...page.problem.acknowledged, at: '' })}. No channel tells of it, and no count has it, until it gets worse${page.problem.acknowledged.until === null ? ' or comes back' : ''}.</p>${mayAcknowledge(page, context) ? postButton(`${problemPath(page.problem.nodeId, page.problem.id)}/withdraw`, context.csrf, 'Take that back') : null}</div>
`;

const stale = ({ problem, lastContactAt }: ProblemPage, { silentBefore, now }: PageContext): Markup | null =>
  !isSilent({ lastContactAt }, silentBefore)
    ? null
    : markup`<div class="told unknown">${badge('unknown', 'Silent')} ${problem.node} was heard ${lastContactAt === null ? 'never' : when(lastContactAt, now)}: this may not stand any more. Check on the node before you run a command.</div>
`;

function detailOf({ problem, detail }: ProblemPage): Markup {
  if (detail === null)
    return markup`<p>${prose(problem.next)}</p><p class="soft">The evidence is in the report on the node:</p>${commands([printed(reads('pve-doctor', 'check', '-v'), null)])}`;
  const { next } = detail.problem;
  const fix = next.repairable && next.command !== null ? [next.command] : [];
  return markup`<p class="soft">As ${problem.node} was at ${instant(detail.takenAt)}, by its clock. Commands are for a shell on ${problem.node}; look again before you run one.</p><dl class="detail">
${fix.length === 0 ? null : row('Fix', markup`${prose(next.text)}${commands(fix, true)}`)}${onceOnly(detail.findings.slice(0, MOST_FINDINGS)).map((finding) => findingRows(finding, fix.length === 0))}${row('Id', markup`<code>${problem.id}</code>`)}</dl>${detail.findings.length > MOST_FINDINGS ? markup`<p class="soft">and ${detail.findings.length - MOST_FINDINGS} more findings, in the whole report of the node</p>` : null}`;
}

function alikeOf({ alike }: ProblemPage, { now }: PageContext): Markup | null {
  if (alike.length === 0) return null;
  const lines = alike.slice(0, MOST_ALIKE).map((one) => problemLine(one, now));
  return markup`<section aria-labelledby="alike-h"><h2 id="alike-h">The same elsewhere</h2><p>${counted(alike.length, 'other problem')} of this kind${alike.length > MOST_ALIKE ? `; the first ${MOST_ALIKE}` : ''}.</p><ul class="list">${lines}</ul></section>
`;
}

/** Spans that a form offers; `''`: until it gets worse or comes back. */
export const SPANS: readonly (readonly [value: string, words: string])[] = [
  ['1d', 'for a day'],
  ['1w', 'for a week'],
  ['30d', 'for a month'],
  ['', 'until it gets worse or comes back'],
];

const mayAcknowledge = ({ isReadOnly }: ProblemPage, { viewer }: PageContext): boolean =>
  isReadOnly !== true && viewer !== null && mayActAs(viewer.role, 'operator');

function acknowledgeForm(page: ProblemPage, context: PageContext): Markup | null {
  const [{ problem, isReadOnly }, { csrf, now }] = [page, context];
  if (isReadOnly === true)
    return markup`<section aria-labelledby="known-h"><h2 id="known-h">It is known</h2><p>On ${problem.node}:</p>${commands([printed(reads('pve-doctor', 'acknowledge', problem.id, '--until', '1w', '--reason', 'why'), null)])}</section>`;
  if (!mayAcknowledge(page, context)) return null;
  return markup`<section aria-labelledby="known-h"><h2 id="known-h">${problem.acknowledged === null ? 'Acknowledge: it is known' : 'Acknowledge anew'}</h2><p>Whoever sees it next reads who knows of it and why. The node hears of it with its next report, so that its own mails agree.</p>${postForm(
    `${problemPath(problem.nodeId, problem.id)}/acknowledge`,
    csrf,
    markup`<label>Reason <input name="reason" required maxlength="500" autocomplete="off"></label>
<label>How long <select name="until">${SPANS.map(([value, words]) => markup`<option value="${value}">${words}</option>`)}</select></label>
<label>or until the end of a day, UTC <input name="date" type="date" min="${now.slice(0, 10)}"></label>
<label class="check"><input type="checkbox" name="scope" value="cluster"> on every node of ${problem.cluster} that has it</label>
<button class="main" type="submit">Acknowledge</button>`,
    'fields',
  )}</section>
`;
}
