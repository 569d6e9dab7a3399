import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { readHubConfig } from '../../src/hub/config/load-hub-config.ts';
import { firstLink, type Running, runServer } from '../../src/hub/server/run-server.ts';
import type { HubStore } from '../../src/hub/store/hub-store.ts';
import { openStore } from '../../src/hub/store/open-store.ts';
import { fillExampleFleet, hostileReport } from '../hub/fleet/example-fleet.ts';
import { axeViolations, VIEWS, type View } from './report-page.ts';

type Count = (what: string, problems: readonly string[]) => void;

export interface OpenHub {
  readonly store: HubStore;
  readonly running: Running;
  readonly link: string;
  readonly close: () => Promise<void>;
}

/** The hub itself with the example fleet, at a port of its own. */
export async function openHub(): Promise<OpenHub> {
  const folder = mkdtempSync(join(tmpdir(), 'pve-doctor-hub-browser-'));
  const store = await openStore(join(folder, 'hub.db'));
  await fillExampleFleet(store, new Date());
  const nobody = { readSmallFile: async () => ({ state: 'absent' }) as const, ownUid: () => 0 };
  const { config } = await readHubConfig(undefined, nobody, {});
  const here = { ...config, server: { ...config.server, listen: { host: '127.0.0.1', port: 0 } } };
  const now = () => new Date();
  const running = await runServer({ store, config: here, now, env: {}, pid: process.pid, log: () => undefined });
  const link = await firstLink({ store, now }, running.address);
  if (link === null) throw new Error('the hub has an administrator before anybody came');
  const close = async () => {
    await running.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { store, running, link, close };
}

interface Visit {
  readonly page: Page;
  readonly complaints: string[];
}

/** A window whose complaints are kept; nothing but the hub may be asked for anything. */
async function visit(context: BrowserContext, address: string): Promise<Visit> {
  const page = await context.newPage();
  const complaints: string[] = [];
  // Pages that say "not here" and "not allowed" are looked at too.
  page.on('console', (message) => {
    if (!/status of 40[34] /.test(message.text())) complaints.push(`the browser says: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`the script failed: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${address}/`)) complaints.push(`asks for ${request.url()}`);
  });
  return { page, complaints };
}

const expectThat = (holds: boolean, sentence: string): readonly string[] => (holds ? [] : [sentence]);

/** Only what lies in a scrolling region may be wider than the window. */
const WIDER = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

async function looks(page: Page, view: View): Promise<readonly string[]> {
  const wider = (await page.evaluate(WIDER)) as number;
  const rules = view.colorScheme === 'dark' ? 'contrast' : 'all';
  return [...expectThat(wider <= 0, `is ${wider} pixels wider than its window`), ...(await axeViolations(page, rules))];
}

const HUB_VIEWS: readonly View[] = [VIEWS.light, VIEWS.dark, { ...VIEWS.phone, width: 390 }];

/** Everything that the hub shows, in every view, and what people do with it. */
export async function problemsOfHub(browser: Browser, count: Count, folder: string): Promise<void> {
  const hub = await openHub();
  const { address } = hub.running;
  const context = await browser.newContext();
  try {
    const { page, complaints } = await visit(context, address);
    count('hub, the first administrator', await becomeFirst(page, hub.link));
    const paths = await pathsOf(hub.store);
    for (const view of HUB_VIEWS) {
      await page.setViewportSize({ width: view.width, height: 900 });
      await page.emulateMedia({ colorScheme: view.colorScheme });
      for (const [name, path] of paths) {
        await page.goto(`${address}${path}`);
        count(`hub, ${name}, ${view.name}`, await looks(page, view));
        await page.screenshot({ path: `${folder}hub-${name}-${view.name}.png` });
      }
    }
    count('hub, updates itself', await updatesItself(page, hub));
    count('hub, acknowledge by keyboard', await acknowledges(page, hub));
    count('hub, complaints', complaints);
    count('hub, without a script', await worksWithoutScript(browser, context, hub));
  } finally {
    await context.close();
    await hub.close();
  }
}

/** What is read afterwards is of the page that it leads to, however late that comes. */
async function leads(page: Page, action: Promise<void>): Promise<void> {
  await Promise.all([page.waitForEvent('framenavigated', (frame) => frame === page.mainFrame()), action]);
  await page.waitForLoadState('domcontentloaded');
}

export async function becomeFirst(page: Page, link: string): Promise<readonly string[]> {
  await page.goto(link);
  await page.fill('[name=name]', 'anna');
  await page.fill('[name=password]', 'a long enough password');
  await leads(page, page.click('main button[type=submit]'));
  const first = await page.textContent('h1');
  await page.goto(link);
  const again = await page.textContent('main');
  return [
    ...expectThat(first === 'What to do now', `leads to "${first}" and not to the first page`),
    ...expectThat(!(again ?? '').includes('Password'), 'the link works a second time'),
  ];
}

/** Every page, with a cluster, a node and a problem that have much to show. */
async function pathsOf(store: HubStore): Promise<readonly (readonly [string, string])[]> {
  const [problem] = await store.problems({ severity: 'critical', limit: 1, offset: 0 });
  if (problem === undefined) throw new Error('the example fleet has no critical problem');
  const { nodeId, clusterId, id } = problem;
  const silent = (await store.nodes({})).find(({ node }) => node === 'west-09');
  return [
    ['first', '/'],
    ['cluster', `/clusters/${clusterId}`],
    ['node', `/nodes/${nodeId}`],
    ['silent-node', `/nodes/${silent?.nodeId}`],
    ['report', `/nodes/${nodeId}/report`],
    ['problem', `/nodes/${nodeId}/problems/${encodeURIComponent(id)}`],
    ['problems', '/problems?severity=warning'],
    ['nodes', '/nodes'],
    ['changes', '/changes'],
    ['search', '/search?q=vm-1'],
    ['settings', '/settings'],
    ['missing', '/nodes/none'],
  ];
}

/** A report that comes in changes the page that is open, and what a node calls its things stays text. */
async function updatesItself(page: Page, { store, running: { address } }: OpenHub): Promise<readonly string[]> {
  const [node] = await store.nodes({ limit: 1 });
  if (node === undefined) return ['there is no node'];
  await page.goto(`${address}/nodes/${node.nodeId}`);
  await store.keep([hostileReport(node, new Date())]);
  const came = await page.waitForSelector('text=<img src=x onerror=', { timeout: 15_000 }).then(
    () => true,
    () => false,
  );
  const wider = (await page.evaluate(WIDER)) as number;
  const pictures = (await page.evaluate('document.querySelectorAll("img").length')) as number;
  return [
    ...expectThat(came, 'the page did not change by itself'),
    ...expectThat(pictures === 0, 'a name became an element'),
    ...expectThat(wider <= 0, `a long name makes it ${wider} pixels too wide`),
  ];
}

async function acknowledges(page: Page, { store, running: { address } }: OpenHub): Promise<readonly string[]> {
  const groups = await store.groups({});
  const problem = groups.find(({ severity, problems }) => severity === 'critical' && problems === 1)?.example;
  if (problem === undefined) return ['the example fleet has no critical problem that stands once'];
  await page.goto(`${address}/`);
  const before = (await page.textContent('#now')) ?? '';
  await page.goto(`${address}/nodes/${problem.nodeId}/problems/${encodeURIComponent(problem.id)}`);
  await page.focus('[name=reason]');
  await page.keyboard.type('a new disk comes on Friday');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  // A field of a day is several stops, as many as the browser likes.
  const isThere = async () => (await page.evaluate('document.activeElement.textContent')) === 'Acknowledge';
  for (let stops = 0; stops < 12 && !(await isThere()); stops++) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForSelector('text=acknowledged by');
  const shown = (await page.textContent('main')) ?? '';
  const said = await store.acknowledgementsFor(problem.nodeId, new Date().toISOString());
  await page.goto(`${address}/`);
  const now = (await page.textContent('#now')) ?? '';
  await page.goto(`${address}/changes`);
  const changes = (await page.textContent('main')) ?? '';
  return [
    ...expectThat(shown.includes('a new disk comes on Friday'), 'the page of the problem does not say who knows of it'),
    ...expectThat(
      said.some(({ id, by, until }) => id === problem.id && by.includes('anna') && until !== null),
      'the node does not hear of it',
    ),
    ...expectThat(before.includes(problem.what) && !now.includes(problem.what), 'the first page still counts it'),
    ...expectThat(changes.includes('a new disk comes on Friday'), 'the changes do not have it'),
  ];
}

/** The same pages and forms, by links and buttons alone. */
async function worksWithoutScript(
  browser: Browser,
  loggedIn: BrowserContext,
  { running: { address } }: OpenHub,
): Promise<readonly string[]> {
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: await loggedIn.storageState() });
  const { page, complaints } = await visit(context, address);
  await page.goto(`${address}/`);
  await leads(page, page.click('#now a'));
  const first = (await page.textContent('h1')) ?? '';
  await page.fill('#q', '102');
  await leads(page, page.press('#q', 'Enter'));
  const found = (await page.textContent('main')) ?? '';
  await leads(page, page.click('.who button'));
  const out = (await page.textContent('h1')) ?? '';
  await context.close();
  return [
    ...expectThat(first !== '' && first !== 'What to do now', 'the first problem leads nowhere'),
    ...expectThat(found.includes('VMIDs'), 'the search finds no guest'),
    ...expectThat(out === 'Log in', 'logging out does not end at the login'),
    ...complaints,
  ];
}
