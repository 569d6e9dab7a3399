import { readStack } from '../../src/engine/stack-report.ts';
import { memoryHost } from '../../src/host/memory-host.ts';
import type { StackReport } from '../../src/model/layers/stack-report.ts';
import { DEFAULT_MOUNT_SETTINGS } from '../../src/model/mounts/mounts.ts';
import type { Report } from '../../src/model/report/report.ts';
import { renderHtml } from '../../src/render/html/html.ts';
import { renderStackHtml } from '../../src/render/html/stack-page.ts';
import { readCapture } from '../capture-files.ts';
import { goldenReports } from '../data/golden-reports.ts';
import { withTexts } from '../data/hostile-texts.ts';
import { largeReport, makeReport } from '../data/large-report.ts';
import { healthyReport, hostileReport, troubledReport } from '../data/sample-report.ts';
import type { VIEWS } from './report-page.ts';

/** Markup that would run, load or restyle if any of it got out of its text. */
const MARKUP = [
  '</style><script>window.escaped=1</script>',
  '"><img src=x onerror="window.escaped=1">',
  "' onfocus='window.escaped=1' autofocus='",
  '</title><svg onload=window.escaped=1>',
  ']]><iframe src=//example.org></iframe><!--',
  'javascript:window.escaped=1',
  '\u202e\u0000\u001b[2Jabc',
  '&lt;b&gt;&amp;&#60;script&#62;',
];

const golden = (situation: string): Report => {
  const report = goldenReports[situation];
  if (report === undefined) throw new Error(`there is no golden ${situation}`);
  return report;
};

/** A node with something of everything. */
export const SICK: Report = makeReport({ guests: 24, findings: 40, mounts: 34, runs: 45 });

export interface NamedPage {
  readonly name: string;
  readonly html: () => string;
  /** How many it has, and may have. */
  readonly scripts: 0 | 1;
  readonly views: readonly (keyof typeof VIEWS)[];
  /** What of it is opened. */
  readonly fragment?: string;
}

const ALL = ['light', 'dark', 'phone', 'print'] as const;
const NARROW = ['light', 'phone', 'print'] as const;

const FIRST_RUN: Report = {
  ...healthyReport,
  history: { previous: null, problems: [], resolved: [], notJudged: [], trend: [], problem: '' },
};

/** Somebody knows about some of it. */
const ACKNOWLEDGED: Report = {
  ...SICK,
  problems: SICK.problems.map((problem, at) => ({
    ...problem,
    acknowledged:
      at % 3 === 0
        ? { by: 'root', reason: 'waits for the vendor', at: SICK.takenAt, until: '2026-12-21T00:00:00Z' }
        : null,
  })),
};

interface ReportPage extends Pick<NamedPage, 'name' | 'views' | 'fragment'> {
  readonly report: Report;
}

/** Reports by what is odd about them, and the views in which that shows. */
const REPORTS: readonly ReportPage[] = [
  { name: 'healthy', report: golden('clean-everything'), views: ALL },
  { name: 'sick', report: SICK, views: ALL },
  { name: 'one-guest', report: SICK, views: ALL, fragment: '#g100' },
  { name: 'acknowledged', report: ACKNOWLEDGED, views: ['light', 'phone'] },
  { name: 'unknown', report: golden('pmxcfs-not-mounted'), views: ALL },
  { name: 'hostile', report: hostileReport, views: ALL },
  { name: 'large', report: largeReport, views: ALL },
  { name: 'markup', report: withTexts(troubledReport, (_, at) => MARKUP[at % MARKUP.length] ?? ''), views: NARROW },
  { name: 'no-blanks', report: withTexts(troubledReport, () => 'x'.repeat(300)), views: NARROW },
  { name: 'example', report: golden('example-node'), views: ['light'] },
  { name: 'no-pve', report: golden('not-a-pve-node'), views: ['light'] },
  { name: 'full-mounts', report: golden('mounts-full-and-read-only'), views: ['light'] },
  { name: 'first-run', report: FIRST_RUN, views: ['light'] },
];

/** What names could break of the drawing of a stack. */
const withNames = (stack: StackReport, nameOf: (at: number) => string): StackReport => ({
  ...stack,
  layers: stack.layers.map((layer, at) => ({
    ...layer,
    name: nameOf(at),
    state: nameOf(at + 1),
    detail: nameOf(at + 2),
  })),
});

async function stackPages(): Promise<readonly NamedPage[]> {
  const of = async (situation: string, word: string): Promise<StackReport> => {
    const answer = await readStack(memoryHost(readCapture(situation)), situation, word, DEFAULT_MOUNT_SETTINGS);
    if (!('report' in answer)) throw new Error(`there is no ${word} in ${situation}`);
    return answer.report;
  };
  const page = (name: string, stack: StackReport, views: NamedPage['views']): NamedPage => ({
    ...{ name, views, scripts: 0 },
    html: () => renderStackHtml(stack),
  });
  const failing = await of('paths-targets-failing', '100');
  return [
    page('stack', await of('paths-of-a-map-one-path-lost', '100'), ALL),
    page('stack-of-a-disk', await of('paths-iscsi-one-portal-silent', 'sdb'), ALL),
    page('stack-failing', failing, ALL),
    page(
      'stack-markup',
      withNames(failing, (at) => MARKUP[at % MARKUP.length] ?? ''),
      NARROW,
    ),
    page(
      'stack-no-blanks',
      withNames(failing, () => 'x'.repeat(300)),
      NARROW,
    ),
  ];
}

export const PAGES: readonly NamedPage[] = [
  ...REPORTS.map(({ report, ...page }): NamedPage => ({ ...page, scripts: 1, html: () => renderHtml(report) })),
  ...(await stackPages()),
];
