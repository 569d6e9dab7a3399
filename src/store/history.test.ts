import { copyFileSync, rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { leftOut } from '../../test/data/not-judged.ts';
import { HOSTILE } from '../../test/data/sample-report.ts';
import { ABSENT, BLIND, found, night, PARTLY, report, type Seen } from '../../test/store/past-reports.ts';
import { removeScratch, scratchDirectory } from '../../test/store/scratch.ts';
import { type PastProblem, partsOfKey, type ReportHistory } from '../model/report/report-history.ts';
import { keepRun, keptRuns, lookBack } from './history.ts';
import { hasHistory, historyFileIn } from './history-file.ts';
import type { RunMark } from './run-mark.ts';

afterAll(removeScratch);

/** A node whose runs are kept in a directory of their own. */
function node(keepDays = 400) {
  const path = scratchDirectory();
  const keep = (seen: Seen, last: RunMark | null = null) => {
    const result = keepRun({ path, keepDays, last }, report(seen));
    if (!result.kept) throw new Error(result.because);
    return result;
  };
  const kept = (seen: Seen, last?: RunMark): ReportHistory => {
    const { history } = keep(seen, last).report;
    if (history === null) throw new Error('a kept run has a history');
    return history;
  };
  const back = (seen: Seen): ReportHistory => {
    const history = lookBack(path, report(seen))?.history ?? null;
    if (history === null) throw new Error('there is a history');
    return history;
  };
  return { path, keep, kept, back };
}

const subjects = (problems: readonly PastProblem[]): readonly string[] =>
  problems.map(({ id }) => id.replace('device:', ''));

const A = found('DM010', 'a');
const B = found('DM010', 'b');
const M = found('MNT001', '/mnt/pve/m', 'critical');

describe('a report beside kept runs', () => {
  it('is not compared, and nothing is made, where no run was ever kept', () => {
    const path = scratchDirectory();
    expect(lookBack(`${path}/none`, report({ findings: [A] }))).toBeNull();
    expect(hasHistory(`${path}/none`)).toBe(false);
    expect(keptRuns(`${path}/none`, 10)).toEqual([]);
  });

  it('says what is new, and since when the rest stands', () => {
    const { kept, back } = node();
    expect(kept({ takenAt: night(1), findings: [A] })).toMatchObject({
      previous: null,
      problems: [{ id: 'device:a', since: night(1), isNew: true }],
      trend: [{ id: 1, takenAt: night(1), status: 'warning' }],
      problem: '',
    });
    const second = kept({ takenAt: night(2), findings: [A, B] });
    expect(second.problems.map(({ since, isNew }) => [since, isNew])).toEqual([
      [night(1), false],
      [night(2), true],
    ]);
    expect(second.previous).toMatchObject({ id: 1, takenAt: night(1) });
    expect(back({ takenAt: night(3), findings: [A, B, M] }).problems.map(({ isNew }) => isNew)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('looks back without keeping anything: the answer stays the same', () => {
    const { path, kept, back } = node();
    kept({ takenAt: night(1), findings: [A] });
    const seen = { takenAt: night(2), findings: [B] };
    expect(back(seen)).toEqual(back(seen));
    expect(keptRuns(path, 10)).toHaveLength(1);
  });

  it('calls resolved what was looked for and is gone, once', () => {
    const { kept } = node();
    kept({ takenAt: night(1), findings: [A, B] });
    const { resolved } = kept({ takenAt: night(2), findings: [B] });
    expect(resolved).toMatchObject([{ codes: ['DM010'], since: night(1), lastSeen: night(1), vmids: [119] }]);
    expect(kept({ takenAt: night(3), findings: [B] }).resolved).toEqual([]);
  });

  it('begins anew for a finding that comes back', () => {
    const { kept } = node();
    kept({ takenAt: night(1), findings: [A] });
    kept({ takenAt: night(2) });
    expect(kept({ takenAt: night(3), findings: [A] }).problems).toMatchObject([{ since: night(3), isNew: true }]);
  });

  it.each([
    ['could not look', { outcomes: { DM010: BLIND } }],
    ['could not look at everything', { outcomes: { DM010: PARTLY } }],
    ['found something and could not look elsewhere', { findings: [B], outcomes: { DM010: PARTLY } }],
    ['does not apply now', { outcomes: { DM010: ABSENT } }],
    ['left the entry out, whose guest is busy', { busy: ['a'] }],
    [
      'left the entry out, which changed meanwhile',
      { listed: [leftOut('busy', { subject: { kind: 'device', id: 'a' } })] },
    ],
  ] satisfies readonly (readonly [string, Seen])[])('resolves nothing whose check %s', (_, seen) => {
    const { kept, back } = node();
    kept({ takenAt: night(1), findings: [A] });
    for (const say of [back, kept]) {
      const { resolved, notJudged } = say({ takenAt: night(2), ...seen });
      expect([resolved, subjects(notJudged)]).toEqual([[], ['a']]);
    }
    expect(kept({ takenAt: night(3), findings: [A] }).problems).toMatchObject([{ since: night(1), isNew: false }]);
    expect(subjects(kept({ takenAt: night(4) }).resolved)).toContain('a');
  });

  it('knows a finding about the node itself when the name of the node cannot be read', () => {
    const { kept } = node();
    const about = (id: string) => ({ ...found('DM010', id), subject: { kind: 'node', id } }) as const;
    kept({ findings: [about('pve1')] });
    expect(kept({ findings: [about('')] })).toMatchObject({ problems: [{ isNew: false }], resolved: [] });
  });

  it('resolves beside another entry that is busy', () => {
    const { kept } = node();
    kept({ findings: [A, B] });
    const { resolved, notJudged } = kept({ busy: ['b'] });
    expect([subjects(resolved), subjects(notJudged)]).toEqual([['a'], ['b']]);
  });

  it('does not call resolved what only a check found that this version does not have, and forgets it after a week', () => {
    const { kept } = node();
    kept({ takenAt: night(1), findings: [found('LV099', 'old')] });
    const nights = [2, 8, 9].map((day) => kept({ takenAt: night(day) }));
    expect(nights.map(({ resolved, notJudged }) => [resolved.length, notJudged.length])).toEqual([
      ...[
        [0, 1],
        [0, 0],
        [0, 0],
      ],
    ]);
  });

  it('goes by the order of runs where the clock was set back', () => {
    const { kept } = node();
    kept({ takenAt: '2031-01-01T00:00:00.000Z', findings: [A] });
    const { problems, previous } = kept({ takenAt: night(2), findings: [A, B] });
    expect(previous).toMatchObject({ id: 1 });
    expect(problems.map(({ since, isNew }) => [since, isNew])).toEqual([
      [night(2), false],
      [night(2), true],
    ]);
    expect(subjects(kept({ takenAt: night(1), findings: [B] }).resolved)).toEqual(['a']);
  });

  it('keeps the last 90 runs as the trend, oldest first, with this one', () => {
    const { path, kept } = node();
    for (let count = 0; count < 95; count += 1) kept({ findings: count % 2 === 0 ? [A] : [] });
    const { trend } = kept({});
    expect(trend.map(({ id }) => id)).toEqual(Array.from({ length: 90 }, (_, at) => at + 7));
    expect(keptRuns(path, 3).map(({ id }) => id)).toEqual([94, 95, 96]);
  });

  it('gives back hostile names as they are', () => {
    const { kept } = node();
    const names = [HOSTILE, '\0', '\ud800', '\udc00\ud800', 'a"b\\n\\u0000', '', "'; DROP TABLE run; --", 'ä😀\u2028'];
    const hostile = names.map((name) => found('DM010', name));
    kept({ findings: hostile });
    const again = kept({ findings: hostile });
    expect(again.problems.every(({ isNew }) => !isNew)).toBe(true);
    expect(
      kept({})
        .resolved.map(({ findings }) => partsOfKey(findings[0] ?? '').id)
        .sort(),
    ).toEqual([...names].sort());
  });

  it('counts a thing that a report says twice once', () => {
    const { kept } = node();
    expect(kept({ findings: [A, { ...A, severity: 'notice' }] }).problems).toHaveLength(1);
    expect(kept({ findings: [A] }).problems).toMatchObject([{ isNew: false }]);
  });

  it('is never one of a capture', () => {
    const result = keepRun({ path: scratchDirectory(), keepDays: 1 }, { ...report(), source: 'node.capture' });
    expect(result).toEqual({ kept: false, because: 'only a run on the node itself is kept' });
  });
});

describe('a history that is not the one of the last run', () => {
  it('says that it was removed, or that it is an older one', () => {
    const { path, keep, kept } = node();
    const first = keep({ takenAt: night(1), findings: [A] });
    copyFileSync(historyFileIn(path), `${path}/backup`);
    const second = keep({ takenAt: night(2) }, { uuid: first.uuid, takenAt: night(1) });
    expect(second.warnings).toEqual([]);
    const last = { uuid: second.uuid, takenAt: night(2) };
    copyFileSync(`${path}/backup`, historyFileIn(path));
    expect(kept({ takenAt: night(3) }, last).problem).toMatch(
      /ends with the run of 2026-11-01 .*may have been told before/,
    );
    rmSync(historyFileIn(path));
    expect(kept({ takenAt: night(4) }, last).problem).toMatch(/was removed after the run of 2026-11-02/);
  });
});
