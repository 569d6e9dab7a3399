import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import type { Change, Message } from '../../src/model/notify/message.ts';
import { isUnjudged, type Report } from '../../src/model/report/report.ts';
import { MOST_HTML_BYTES } from '../../src/render/mail/mail-html.ts';
import { MOST_TEXT_BYTES } from '../../src/render/mail/mail-text.ts';
import { MOST_BRIEF_BYTES } from '../../src/render/message/brief.ts';
import { bytesOf } from '../../src/render/message/clip.ts';
import { textsOf } from '../../src/render/message/compose.ts';
import { MOST_SUBJECT } from '../../src/render/message/subject.ts';
import { MOST_JSON_BYTES } from '../../src/render/message/webhook.ts';
import { ANY_CHARACTER } from '../data/any-text.ts';
import { goldenReports } from '../data/golden-reports.ts';
import { changeSince, firstChange, withTexts } from '../data/hostile-texts.ts';
import { largeReport, makeReport } from '../data/large-report.ts';
import { elementsOf, textOf } from '../data/parsed-html.ts';
import {
  emptyReport,
  HOSTILE,
  healthyReport,
  hostileReport,
  troubledReport,
  unknownReport,
} from '../data/sample-report.ts';
import { someOf, trials } from '../sample.ts';

const schema = JSON.parse(readFileSync(new URL('../../docs/webhook.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ strict: false }).compile(schema);

/** What a name may be that somebody chose to break a mail with, and the largest texts in every encoding. */
const EVIL: readonly string[] = [
  HOSTILE,
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' style='display:none",
  '</td></tr></table><!-- ',
  '<![endif]--> ]]> --!>',
  '\uffff\ufdd0\u{10fffe}',
  'pve1\r\nBcc: everybody@example.org\r\n\r\n',
  '$' + '{7*7} {{subject}} `x`',
  '&amp;&lt;&#0;',
  '=?utf-8?q?x?=',
  '\u202e\u2066evil\u0000',
  '"'.repeat(5000),
  "'".repeat(5000),
  '\u0001'.repeat(5000),
  '\u{e0041}'.repeat(2000),
  '😀'.repeat(3000),
  'é€ '.repeat(2000),
  'x'.repeat(20_000),
  '`'.repeat(999),
  '',
];

const evilText = fc.oneof(fc.constantFrom(...EVIL), fc.string({ unit: ANY_CHARACTER, maxLength: 80 }));

const anyReport = fc
  .record({
    guests: fc.integer({ min: 0, max: 60 }),
    findings: fc.integer({ min: 0, max: 60 }),
    mounts: fc.integer({ min: 0, max: 40 }),
    runs: fc.integer({ min: 0, max: 5 }),
    base: fc.constantFrom<Report | null>(null, troubledReport, unknownReport, emptyReport, healthyReport),
    texts: fc.array(evilText, { minLength: 1, maxLength: 8 }),
    known: fc.nat(1),
  })
  .map(({ base, texts, known, ...amounts }): Report => {
    const report = base ?? makeReport(amounts);
    // Some texts stay as they are, so that hostile and usual ones stand side by side.
    return withTexts(report, (original, at) => (at % (2 + known) === 0 ? original : (texts[at % texts.length] ?? '')));
  });

const anyChange = (report: Report): fc.Arbitrary<Change> =>
  fc.oneof(
    fc.constant(firstChange(report)),
    fc.record({ fresh: fc.nat(report.problems.length), changed: fc.nat(3) }).map(({ fresh, changed }) => {
      const past = (report.history?.resolved ?? []).slice(0, 1);
      const other = report.problems.slice(fresh, fresh + changed);
      return changeSince(report, fresh, {
        changed: past.flatMap((before) => other.map((problem) => ({ problem, how: 'worse', before }) as const)),
        flapping: past.map((problem) => ({ problem, moves: 5 })),
        sight: { lost: report.problems.slice(0, 2).map(({ who }) => who), regained: ['check DM010'] },
      });
    }),
  );

type Forms = Pick<Message, 'subject' | 'text' | 'html' | 'brief' | 'json'>;

const compose = (report: Report, change: Change, kind: 'report' | 'digest' = 'report'): Forms =>
  textsOf({ id: 'id', createdAt: '2026-11-21T02:00:13Z', report, change, kind });

/** Elements and attributes that the layout has; anything else came in with a name. */
function vocabulary(html: string): ReadonlySet<string> {
  const seen = new Set<string>();
  for (const { tagName, attrs } of elementsOf(parse(html))) {
    for (const { name } of attrs) seen.add(`${tagName} ${name}`);
    seen.add(tagName);
  }
  return seen;
}

const LAYOUT = new Set(
  [troubledReport, healthyReport, unknownReport, largeReport].flatMap((report) => [
    ...vocabulary(compose(report, firstChange(report)).html),
    ...vocabulary(compose(report, changeSince(report, 1)).html),
  ]),
);

function expectLaws(report: Report, message: Forms): void {
  expect(bytesOf(message.html)).toBeLessThanOrEqual(MOST_HTML_BYTES);
  expect(bytesOf(message.text)).toBeLessThanOrEqual(MOST_TEXT_BYTES);
  expect(bytesOf(message.brief)).toBeLessThanOrEqual(MOST_BRIEF_BYTES);
  expect(bytesOf(message.subject + message.brief)).toBeLessThanOrEqual(4096);
  expect(bytesOf(message.json)).toBeLessThanOrEqual(MOST_JSON_BYTES);
  for (const line of message.text.split('\n')) expect(bytesOf(line)).toBeLessThanOrEqual(998);

  expect([...message.subject].length).toBeLessThanOrEqual(MOST_SUBJECT);
  for (const text of [message.subject, message.text, message.brief, message.html, message.json]) {
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  }
  expect(message.subject).not.toContain('\n');
  expect(validate(JSON.parse(message.json)), JSON.stringify(validate.errors)).toBe(true);

  const errors: string[] = [];
  const document = parse(message.html, { onParseError: ({ code }) => errors.push(code) });
  expect(errors).toEqual([]);
  for (const name of vocabulary(message.html)) expect(LAYOUT).toContain(name);
  expect(message.html.endsWith('</html>\n')).toBe(true);

  const commands = new Set(report.problems.map(({ next }) => next.command?.line ?? ''));
  for (const element of elementsOf(document)) {
    if (element.attrs.some(({ name, value }) => name === 'class' && value === 'c')) {
      expect(commands).toContain(textOf(element));
    }
  }

  const blind = report.checks.some(isUnjudged);
  if (report.status === 'unknown') expect(message.subject).toMatch(/^\[UNKNOWN\] /);
  if (blind) {
    for (const text of [message.html, message.text, message.brief]) expect(text).toMatch(/could\snot\s(?:be\s)?judge/);
  }
  if (blind || report.status !== 'healthy') expect(message.text).not.toContain('No problems:');
}

describe('a message', () => {
  it('keeps its bounds and its form whatever things are called', () => {
    fc.assert(
      fc.property(
        anyReport.chain((report) => fc.tuple(fc.constant(report), anyChange(report))),
        fc.constantFrom<('report' | 'digest')[]>('report', 'digest'),
        ([report, change], kind) => {
          const message = compose(report, change, kind);
          expectLaws(report, message);
          expect(compose(report, change, kind)).toEqual(message);
        },
      ),
      { numRuns: trials(60) },
    );
  });

  it.each(someOf(EVIL, 6).map((text) => [text.slice(0, 30), text] as const))(
    'of 1 000 guests and 300 findings keeps them with every name %j',
    (_, text) => {
      const report = withTexts(largeReport, () => text);
      const change = withTexts(changeSince(report, 150), () => text);
      expectLaws(report, compose(report, change));
    },
  );

  it.each(someOf(Object.entries({ hostileReport, emptyReport, ...goldenReports }), 8))(
    'keeps them of %s',
    (_, report) => {
      for (const change of [firstChange(report), changeSince(report, 1)]) {
        expectLaws(report, compose(report, change));
      }
    },
  );

  it('shows a name that looks like markup as the text that it is', () => {
    const name = '<b onclick="x">bold</b> & co';
    const report = withTexts(troubledReport, () => name);
    const { html } = compose(report, firstChange(report));
    expect(textOf(parse(html))).toContain(name);
  });

  it('shows something of every list, however long the names are', () => {
    const past = (largeReport.history?.resolved ?? []).slice(0, 1);
    // Of a code of its own, none is folded with another.
    const problems = largeReport.problems.map((one, at) => ({ ...one, codes: [`DM${100 + at}` as const] }));
    const evil = withTexts({ ...largeReport, problems }, () => '"'.repeat(5000));
    const change = changeSince(evil, 150, {
      changed: past.flatMap((before) =>
        evil.problems.slice(0, 20).map((problem) => ({ problem, how: 'worse', before })),
      ),
      flapping: past.map((problem) => ({ problem, moves: 5 })),
      sight: { lost: ['check DM010'], regained: ['check DM011'] },
    });
    expectLaws(evil, compose(evil, change));
    const { html, text, brief } = compose(evil, change);
    const titles = [
      'New',
      'Changed',
      'Comes and goes',
      'Cannot be seen now',
      'Could not be judged',
      'Resolved',
      'Still there',
    ];
    for (const title of titles) {
      expect(textOf(parse(html))).toContain(title);
      expect(text).toContain(title.toUpperCase());
      expect(brief).toContain(`${title}:`);
    }
    expect(text.match(/and \d+ more, in the attached report/g)?.length).toBeGreaterThan(1);
  });
});
