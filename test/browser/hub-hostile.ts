import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { HubStore } from '../../src/hub/store/hub-store.ts';
import { hostileReport } from '../hub/fleet/example-fleet.ts';
import { becomeFirst, openHub } from './hub.ts';
import { axeViolations, VIEWS, type View } from './report-page.ts';

type Count = (what: string, problems: readonly string[]) => void;

const NARROW: readonly View[] = [VIEWS.light, { ...VIEWS.phone, width: 390 }, VIEWS.print];

/** A fleet with one node on which every name is an attack: no page of the hub runs it, loads it, or gets wider by it. */
export async function problemsOfHostileHub(browser: Browser, count: Count, folder: string): Promise<void> {
  const hub = await openHub();
  const { address } = hub.running;
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await becomeFirst(page, hub.link);
    const paths = await hostilePaths(hub.store);
    for (const view of NARROW) {
      await page.setViewportSize({ width: view.width, height: 900 });
      await page.emulateMedia({ colorScheme: view.colorScheme, media: view.media });
      for (const [name, path] of paths) {
        await page.goto(`${address}${path}`);
        count(`hub, hostile ${name}, ${view.name}`, await held(page, view));
        await page.screenshot({ path: `${folder}hub-hostile-${name}-${view.name}.png` });
      }
    }
    count('hub, every page without a script', await reachesAll(browser, context, address));
  } finally {
    await context.close();
    await hub.close();
  }
}

/** The pages on which that node stands. */
async function hostilePaths(store: HubStore): Promise<readonly (readonly [string, string])[]> {
  const node = (await store.nodes({})).find(({ status }) => status === 'healthy') ?? (await store.nodes({}))[0];
  if (node === undefined) throw new Error('the example fleet has no node');
  const { nodeId, clusterId } = node;
  await store.keep([hostileReport(node, new Date())]);
  const [problem] = await store.problems({ nodeId, limit: 1, offset: 0 });
  if (problem === undefined) throw new Error('the hostile report has no problem');
  return [
    ['first', '/'],
    ['cluster', `/clusters/${clusterId}`],
    ['node', `/nodes/${nodeId}`],
    ['problem', `/nodes/${nodeId}/problems/${encodeURIComponent(problem.id)}`],
    ['problems', '/problems?code=DM013'],
    ['changes', '/changes'],
    ['search', `/search?${new URLSearchParams({ q: '<img src=x' }).toString()}`],
  ];
}

const held = async (page: Page, { media }: View): Promise<readonly string[]> => [
  ...((await page.evaluate(`(() => {
    const problems = [];
    const wider = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wider > 0) problems.push('is ' + wider + ' pixels wider than its window');
    if (window.escaped !== undefined) problems.push('ran a script that was a name');
    const foreign = document.querySelectorAll('img, iframe, object, embed, style, [style], [onerror]').length;
    if (foreign > 0) problems.push('has ' + foreign + ' elements or attributes that it never makes');
    if (!document.body.textContent.includes('<img src=x')) problems.push('does not show the name');
    return problems;
  })()`)) as string[]),
  ...(media === 'print' ? [] : await axeViolations(page, 'all but contrast')),
];

/** What a page is, by its address. */
const KINDS: readonly (readonly [string, RegExp])[] = [
  ['a cluster', /^\/clusters\/[^/]+$/],
  ['a node', /^\/nodes\/[^/]+$/],
  ['the report of a node', /^\/nodes\/[^/]+\/report$/],
  ['a problem', /^\/nodes\/[^/]+\/problems\/[^/]+$/],
  ['the problems', /^\/problems$/],
  ['the nodes', /^\/nodes$/],
  ['the changes', /^\/changes$/],
  ['the settings', /^\/settings$/],
  ['the question before a node is revoked', /^\/settings\/nodes\/[^/]+\/revoke$/],
];

/** Follows links alone, one page of each kind, from the first page on. */
async function reachesAll(browser: Browser, loggedIn: BrowserContext, address: string): Promise<readonly string[]> {
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: await loggedIn.storageState() });
  const page = await context.newPage();
  const kindOf = (path: string) => KINDS.find(([, pattern]) => pattern.test(path))?.[0];
  const reached = new Set<string>();
  const waiting = ['/'];
  const problems: string[] = [];
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const status = (await page.goto(`${address}${path}`))?.status();
    if (status !== 200) problems.push(`${path} answers ${status}`);
    const hrefs = (await page.evaluate(
      `[...document.querySelectorAll('a[href^="/"]')].map((one) => one.getAttribute('href'))`,
    )) as string[];
    for (const href of hrefs) {
      const kind = kindOf(href.split('?')[0] ?? '');
      if (kind === undefined || reached.has(kind)) continue;
      reached.add(kind);
      waiting.push(href);
    }
  }
  await context.close();
  return [...problems, ...KINDS.filter(([kind]) => !reached.has(kind)).map(([kind]) => `no link leads to ${kind}`)];
}
