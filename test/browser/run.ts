/**
 * npm run browser [-- NAME…]: the HTML reports, the mails and the hub in Debian's Chromium, in every view, without a network.
 * Screenshots go to .browser/, to be looked at. The last line counts.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { renderHtml } from '../../src/render/html/html.ts';
import { findChromium } from '../../tools/browser-setup.mjs';
import { clusterPages } from './cluster-pages.ts';
import { problemsOfHub } from './hub.ts';
import { problemsOfHostileHub } from './hub-hostile.ts';
import { problemsOfLook } from './looks.ts';
import { complaintsAboutMails } from './mails.ts';
import { axeViolations, openPage, type Rules, VIEWS, type View } from './report-page.ts';
import { type NamedPage, PAGES, SICK } from './reports.ts';
import { problemsOfUse, USES_OF_CLUSTER } from './use.ts';

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** Pictures of more than this tell no more, and a page of 1 000 guests is longer than a picture can be. */
const TALLEST = 4000;

/** Contrast is measured at every text: beyond this a page has only more of the same. */
const LONGEST_FOR_CONTRAST = 300_000;

/** The dark scheme differs in colours alone, and narrow pages in everything else. */
function rulesFor(view: View, html: string): Rules | null {
  if (view.media === 'print') return null;
  if (view.colorScheme === 'dark') return html.length < LONGEST_FOR_CONTRAST ? 'contrast' : null;
  return view.width === VIEWS.light.width && html.length < LONGEST_FOR_CONTRAST ? 'all' : 'all but contrast';
}

const folder = fileURLToPath(new URL('../../.browser/', import.meta.url));
let passed = 0;
let failed = 0;

function count(what: string, problems: readonly string[]): void {
  if (problems.length === 0) passed += 1;
  else failed += 1;
  for (const problem of problems) console.error(`${what}: ${problem}`);
}

async function look(browser: Browser, { name, fragment, scripts }: NamedPage, html: string, view: View): Promise<void> {
  const { page, complaints, close } = await openPage(browser, html, view, fragment);
  const problems = await problemsOfLook(page, view, scripts);
  const rules = rulesFor(view, html);
  const violations = rules === null ? [] : await axeViolations(page, rules);
  const height = Math.min(TALLEST, (await page.evaluate('document.body.scrollHeight')) as number);
  await page.setViewportSize({ width: view.width, height });
  await page.screenshot({ path: `${folder}${name}-${view.name}.png` });
  count(`${name}, ${view.name}`, [...problems, ...violations, ...complaints]);
  await close();
}

const executablePath = findChromium();
if (executablePath === null) process.exit(1);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
const browser = await chromium.launch({ executablePath, args: FLAGS });
const chosen = process.argv.slice(2);
const wanted = (name: string): boolean => chosen.length === 0 || chosen.includes(name);
/** Longest first: two at a time are as many as a small machine has processors. */
const work: (() => Promise<void>)[] = [];
if (wanted('hub')) work.push(() => problemsOfHub(browser, count, folder));
if (wanted('hub')) work.push(() => problemsOfHostileHub(browser, count, folder));
if (wanted('mails')) work.push(async () => count('mails', await complaintsAboutMails(browser)));
if (wanted('use')) work.push(() => problemsOfUse(browser, renderHtml(SICK), count));
for (const [name, html] of clusterPages())
  if (wanted(name)) work.push(() => problemsOfUse(browser, html, count, USES_OF_CLUSTER));
for (const one of PAGES) {
  const { name, views } = one;
  if (!wanted(name)) continue;
  const html = one.html();
  writeFileSync(`${folder}${name}.html`, html);
  for (const view of views) work.push(() => look(browser, one, html, VIEWS[view]));
}
async function worker(): Promise<void> {
  for (let task = work.shift(); task !== undefined; task = work.shift()) await task();
}
await Promise.all([worker(), worker()]);
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
