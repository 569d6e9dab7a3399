/** A check is one thing in five places: registry, file, page, unit test, and a capture in which it fires. */

export interface Catalogue {
  readonly checks: readonly { readonly code: string }[];
  /** File names in src/checks. */
  readonly files: readonly string[];
  /** Pages of docs/checks by code. */
  readonly pages: ReadonlyMap<string, string>;
  /** Codes of findings in goldens of captures. */
  readonly firing: ReadonlySet<string>;
  /** Captures without a golden, and goldens without a capture. */
  readonly unpaired: readonly string[];
}

/** Headings of a check's page, all mandatory, in this order. */
export const HEADINGS = [
  'What it reports',
  'Cause',
  'Impact',
  'Confirm by hand',
  'Fix',
  'Fix safety',
  'When it is wrong',
  'Needs',
  'Since / replaced by',
] as const;

const PLACEHOLDER = /\b(?:TODO|TBD|FIXME|XXX|lorem ipsum|placeholder|to be written|fill in|coming soon)\b/i;

const withoutCode = (page: string): string => page.replace(/^```[\s\S]*?^```/gm, 'code');

/** What is wrong with the page of a check. */
export function pageProblems(code: string, page: string): readonly string[] {
  const path = `docs/checks/${code}.md`;
  const [title = '', ...sections] = withoutCode(page).split(/^## /m);
  const headings = sections.map((section) => section.split('\n')[0]?.trim() ?? '');
  const empty = sections.filter((section) => section.split('\n').slice(1).join('').trim() === '');
  return [
    ...(new RegExp(`^# .*\\b${code}\\b`).test(title) ? [] : [`${path}: the title does not name ${code}`]),
    ...(headings.join('\n') === HEADINGS.join('\n')
      ? []
      : [`${path}: the headings are ${headings.join(', ')}; they have to be ${HEADINGS.join(', ')}`]),
    ...empty.map((section) => `${path}: nothing stands under ${section.trim()}`),
    ...(PLACEHOLDER.test(page) ? [`${path}: a placeholder stands in the place of text`] : []),
  ];
}

/** `mnt001-ct001-stale-mount.ts` is the file of two codes. */
const isOf = (file: string, code: string): boolean =>
  (/^((?:[a-z]+\d{3}-)+)[a-z]/.exec(file)?.[1] ?? '').split('-').includes(code.toLowerCase());

const holds = ({ files }: Catalogue, code: string, isTest: boolean): boolean =>
  files.some((file) => file.endsWith('.test.ts') === isTest && isOf(file, code));

const listed = (catalogue: Catalogue): readonly string[] =>
  catalogue.checks.flatMap(({ code }) => {
    const page = catalogue.pages.get(code);
    return [
      ...(holds(catalogue, code, false) ? [] : [`${code} has no file in src/checks`]),
      ...(holds(catalogue, code, true) ? [] : [`${code} has no unit test in src/checks`]),
      ...(page === undefined ? [`${code} has no page docs/checks/${code}.md`] : pageProblems(code, page)),
      ...(catalogue.firing.has(code)
        ? []
        : [`${code} fires in no capture: test/captures/<situation>/capture.json with its golden`]),
    ];
  });

/** Everything that stands in one of the places and not in the others. */
export function parityProblems(catalogue: Catalogue): readonly string[] {
  const codes = catalogue.checks.map(({ code }) => code);
  const strays = catalogue.files.filter(
    (file) => file !== 'index.ts' && !catalogue.checks.some(({ code }) => isOf(file, code)),
  );
  return [
    ...listed(catalogue),
    ...codes.filter((code, index) => codes.indexOf(code) !== index).map((code) => `${code} stands twice in CHECKS`),
    ...codes.filter((code) => !/^[A-Z]+\d{3}$/.test(code)).map((code) => `${code} is no code: area and three digits`),
    ...strays.map((file) => `src/checks/${file} belongs to no check in CHECKS`),
    ...[...catalogue.pages]
      .filter(([code, page]) => !codes.includes(code) && !/^## Since \/ replaced by\n+.*\breplaced by\b/im.test(page))
      .map(([code]) => `docs/checks/${code}.md is about no check in CHECKS and does not say what replaced it`),
    ...[...catalogue.firing]
      .filter((code) => !codes.includes(code))
      .map((code) => `a golden has ${code}, which is not in CHECKS`),
    ...catalogue.unpaired,
  ];
}
