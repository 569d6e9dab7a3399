import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { changeSince, firstChange } from '../../../test/data/hostile-texts.ts';
import {
  duplicate,
  healthyReport,
  hostileReport,
  orphan,
  troubledReport,
  unknownReport,
} from '../../../test/data/sample-report.ts';
import type { Change } from '../../model/notify/message.ts';
import type { Report } from '../../model/report/report.ts';
import type { PastProblem } from '../../model/report/report-history.ts';
import { problemsOf } from '../../problems/problems.ts';
import { MOST_SUBJECT, subjectOf, testSubject } from './subject.ts';

const problemsIn = (findings: Report['findings']): Report['problems'] =>
  problemsOf({
    ...{ findings, mounts: [], unjudged: [] },
    guests: [{ vmid: 169, name: 'database', type: 'qemu', node: 'pve1', state: 'stopped' }],
  });
const orphans = [119, 120, 121].map(orphan);
const having = (findings: Report['findings']): Report => ({
  ...{ ...troubledReport, checks: [], findings, problems: problemsIn(findings) },
});
const bad = having([duplicate, ...orphans]);
const warned: Report = { ...having(orphans), status: 'warning', grade: 'B' };
const past = (report: Report): readonly PastProblem[] =>
  report.problems.map(({ id, kind, severity, who, what, codes, findings }) => ({
    ...{ id, kind, severity, who, what, codes, findings, vmids: [] },
    ...{ since: '2026-11-17T02:00:04Z', lastSeen: '2026-11-19T02:00:04Z' },
  }));

const subject = (report: Report, change: Change) => subjectOf(report, change, 'report');
const since = (report: Report, fresh: number, change: Partial<Change> = {}) =>
  changeSince(report, fresh, { resolved: [], ...change });

const changed = (how: 'worse' | 'better' | 'other'): Partial<Change> => ({
  changed: past(bad)
    .slice(0, 1)
    .map((before) => ({ problem: bad.problems[0] ?? expect.fail(), how, before })),
  standing: [],
});
const over = { ...healthyReport, summary: { ...healthyReport.summary, notices: 5 } };
const critical = { ...healthyReport, status: 'critical', grade: 'F', score: 80 } as const;
const blind: Report = { ...bad, checks: unknownReport.checks };
const lost = { sight: { lost: ['mount /mnt/pve/nas', 'check MNT004'], regained: [] } };

describe('the subject', () => {
  it.each<readonly [does: string, report: Report, change: Change, is: RegExp]>([
    [
      'names the worst with its consequence',
      bad,
      firstChange(bad),
      /^\[CRITICAL\] pve1: VM 169 \(database\) has a second entry .* \(\+3 more\)$/,
    ],
    [
      'names what is new, and counts what else is',
      bad,
      since(bad, 3),
      /^\[CRITICAL\] pve1: VM 169 \(database\) .* \(\+2 new\)/,
    ],
    [
      'says of one that it is new',
      bad,
      since(bad, 1, { standing: [] }),
      /^\[CRITICAL\] pve1: VM 169 \(database\) .* \(new\)$/,
    ],
    [
      'counts what is resolved and what still stands',
      warned,
      since(warned, 1, { resolved: past(warned).slice(1) }),
      /^\[WARNING\] pve1: Guest 119 .* \(new\); 2 resolved; 2 still there$/,
    ],
    ['says that nothing is new', warned, since(warned, 0), /^\[WARNING\] pve1: still: Guest 119 .* \(\+2 more\)$/],
    ['says what is worse', bad, since(bad, 0, changed('worse')), /pve1: VM 169 \(database\) .* \(worse\)$/],
    ['says what is milder', bad, since(bad, 0, changed('better')), /pve1: VM 169 \(database\) .* \(milder\)$/],
    [
      'says what is another than it was',
      bad,
      since(bad, 0, changed('other')),
      /pve1: VM 169 \(database\) .* \(changed\)$/,
    ],
    [
      'says what comes and goes',
      bad,
      since(bad, 0, { flapping: [{ problem: past(bad)[0] ?? expect.fail(), moves: 5 }], standing: [] }),
      /pve1: VM 169 \(database\) .* \(comes and goes\)$/,
    ],
    [
      'says resolved before it names what was',
      healthyReport,
      since(healthyReport, 0, { resolved: past(warned).slice(1) }),
      /^\[OK\] pve1: resolved: Guest 120 .* \(\+1 more\); nothing left$/,
    ],
    [
      'counts notices among what is left',
      over,
      since(over, 0, { resolved: past(warned) }),
      /^\[OK\] pve1: resolved: Guest 119 .*; 5 notices left$/,
    ],
    [
      'names what stood and cannot be seen',
      critical,
      since(critical, 0, { notJudged: past(bad).slice(0, 1) }),
      /^\[CRITICAL\] pve1: cannot be seen now: VM 169 \(database\)/,
    ],
    [
      'names what cannot be looked at any more',
      warned,
      since(warned, 0, lost),
      /^\[WARNING\] pve1: cannot be looked at any more: mount \/mnt\/pve\/nas \(\+1 more\); 3 still there$/,
    ],
    ['says that there is nothing', healthyReport, firstChange(healthyReport), /^\[OK\] pve1: no problems$/],
    ['says that there are but notices', over, firstChange(over), /^\[OK\] pve1: nothing above a notice, 5 notices$/],
    [
      'says what could not be judged',
      unknownReport,
      firstChange(unknownReport),
      /^\[UNKNOWN\] pve1: 2 checks could not be judged$/,
    ],
    [
      'never calls OK what was not seen',
      { ...unknownReport, checks: [] },
      firstChange(unknownReport),
      /^\[UNKNOWN\] pve1: not everything could be seen$/,
    ],
    ['counts what could not be judged beside what stands', blind, since(blind, 0), /; 2 checks could not be judged$/],
  ])('%s', (_, report, change, is) => {
    expect(subject(report, change)).toMatch(is);
    expect([...subject(report, change)].length).toBeLessThanOrEqual(MOST_SUBJECT);
  });

  it('names many of a kind at once', () => {
    const many = having([119, 120, 121, 122, 123].map(orphan));
    expect(subject(many, since(many, 5))).toMatch(/pve1: 5 entries of deleted guests: guest 119, .* \(new\)$/);
  });

  it('shows guest and consequence to a telephone, whatever follows', () => {
    const all = since(bad, 2, { ...lost, resolved: past(warned), notJudged: past(warned) });
    expect(subject({ ...bad, checks: unknownReport.checks }, all).slice(0, 80)).toBe(
      '[CRITICAL] pve1: VM 169 (database) has a second entry for its disk vm-169-disk-0',
    );
  });

  it('marks a digest', () => {
    expect(subjectOf(warned, since(warned, 0), 'digest')).toContain('[WARNING] pve1, daily digest: still: ');
  });

  it('is one line within its length whatever the node is called', () => {
    const line = subject(hostileReport, firstChange(hostileReport));
    expect(line).toMatch(/^\[CRITICAL\] [^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+$/u);
    expect([...line].length).toBeLessThanOrEqual(MOST_SUBJECT);
  });
});

it('is what docs/mail.md shows', () => {
  const page = readFileSync(new URL('../../../docs/mail.md', import.meta.url), 'utf8');
  const [, shown = ''] = /```text\n([\s\S]*?)```/.exec(page) ?? [];
  expect(shown.trim().split('\n')).toEqual([
    subject(bad, firstChange(bad)),
    subject(bad, since(bad, 3, { resolved: past(warned).slice(1) })),
    subject(warned, since(warned, 0)),
    subject(over, since(over, 0, { resolved: past(warned) })),
    subject(critical, since(critical, 0, { notJudged: past(bad).slice(0, 1) })),
    subject(healthyReport, firstChange(healthyReport)),
    subject(unknownReport, firstChange(unknownReport)),
    subjectOf(warned, since(warned, 0), 'digest'),
    testSubject('pve1'),
  ]);
});
