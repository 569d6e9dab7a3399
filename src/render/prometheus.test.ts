import { describe, expect, it } from 'vitest';
import { healthyMount, staleMount } from '../../test/data/sample-mounts.ts';
import { healthyReport, orphan, troubledReport, unknownReport } from '../../test/data/sample-report.ts';
import type { MountRow } from '../model/mounts/judged-mounts.ts';
import type { Report } from '../model/report/report.ts';
import { MOST_MOUNTS, metricText, renderPrometheus } from './prometheus.ts';

const linesOf = (report: Report, start: string) =>
  renderPrometheus(report)
    .split('\n')
    .filter((line) => line.startsWith(start));

const mount = (change: Partial<MountRow>): MountRow => ({ ...healthyMount, ...change });

const SCORE = { name: 'score', unit: '', labels: [], help: 'How well.' } as const;

describe('the text of metrics', () => {
  it('escapes backslash, line break and quote in a label, and backslash and line break in help', () => {
    expect(metricText({ ...SCORE, labels: ['of'], help: 'a\\b\nc"d' }, [['a\\b\nc"d', 1]])).toBe(
      '# HELP score a\\\\b\\nc"d\n# TYPE score gauge\nscore{of="a\\\\x5cb\\\\x0ac\\"d"} 1\n',
    );
  });

  it('leaves out what is no number, and a family that has none', () => {
    expect(metricText(SCORE, [[Number.NaN], [Number.POSITIVE_INFINITY], [null]])).toBe('');
  });

  it('never has a series twice', () => {
    expect(metricText(SCORE, [[3], [4]])).toMatch(/\nscore 3\n$/);
  });
});

describe('the metrics of a report', () => {
  it('have one status of five', () => {
    expect(linesOf(troubledReport, 'pve_doctor_status')).toEqual([
      'pve_doctor_status{status="healthy"} 0',
      'pve_doctor_status{status="waiting"} 0',
      'pve_doctor_status{status="warning"} 0',
      'pve_doctor_status{status="critical"} 1',
      'pve_doctor_status{status="unknown"} 0',
    ]);
  });

  it('say when the node was read, in seconds', () => {
    expect(linesOf(healthyReport, 'pve_doctor_last_run')).toEqual([
      `pve_doctor_last_run_timestamp_seconds ${Date.UTC(2026, 10, 20, 2, 0, 12, 345) / 1000}`,
    ]);
    expect(linesOf({ ...healthyReport, takenAt: 'yesterday' }, 'pve_doctor_last_run')).toEqual([]);
  });

  it('count findings by code and severity: 0 for a clean check, nothing for one that could not look', () => {
    expect(linesOf(troubledReport, 'pve_doctor_findings{code="DM012"')).toEqual([
      'pve_doctor_findings{code="DM012",severity="critical"} 0',
      'pve_doctor_findings{code="DM012",severity="warning"} 0',
      'pve_doctor_findings{code="DM012",severity="notice"} 0',
    ]);
    expect(linesOf(troubledReport, 'pve_doctor_findings{code="DM020"')).toEqual([]);
    expect(linesOf(troubledReport, 'pve_doctor_findings{code="LV010"')).toEqual([]);
    expect(linesOf(troubledReport, 'pve_doctor_check_unjudged{code="DM020"')).toEqual([
      'pve_doctor_check_unjudged{code="DM020"} 1',
    ]);
  });

  it('have no 0 beside findings of which the report shows a part only', () => {
    const checks = troubledReport.checks.map((check) => (check.code === 'DM010' ? { ...check, findings: 2 } : check));
    expect(linesOf({ ...troubledReport, checks }, 'pve_doctor_findings{code="DM010"')).toEqual([
      'pve_doctor_findings{code="DM010",severity="warning"} 1',
    ]);
  });

  it('have neither score nor guests where they are not known', () => {
    expect(linesOf(unknownReport, 'pve_doctor_score')).toEqual([]);
    expect(linesOf(unknownReport, 'pve_doctor_guests')).toEqual([]);
    expect(linesOf(unknownReport, 'pve_doctor_grade_info')).toEqual(['pve_doctor_grade_info{grade="?"} 1']);
  });

  it('stay as many whatever the number of findings, entries and guests', () => {
    const count = (report: Report) => renderPrometheus(report).split('\n').length;
    const many: Report = {
      ...troubledReport,
      findings: [...troubledReport.findings, ...Array.from({ length: 500 }, (_, at) => orphan(1000 + at))],
      entries: Array.from({ length: 500 }, () => troubledReport.entries).flat(),
      guests: Array.from({ length: 500 }, () => troubledReport.guests).flat(),
    };
    expect(count(many)).toBe(count(troubledReport));
  });
});

describe('the metrics of mounts', () => {
  const withMounts = (...mounts: readonly MountRow[]): Report => ({ ...healthyReport, mounts });

  it('have status, place and capacity; a mount that does not answer has no capacity', () => {
    const report = withMounts(healthyMount, staleMount);
    expect(linesOf(report, 'pve_doctor_mount_used_ratio')).toEqual([
      'pve_doctor_mount_used_ratio{target="/mnt/pve/backup",vmid="",storage="backup"} 0.71',
    ]);
    expect(linesOf(report, 'pve_doctor_mount_status{target="/media"').filter((line) => line.endsWith(' 1'))).toEqual([
      'pve_doctor_mount_status{target="/media",vmid="104",storage="",status="stale"} 1',
    ]);
  });

  it('are one for each place, and the worse of two speaks', () => {
    const report = withMounts(healthyMount, mount({ status: 'missing', storeid: 'nas' }));
    expect(linesOf(report, 'pve_doctor_mount_info')).toHaveLength(1);
    expect(linesOf(report, 'pve_doctor_mount_status').filter((line) => line.endsWith(' 1'))).toEqual([
      'pve_doctor_mount_status{target="/mnt/pve/backup",vmid="",storage="nas",status="missing"} 1',
    ]);
  });

  it('tell names apart that would look the same', () => {
    const report = withMounts(mount({ target: '/a\nb' }), mount({ target: '/a\\x0ab' }), mount({ target: '/a\\nb' }));
    expect(linesOf(report, 'pve_doctor_mount_size').map((line) => line.split('"')[1])).toEqual([
      '/a\\\\x0ab',
      '/a\\\\x5cx0ab',
      '/a\\\\x5cnb',
    ]);
  });

  it('are bounded: the sick ones are shown, and the rest is counted', () => {
    const fine = Array.from({ length: 1000 }, (_, at) => mount({ target: `/mnt/${at}`, vmid: 100 + at }));
    const report = withMounts(...fine, staleMount, healthyMount);
    expect(linesOf(report, 'pve_doctor_mount_info')).toHaveLength(MOST_MOUNTS);
    expect(linesOf(report, 'pve_doctor_mounts_left_out')).toEqual([`pve_doctor_mounts_left_out ${1002 - MOST_MOUNTS}`]);
    for (const target of ['/media', '/mnt/pve/backup'])
      expect(linesOf(report, `pve_doctor_mount_info{target="${target}"`)).toHaveLength(1);
  });

  it('are not counted where not all could be listed', () => {
    const names = ['mounts', 'containers', 'expectedMounts', 'mountProbes'];
    const sections = names.map((name) => ({ name, state: 'known' as const, durationMs: 1, because: '' }));
    const report = { ...withMounts(healthyMount, staleMount), sections };
    expect(linesOf(report, 'pve_doctor_mounts{').filter((line) => line.endsWith(' 1'))).toEqual([
      'pve_doctor_mounts{status="stale"} 1',
      'pve_doctor_mounts{status="ok"} 1',
    ]);
    const blind = sections.map((section) =>
      section.name === 'containers' ? { ...section, state: 'unreadable' as const } : section,
    );
    expect(linesOf({ ...report, sections: blind }, 'pve_doctor_mounts{')).toEqual([]);
  });
});
