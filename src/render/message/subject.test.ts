import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  duplicate,
  healthyReport,
  hostileReport,
  orphan,
  troubledReport,
  unknownReport,
} from '../../../test/data/sample-report.ts';
import { CHECKS } from '../../checks/index.ts';
import type { ReportedFinding } from '../../model/finding.ts';
import type { Change } from '../../model/notify/message.ts';
import type { Report } from '../../model/report/report.ts';
import type { PastFinding } from '../../model/report/report-history.ts';
import { FINDING_KINDS } from './finding-kinds.ts';
import { MOST_SUBJECT, subjectOf, testSubject } from './subject.ts';

const orphans = [119, 120, 121, 122].map(orphan);
const second: ReportedFinding = { ...duplicate, subject: { kind: 'device', id: 'second' } };
const bad: Report = { ...troubledReport, checks: [], findings: [duplicate, second, ...orphans] };
const warned: Report = { ...bad, status: 'warning', grade: 'B', findings: orphans };
const past = (finding: ReportedFinding): PastFinding => ({
  ...finding,
  ...{ key: finding.subject.id, since: '2026-11-17T02:00:04Z', lastSeen: '2026-11-19T02:00:04Z' },
});

const FIRST: Change = { since: null, fresh: [], shifted: [], resolved: [], notJudged: [] };
const SINCE: Change = { ...FIRST, since: '2026-11-19T02:00:04Z' };
const subject = (report: Report, change: Change) => subjectOf(report, change, 'report');

describe('the subject', () => {
  it('names severity, node, what was found and the grade', () => {
    expect(subject(bad, { ...FIRST, fresh: bad.findings })).toBe('[CRITICAL] pve1: 2 duplicates, 4 orphans (grade F)');
    expect(subject(healthyReport, FIRST)).toBe('[OK] pve1: nothing to report (grade A+)');
  });

  it('says of one finding what it is', () => {
    expect(subject({ ...warned, findings: [orphan(119)] }, FIRST)).toBe(
      '[WARNING] pve1: pve-vm--119--disk--0 is left from VMID 119, which no node has (grade B)',
    );
  });

  it('says what is new, what is resolved and what still stands', () => {
    const change = { ...SINCE, fresh: [duplicate, second], resolved: [past(orphan(7)), past(orphan(8))] };
    expect(subject(bad, change)).toBe(
      '[CRITICAL] pve1: new: 2 duplicates; resolved: 2 orphans; still 4 orphans (grade F)',
    );
    expect(subject(warned, SINCE)).toBe('[WARNING] pve1: still 4 orphans (grade B)');
    expect(subject(warned, { ...SINCE, shifted: orphans.slice(0, 2) })).toBe(
      '[WARNING] pve1: changed: 2 orphans; still 2 orphans (grade B)',
    );
  });

  it('says so when there is nothing but what was resolved', () => {
    expect(subject(healthyReport, { ...SINCE, resolved: orphans.map(past) })).toBe(
      '[OK] pve1: resolved: 4 orphans; nothing left (grade A+)',
    );
  });

  it('leaves notices out, and counts them where there is nothing else', () => {
    const [, , notice] = troubledReport.findings;
    const report = { ...healthyReport, findings: notice === undefined ? [] : [notice] };
    expect(subject(report, { ...SINCE, fresh: report.findings })).toBe(
      '[OK] pve1: nothing at or above warning, 1 notice (grade A+)',
    );
  });

  it('never calls OK what could not be judged', () => {
    expect(subject(unknownReport, FIRST)).toBe('[UNKNOWN] pve1: 2 checks could not be judged');
    expect(subject({ ...unknownReport, findings: orphans }, SINCE)).toBe(
      '[UNKNOWN] pve1: 2 checks could not be judged; still 4 orphans',
    );
    expect(subject({ ...unknownReport, checks: [] }, FIRST)).toBe('[UNKNOWN] pve1: not everything could be seen');
    expect(subject({ ...bad, checks: unknownReport.checks }, SINCE)).toContain('; 2 checks could not be judged');
  });

  it('marks a digest', () => {
    expect(subjectOf(warned, SINCE, 'digest')).toBe('[WARNING] pve1, daily digest: still 4 orphans (grade B)');
  });

  it('keeps to its length, with the worst first and the grade at the end', () => {
    const findings = CHECKS.map(({ code }): ReportedFinding => ({ ...duplicate, code, severity: 'warning' }));
    const crowded = subject({ ...bad, findings: [...findings, duplicate] }, FIRST);
    expect(crowded.length).toBeLessThanOrEqual(MOST_SUBJECT);
    expect(crowded).toMatch(/^\[CRITICAL\] pve1: \d+ duplicates, .* \d+ more \(grade F\)$/);
  });

  it('is one line whatever the node is called', () => {
    const line = subject(hostileReport, { ...FIRST, fresh: hostileReport.findings });
    expect(line).toMatch(/^\[CRITICAL\] [^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+ \(grade F\)$/u);
    expect([...line].length).toBeLessThanOrEqual(MOST_SUBJECT);
  });
});

it('has a name for the findings of every check', () => {
  expect(Object.keys(FINDING_KINDS).toSorted()).toEqual(CHECKS.map(({ code }) => code).toSorted());
});

it('is what docs/mail.md shows', () => {
  const resolved = orphans.map(past);
  const [check] = unknownReport.checks;
  const blind = { ...unknownReport, checks: check === undefined ? [] : Array.from({ length: 11 }, () => check) };
  const page = readFileSync(new URL('../../../docs/mail.md', import.meta.url), 'utf8');
  const [, shown = ''] = /```text\n([\s\S]*?)```/.exec(page) ?? [];
  expect(shown.trim().split('\n')).toEqual([
    subject(bad, { ...FIRST, fresh: bad.findings }),
    subject(
      { ...bad, findings: [duplicate, ...orphans] },
      { ...SINCE, fresh: [duplicate], resolved: resolved.slice(2) },
    ),
    subject(warned, SINCE),
    subject(healthyReport, { ...SINCE, resolved }),
    subject(healthyReport, FIRST),
    subject({ ...blind, findings: orphans.slice(2) }, FIRST),
    subjectOf(warned, SINCE, 'digest'),
    testSubject('pve1'),
  ]);
});
