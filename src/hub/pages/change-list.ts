import { badge } from '../../render/html/parts.ts';
import { type Markup, markup } from '../../render/markup.ts';
import type { ChangeRow } from '../store/hub-store.ts';
import { problemPath } from './addresses.ts';
import { brief, when } from './page-parts.ts';

const WORDS: Readonly<Record<ChangeRow['what'], string>> = {
  appeared: 'appeared',
  worse: 'got worse',
  milder: 'got milder',
  resolved: 'resolved',
  acknowledged: 'acknowledged',
  'acknowledgement-ended': 'counts again',
};

const MOST_UNFOLDED = 12;

/** As `changeList`, what is older folded away. */
export const foldedChanges = (changes: readonly ChangeRow[], now: string, none: string): Markup =>
  markup`${changeList(changes.slice(0, MOST_UNFOLDED), now, none)}${
    changes.length <= MOST_UNFOLDED
      ? null
      : markup`<details id="older"><summary>${changes.length - MOST_UNFOLDED} older</summary>${changeList(changes.slice(MOST_UNFOLDED), now, none)}</details>`
  }`;

/** What happened, newest first, each leading to its problem. */
export const changeList = (changes: readonly ChangeRow[], now: string, none: string): Markup =>
  changes.length === 0
    ? markup`<p>${none}</p>`
    : markup`<ul class="list">${changes.map((change) => changeLine(change, now))}</ul>`;

/** `6 appeared, 3 resolved`. */
export function changeCounts(changes: readonly ChangeRow[]): Markup | null {
  const counts = Object.entries(WORDS).flatMap(([what, words]) => {
    const count = changes.filter((change) => change.what === what).length;
    return count === 0 ? [] : [`${count} ${words}`];
  });
  return counts.length === 0 ? null : markup`<p class="soft">${counts.join(', ')}</p>`;
}

function changeLine(
  { at, what, nodeId, node, cluster, problemId, severity, who, text, by, reason }: ChangeRow,
  now: string,
): Markup {
  const tone = what === 'resolved' ? 'healthy' : what === 'acknowledged' ? 'notice' : severity;
  return markup`<li class="line">${badge(tone, WORDS[what])} <span><a href="${problemPath(nodeId, problemId)}"><b>${brief(who)}</b> ${brief(text)}</a><span class="sub">${when(at, now)}, ${node} in ${cluster}${by === '' ? null : markup`, by ${by}${reason === '' ? null : `: ${reason}`}`}</span></span></li>
`;
}
