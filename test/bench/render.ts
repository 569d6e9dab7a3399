/**
 * npm run bench:render: time and size of what is made from a report, at 10, 100 and 1 000 guests: the first time in a
 * process, as a run meets it, and the median of the times after it.
 */
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import type { Report } from '../../src/model/report/report.ts';
import { renderHtml } from '../../src/render/html/html.ts';
import { renderJson } from '../../src/render/json.ts';
import { composeMessage, textsOf } from '../../src/render/message/compose.ts';
import { renderText } from '../../src/render/text.ts';
import { changeSince } from '../data/hostile-texts.ts';
import { LARGE, makeReport } from '../data/large-report.ts';

const TEXT = { width: 100, colour: false, verbose: false, quiet: false, runningFirst: false };

const change = (report: Report) => changeSince(report, Math.floor(report.findings.length / 10));

/** Each form as the bytes that it makes. */
const FORMS: Readonly<Record<string, (report: Report) => readonly string[]>> = {
  texts: (report) => {
    const names = { id: 'id', createdAt: report.takenAt, kind: 'report' } as const;
    const { html, text, brief, json } = textsOf({ ...names, report, change: change(report) });
    return [html, text, brief, json];
  },
  html: (report) => [renderHtml(report)],
  message: (report) => {
    const names = { id: 'id', createdAt: report.takenAt };
    return [JSON.stringify(composeMessage({ ...names, report, change: change(report), kind: 'report' }))];
  },
  text: (report) => [renderText(report, TEXT)],
  json: (report) => [renderJson(report)],
};

const SIZES = [10, 100, 1000] as const;
const REPEATS = 15;

function measure(name: string, guests: number): void {
  const part = guests / LARGE.guests;
  const amounts = { guests, findings: Math.ceil(LARGE.findings * part), mounts: Math.ceil(LARGE.mounts * part) };
  const report = makeReport({ ...amounts, runs: LARGE.runs });
  const render = FORMS[name];
  if (render === undefined) throw new Error(`${name} is none of ${Object.keys(FORMS).join(', ')}`);
  const timesMs = Array.from({ length: REPEATS }, () => {
    const begin = performance.now();
    render(report);
    return performance.now() - begin;
  });
  const [first = 0, ...others] = timesMs;
  const median = others.toSorted((a, b) => a - b)[Math.floor(others.length / 2)] ?? 0;
  const bytes = render(report).map((text) => String(Buffer.byteLength(text)).padStart(9));
  const ms = [first, median].map((time) => `${time.toFixed(1).padStart(7)} ms`);
  console.log([name.padEnd(8), String(guests).padStart(6), ...ms, ...bytes].join('  '));
}

const [name, guests] = process.argv.slice(2);
if (name !== undefined && guests !== undefined) {
  measure(name, Number(guests));
} else {
  console.log('form     guests       first      median  bytes (texts: HTML, plain text, short form, webhook)');
  for (const form of Object.keys(FORMS)) {
    for (const size of SIZES) {
      // A process of its own, so that the first time is one.
      spawnSync(process.execPath, [fileURLToPath(import.meta.url), form, String(size)], { stdio: 'inherit' });
    }
  }
}
