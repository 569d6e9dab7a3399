import { describe, expect, it } from 'vitest';
import { found, report } from '../../test/store/past-reports.ts';
import type { Policy } from '../model/config/config.ts';
import type { CheckCode, Severity } from '../model/finding.ts';
import type { ChannelRecord } from '../model/notify/channel-record.ts';
import type { Change } from '../model/notify/message.ts';
import type { HistoryState } from '../model/report/history-state.ts';
import type { Problem } from '../model/report/problem.ts';
import type { OverallStatus } from '../model/report/report.ts';
import type { PastProblem } from '../model/report/report-history.ts';
import { type Telling, tellingOf } from './policy.ts';

const NOW = '2026-11-21T12:00:00.000Z';
const problem = (code: CheckCode, id: string, severity: Severity = 'warning'): Problem =>
  report({ findings: [found(code, id, severity)] }).problems[0] ?? expect.fail();
const A = problem('DM010', 'a');
const notice = problem('DM050', 'n', 'notice');
const past = (severity: PastProblem['severity']): PastProblem => ({
  id: 'k',
  kind: 'device',
  codes: ['DM010'],
  severity,
  who: 'Guest 119',
  what: 't',
  vmids: [119],
  findings: [],
  since: NOW,
  lastSeen: NOW,
});
const changed = (one: Problem) => [{ problem: one, how: 'worse', before: past('warning') }] as const;

const NO_CHANGE: Change = {
  since: NOW,
  fresh: [],
  changed: [],
  flapping: [],
  resolved: [],
  notJudged: [],
  standing: [],
  sight: { lost: [], regained: [] },
};
const daysAgo = (days: number): string => new Date(Date.parse(NOW) - days * 86_400_000).toISOString();
const HISTORY_STATE: HistoryState = {
  takenAt: NOW,
  status: 'healthy',
  problems: [],
  blind: [],
  waits: [],
  open: [],
  guests: [],
};
const RECORD: ChannelRecord = {
  told: { uuid: 'told', picture: HISTORY_STATE },
  sentAt: daysAgo(1),
  digestAt: null,
  turn: 1,
  waiting: null,
};
const SETTINGS = { digestAt: '07:00', otherwise: 'root', cluster: 'one', remindDays: 7, healthyDays: 30 } as const;

interface Known {
  readonly change: Partial<Change>;
  readonly record: Partial<ChannelRecord>;
}
const state = (change: Partial<Change> = {}, record: Partial<ChannelRecord> = {}): Known => ({ change, record });
const NEW = state({ since: null }, { told: null, sentAt: null });
const never = (change: Partial<Change>) => state({ since: null, ...change }, { told: null, sentAt: null });

const tell = (
  policy: Policy,
  status: OverallStatus,
  { change, record }: Known,
  stands: HistoryState['problems'] = [],
): Telling =>
  tellingOf(
    policy,
    { ...NO_CHANGE, ...change },
    { ...RECORD, ...record },
    { uuid: 'now', picture: { ...HISTORY_STATE, status, problems: stands }, report: { ...report(), status } },
    new Date(NOW),
    SETTINGS,
  );

describe('always', () => {
  it.each(['healthy', 'warning', 'critical', 'unknown'] as const)('tells of %s', (status) => {
    expect(tell('always', status, state())).toBe('report');
  });
});

describe('on-problem', () => {
  it.each([
    ['healthy', 'silent'],
    ['warning', 'report'],
    ['critical', 'report'],
    ['unknown', 'report'],
  ] as const)('of %s: %s', (status, telling) => {
    expect(tell('on-problem', status, state())).toBe(telling);
    expect(tell('on-problem', status, NEW)).toBe(telling);
  });
});

describe('on-change', () => {
  it.each<readonly [string, OverallStatus, Known, Telling]>([
    ['nothing new', 'warning', state({}), 'silent'],
    ['a new warning', 'warning', state({ fresh: [A] }), 'report'],
    ['a new critical one', 'critical', state({ fresh: [problem('MNT001', 'm', 'critical')] }), 'report'],
    ['a new notice', 'warning', state({ fresh: [notice] }), 'silent'],
    ['one that is worse or milder', 'critical', state({ changed: changed(A) }), 'report'],
    ['one that became a notice', 'warning', state({ changed: changed(notice) }), 'report'],
    ['a warning that is resolved', 'warning', state({ resolved: [past('warning')] }), 'report'],
    ['a notice that is resolved', 'warning', state({ resolved: [past('notice')] }), 'silent'],
    ['one that could not be looked for', 'warning', state({ notJudged: [past('critical')] }), 'silent'],
    [
      'a check that cannot judge any more',
      'warning',
      state({ sight: { lost: ['check DM010'], regained: [] } }),
      'report',
    ],
    ['sight that is whole again', 'healthy', state({ sight: { lost: [], regained: ['check DM010'] } }), 'report'],
    ['sight that is not whole yet', 'unknown', state({ sight: { lost: [], regained: ['check DM010'] } }), 'silent'],
    ['a month of health', 'healthy', state({}, { sentAt: daysAgo(30) }), 'report'],
    ['health for less', 'healthy', state({}, { sentAt: daysAgo(28) }), 'silent'],
    ['a first run without anything', 'healthy', NEW, 'up-to-date'],
    ['a first run with notices alone', 'healthy', never({ fresh: [notice] }), 'up-to-date'],
    ['a first run that is unknown', 'unknown', NEW, 'report'],
    ['a first run with a warning', 'warning', never({ fresh: [A] }), 'report'],
  ])('%s', (_name, status, what, telling) => {
    expect(tell('on-change', status, what)).toBe(telling);
  });
});

const CRITICAL: HistoryState['problems'][number] = {
  ...past('critical'),
  lastJudged: NOW,
  presence: 'seen',
  moves: [],
  acknowledged: false,
  acknowledgedUntil: null,
  formerly: [],
  percent: null,
};

describe('a critical problem that stands', () => {
  it.each(['on-change', 'new-problems'] as const)('is repeated after a week: %s', (policy) => {
    const afterDays = (days: number, problem = CRITICAL) =>
      tell(policy, 'critical', state({}, { sentAt: daysAgo(days) }), [problem]);
    expect([afterDays(6), afterDays(7)]).toEqual(['silent', 'report']);
    expect(afterDays(7, { ...CRITICAL, acknowledged: true })).toBe('silent');
    expect(afterDays(7, { ...CRITICAL, severity: 'warning' })).toBe('silent');
  });
});

describe('new-problems', () => {
  const critical = problem('MNT001', 'm', 'critical');
  const soon = { sentAt: daysAgo(0.5) };
  it.each<readonly [string, Known, Telling]>([
    ['nothing new', state(), 'silent'],
    ['a new warning', state({ fresh: [A] }), 'report'],
    ['a second one on the same day', state({ fresh: [A] }, soon), 'silent'],
    ['a critical one on the same day', state({ fresh: [critical] }, soon), 'report'],
    ['a new notice', state({ fresh: [notice] }), 'silent'],
    ['one that is worse', state({ changed: changed(A) }), 'report'],
    ['one that is resolved', state({ resolved: [past('critical')] }), 'silent'],
    ['a first run with a warning', never({ fresh: [A] }), 'report'],
    ['a first run without anything', NEW, 'up-to-date'],
  ])('%s', (_name, what, telling) => {
    expect(tell('new-problems', 'warning', what)).toBe(telling);
  });
});

describe('daily-digest', () => {
  /** Local time of the machine that runs this, whatever its zone. */
  const local = (day: number, hours: number, minutes = 0): string =>
    new Date(2026, 10, day, hours, minutes).toISOString();
  const due = (now: string, last: string | null, digestAt = '07:00'): boolean =>
    tellingOf(
      'daily-digest',
      NO_CHANGE,
      { ...RECORD, digestAt: last, sentAt: now },
      { uuid: 'now', picture: HISTORY_STATE, report: report() },
      new Date(now),
      { ...SETTINGS, digestAt },
    ) === 'digest';

  it.each([
    ['the first one, at once', local(21, 3), null, true],
    ['before its time, after one of yesterday', local(21, 6, 59), local(20, 7, 1), false],
    ['at its time', local(21, 7), local(20, 7, 1), true],
    ['once only', local(21, 7, 5), local(21, 7), false],
    ['later on the same day', local(21, 23, 59), local(21, 7), false],
    ['after midnight, before its time', local(22, 0, 1), local(21, 7), false],
    ['for a timer at two in the morning', local(22, 2), local(21, 2), true],
    ['after days without a run', local(25, 3), local(21, 7), true],
    ['after a clock that was ahead for a year', local(21, 12), '2027-11-21T07:00:00.000Z', true],
    ['not twice where the clock was set back a minute', local(21, 7, 10), local(21, 7, 11), false],
    ['after a time that is none', local(21, 12), 'yesterday', true],
  ])('%s', (_name, now, last, isDue) => {
    expect(due(now, last)).toBe(isDue);
  });

  it('is one a day, over the days on which the clocks change', () => {
    let last: string | null = null;
    let digests = 0;
    for (let at = Date.UTC(2026, 2, 1); at < Date.UTC(2027, 2, 1); at += 20 * 60_000) {
      const now = new Date(at).toISOString();
      if (!due(now, last, '02:30')) continue;
      digests += 1;
      last = now;
    }
    // The first one comes at once, whatever the time.
    expect(Math.abs(digests - 366)).toBeLessThanOrEqual(1);
  });
});
