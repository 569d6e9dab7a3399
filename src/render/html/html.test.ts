import { createHash } from 'node:crypto';
import { parse, parseFragment } from 'parse5';
import { describe, expect, it } from 'vitest';
import { goldenReports } from '../../../test/data/golden-reports.ts';
import { largeReport, makeReport } from '../../../test/data/large-report.ts';
import { elementsOf, textOf } from '../../../test/data/parsed-html.ts';
import {
  emptyReport,
  healthyReport,
  hostileReport,
  troubledReport,
  unknownReport,
} from '../../../test/data/sample-report.ts';
import { IS_THOROUGH, someOf } from '../../../test/sample.ts';
import type { Report } from '../../model/report/report.ts';
import { htmlText } from '../markup.ts';
import { renderHtml } from './html.ts';
import { MOST_OF_A_LINE } from './lookup.ts';
import { repositoryLinks } from './page-frame.ts';

const SAMPLES = { troubledReport, healthyReport, unknownReport, emptyReport, hostileReport };
const SMALL = makeReport({ guests: 12, findings: 45, mounts: 40, runs: 40 });
const REPORTS: readonly (readonly [string, Report])[] = [
  ...Object.entries(SAMPLES),
  ...someOf(Object.entries(goldenReports), 6),
  ['a made-up one', SMALL],
];

interface Parsed {
  readonly errors: readonly string[];
  readonly elements: ReturnType<typeof elementsOf>;
  readonly text: string;
}

function parsed(html: string): Parsed {
  const errors: string[] = [];
  const document = parse(html, { onParseError: ({ code, startLine }) => errors.push(`${code} in line ${startLine}`) });
  return { errors, elements: elementsOf(document), text: textOf(document).replace(/\s+/g, ' ') };
}

type Element = Parsed['elements'][number];
const attribute = ({ attrs }: Element, wanted: string) => attrs.find(({ name }) => name === wanted)?.value ?? null;
const all = ({ elements }: Parsed, name: string) => elements.flatMap((one) => attribute(one, name) ?? []);
const tags = ({ elements }: Parsed, tag: string) => elements.filter(({ tagName }) => tagName === tag);

/** Everything that a report is made of. Nothing else can come into it, so nothing else is looked for. */
const ELEMENTS = new Set(
  'html head meta title style body a header div p b h1 span dl dt dd nav ul ol li main section h2 h3 h4 details summary i code pre table caption thead tbody tr th td label input footer script svg circle text rect path desc br time small'.split(
    ' ',
  ),
);

/** What is wrong with a page, whatever the report. */
function faults(page: Parsed): readonly string[] {
  const { elements, errors } = page;
  const ids = all(page, 'id');
  const headings = elements.flatMap(({ tagName }) => (/^h[1-4]$/.test(tagName) ? [Number(tagName[1])] : []));
  const wanted = [
    ...all(page, 'aria-labelledby').flatMap((value) => value.split(' ')),
    ...all(page, 'href').map((href) => href.slice(1)),
  ];
  return [
    ...errors,
    ...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `two elements have the id ${id}`),
    ...wanted.filter((id) => !ids.includes(id)).map((id) => `nothing has the id ${id}`),
    ...all(page, 'href')
      .filter((href) => !href.startsWith('#'))
      .map((href) => `leads to ${href}`),
    ...elements.filter(({ tagName }) => !ELEMENTS.has(tagName)).map(({ tagName }) => `has an element ${tagName}`),
    ...elements.flatMap(({ attrs }) =>
      attrs.filter(({ name }) => /^on|^style$|^src/.test(name)).map(({ name }) => `has an attribute ${name}`),
    ),
    ...headings
      .filter((level, at) => level > (headings[at - 1] ?? 0) + 1)
      .map((level) => `jumps to a heading of level ${level}`),
    ...(tags(page, 'script').length === 1 && tags(page, 'style').length === 1
      ? []
      : ['has other than one script and one style sheet']),
    ...tags(page, 'th')
      .filter((cell) => attribute(cell, 'scope') === null)
      .map(() => 'has a head of a table that does not say of what'),
  ];
}

/** Line feeds are the page's own. */
const RAW = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

describe('every HTML report', () => {
  it.each(REPORTS)('is whole, keeps to itself and has no raw control character: %s', (_, report) => {
    const html = renderHtml(report);
    expect(faults(parsed(html))).toEqual([]);
    expect(RAW.exec(html)).toBeNull();
    expect(renderHtml(report)).toBe(html);
  });

  it('allows its own style and script, and nothing else', () => {
    const html = renderHtml(troubledReport);
    const digest = (tag: string) => {
      const [, content = ''] = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(html) ?? [];
      expect(content.length).toBeGreaterThan(1000);
      return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
    };
    const policy = tags(parsed(html), 'meta').find(
      (meta) => attribute(meta, 'http-equiv') === 'Content-Security-Policy',
    );
    expect(attribute(policy as Element, 'content')).toBe(
      `default-src 'none'; style-src ${digest('style')}; script-src ${digest('script')}; base-uri 'none'; form-action 'none'`,
    );
  });

  it('shows a name as it is written', () => {
    const name = `<b>&amp;"quoted"'</b>`;
    expect(parsed(renderHtml({ ...troubledReport, node: name })).text).toContain(name);
  });
});

describe('a large HTML report', () => {
  it('holds a thousand guests within 1.2 megabytes', () => {
    const html = renderHtml(largeReport);
    expect(Buffer.byteLength(html)).toBeLessThan(1_200_000);
    expect(html.match(/<tr/g)?.length).toBeGreaterThan(1000);
    // To parse all of it takes two seconds.
    if (IS_THOROUGH) expect(faults(parsed(html))).toEqual([]);
  });

  it.runIf(IS_THOROUGH)('has a largest size, and says how much it leaves out', () => {
    const huge = makeReport({ guests: 6000, findings: 4000, mounts: 2000, runs: 90 });
    const html = renderHtml(huge);
    const { text } = parsed(html);
    expect(Buffer.byteLength(html)).toBeLessThan(3_000_000);
    const critical = huge.problems.filter(({ codes }) => codes[0] === 'DM001').length;
    expect(critical).toBeGreaterThan(MOST_OF_A_LINE);
    expect(text).toContain(`and ${critical - MOST_OF_A_LINE} more of DM001`);
    expect(text).toContain('and 4000 more guests');
    expect(text).toContain('and 1500 more mounts');
  });
});

describe('links to the repository', () => {
  it('stand in the foot where the project has an address', () => {
    const links = repositoryLinks('https://example.org/pve-doctor');
    const addresses = elementsOf(parseFragment(htmlText(links ?? expect.unreachable()))).map((one) =>
      attribute(one, 'href'),
    );
    expect(addresses.filter((address) => address !== null)).toEqual([
      'https://example.org/pve-doctor',
      'https://example.org/pve-doctor/tree/main/docs',
      'https://example.org/pve-doctor/issues',
    ]);
    expect(repositoryLinks(null)).toBeNull();
  });
});
