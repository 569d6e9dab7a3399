import { badge } from '../../render/html/parts.ts';
import { type Markup, markup } from '../../render/markup.ts';
import type { ChangeRow } from '../store/hub-store.ts';
import { problemPath } from './addresses.ts';
import { when } from './page-parts.ts';

const WORDS: Readonly<Record<ChangeRow['what'], string>> = {
  appeared: 'appeared',
  worse: 'got worse',
  milder: 'got milder',
  resolved: 'resolved',
  acknowledged: 'acknowledged',
  'acknowledgement-ended': 'counts again',
};

/** What happened, newest first, each leading to its problem. */
export const changeList = (changes: readonly ChangeRow[], now: string, none: string): Markup =>
  changes.length === 0
    ? markup`<p>${none}</p>`
    : markup`<ul class="list">${changes.map((change) => changeLine(change, now))}</ul>`;

function changeLine(
  { at, what, nodeId, node, cluster, problemId, severity, who, text, by, reason }: ChangeRow,
  now: string,
): Markup {
  const tone = what === 'resolved' ? 'healthy' : what === 'acknowledged' ? 'notice' : severity;
  return markup`<li class="line">${badge(tone, WORDS[what])} <span><a href="${problemPath(nodeId, problemId)}"><b>${who}</b> ${text}</a><span class="sub">${when(at, now)}, ${node} in ${cluster}${by === '' ? null : markup`, by ${by}${reason === '' ? null : `: ${reason}`}`}</span></span></li>
`;
}
