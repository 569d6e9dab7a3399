/**
 * One process of the scale benchmark: `scale-stages.ts CAPTURE`. Prints one JSON line for each stage: its time and what it made.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHECKS } from '../../src/checks/index.ts';
import { assembleReport } from '../../src/engine/assemble-report.ts';
import { collect } from '../../src/engine/collect.ts';
import { examine } from '../../src/engine/examine.ts';
import { EVERYTHING } from '../../src/engine/narrowing.ts';
import type { Host } from '../../src/host/host.ts';
import { memoryHost } from '../../src/host/memory-host.ts';
import type { Report } from '../../src/model/report/report.ts';
import { parseCapture } from '../../src/parse/capture.ts';
import { renderCheckmk } from '../../src/render/checkmk.ts';
import { renderHtml } from '../../src/render/html/html.ts';
import { renderJson } from '../../src/render/json.ts';
import { composeMessage, textsOf } from '../../src/render/message/compose.ts';
import { renderNagios } from '../../src/render/nagios.ts';
import { renderPrometheus } from '../../src/render/prometheus.ts';
import { renderText } from '../../src/render/text.ts';
import { keepRun, lookBack } from '../../src/store/history.ts';
import { historyFileIn } from '../../src/store/history-file.ts';
import { changeSince } from '../data/hostile-texts.ts';

const TEXT = { width: 100, colour: false, verbose: false, quiet: false, runningFirst: false };

export interface Stage {
  readonly stage: string;
  readonly ms: number;
  readonly cpuMs: number;
  /** Of the process so far. */
  readonly peakMib: number;
  readonly bytes: readonly number[];
}

/** Not getrusage(2), whose peak counts the parent's at the fork as well. */
const peakMib = (): number =>
  Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;

async function timed<T>(
  stage: string,
  work: () => T | Promise<T>,
  sizes: (made: T) => readonly number[] = () => [],
): Promise<T> {
  const [begin, before] = [performance.now(), process.cpuUsage()];
  const made = await work();
  const { user, system } = process.cpuUsage(before);
  const line: Stage = {
    stage,
    ms: performance.now() - begin,
    cpuMs: (user + system) / 1000,
    peakMib: peakMib(),
    bytes: sizes(made),
  };
  console.log(JSON.stringify(line));
  return made;
}

const length = (...texts: readonly string[]): readonly number[] => texts.map((text) => Buffer.byteLength(text));

async function measureHost(host: Host): Promise<void> {
  const snapshot = await timed('collect', () => collect(host));
  const examination = await timed('examine', () => examine(snapshot, CHECKS));
  const frame = { source: 'live', durationMs: 0, narrowing: EVERYTHING };
  const report = await timed(
    'report',
    () => assembleReport(snapshot, examination, frame),
    (made) => [made.findings.length],
  );
  const unknown = report.checks.filter(({ outcome }) => outcome === 'unknown');
  if (unknown.length > 0) throw new Error(`a check could not judge: ${unknown[0]?.code}, ${unknown[0]?.because}`);
  await measureForms(report);
  await measureHistory(report);
}

async function measureForms(report: Report): Promise<void> {
  const change = changeSince(report, Math.floor(report.findings.length / 10));
  const names = { id: 'id', createdAt: report.takenAt };
  await timed(
    'text',
    () => renderText(report, TEXT),
    (made) => length(made),
  );
  await timed(
    'text, verbose',
    () => renderText(report, { ...TEXT, verbose: true }),
    (made) => length(made),
  );
  await timed(
    'json',
    () => renderJson(report),
    (made) => length(made),
  );
  await timed(
    'html',
    () => renderHtml(report),
    (made) => length(made),
  );
  await timed(
    'prometheus',
    () => renderPrometheus(report),
    (made) => length(made),
  );
  await timed(
    'nagios',
    () => renderNagios(report),
    (made) => length(made),
  );
  await timed(
    'checkmk',
    () => renderCheckmk(report),
    (made) => length(made),
  );
  await timed(
    'message: HTML, text, brief, webhook',
    () => textsOf({ ...names, report, change, kind: 'report' }),
    ({ html, text, brief, json }) => length(html, text, brief, json),
  );
  await timed(
    'message with attachments',
    () => composeMessage({ ...names, report, change, kind: 'report' }),
    (made) => length(JSON.stringify(made)),
  );
}

async function measureHistory(report: Report): Promise<void> {
  const path = mkdtempSync(join(tmpdir(), 'pve-doctor-scale-'));
  const size = () => [statSync(historyFileIn(path)).size];
  await timed('keep the first run', () => keepRun({ path, keepDays: 400 }, report), size);
  await timed('keep the second', () => keepRun({ path, keepDays: 400 }, report), size);
  await timed('look back', () => lookBack(path, report));
  rmSync(path, { recursive: true });
}

const parsed = await timed('read and understand the capture', () =>
  parseCapture(readFileSync(process.argv[2] ?? '', 'utf8')),
);
if ('complaint' in parsed) throw new Error(parsed.complaint);
await measureHost(memoryHost(parsed.capture));
