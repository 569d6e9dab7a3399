import type { Page } from 'playwright-core';
import type { View } from './report-page.ts';

/** What has to hold for every page in every view, each failure as a sentence. */
export async function problemsOfLook(page: Page, view: View, scripts: 0 | 1): Promise<readonly string[]> {
  const held = (await page.evaluate(common(scripts))) as string[];
  return view.media === 'print' ? [...held, ...((await page.evaluate(PRINTED)) as string[])] : held;
}

/** Only what lies in a scrolling region may be wider than the window, and nothing that names chose may run. */
const common = (expected: 0 | 1): string => `(() => {
  const problems = [];
  const wider = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wider > 0) problems.push('is ' + wider + ' pixels wider than its window');
  if (window.escaped !== undefined) problems.push('ran a script that was a name');
  const scripts = document.scripts.length;
  if (scripts !== ${expected}) problems.push('has ' + scripts + ' scripts');
  const foreign = document.querySelectorAll('img, iframe, object, embed, link, base, form, audio, video, [style]').length;
  if (foreign > 0) problems.push('has ' + foreign + ' elements that it never makes');
  for (const element of document.querySelectorAll('*'))
    for (const { name } of element.attributes) if (name.startsWith('on')) problems.push('has an attribute ' + name);
  return problems;
})()`;

/** On paper: light grounds, everything unfolded, nothing that only a screen can use. */
const PRINTED = `(() => {
  const problems = [];
  const grey = (colour) => { const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number); return a === 0 ? 255 : (r + g + b) / 3; };
  for (const element of document.querySelectorAll('body, main *'))
    if (!(element instanceof SVGElement) && grey(getComputedStyle(element).backgroundColor) < 200)
      { problems.push(element.tagName + ' has a dark ground'); break; }
  const folded = [...document.querySelectorAll('details')].filter((one) => !one.closest('.off') &&
    ((last) => !last.checkVisibility({ contentVisibilityAuto: true }) || last.getClientRects().length === 0)(
      [...one.children].findLast((child) => !child.matches('.off'))));
  if (folded.length > 0) problems.push(folded.length + ' details are folded');
  for (const only of ['nav', 'pre button', 'input', '.skip'])
    if ([...document.querySelectorAll(only)].some((one) => one.getClientRects().length > 0)) problems.push('shows ' + only);
  const cut = [...document.querySelectorAll('.scroll')].filter((one) => one.scrollHeight > one.clientHeight + 1);
  if (cut.length > 0) problems.push(cut.length + ' tables are cut');
  return problems;
})()`;
