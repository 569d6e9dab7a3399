import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import type { Report } from '../../src/model/report.ts';
import { renderMail } from '../../src/render/mail/mail.ts';
import { testMessage } from '../../src/render/message/compose.ts';
import {
  emptyReport,
  healthyReport,
  hostileReport,
  troubledReport,
  unknownReport,
} from '../../src/render/sample-report.ts';
import { goldenReports } from '../data/golden-reports.ts';
import { changeSince, firstChange, withTexts } from '../data/hostile-texts.ts';
import { largeReport } from '../data/large-report.ts';

const mail = (report: Report): string => renderMail(report, changeSince(report, 1), 'report').html;
const first = (report: Report): string => renderMail(report, firstChange(report), 'digest').html;

const NAMES = { id: 'id', createdAt: '2026-11-21T02:00:13Z', node: 'pve1' };
const long = (text: string): string => mail(withTexts(troubledReport, () => text.repeat(500)));

/** Captures whose mails differ most; the laws of bounds and form hold for all of them in test/properties. */
const SITUATIONS = ['example-node', 'pmxcfs-no-quorum', 'mounts-full-and-read-only', 'not-a-pve-node'] as const;

/** Mails by what is odd about them. */
export const MAILS: Readonly<Record<string, string>> = {
  ...{ troubled: mail(troubledReport), healthy: first(healthyReport), unknown: first(unknownReport) },
  ...{ empty: first(emptyReport), hostile: mail(hostileReport), large: mail(largeReport) },
  ...{ 'no blanks': long('x'), 'wide characters': long('漢字'), test: testMessage(NAMES).html },
  ...Object.fromEntries(SITUATIONS.map((name) => [name, first(goldenReports[name] ?? emptyReport)])),
};

/** How a mail program may show it: narrow panes, dark, and without its style sheets, as Gmail's application does. */
const VIEWS = [
  { width: 320, colorScheme: 'light', sheets: true },
  { width: 600, colorScheme: 'light', sheets: true },
  { width: 800, colorScheme: 'dark', sheets: true },
  { width: 360, colorScheme: 'light', sheets: false },
] as const;

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Rules of WCAG that hold for a mail; whole-page rules (landmarks) are for sites. */
const RUN_AXE = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'] }).then(({ violations }) =>
  violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 2).map(({ html }) => html.slice(0, 160)).join(' | ')))`;

const TOO_WIDE = 'Math.max(0, document.documentElement.scrollWidth - window.innerWidth)';

/** The rules take time with the square of a page; the longest mail has nothing that shorter ones have not. */
const LONGEST_FOR_AXE = 60_000;

async function complaintsOf(page: Page, html: string): Promise<readonly string[]> {
  const complaints: string[] = [];
  page.on('request', (request) => complaints.push(`asks for ${request.url()}`));
  page.on('console', (message) => complaints.push(`the browser says ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.setContent(html);
  const tooWide = await page.evaluate(TOO_WIDE);
  if (tooWide !== 0) complaints.push(`is ${tooWide} pixels wider than its window`);
  if (html.length > LONGEST_FOR_AXE) return complaints;
  await page.evaluate(AXE);
  return [...complaints, ...((await page.evaluate(RUN_AXE)) as string[])];
}

/** Whatever is wrong with any of the mails in any view, each as a sentence. */
export async function complaintsAboutMails(browser: Browser): Promise<readonly string[]> {
  const complaints: string[] = [];
  for (const [name, html] of Object.entries(MAILS)) {
    for (const { width, colorScheme, sheets } of VIEWS) {
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      const shown = sheets ? html : html.replace(/<style[\s\S]*?<\/style>/g, '');
      const view = `${name}, ${width} px, ${colorScheme}${sheets ? '' : ', without style sheets'}`;
      complaints.push(...(await complaintsOf(page, shown)).map((complaint) => `${view}: ${complaint}`));
      await page.close();
    }
  }
  return complaints;
}
