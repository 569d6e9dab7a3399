import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';

export interface View {
  readonly name: string;
  readonly width: number;
  readonly colorScheme: 'light' | 'dark';
  readonly media: 'screen' | 'print';
  readonly javaScript: boolean;
}

const SCREEN = { width: 1280, colorScheme: 'light', media: 'screen', javaScript: true } as const;

export const VIEWS = {
  light: { ...SCREEN, name: 'light' },
  dark: { ...SCREEN, name: 'dark', colorScheme: 'dark' },
  phone: { ...SCREEN, name: 'phone', width: 360 },
  /** Somebody prints from a dark screen. */
  print: { ...SCREEN, name: 'print', width: 680, colorScheme: 'dark', media: 'print' },
  'no-script': { ...SCREEN, name: 'no-script', javaScript: false },
} as const satisfies Record<string, View>;

export interface OpenPage {
  readonly page: Page;
  /** What the browser complained of and what the page asked for, as it happens. */
  readonly complaints: string[];
  readonly close: () => Promise<void>;
}

/** A name that leads nowhere: the page itself is handed out here, everything else is refused and counted. */
const ADDRESS = 'http://report.invalid/';

/** The page as a browser gets it from a server, with its policy in force and no network behind it. */
export async function openPage(browser: Browser, html: string, view: View, fragment = ''): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: { width: view.width, height: 900 },
    colorScheme: view.colorScheme,
    javaScriptEnabled: view.javaScript,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  await context.route('**', async (route) => {
    const url = route.request().url();
    if (url.split('#')[0] === ADDRESS) return route.fulfill({ contentType: 'text/html; charset=utf-8', body: html });
    complaints.push(`asks for ${url}`);
    return route.abort();
  });
  page.on('console', (message) => complaints.push(`the browser says: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`the script failed: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push('opens a dialog');
    void dialog.dismiss();
  });
  if (view.media === 'print') await page.emulateMedia({ media: 'print' });
  await page.goto(`${ADDRESS}${fragment}`);
  return { page, complaints, close: () => context.close() };
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core is asked: all of WCAG 2.2 A and AA, only contrast where only colours differ, or all that is not contrast. */
export type Rules = 'all' | 'contrast' | 'all but contrast';

const TAGS = `{ type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }`;

const OPTIONS: Readonly<Record<Rules, string>> = {
  all: `runOnly: ${TAGS}`,
  contrast: `runOnly: { type: 'rule', values: ['color-contrast'] }`,
  'all but contrast': `runOnly: ${TAGS}, rules: { 'color-contrast': { enabled: false } }`,
};

const runAxe = (rules: Rules): string => `axe.run(document, { ${OPTIONS[rules]}, resultTypes: ['violations'] })
  .then(({ violations }) => violations.map(({ id, nodes }) =>
    id + ', ' + nodes.length + ' times: ' + nodes.slice(0, 2).map(({ html, any }) => html.slice(0, 160) + ' ' + (any[0]?.message ?? '')).join(' | ')))`;

export async function axeViolations(page: Page, rules: Rules): Promise<readonly string[]> {
  await page.evaluate(AXE);
  return (await page.evaluate(runAxe(rules))) as string[];
}
