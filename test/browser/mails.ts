import type { Browser, Page } from 'playwright-core';
import type { Report } from '../../src/model/report/report.ts';
import { testMessage, textsOf } from '../../src/render/message/compose.ts';
import { goldenReports } from '../data/golden-reports.ts';
import { changeSince, firstChange, withTexts } from '../data/hostile-texts.ts';
import { largeReport } from '../data/large-report.ts';
import { emptyReport, healthyReport, hostileReport, troubledReport, unknownReport } from '../data/sample-report.ts';
import { axeViolations, type Rules } from './report-page.ts';

const NAMES = { id: 'id', createdAt: '2026-11-21T02:00:13Z', node: 'pve1' };

const mail = (report: Report): string =>
  textsOf({ ...NAMES, report, change: changeSince(report, 1), kind: 'report' }).html;
const first = (report: Report): string =>
  textsOf({ ...NAMES, report, change: firstChange(report), kind: 'digest' }).html;

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

/**
 * How a mail program may show it: narrow panes, dark, and without its style sheets, as Gmail's application does. Contrast is
 * measured once for each set of colours.
 */
const VIEWS = [
  { width: 320, colorScheme: 'light', sheets: true, rules: 'all but contrast' },
  { width: 600, colorScheme: 'light', sheets: true, rules: 'all' },
  { width: 800, colorScheme: 'dark', sheets: true, rules: 'contrast' },
  { width: 360, colorScheme: 'light', sheets: false, rules: 'contrast' },
] as const;

const TOO_WIDE = 'Math.max(0, document.documentElement.scrollWidth - window.innerWidth)';

/** The rules take time with the square of a page; the longest mail has nothing that shorter ones have not. */
const LONGEST_FOR_AXE = 60_000;

async function complaintsOf(page: Page, html: string, rules: Rules): Promise<readonly string[]> {
  const complaints: string[] = [];
  page.on('request', (request) => complaints.push(`asks for ${request.url()}`));
  page.on('console', (message) => complaints.push(`the browser says ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.setContent(html);
  const tooWide = await page.evaluate(TOO_WIDE);
  if (tooWide !== 0) complaints.push(`is ${tooWide} pixels wider than its window`);
  if (html.length > LONGEST_FOR_AXE) return complaints;
  return [...complaints, ...(await axeViolations(page, rules))];
}

/** Whatever is wrong with any of the mails in any view, each as a sentence. */
export async function complaintsAboutMails(browser: Browser): Promise<readonly string[]> {
  const complaints: string[] = [];
  for (const [name, html] of Object.entries(MAILS)) {
    for (const { width, colorScheme, sheets, rules } of VIEWS) {
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      const shown = sheets ? html : html.replace(/<style[\s\S]*?<\/style>/g, '');
      const view = `${name}, ${width} px, ${colorScheme}${sheets ? '' : ', without style sheets'}`;
      complaints.push(...(await complaintsOf(page, shown, rules)).map((complaint) => `${view}: ${complaint}`));
      await page.close();
    }
  }
  return complaints;
}
