import { describe, expect, it } from 'vitest';
import { duplicate, HOSTILE, hostileReport, orphan, troubledReport } from '../../test/data/sample-report.ts';
import type { Report } from '../model/report/report.ts';
import { findingKey, type PastProblem, type PastRun } from '../model/report/report-history.ts';
import { renderKeptRuns, renderKeptRunsJson } from './kept-runs.ts';
import { renderText } from './text.ts';

const SCREEN = { width: 100, colour: false, verbose: false, quiet: false, runningFirst: false };
const WHOLE = { ...SCREEN, verbose: true };

const PREVIOUS: PastRun = {
  ...{ id: 41, takenAt: '2026-11-19T02:00:04.000Z', status: 'warning', exitCode: 1, grade: 'B', score: 95 },
  ...{ critical: 0, warnings: 1, notices: 0 },
};

const past = (vmid: number): PastProblem => {
  return {
    ...{ id: `volume:pve/vm-${vmid}-disk-0`, kind: 'volume', severity: 'warning', codes: ['DM010'], vmids: [vmid] },
    ...{ who: `Guest ${vmid} (deleted)`, what: `left vm-${vmid}-disk-0 active`, findings: [findingKey(orphan(vmid))] },
    ...{ since: '2026-11-17T02:00:04.000Z', lastSeen: '2026-11-19T02:00:04.000Z' },
  };
};

/** A duplicate that is new beside an orphan that stands. */
const compared: Report = {
  ...troubledReport,
  findings: [duplicate, orphan(119)],
  history: {
    previous: PREVIOUS,
    problems: [
      { id: 'volume:pve/vm-169-disk-0', since: troubledReport.takenAt, isNew: true },
      { id: 'volume:pve/vm-119-disk-0', since: '2026-11-17T02:00:04.000Z', isNew: false },
    ],
    ...{ resolved: [past(121)], notJudged: [past(122)], trend: [PREVIOUS], problem: '' },
  },
};

const having = (change: Partial<NonNullable<Report['history']>>): Report =>
  compared.history === null ? compared : { ...compared, history: { ...compared.history, ...change } };

describe('the text report beside earlier runs', () => {
  it('marks on the screen what is new, and says last what is gone', () => {
    const lines = renderText(compared, SCREEN);
    expect(lines).toMatch(/^✗ VM 169 .*$\n.*\n.*corrupt it \(new\)$/m);
    expect(lines).not.toMatch(/^▲ Guest 119.*(?:new|since)/m);
    expect(lines).toContain('✓ resolved: Guest 121 (deleted) left vm-121-disk-0 active  DM010\n');
  });

  it('says with --verbose what changed since the last run, and since when each problem stands', () => {
    const text = renderText(compared, WHOLE);
    expect(text).toContain(`SINCE THE LAST RUN
  Last run  ▲ WARNING, grade B: 1 warning; run 41, 2026-11-19 02:00:04 UTC
  Problems  1 new, 1 standing, 1 resolved
  Resolved  stood before; looked for now, and not there any more:
  - Guest 121 (deleted) left vm-121-disk-0 active (since 2026-11-17 02:00:04 UTC)
  Not seen  stood before, and could not be looked at now:
  - Guest 122 (deleted) left vm-122-disk-0 active (since 2026-11-17 02:00:04 UTC)
`);
    expect(text).toContain('left vm-119-disk-0 active on this node (since 2026-11-17');
  });

  it('marks nothing but what is new where only problems are shown', () => {
    const text = renderText(compared, { ...SCREEN, quiet: true });
    expect(text).toContain('(new)');
    expect(text).not.toContain('since');
    expect(text).not.toContain('resolved');
  });

  it('says nothing of it where there is nothing to compare with', () => {
    for (const report of [{ ...compared, history: null }, having({ previous: null, resolved: [] })])
      expect(renderText(report, WHOLE)).not.toMatch(/LAST RUN|HISTORY|\(new\)|\(since/);
  });

  it('says what is wrong with the history, first run or not', () => {
    const problem = 'this run was not kept: the disk is full';
    for (const previous of [null, PREVIOUS]) {
      expect(renderText(having({ previous, problem }), WHOLE)).toContain(`  Problem   ? ${problem}\n`);
      expect(renderText(having({ previous, problem }), SCREEN)).toContain(`? history: ${problem}\n`);
    }
  });

  it('shows the first of many and says how many there are', () => {
    const resolved = Array.from({ length: 30 }, (_, at) => past(1000 + at));
    expect(renderText(having({ resolved }), SCREEN)).toContain(
      '  and 27 more, resolved: pve-doctor check -v shows all\n',
    );
    expect(renderText(having({ resolved }), WHOLE)).toContain('Guest 1029');
  });

  it('is harmless whatever the names are', () => {
    const hostile = { ...past(1), title: HOSTILE, since: HOSTILE, lastSeen: HOSTILE };
    const history = { ...having({ resolved: [hostile], notJudged: [hostile], problem: HOSTILE }).history };
    const text = renderText({ ...hostileReport, history } as Report, WHOLE);
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]/u);
  });
});

describe('the table of kept runs', () => {
  const runs: readonly PastRun[] = [PREVIOUS, { ...PREVIOUS, id: 1042, score: null, grade: '?', status: 'unknown' }];

  it('has a line for each run, newest last, and says what is not known', () => {
    expect(renderKeptRuns(runs, SCREEN)).toBe(`\
 RUN  TIME                     STATUS     GRADE  SCORE  CRITICAL  WARNINGS  NOTICES
  41  2026-11-19 02:00:04 UTC  ▲ WARNING  B         95         0         1        0
1042  2026-11-19 02:00:04 UTC  ? UNKNOWN  ?          ?         0         1        0

2 runs
`);
  });

  it('says how to keep the first', () => {
    expect(renderKeptRuns([], SCREEN)).toContain('check --record');
  });

  it('is an array for programs', () => {
    expect(JSON.parse(renderKeptRunsJson(runs))).toEqual(runs);
  });
});
