import type { Browser, Page } from 'playwright-core';
import { openPage, VIEWS } from './report-page.ts';

type Use = (page: Page) => Promise<readonly string[]>;

const expectThat = (holds: boolean, sentence: string): readonly string[] => (holds ? [] : [sentence]);

/** Everything that can be focused is reached with the tabulator, in the order of the page, and shows that it is. */
const reachedByKeyboard: Use = async (page) => {
  const wanted = (await page.evaluate(`(() => {
    const all = [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')]
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

/** What a page does about a link to a part of itself comes after the click has returned. */
const WAIT = { timeout: 5000 };

const comes = (what: Promise<void>): Promise<boolean> =>
  what.then(
    () => true,
    () => false,
  );

const shows = (page: Page, selector: string): Promise<boolean> =>
  comes(page.locator(selector).waitFor({ ...WAIT, state: 'visible' }));

const hides = (page: Page, selector: string): Promise<boolean> =>
  comes(page.locator(selector).waitFor({ ...WAIT, state: 'hidden' }));

const leads = (page: Page, fragment: string): Promise<boolean> =>
  comes(page.waitForURL((url) => url.hash === fragment, WAIT));

const skipsToTheSummary: Use = async (page) => {
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  return expectThat(await leads(page, '#summary'), 'the first thing reached does not skip to the summary');
};

/** A link from the guest table opens the problem, even where it is folded away. */
const leadsToProblems: Use = async (page) => {
  const links = page.locator('#guest-table a.code');
  const count = await links.count();
  const problems: string[] = [];
  for (const at of [0, count - 1]) {
    const link = links.nth(at);
    const target = (await link.getAttribute('href')) ?? '';
    await link.click();
    if (!(await shows(page, target))) problems.push(`${target} is not shown`);
  }
  return [...expectThat(count > 0, 'no guest leads to a problem'), ...problems];
};

/** What a page puts into the clipboard. */
const LISTEN = `window.copied = []; addEventListener('copy', () => { window.copied.push(document.activeElement.value); })`;

const copied = async (page: Page): Promise<string> => (await page.evaluate('window.copied.at(-1) ?? ""')) as string;

const copiesCommands: Use = async (page) => {
  await page.evaluate(LISTEN);
  const button = page.locator('#problems .problem pre button').first();
  const command = (await page.locator('#problems .problem pre code').first().textContent()) ?? '';
  await button.click();
  await page.waitForFunction('document.getElementById("said").textContent === "Copied"');
  return [
    ...expectThat((await button.textContent()) === 'Copied', 'the button does not say that it copied'),
    ...expectThat((await copied(page)) === command, `copied ${await copied(page)} instead of ${command}`),
  ];
};

/** Every step of one kind of what is shown, once, below whom it concerns; and of what is narrowed, those alone. */
const copiesAllCommands: Use = async (page) => {
  await page.evaluate(LISTEN);
  const looks = page.getByRole('button', { name: 'Copy all that look' });
  await looks.click();
  const looking = (await copied(page)).trimEnd().split('\n');
  const lookSteps = await page.locator('#problems pre.step.looks code').allTextContents();
  const button = page.getByRole('button', { name: 'Copy all that change' });
  await button.click();
  const lines = (await copied(page)).trimEnd().split('\n');
  const steps = await page.locator('#problems pre.step.changes code').allTextContents();
  const commands = lines.filter((line) => !line.startsWith('#'));
  await page.getByRole('combobox', { name: 'Any code' }).selectOption('DM010');
  await button.click();
  const narrowed = (await copied(page)).trimEnd().split('\n');
  return [
    ...expectThat(steps.length > 10, 'there is little to copy'),
    ...expectThat(
      looking.filter((line) => !line.startsWith('#')).every((line) => lookSteps.includes(line)),
      'what changes something is among what looks',
    ),
    ...expectThat([...new Set(steps)].join() === commands.join(), `copied ${commands.length} of ${steps.length} steps`),
    ...expectThat(lines[0]?.startsWith('# ') ?? false, 'nothing says whom a step concerns'),
    ...expectThat(
      narrowed.length > 1 &&
        narrowed.every((line) => /^# Guest \d+ \(deleted\)$|^pve-doctor clean --vmid \d+$/.test(line)),
      `of one code it copied ${narrowed[0]}`,
    ),
  ];
};

const attributesOf = async (page: Page, selector: string, name: string): Promise<readonly string[]> =>
  (await page.evaluate(
    `[...document.querySelectorAll('${selector}')].map((one) => one.getAttribute('${name}') ?? '')`,
  )) as string[];

const SHOWN = '#problems .problem:not([hidden])';

const filtersProblems: Use = async (page) => {
  const all = await page.locator(SHOWN).count();
  const shown = (attribute: string) => attributesOf(page, SHOWN, attribute);
  const field = page.getByRole('searchbox', { name: 'Search' });
  const problems: string[] = [];
  const choose = async (name: string, value: string, attribute: string): Promise<void> => {
    const box = page.getByRole('combobox', { name });
    await box.selectOption(value);
    const values = await shown(attribute);
    const visible = await page.locator('#problems .problem:visible').count();
    problems.push(
      ...expectThat(values.length > 0 && values.length < all, `${name} ${value} shows ${values.length} of ${all}`),
      ...expectThat(
        values.every((one) => one.split(' ').includes(value)),
        `${name} ${value} shows others too`,
      ),
      ...expectThat(visible === values.length, `${visible} of ${values.length} can be seen with ${name} ${value}`),
    );
    await box.selectOption('');
  };
  await choose('Any severity', 'warning', 'data-s');
  await choose('Any code', 'LV001', 'data-c');
  await choose('Any guest', '100', 'data-g');
  await field.fill('vm-9006 ACTIVE');
  const found = await page.locator(SHOWN).allTextContents();
  await field.fill('');
  return [
    ...problems,
    ...expectThat(found.length === 1 && found[0]?.includes('9006') === true, `a search shows ${found.length}`),
    ...expectThat((await page.locator(SHOWN).count()) === all, 'not all come back'),
  ];
};

/** Whatever is marked as of this guest stays, nothing else, and one link brings the rest back. */
const showsOneGuest: Use = async (page) => {
  const all = await page.locator('[data-g]:not(.off)').count();
  await page.locator('#g100 th a').click();
  await shows(page, '#one');
  const heading = await page.locator('#one h2').textContent();
  const marks = await attributesOf(page, '[data-g]:not(.off)', 'data-g');
  const sections = await attributesOf(page, 'main > section:not(.off)', 'id');
  const visible = await page.locator('[data-g]:visible').count();
  const link = page.locator('#g100 a.code').first();
  const target = (await link.getAttribute('href')) ?? '';
  await link.click();
  const stays = (await leads(page, target)) && (await shows(page, target)) && (await page.locator('#one').isVisible());
  await page.getByRole('link', { name: 'Back to the whole node' }).click();
  await hides(page, '#one');
  return [
    ...expectThat(heading === 'Everything about VM 100 (web-0)', `the heading is ${heading}`),
    ...expectThat(marks.length > 2 && marks.every((one) => one.split(' ').includes('100')), 'others are shown too'),
    ...expectThat(visible === marks.length, `${visible} of ${marks.length} can be seen`),
    ...expectThat(
      ['problems', 'guests', 'devices'].every((id) => sections.includes(id)) && !sections.includes('metrics'),
      `shows ${sections.join()}`,
    ),
    ...expectThat(stays, `a link to ${target} leaves the guest`),
    ...expectThat((await page.locator('[data-g]:not(.off)').count()) === all, 'not all come back'),
  ];
};

const visibleRows = '#guest-table tbody tr:visible';

const filtersAndOrders: Use = async (page) => {
  const all = await page.locator(visibleRows).count();
  const ranks = await attributesOf(page, '#guest-table tbody td:nth-child(4)', 'data-n');
  const field = page.getByRole('searchbox', { name: 'Filter' });
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
    ...expectThat(ranks[0] === '0' && ranks.join() === [...ranks].sort().join(), 'the sick are not first'),
    ...expectThat(named > 0 && named < all, `with problems only, ${named} of ${all} are shown`),
    ...expectThat((await name.getAttribute('aria-sort')) === 'ascending', 'the order is not told'),
    ...expectThat(names.join() === sorted.join(), 'the guests are not in order'),
  ];
};

/** Without script: nothing is there that does not work, and everything else is. */
const worksWithoutScript: Use = async (page) => {
  const buttons = await page.locator('button, select, input[type=search]').count();
  const folded = page.locator('details.problem:visible:not([open])').first();
  await folded.locator('> summary').click();
  const opened = await page.locator('details.problem[open]').count();
  const all = await page.locator(visibleRows).count();
  await page.getByRole('checkbox').check();
  const named = await page.locator(visibleRows).count();
  return [
    ...expectThat(buttons === 0, `${buttons} buttons do nothing`),
    ...expectThat(opened > 0, 'a problem cannot be unfolded'),
    ...expectThat(named > 0 && named < all, `with problems only, ${named} of ${all} are shown`),
    ...(await leadsToProblems(page)),
  ];
};

const USES: readonly (readonly [string, keyof typeof VIEWS, Use])[] = [
  ['the keyboard reaches everything', 'light', reachedByKeyboard],
  ['the keyboard reaches everything on a telephone', 'phone', reachedByKeyboard],
  ['the first thing reached skips to the summary', 'light', skipsToTheSummary],
  ['guests lead to their problems', 'light', leadsToProblems],
  ['commands can be copied', 'light', copiesCommands],
  ['all commands can be copied at once', 'light', copiesAllCommands],
  ['problems can be searched and filtered', 'light', filtersProblems],
  ['everything about one guest can be seen', 'light', showsOneGuest],
  ['everything about one guest can be seen on a telephone', 'phone', showsOneGuest],
  ['guests can be filtered and ordered', 'light', filtersAndOrders],
  ['all of it works without script', 'no-script', worksWithoutScript],
];

/** What a reader does with a page. */
/** What holds of the page of a cluster, which has no script. */
export const USES_OF_CLUSTER: typeof USES = [
  ['everything of a cluster is reached by keyboard', 'light', reachedByKeyboard],
  ['everything of a cluster is reached by keyboard on a telephone', 'phone', reachedByKeyboard],
];

export async function problemsOfUse(
  browser: Browser,
  html: string,
  count: (what: string, problems: readonly string[]) => void,
  uses = USES,
): Promise<void> {
  for (const [what, view, use] of uses) {
    const { page, complaints, close } = await openPage(browser, html, VIEWS[view]);
    const problems = await use(page).catch((error: unknown) => [String(error).split('\n')[0] ?? '']);
    count(what, [...problems, ...complaints]);
    await close();
  }
}
