import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report/report.ts';
import { UNPRINTABLE } from '../../src/model/unprintable.ts';
import { renderCheckmk } from '../../src/render/checkmk.ts';
import { renderNagios } from '../../src/render/nagios.ts';
import { renderPrometheus } from '../../src/render/prometheus.ts';
import { METRICS, type Metric } from '../../src/render/prometheus-metrics.ts';
import { largeReport } from '../data/large-report.ts';
import { someOf, trials } from '../sample.ts';
import { anyReport, KNOWN_REPORTS } from './any-report.ts';
import { readExposition } from './exposition.ts';
import { readLocalCheck } from './local-check.ts';
import { readPluginOutput } from './plugin-output.ts';

const TABLE: ReadonlyMap<string, Metric> = new Map(METRICS.map((metric) => [metric.name, metric]));
const RUNS = { numRuns: trials(300) };

/** NRPE 2: a packet of 1 KiB with its closing NUL. Nagios and Naemon: MAX_PLUGIN_OUTPUT_LENGTH, 8 KiB. */
const NRPE_BYTES = 1023;
const NAGIOS_BYTES = 8191;

const WORDS = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'];

const harmless = (text: string) => expect(text.replaceAll('\n', '').match(UNPRINTABLE)).toBeNull();

function isExposition(report: Report): void {
  const text = renderPrometheus(report);
  harmless(text);
  for (const { name, type, help, series } of readExposition(text)) {
    const metric = TABLE.get(name);
    expect({ type, help }).toEqual({ type: 'gauge', help: metric?.help });
    for (const { labels } of series) expect(Object.keys(labels)).toEqual(metric?.labels);
  }
}

function isPluginOutput(report: Report): void {
  const output = renderNagios(report);
  harmless(output);
  const { word, bytes, firstLineBytes } = readPluginOutput(output);
  expect(word).toBe(WORDS[report.exitCode]);
  expect(firstLineBytes).toBeLessThanOrEqual(NRPE_BYTES);
  expect(bytes).toBeLessThanOrEqual(NAGIOS_BYTES);
  expect(output).not.toMatch(/[<>&`$"]/);
}

function isLocalCheck(report: Report): void {
  const output = renderCheckmk(report);
  harmless(output);
  const services = readLocalCheck(output);
  expect(['PVE-Doctor storage', 'PVE-Doctor mounts', 'PVE-Doctor notification']).toEqual(
    expect.arrayContaining(services.map(({ service }) => service)),
  );
  for (const { lines } of services) expect(Buffer.byteLength(lines.join('\\n'))).toBeLessThan(NAGIOS_BYTES);
  expect(output).not.toMatch(/[<>&`$]/);
}

describe('any report, whatever the names in it', () => {
  it('is a Prometheus exposition of metrics and labels of the table', () => {
    fc.assert(fc.property(anyReport, isExposition), RUNS);
  });

  it('is a plugin output that fits Nagios, and whose first line fits NRPE', () => {
    fc.assert(fc.property(anyReport, isPluginOutput), RUNS);
  });

  it('is lines of a Checkmk local check', () => {
    fc.assert(fc.property(anyReport, isLocalCheck), RUNS);
  });
});

describe.each(someOf(Object.entries(KNOWN_REPORTS), 4))('the report %s', (_, report) => {
  it('reads in every form that monitoring takes', () => {
    isExposition(report);
    isPluginOutput(report);
    isLocalCheck(report);
  });

  it('has the exit status of its worst Checkmk service', () => {
    if (report.checks.length === 0) return;
    const urgency = [0, 1, 3, 2];
    const services = readLocalCheck(renderCheckmk(report)).map(({ state }) => urgency[state] ?? -1);
    // The hand-made samples of renderers carry a status that their checks do not bear out.
    if (report.source.includes('capture.json')) expect(Math.max(...services)).toBe(urgency[report.exitCode]);
  });
});

describe('a node with very much on it', () => {
  it('has no more series than Prometheus bears, however many guests, entries and mounts', () => {
    const series = readExposition(renderPrometheus(largeReport)).flatMap((family) => family.series);
    expect(largeReport.guests.length).toBeGreaterThan(500);
    expect(series.length).toBeLessThan(3500);
  });
});
