import { describe, expect, it } from 'vitest';
import { type CheckCode, worseFirst } from '../../src/model/finding.ts';
import { countProblems, statusOf } from '../../src/model/report/grade.ts';
import type { Report } from '../../src/model/report/report.ts';
import { findingKey } from '../../src/model/report/report-history.ts';
import { renderCheckmk } from '../../src/render/checkmk.ts';
import { renderNagios } from '../../src/render/nagios.ts';
import { renderPrometheus } from '../../src/render/prometheus.ts';
import { goldenReports } from '../data/golden-reports.ts';
import { leftOut } from '../data/not-judged.ts';
import { IS_THOROUGH } from '../sample.ts';
import { readExposition, type Series } from './exposition.ts';
import { readLocalCheck } from './local-check.ts';
import { readPluginOutput } from './plugin-output.ts';

/** How much a state asks for attention: ok, warning, critical, unknown. */
const URGENCY = [0, 1, 3, 2];
const urgency = (state: number): number => URGENCY[state] ?? -1;

/** The report as it would be had this check not been able to look: at all, or beside what it found. */
function blinded(report: Report, code: CheckCode, how: 'wholly' | 'partly'): Report {
  const findings = how === 'wholly' ? report.findings.filter((finding) => finding.code !== code) : report.findings;
  const checks = report.checks.map((check) => {
    if (check.code !== code) return check;
    const because = 'sdc: Input/output error';
    if (how === 'partly' && check.outcome === 'found') return { ...check, because };
    return { ...check, because, outcome: 'unknown' as const, findings: 0 };
  });
  const notJudged = [...report.notJudged, leftOut('hidden', { codes: [code], reason: 'sdc: Input/output error' })];
  const problems = report.problems.flatMap((problem) => {
    const own = findings.filter((finding) => problem.findings.includes(findingKey(finding))).toSorted(worseFirst);
    const [head] = own;
    if (head === undefined) return [];
    return [{ ...problem, severity: head.severity, codes: own.map((one) => one.code), findings: own.map(findingKey) }];
  });
  const counts = countProblems(problems);
  const summary = { ...report.summary, ...counts };
  return { ...report, problems, findings, checks, notJudged, summary, ...statusOf(counts, notJudged) };
}

const seriesOf = (report: Report): readonly Series[] =>
  readExposition(renderPrometheus(report)).flatMap(({ series }) => series);

/** What an alert can fire on, by check. */
const signals = (series: readonly Series[]): ReadonlyMap<string, readonly Series[]> =>
  Map.groupBy(
    series.filter(({ name, value }) => value > 0 && /^pve_doctor_(?:findings|check_unjudged)$/.test(name)),
    ({ labels }) => labels['code'] ?? '',
  );

const service = (report: Report, code: string) =>
  readLocalCheck(renderCheckmk(report)).find(
    (one) => one.service === (/^(?:MNT|CT)/.test(code) ? 'PVE-Doctor mounts' : 'PVE-Doctor storage'),
  );

const STRIDE = IS_THOROUGH ? 5 : 50;

/** All that found something or could not look, and some of the clean ones: others in each report, all over all of them. */
const applicable = (report: Report, at: number) =>
  report.checks
    .filter(({ outcome }) => outcome !== 'not-applicable')
    .filter(({ outcome }, index) => outcome !== 'clean' || (index + at) % STRIDE === 0);

const reports = Object.entries(goldenReports).map(([name, report], at) => ({ name, report, at }));

describe.each(reports)('in $name, a check that cannot look', ({ report, at }) => {
  it.each(['wholly', 'partly'] as const)('%s, is a signal of its own in every form', (how) => {
    for (const { code } of applicable(report, at)) {
      const blind = blinded(report, code, how);
      const series = seriesOf(blind);
      const unknown = series.filter(({ labels }) => labels['code'] === code);
      expect(unknown.find(({ name }) => name === 'pve_doctor_check_unjudged')?.value).toBe(1);
      // Never 0: a count that nobody made would look like health.
      expect(unknown.filter(({ name, value }) => name === 'pve_doctor_findings' && value === 0)).toEqual([]);
      expect(signals(series).has(code)).toBe(true);

      const output = readPluginOutput(renderNagios(blind));
      expect(output.text).toContain('could not be judged');
      expect(output.data.find(({ label }) => label === 'unjudged')?.value).toBeGreaterThan(0);
      expect(['UNKNOWN', 'CRITICAL']).toContain(output.word);

      const local = service(blind, code);
      expect(urgency(local?.state ?? -1)).toBeGreaterThanOrEqual(urgency(3));
      expect(local?.lines[0]).toContain('could not be judged');
    }
  });

  it.runIf(IS_THOROUGH || at % 4 === 0)('leaves the state of everything else as it was', () => {
    const before = signals(seriesOf(report));
    const others = (all: typeof before, code: string) => [...all].filter(([other]) => other !== code);
    for (const { code } of applicable(report, at)) {
      const blind = blinded(report, code, 'wholly');
      expect(others(signals(seriesOf(blind)), code)).toEqual(others(before, code));
      if (report.findings.every((finding) => finding.code !== code || finding.severity !== 'critical'))
        expect(urgency(blind.exitCode)).toBeGreaterThanOrEqual(urgency(report.exitCode));
    }
  });
});

it('every check is among those that cannot look', () => {
  const asked = reports.flatMap(({ report, at }) => applicable(report, at).map(({ code }) => code));
  const all = reports.flatMap(({ report }) => report.checks.map(({ code }) => code));
  expect(new Set(asked)).toEqual(new Set(all));
});

describe('a section that could not be read', () => {
  const [base] = Object.values(goldenReports).filter(({ entries }) => entries.length > 0);
  if (base === undefined) throw new Error('no golden with entries');
  const blind = (name: string): Report => ({
    ...base,
    sections: base.sections.map((section) => (section.name === name ? { ...section, state: 'unreadable' } : section)),
  });
  const has = (report: Report, metric: string) => seriesOf(report).some(({ name }) => name === metric);

  it.each([
    ['deviceMapper', 'pve_doctor_entries'],
    ['deviceMapper', 'pve_doctor_entries_in_use'],
    ['deviceMapper', 'pve_doctor_entries_idle'],
    ['deviceMapper', 'pve_doctor_leftover_vmids'],
    ['lvm', 'pve_doctor_leftover_vmids'],
    ['lvm', 'pve_doctor_next_vmid_leftovers'],
    ['datacenter', 'pve_doctor_next_vmid_leftovers'],
    ['mounts', 'pve_doctor_mounts'],
    ['containers', 'pve_doctor_mounts'],
    ['expectedMounts', 'pve_doctor_mounts'],
    ['mountProbes', 'pve_doctor_mounts'],
  ])('%s leaves %s out', (section, metric) => {
    expect(has(base, metric)).toBe(true);
    expect(has(blind(section), metric)).toBe(false);
    const unreadable = seriesOf(blind(section)).filter(({ name }) => name === 'pve_doctor_section_unreadable');
    expect(unreadable.filter(({ value }) => value === 1).map(({ labels }) => labels['section'])).toEqual([section]);
  });

  it('leaves entries out of the performance data, too', () => {
    const labels = (report: Report) => readPluginOutput(renderNagios(report)).data.map(({ label }) => label);
    expect(labels(base)).toContain('entries');
    expect(labels(blind('deviceMapper'))).not.toContain('entries');
    const metrics = (report: Report, code: string) => Object.keys(service(report, code)?.metrics ?? {});
    expect(metrics(base, 'MNT001')).toContain('pve_doctor_mounts_ok');
    expect(metrics(blind('containers'), 'MNT001')).not.toContain('pve_doctor_mounts_ok');
    expect(metrics(blind('deviceMapper'), 'DM001')).not.toContain('pve_doctor_entries');
  });

  it('has neither score nor guests where there are none', () => {
    const report = { ...base, score: null, grade: '?' as const, summary: { ...base.summary, guests: null } };
    expect(has(report, 'pve_doctor_score')).toBe(false);
    expect(has(report, 'pve_doctor_guests')).toBe(false);
    expect(readPluginOutput(renderNagios(report)).data.map(({ label }) => label)).not.toContain('score');
  });
});
