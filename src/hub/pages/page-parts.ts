import { uptime } from '../../render/counted.ts';
import { acknowledgedWords } from '../../render/finding-words.ts';
import { badge, type Tone } from '../../render/html/parts.ts';
import { type Markup, markup } from '../../render/markup.ts';
import { countOf } from '../../render/severity-mark.ts';
import type { ClusterRow, NodeRow, OpenProblem } from '../store/hub-store.ts';
import { clusterPath, nodePath, problemPath } from './addresses.ts';

/** The small things of which the hub's pages are made. */

/** `12 min`, `3 d`; a clock that was set back makes no future. */
function age(at: string, now: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(now) - Date.parse(at)) / 1000));
  if (Number.isNaN(seconds)) return 'an unknown time';
  if (seconds < 60) return 'less than a minute';
  return seconds >= 2 * 86_400 ? `${Math.floor(seconds / 86_400)} days` : uptime(seconds).replace(/ 0 (?:h|min)$/, '');
}

const timeOf = (at: string, words: string): Markup => markup`<time datetime="${at}" title="${at}">${words}</time>`;

/** For people how long ago, for programs and on pointing when. */
export const when = (at: string, now: string): Markup => timeOf(at, `${age(at, now)} ago`);

/** How long something has lasted. */
export const lasting = (at: string, now: string): Markup => timeOf(at, `for ${age(at, now)}`);

export const link = (href: string, text: string): Markup => markup`<a href="${href}">${text}</a>`;

export const nodeLink = ({ nodeId, node }: Pick<NodeRow, 'nodeId' | 'node'>): Markup => link(nodePath(nodeId), node);

export const clusterLink = ({ clusterId, name }: Pick<ClusterRow, 'clusterId' | 'name'>): Markup =>
  link(clusterPath(clusterId), name);

/** `pve1` of `west`. */
export const whereLinks = (row: Pick<NodeRow, 'nodeId' | 'node' | 'clusterId' | 'cluster'>): Markup =>
  markup`${nodeLink(row)} <span class="soft">in ${link(clusterPath(row.clusterId), row.cluster)}</span>`;

export interface Counts {
  readonly critical: number;
  readonly warnings: number;
  readonly notices: number;
}

/** Only what there is, the worst first. */
export const countBadges = ({ critical, warnings, notices }: Counts): readonly Markup[] =>
  (
    [
      ['critical', critical],
      ['warning', warnings],
      ['notice', notices],
    ] as const
  ).flatMap(([severity, count]) => (count === 0 ? [] : [markup`${badge(severity, countOf(severity, count))} `]));

export const isSilent = ({ lastContactAt }: Pick<NodeRow, 'lastContactAt'>, silentBefore: string): boolean =>
  lastContactAt === null || lastContactAt < silentBefore;

/** What nobody could see of a node, whatever it said. */
export const quietState = (node: NodeRow, silentBefore: string, now: string): Markup =>
  isSilent(node, silentBefore) ? nodeState(node, silentBefore, now) : badge('unknown', `${node.unjudged} not judged`);

/** What stands beside a node's name: silence counts before everything that it said. */
export function nodeState(node: NodeRow, silentBefore: string, now: string): Markup {
  if (node.revokedAt !== null) return badge('unknown', 'revoked');
  if (node.maintenanceUntil !== null) return badge('notice', 'in maintenance');
  if (node.lastContactAt === null) return badge('unknown', 'has never reported');
  if (isSilent(node, silentBefore)) return badge('unknown', `silent for ${age(node.lastContactAt, now)}`);
  const counts = countBadges(node);
  const open = node.unjudged === 0 ? [] : [badge('unknown', `${node.unjudged} not judged`)];
  const waits = node.status === 'waiting' ? [badge('waiting', 'waiting')] : [];
  const said = [...counts, ...open, ...waits];
  return said.length > 0 ? markup`${said}` : badge(node.status ?? 'unknown', node.status ?? 'unknown');
}

const LONGEST_IN_A_LIST = 240;

/** In a list: no node pushes off the page what the others say. The page of the problem has all of it. */
export const brief = (text: string): string =>
  text.length <= LONGEST_IN_A_LIST ? text : `${text.slice(0, LONGEST_IN_A_LIST).replace(/[\ud800-\udbff]$/, '')}…`;

/** One problem on one line, leading to all of it. */
export const problemLine = (problem: OpenProblem, now: string, withNode = true): Markup =>
  markup`<li class="line ${problem.severity}">${badge(problem.severity as Tone, problem.severity)} <span><a href="${problemPath(problem.nodeId, problem.id)}"><b>${brief(problem.who)}</b> ${brief(problem.what)}</a> <span class="code soft">${problem.codes.slice(0, 4).join(' ')}</span><span class="sub">${withNode ? markup`${whereLinks(problem)} · ` : null}${lasting(problem.firstSeenAt, now)}${problem.acknowledged === null ? null : markup` · ${acknowledgedWords({ ...problem.acknowledged, at: '' })}`}</span></span></li>
`;

/** On one page of a list. */
export const PAGE_SIZE = 100;

/** Before and after this page of a list; `found`: one more than a page where there is another one. */
export const pager = (offset: number, found: number, pathTo: (offset: number) => string): Markup | null =>
  offset === 0 && found <= PAGE_SIZE
    ? null
    : markup`<p class="pager">${offset === 0 ? null : link(pathTo(Math.max(0, offset - PAGE_SIZE)), 'Before')}${found > PAGE_SIZE ? link(pathTo(offset + PAGE_SIZE), 'More') : null}</p>`;

/** A form that changes something. */
export const postForm = (action: string, csrf: string, body: Markup, look = ''): Markup =>
  markup`<form method="post" action="${action}"${look === '' ? null : markup` class="${look}"`}><input type="hidden" name="csrf" value="${csrf}">${body}</form>`;

/** One button that changes something. */
export const postButton = (action: string, csrf: string, label: string): Markup =>
  postForm(action, csrf, markup`<button type="submit">${label}</button>`, 'inline');

const option = (value: string, words: string, chosen: string): Markup =>
  markup`<option value="${value}"${value === chosen ? markup` selected` : null}>${words}</option>`;

/** What a list is narrowed by. */
export const choice = (
  label: string,
  name: string,
  chosen: string,
  options: readonly (readonly [string, string])[],
): Markup =>
  markup`<label>${label} <select name="${name}">${options.map(([value, words]) => option(value, words, chosen))}</select></label>`;
