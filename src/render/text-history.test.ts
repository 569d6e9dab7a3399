import { describe, expect, it } from 'vitest';
import { duplicate, HOSTILE, hostileReport, orphan, troubledReport } from '../../test/data/sample-report.ts';
import type { Report } from '../model/report/report.ts';
import { findingKey, type PastFinding, type PastRun } from '../model/report/report-history.ts';
import { renderKeptRuns, renderKeptRunsJson } from './kept-runs.ts';
import { renderText } from './text.ts';

const PLAIN = { width: 100, colour: false, verbose: false, quiet: false, runningFirst: false };

const PREVIOUS: PastRun = {
  ...{ id: 41, takenAt: '2026-11-19T02:00:04.000Z', status: 'warning', exitCode: 1, grade: 'B', score: 95 },
  ...{ critical: 0, warnings: 1, notices: 0 },
};

const past = (vmid: number): PastFinding => {
  const { code, severity, subject, title } = orphan(vmid);
  return {
    ...{ key: findingKey(orphan(vmid)), code, severity, subject, title, vmid },
    ...{ since: '2026-11-17T02:00:04.000Z', lastSeen: '2026-11-19T02:00:04.000Z' },
  };
};

/** A duplicate that is new beside an orphan that stands. */
const compared: Report = {
  ...troubledReport,
  findings: [duplicate, orphan(119)],
  history: {
    previous: PREVIOUS,
    findings: [
      { key: findingKey(duplicate), since: troubledReport.takenAt, isNew: true },
      { key: findingKey(orphan(119)), since: '2026-11-17T02:00:04.000Z', isNew: false },
    ],
    ...{ resolved: [past(121)], notJudged: [past(122)], trend: [PREVIOUS], problem: '' },
  },
};

const having = (change: Partial<NonNullable<Report['history']>>): Report =>
  compared.history === null ? compared : { ...compared, history: { ...compared.history, ...change } };

describe('the text report beside earlier runs', () => {
  it('says what changed since the last run, and since when each finding stands', () => {
    const text = renderText(compared, PLAIN);
    expect(text).toContain(`SINCE THE LAST RUN
  Last run  ▲ WARNING, grade B, score 95; run 41, 2026-11-19 02:00:04 UTC
  Findings  1 new, 1 standing, 1 resolved
  Resolved  stood before; looked for now, and not there any more:
  - DM010  pve-vm--121--disk--0 is left from VMID 121, which no node has (since 2026-11-17)
  Not seen  stood before, and could not be looked at now:
  - DM010  pve-vm--122--disk--0 is left from VMID 122, which no node has (since 2026-11-17)
`);
    expect(text).toContain(`${duplicate.title} (new)\n`);
    expect(text).toContain(`${orphan(119).title} (since 2026-11-17)\n`);
  });

  it('has the time of day with --verbose', () => {
    const text = renderText(compared, { ...PLAIN, width: 200, verbose: true });
    expect(text).toContain('which no node has (since 2026-11-17 02:00:04 UTC)');
  });

  it('marks nothing but what is new where only findings are shown', () => {
    const text = renderText(compared, { ...PLAIN, quiet: true });
    expect(text).toContain(`${duplicate.title} (new)\n`);
    expect(text).not.toContain('since');
    expect(text).not.toContain('LAST RUN');
  });

  it('says nothing of it where there is nothing to compare with', () => {
    for (const report of [{ ...compared, history: null }, having({ previous: null })])
      expect(renderText(report, PLAIN)).not.toMatch(/LAST RUN|HISTORY|\(new\)|\(since/);
  });

  it('says what is wrong with the history, first run or not', () => {
    const problem = 'this run was not kept: the disk is full';
    for (const previous of [null, PREVIOUS])
      expect(renderText(having({ previous, problem }), PLAIN)).toContain(`  Problem   ? ${problem}\n`);
  });

  it('shows the first of many and says how many there are', () => {
    const resolved = Array.from({ length: 30 }, (_, at) => past(1000 + at));
    expect(renderText(having({ resolved }), PLAIN)).toContain('  and 10 others: --verbose shows all\n');
    expect(renderText(having({ resolved }), { ...PLAIN, verbose: true })).toContain('VMID 1029');
  });

  it('is harmless whatever the names are', () => {
    const hostile = { ...past(1), title: HOSTILE, since: HOSTILE, lastSeen: HOSTILE };
    const history = { ...having({ resolved: [hostile], notJudged: [hostile], problem: HOSTILE }).history };
    const text = renderText({ ...hostileReport, history } as Report, { ...PLAIN, verbose: true });
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]/u);
  });
});

describe('the table of kept runs', () => {
  const runs: readonly PastRun[] = [PREVIOUS, { ...PREVIOUS, id: 1042, score: null, grade: '?', status: 'unknown' }];

  it('has a line for each run, newest last, and says what is not known', () => {
    expect(renderKeptRuns(runs, PLAIN)).toBe(`\
 RUN  TIME                     STATUS     GRADE  SCORE  CRITICAL  WARNINGS  NOTICES
  41  2026-11-19 02:00:04 UTC  ▲ WARNING  B         95         0         1        0
1042  2026-11-19 02:00:04 UTC  ? UNKNOWN  ?          ?         0         1        0

2 runs
`);
  });

  it('says how to keep the first', () => {
    expect(renderKeptRuns([], PLAIN)).toContain('check --record');
  });

  it('is an array for programs', () => {
    expect(JSON.parse(renderKeptRunsJson(runs))).toEqual(runs);
  });
});
