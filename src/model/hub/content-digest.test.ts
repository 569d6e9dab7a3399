import { describe, expect, it } from 'vitest';
import { goldenReports } from '../../../test/data/golden-reports.ts';
import { healthyReport, troubledReport } from '../../../test/data/sample-report.ts';
import type { Report } from '../report/report.ts';
import { contentOf } from './content-digest.ts';

const [first, ...others] = troubledReport.problems;
if (first === undefined) throw new Error('the sample has no problem');

const withFirst = (changes: Partial<typeof first>): Report => ({
  ...troubledReport,
  problems: [{ ...first, ...changes }, ...others],
});

const saying = (what: string): Report => withFirst({ what });

describe('the content of a report', () => {
  it('is of one line for each thing, and the same only for reports with the same problems', () => {
    const reports = Object.values(goldenReports);
    expect(reports.map(contentOf).every((text) => text.endsWith('\n') && !/[^\P{Cc}\n]/u.test(text))).toBe(true);
    const alike = [...Map.groupBy(reports, contentOf).values()];
    expect(alike.length).toBeGreaterThan(reports.length * 0.9);
    const verdict = ({ status, grade, problems, checks }: Report) => ({
      ...{ status, grade, problems: problems.map(({ id, severity, codes }) => ({ id, severity, codes })) },
      checks: checks.map(({ code, outcome }) => ({ code, outcome })),
    });
    for (const [one, ...others] of alike)
      for (const other of others) expect(verdict(other)).toEqual(one === undefined ? null : verdict(one));
  });

  it('does not depend on any order', () => {
    for (const report of [troubledReport, ...Object.values(goldenReports)])
      expect(
        contentOf({
          ...report,
          problems: report.problems.toReversed(),
          checks: report.checks.toReversed(),
          entries: report.entries.toReversed(),
          guests: report.guests.toReversed(),
          mounts: report.mounts.toReversed(),
          notSeen: report.notSeen.toReversed(),
          sections: report.sections.toReversed(),
        }),
      ).toBe(contentOf(report));
  });

  it('does not depend on when, how long and how full', () => {
    for (const report of [troubledReport, ...Object.values(goldenReports)])
      expect(
        contentOf({
          ...report,
          takenAt: '2030-01-01T00:00:00.000Z',
          durationMs: report.durationMs + 5,
          source: 'elsewhere',
          history: null,
          sections: report.sections.map((section) => ({ ...section, durationMs: section.durationMs + 3 })),
          mounts: report.mounts.map((mount) => ({ ...mount, usedPercent: 12.5, usedBytes: 17 })),
        }),
      ).toBe(contentOf(report));
  });

  it.each([
    ['is 91 % full, 2 minutes old', 'is 97.25 % full, 14 minutes old'],
    ['holds 12 GiB that nobody needs', 'holds 1,023.5 MiB that nobody needs'],
    ['open 4 times, by process 4711 (qemu)', 'open 1 times, by process 17 (qemu)'],
  ])('takes %j and %j for the same', (a, b) => {
    expect(contentOf(saying(a))).toBe(contentOf(saying(b)));
  });

  it.each([
    ['cannot start: vm-102-disk-0 is gone', 'cannot start: vm-102-disk-1 is gone'],
    ['10.9.0.2 does not answer', '10.9.0.3 does not answer'],
    ['sda1 is read-only', 'sda2 is read-only'],
    ['/mnt/pve/nas2/images is stale', '/mnt/pve/nas3/images is stale'],
  ])('tells %j from %j', (a, b) => {
    expect(contentOf(saying(a))).not.toBe(contentOf(saying(b)));
  });

  const word = { by: 'anna', reason: 'known', at: '2026-11-23T00:00:00.000Z', until: null };
  const CHANGES: readonly (readonly [string, Report])[] = [
    ['another status', { ...troubledReport, status: 'unknown' }],
    ['another grade', { ...troubledReport, grade: 'D' }],
    ['another version of this program', { ...troubledReport, toolVersion: '99.0.0' }],
    ['another severity', withFirst({ severity: first.severity === 'notice' ? 'warning' : 'notice' })],
    ['an acknowledgement', withFirst({ acknowledged: word })],
    ['one more finding of a problem', withFirst({ findings: [...first.findings, 'DM001/device//x'] })],
    ['a problem that is gone', { ...troubledReport, problems: others }],
    ['something that was not seen', { ...troubledReport, notSeen: [...troubledReport.notSeen, 'storage nas'] }],
    ['a channel in trouble', { ...troubledReport, trouble: [{ channel: 'mail', because: 'takes nothing' }] }],
    [
      'a check that could not judge',
      {
        ...troubledReport,
        checks: troubledReport.checks.map((check, at) =>
          at === 0 ? { ...check, outcome: 'unknown' as const, because: 'lvs timed out' } : check,
        ),
      },
    ],
  ];

  it.each(CHANGES)('is another one with %s', (_what, report) => {
    expect(contentOf(report)).not.toBe(contentOf(troubledReport));
  });

  it('keeps what somebody wrote on one line of its own', () => {
    const hostile = saying('x"]\n["problem","volume:made/up","volume","critical"');
    expect(contentOf(hostile).split('\n')).toHaveLength(contentOf(troubledReport).split('\n').length);
    expect(contentOf(healthyReport)).not.toBe(contentOf(troubledReport));
  });
});
