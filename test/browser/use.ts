import type { Browser, Page } from 'playwright-core';
import { openPage, VIEWS } from './report-page.ts';

type Use = (page: Page) => Promise<readonly string[]>;

const expectThat = (holds: boolean, sentence: string): readonly string[] => (holds ? [] : [sentence]);

/** Everything that can be focused is reached with the tabulator, in the order of the page, and shows that it is. */
const reachedByKeyboard: Use = async (page) => {
  const wanted = (await page.evaluate(`(() => {
    const all = [...document.querySelectorAll('a[href], button, input, summary, [tabindex="0"]')]
      .filter((one) => one.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true }));
    all.forEach((one, at) => { one.dataset.order = String(at); });
    return all.length;
  })()`)) as number;
  const seen: number[] = [];
  const unmarked: string[] = [];
  for (let at = 0; at < wanted; at += 1) {
    await page.keyboard.press('Tab');
    const [order, outline, name] = (await page.evaluate(`(() => {
      const one = document.activeElement;
      return [Number(one.dataset.order ?? -1), getComputedStyle(one).outlineStyle, one.outerHTML.slice(0, 80)];
    })()`)) as [number, string, string];
    seen.push(order);
    if (outline === 'none') unmarked.push(name);
  }
  const missed = Array.from({ length: wanted }, (_, at) => at).filter((at) => !seen.includes(at));
  return [
    ...expectThat(missed.length === 0, `${missed.length} of ${wanted} things cannot be reached`),
    ...expectThat(
      seen.every((order, at) => at === 0 || order > (seen[at - 1] ?? -1)),
      'the focus jumps about',
    ),
    ...expectThat(unmarked.length === 0, `the focus is not seen on ${unmarked[0]}`),
  ];
};

const skipsToTheSummary: Use = async (page) => {
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  return expectThat(page.url().endsWith('#summary'), 'the first thing reached does not skip to the summary');
};

/** A link from the guest table opens the finding, even where it is folded away. */
const leadsToFindings: Use = async (page) => {
  const links = page.locator('#guest-table a.code');
  const count = await links.count();
  const problems: string[] = [];
  for (const at of [0, count - 1]) {
    const link = links.nth(at);
    const target = (await link.getAttribute('href')) ?? '';
    await link.click();
    if (!(await page.locator(target).isVisible())) problems.push(`${target} is not shown`);
  }
  return [...expectThat(count > 0, 'no guest leads to a finding'), ...problems];
};

const COPIED = `document.querySelector('#issues pre button').click(); new Promise((go) => setTimeout(go, 200)).then(() => [
  document.querySelector('#issues pre button').textContent, document.getElementById('said').textContent])`;

const copiesCommands: Use = async (page) => {
  const [label, said] = (await page.evaluate(COPIED)) as [string, string];
  return expectThat(
    label === 'Copied' && said === 'Copied',
    `after a click the button says ${label}, the status ${said}`,
  );
};

const visibleRows = '#guest-table tbody tr:visible';

const filtersAndOrders: Use = async (page) => {
  const all = await page.locator(visibleRows).count();
  const field = page.getByRole('searchbox');
  await field.fill('web-');
  const some = await page.locator(visibleRows).count();
  await field.fill('');
  await page.getByRole('checkbox').check();
  const named = await page.locator(visibleRows).count();
  await page.getByRole('checkbox').uncheck();
  const name = page.locator('#guest-table thead th').nth(1);
  await name.getByRole('button').click();
  const names = await page.locator('#guest-table tbody td:nth-child(2)').allTextContents();
  const sorted = [...names].sort(new Intl.Collator('en', { numeric: true }).compare);
  return [
    ...expectThat(some > 0 && some < all, `the filter shows ${some} of ${all}`),
    ...expectThat(named > 0 && named < all, `with findings only, ${named} of ${all} are shown`),
    ...expectThat((await name.getAttribute('aria-sort')) === 'ascending', 'the order is not told'),
    ...expectThat(names.join() === sorted.join(), 'the guests are not in order'),
  ];
};

/** Without script: nothing is there that does not work, and everything else is. */
const worksWithoutScript: Use = async (page) => {
  const buttons = await page.locator('button, input[type=search]').count();
  const folded = page.locator('details.finding:not([open])').first();
  await folded.locator('> summary').click();
  const opened = await page.locator('details.finding[open]').count();
  const all = await page.locator(visibleRows).count();
  await page.getByRole('checkbox').check();
  const named = await page.locator(visibleRows).count();
  return [
    ...expectThat(buttons === 0, `${buttons} buttons do nothing`),
    ...expectThat(opened > 0, 'a finding cannot be unfolded'),
    ...expectThat(named > 0 && named < all, `with findings only, ${named} of ${all} are shown`),
    ...(await leadsToFindings(page)),
  ];
};

const USES: readonly (readonly [string, keyof typeof VIEWS, Use])[] = [
  ['the keyboard reaches everything', 'light', reachedByKeyboard],
  ['the keyboard reaches everything on a telephone', 'phone', reachedByKeyboard],
  ['the first thing reached skips to the summary', 'light', skipsToTheSummary],
  ['guests lead to their findings', 'light', leadsToFindings],
  ['commands can be copied', 'light', copiesCommands],
  ['guests can be filtered and ordered', 'light', filtersAndOrders],
  ['all of it works without script', 'no-script', worksWithoutScript],
];

/** What a reader does with a page. */
export async function problemsOfUse(
  browser: Browser,
  html: string,
  count: (what: string, problems: readonly string[]) => void,
): Promise<void> {
  for (const [what, view, use] of USES) {
    const { page, complaints, close } = await openPage(browser, html, VIEWS[view]);
    const problems = await use(page).catch((error: unknown) => [String(error).split('\n')[0] ?? '']);
    count(what, [...problems, ...complaints]);
    await close();
  }
}
