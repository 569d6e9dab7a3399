import { afterAll, describe, expect, it } from 'vitest';
import { HOSTILE } from '../../test/data/sample-report.ts';
import { ABSENT, BLIND, found, message, night, PARTLY, report, type Seen } from '../../test/store/past-reports.ts';
import { removeScratch, scratchDirectory } from '../../test/store/scratch.ts';
import type { Change } from '../model/notify/message.ts';
import { type Decide, NOBODY_TOLD } from '../model/notify/outbox.ts';
import { changedMeanwhile, fateIn } from '../model/report/past-findings.ts';
import type { PastFinding, ReportHistory } from '../model/report/report-history.ts';
import { keepRun, keptRuns, lookBack, openOutbox } from './history.ts';
import { hasHistory } from './history-file.ts';

afterAll(removeScratch);

/** A node whose runs are kept in a directory of their own. */
function node(keepDays = 400) {
  const path = scratchDirectory();
  const keep = (seen: Seen, decide: Decide = () => NOBODY_TOLD) => {
    const result = keepRun({ path, keepDays }, report(seen), decide);
    if (!result.kept) throw new Error(result.because);
    return result;
  };
  const kept = (seen: Seen, decide?: Decide): ReportHistory => {
    const { history } = keep(seen, decide).report;
    if (history === null) throw new Error('a kept run has a history');
    return history;
  };
  const back = (seen: Seen): ReportHistory => {
    const history = lookBack(path, report(seen));
    if (history === null) throw new Error('there is a history');
    return history;
  };
  return { path, keep, kept, back };
}

const subjects = (findings: readonly PastFinding[]): readonly string[] => findings.map(({ subject }) => subject.id);

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
      findings: [{ key: 'DM010/device/119/a', since: night(1), isNew: true }],
      trend: [{ id: 1, takenAt: night(1), status: 'warning' }],
      problem: '',
    });
    const second = kept({ takenAt: night(2), findings: [A, B] });
    expect(second.findings.map(({ since, isNew }) => [since, isNew])).toEqual([
      [night(1), false],
      [night(2), true],
    ]);
    expect(second.previous).toMatchObject({ id: 1, takenAt: night(1) });
    expect(back({ takenAt: night(3), findings: [A, B, M] }).findings.map(({ isNew }) => isNew)).toEqual([
      false,
      false,
      true,
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
    expect(resolved).toMatchObject([{ code: 'DM010', since: night(1), lastSeen: night(1), title: A.title, vmid: 119 }]);
    expect(kept({ takenAt: night(3), findings: [B] }).resolved).toEqual([]);
  });

  it('begins anew for a finding that comes back', () => {
    const { kept } = node();
    kept({ takenAt: night(1), findings: [A] });
    kept({ takenAt: night(2) });
    expect(kept({ takenAt: night(3), findings: [A] }).findings).toMatchObject([{ since: night(3), isNew: true }]);
  });

  it.each([
    ['could not look', { outcomes: { DM010: BLIND } }],
    ['could not look at everything', { outcomes: { DM010: PARTLY } }],
    ['found something and could not look elsewhere', { findings: [B], outcomes: { DM010: PARTLY } }],
    ['does not apply now', { outcomes: { DM010: ABSENT } }],
    ['left the entry out, whose guest is busy', { busy: ['a'] }],
    ['left the entry out, which changed meanwhile', { notSeen: [changedMeanwhile('a')] }],
  ] satisfies readonly (readonly [string, Seen])[])('resolves nothing whose check %s', (_, seen) => {
    const { kept, back } = node();
    kept({ takenAt: night(1), findings: [A] });
    for (const say of [back, kept]) {
      const { resolved, notJudged } = say({ takenAt: night(2), ...seen });
      expect([resolved, subjects(notJudged)]).toEqual([[], ['a']]);
    }
    expect(kept({ takenAt: night(3), findings: [A] }).findings).toMatchObject([{ since: night(1), isNew: false }]);
    expect(subjects(kept({ takenAt: night(4) }).resolved)).toContain('a');
  });

  it('resolves nothing of mounts where one of the checks of mounts could not ask, and no failed command where not all was read', () => {
    const { kept } = node();
    const full = { ...found('MNT001', '/mnt/a'), code: 'MNT005', subject: { kind: 'mount', id: '/mnt/a' } } as const;
    const failed = {
      ...found('DM010', 'lvm'),
      code: 'DM011',
      subject: { kind: 'command', id: 'lvm fullreport' },
    } as const;
    kept({ findings: [full, failed] });
    const unread = { ...report({ outcomes: { MNT001: BLIND } }), source: 'live' };
    const sections = [
      { name: 'deviceMapper', state: 'unreadable', durationMs: 1, because: 'dmsetup timed out' },
    ] as const;
    const checks = [
      ...unread.checks,
      { code: 'MNT005', title: '', outcome: 'clean', findings: 0, because: '' },
    ] as const;
    const blind = fateIn({ ...unread, sections, checks });
    const sighted = fateIn({ ...unread, checks: checks.map((check) => ({ ...check, outcome: 'clean', because: '' })) });
    const past = [full, failed].map((finding) => ({ ...finding, key: '', since: '', lastSeen: '' }));
    expect(past.map(blind)).toEqual(['not-judged', 'not-judged']);
    expect(past.map(sighted)).toEqual(['resolved', 'resolved']);
  });

  it('resolves no lost disk while an entry, which may lie on it, has changed', () => {
    const disk = { ...found('DM010', '8:0'), key: '', since: '', lastSeen: '' };
    const seen = { ...report({}), source: 'live' };
    const checks = [{ code: 'DM010', title: '', outcome: 'clean', findings: 0, because: '' }] as const;
    expect(fateIn({ ...seen, checks })(disk)).toBe('resolved');
    const changed = fateIn({ ...seen, checks, notSeen: [changedMeanwhile('pve-vm--100--disk--0')] });
    expect(changed(disk)).toBe('not-judged');
    expect(changed({ ...disk, subject: { kind: 'device', id: 'other' } })).toBe('resolved');
  });

  it('knows a finding about the node itself when the name of the node cannot be read', () => {
    const { kept } = node();
    const about = (id: string) => ({ ...found('DM010', id), subject: { kind: 'node', id } }) as const;
    kept({ findings: [about('pve1')] });
    expect(kept({ findings: [about('')] })).toMatchObject({ findings: [{ isNew: false }], resolved: [] });
  });

  it('resolves beside another entry that is busy', () => {
    const { kept } = node();
    kept({ findings: [A, B] });
    const { resolved, notJudged } = kept({ busy: ['b'] });
    expect([subjects(resolved), subjects(notJudged)]).toEqual([['a'], ['b']]);
  });

  it('lets go of the findings of a check that is no more, without calling them resolved', () => {
    const { kept } = node();
    kept({ findings: [found('LV099', 'old')] });
    const { resolved, notJudged } = kept({});
    expect([resolved, subjects(notJudged)]).toEqual([[], ['old']]);
    expect(kept({}).notJudged).toEqual([]);
  });

  it('goes by the order of runs where the clock was set back', () => {
    const { kept } = node();
    kept({ takenAt: '2031-01-01T00:00:00.000Z', findings: [A] });
    const { findings, previous } = kept({ takenAt: night(2), findings: [A, B] });
    expect(previous).toMatchObject({ id: 1 });
    expect(findings.map(({ since, isNew }) => [since, isNew])).toEqual([
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
    expect(again.findings.every(({ isNew }) => !isNew)).toBe(true);
    expect([...subjects(kept({}).resolved)].sort()).toEqual([...names].sort());
  });

  it('counts a thing that a report says twice once', () => {
    const { kept } = node();
    expect(kept({ findings: [A, { ...A, severity: 'notice' }] }).findings).toHaveLength(1);
    expect(kept({ findings: [A] }).findings).toMatchObject([{ isNew: false }]);
  });

  it('is never one of a capture', () => {
    const result = keepRun({ path: scratchDirectory(), keepDays: 1 }, { ...report(), source: 'node.capture' });
    expect(result).toEqual({ kept: false, because: 'only a run on the node itself is kept' });
  });
});

describe('what a channel is told', () => {
  /** Keeps a run and answers what changed for channel `mail`; `tell` makes it told of this run. */
  function listener() {
    const { keep, path } = node();
    let count = 0;
    const run = (
      seen: Seen,
      tell: 'told' | 'up-to-date' | 'nothing' = 'nothing',
      kind: 'report' | 'digest' = 'report',
    ) => {
      let change: Change | null = null;
      let state: unknown = null;
      keep(seen, ({ channel }) => {
        const { change: since, ...rest } = channel('mail');
        change = since;
        state = rest;
        count += 1;
        return {
          messages: tell === 'told' ? [{ channel: 'mail', message: message(`m${count}`, { kind }) }] : [],
          upToDate: tell === 'up-to-date' ? ['mail'] : [],
        };
      });
      if (change === null) throw new Error('nobody was asked');
      const { since, fresh, shifted, resolved, notJudged }: Change = change;
      const ids = (list: readonly { subject: { id: string } }[]) => list.map(({ subject }) => subject.id);
      return {
        since,
        fresh: ids(fresh),
        shifted: ids(shifted),
        resolved: ids(resolved),
        notJudged: ids(notJudged),
        state,
      };
    };
    return { run, path };
  }

  it('is everything the first time, and what changed since it was last told from then on', () => {
    const { run } = listener();
    expect(run({ takenAt: night(1), findings: [A] }, 'told')).toMatchObject({ since: null, fresh: ['a'] });
    expect(run({ takenAt: night(2), findings: [A, B] })).toMatchObject({
      since: night(1),
      fresh: ['b'],
      state: { status: 'warning' },
    });
    expect(run({ takenAt: night(3), findings: [B] }, 'told')).toMatchObject({ fresh: ['b'], resolved: ['a'] });
    expect(run({ takenAt: night(4), findings: [B] })).toMatchObject({ since: night(3), fresh: [], resolved: [] });
  });

  it('counts from a run on which there was nothing to tell', () => {
    const { run } = listener();
    run({ takenAt: night(1) }, 'up-to-date');
    expect(run({ takenAt: night(2), findings: [A] })).toMatchObject({
      since: night(1),
      fresh: ['a'],
      state: { status: 'healthy' },
    });
  });

  it('is no change that something came and went meanwhile, or went and came', () => {
    const { run } = listener();
    run({ findings: [A] }, 'told');
    run({ findings: [A, B] });
    expect(run({ findings: [A] })).toMatchObject({ fresh: [], resolved: [] });
    run({ findings: [] });
    expect(run({ findings: [A] })).toMatchObject({ fresh: [], resolved: [], shifted: [] });
  });

  it('is a severity that is another than then, also over another episode', () => {
    const { run } = listener();
    const worse = { ...A, severity: 'critical' } as const;
    run({ findings: [A] }, 'told');
    expect(run({ findings: [worse] })).toMatchObject({ fresh: [], shifted: ['a'] });
    expect(run({ findings: [A] })).toMatchObject({ shifted: [] });
    run({});
    expect(run({ findings: [worse] }, 'told')).toMatchObject({ fresh: [], shifted: ['a'], resolved: [] });
    expect(run({ findings: [worse] })).toMatchObject({ shifted: [] });
  });

  it('is what could not be looked at, until somebody looks', () => {
    const { run } = listener();
    run({ findings: [A] }, 'told');
    expect(run({ outcomes: { DM010: BLIND } }, 'told')).toMatchObject({ resolved: [], notJudged: ['a'] });
    expect(run({ outcomes: { DM010: BLIND } })).toMatchObject({ resolved: [], notJudged: ['a'] });
    expect(run({})).toMatchObject({ resolved: ['a'], notJudged: [] });
  });

  it('remembers the last digest apart from what else was told', () => {
    const { run } = listener();
    expect(run({ takenAt: night(1) }, 'told', 'digest').state).toEqual({ status: null, lastDigestAt: null });
    run({ takenAt: night(2) }, 'told');
    expect(run({ takenAt: night(3) }).state).toEqual({ status: 'healthy', lastDigestAt: night(1) });
  });

  it('is all or nothing: a decision that throws keeps neither run nor message', () => {
    const { run, path } = listener();
    run({ findings: [A] }, 'told');
    const broken = () => {
      throw new Error('cannot be rendered');
    };
    expect(() => keepRun({ path, keepDays: 400 }, report({ findings: [B] }), broken)).toThrow('cannot be rendered');
    expect(keptRuns(path, 9)).toHaveLength(1);
    const open = openOutbox(path, night(9));
    expect(open.outbox.list(9)).toHaveLength(1);
    open.close();
    expect(run({ findings: [A, B] })).toMatchObject({ fresh: ['b'] });
  });
});
