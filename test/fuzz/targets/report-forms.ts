import { parse } from 'parse5';
import type { Report } from '../../../src/model/report/report.ts';
import { UNPRINTABLE } from '../../../src/model/unprintable.ts';
import { renderCheckmk } from '../../../src/render/checkmk.ts';
import { renderHtml } from '../../../src/render/html/html.ts';
import { renderJson } from '../../../src/render/json.ts';
import { textsOf } from '../../../src/render/message/compose.ts';
import { renderNagios } from '../../../src/render/nagios.ts';
import { printable } from '../../../src/render/printable.ts';
import { renderPrometheus } from '../../../src/render/prometheus.ts';
import { renderText } from '../../../src/render/text.ts';
import { goldenReports } from '../../data/golden-reports.ts';
import { firstChange, withTexts } from '../../data/hostile-texts.ts';
import { elementsOf, textOf } from '../../data/parsed-html.ts';
import { emptyReport, healthyReport, hostileReport, troubledReport, unknownReport } from '../../data/sample-report.ts';
import { readExposition } from '../../monitoring/exposition.ts';
import { readLocalCheck } from '../../monitoring/local-check.ts';
import { readPluginOutput } from '../../monitoring/plugin-output.ts';
import { hashOf } from '../chance.ts';
import { expectSame, expectTrue } from '../sound.ts';
import { type Target, target } from '../target.ts';
import { HOSTILE_WORDS } from './hostile-words.ts';

/** Reports whose every name is one of the texts between `§`. Which report it is follows from the text. */

const SMALL = Object.values(goldenReports).filter(({ entries, mounts }) => entries.length + mounts.length < 12);
const BASES: readonly Report[] = [troubledReport, unknownReport, healthyReport, emptyReport, hostileReport, ...SMALL];

const baseOf = (text: string): Report => BASES[hashOf(text) % BASES.length] ?? troubledReport;

const namesOf = (text: string): readonly string[] => text.split('§');

/** A report with those names, each with a number of its own before it, so that no two become one. */
const named = (text: string, name: (at: number) => string): Report =>
  withTexts(baseOf(text), (_, at) => `n${String(at).padStart(5, '0')}${name(at)}`);

const hostile = (text: string): Report => {
  const names = namesOf(text);
  return named(text, (at) => names[at % names.length] ?? '');
};

const isHarmless = (text: string, what: string): void =>
  expectTrue(text.replaceAll('\n', '').search(UNPRINTABLE) === -1, `${what} is not printable`);

const form = (
  name: string,
  share: number,
  read: (text: string) => string,
  laws: (made: string, text: string) => void,
) =>
  target({ name, share, read, laws, texts: () => HOSTILE_WORDS, words: [...HOSTILE_WORDS, '§', '§'], passesOn: true });

const OPTIONS = { width: 100, colour: false, quiet: false, runningFirst: true, verbose: true };

const terminal = form(
  'report-as-text',
  0.1,
  (text) => renderText(hostile(text), { ...OPTIONS, width: text.length % 120 }),
  (made, text) => {
    isHarmless(made, 'the text');
    const benign = renderText(
      named(text, () => 'x'),
      OPTIONS,
    );
    // A heading or a mark at the start of a line is ours: no name makes one.
    const heads = (shown: string) => shown.split('\n').filter((line) => /^[✗▲·?✓A-Z]/.test(line)).length;
    expectTrue(heads(made) <= heads(benign) * 4 + 40, 'names make lines of their own');
  },
);

/** Elements and their attributes, in their order; values of attributes may hold names. */
const structureOf = (html: string): readonly string[] =>
  elementsOf(parse(html)).map(({ tagName, attrs }) => `${tagName} ${attrs.map(({ name }) => name).join(' ')}`);

const html = form(
  'report-as-html',
  0.03,
  (text) => renderHtml(hostile(text)),
  (made, text) => {
    isHarmless(made, 'the page');
    const errors: string[] = [];
    const page = parse(made, { onParseError: ({ code }) => errors.push(code) });
    expectSame(errors, [], 'the page has errors');
    // One name for all, since what is called otherwise may stand in another group; and no backticks, which mark commands.
    const name = text.replaceAll('`', "'");
    expectSame(
      structureOf(renderHtml(named(text, () => name))),
      structureOf(renderHtml(named(text, () => 'x'))),
      'a name is markup',
    );
    const node = printable(hostile(text).node).replace(/\s+/g, ' ').trim();
    expectTrue(textOf(page).replace(/\s+/g, ' ').includes(node), `the page does not show ${node}`);
  },
);

const json = form(
  'report-as-json',
  0.2,
  (text) => renderJson(hostile(text)),
  (made, text) => {
    isHarmless(made, 'the JSON');
    const read = JSON.parse(made) as Report;
    expectSame(JSON.parse(renderJson(read)), read, 'what is printed is printed otherwise');
    expectSame(
      read.findings.map(({ title, evidence }) => [title, evidence]),
      hostile(text).findings.map(({ title, evidence }) => [title, evidence]),
      'a text is another one',
    );
  },
);

const unescaped = (label: string): string =>
  label.replace(/\\(x[0-9a-f]{2}|u[0-9a-f]{4}|u\{[0-9a-f]+\})/g, (_, code: string) =>
    String.fromCodePoint(Number.parseInt(code.replace(/[xu{}]/g, ''), 16)),
  );

const monitoring = form(
  'report-for-monitoring',
  0.2,
  (text) => [renderPrometheus(hostile(text)), renderNagios(hostile(text)), renderCheckmk(hostile(text))].join('\u0000'),
  (made, text) => {
    const [exposition = '', plugin = '', local = ''] = made.split('\u0000');
    for (const output of [exposition, plugin, local]) isHarmless(output, 'an output');
    const families = readExposition(exposition);
    const node = families.find(({ name }) => name === 'pve_doctor_info')?.series[0]?.labels['node'] ?? '';
    expectSame(unescaped(node), hostile(text).node, 'a label does not lead back');
    readPluginOutput(plugin);
    readLocalCheck(local);
    expectTrue(!/[<>&`$]/.test(plugin + local), 'an output acts');
  },
);

const messages = form(
  'report-as-message',
  0.03,
  (text) => {
    const report = hostile(text);
    const names = { id: 'id', createdAt: report.takenAt, kind: 'report' as const };
    const made = textsOf({ ...names, report, change: firstChange(report) });
    return [made.subject, made.text, made.html, made.brief, made.json].join('\u0000');
  },
  (made, text) => {
    const [subject = '', plain = '', page = '', brief = '', hook = ''] = made.split('\u0000');
    for (const output of [subject, plain, page, brief, hook]) isHarmless(output, 'a form');
    expectTrue(!subject.includes('\n') && [...subject].length <= 250, 'a subject of more than a line');
    const errors: string[] = [];
    const document = parse(page, { onParseError: ({ code }) => errors.push(code) });
    expectSame(errors, [], 'the mail has errors');
    expectTrue(
      elementsOf(document).every(({ tagName }) => !/^(?:script|img|svg|iframe|form|object)$/.test(tagName)),
      'a name is markup',
    );
    const read = JSON.parse(hook) as { readonly node: string };
    expectSame(read.node.slice(0, 400), hostile(text).node.slice(0, 400), 'the node is another one');
  },
);

export const REPORT_FORMS: readonly Target[] = [terminal, html, json, monitoring, messages];
