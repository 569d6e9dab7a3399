import { describe, expect, it } from 'vitest';
import { found } from '../../test/store/past-reports.ts';
import type { Policy } from '../model/config/config.ts';
import type { Change } from '../model/notify/message.ts';
import type { ChannelState } from '../model/notify/outbox.ts';
import type { OverallStatus } from '../model/report/report.ts';
import type { PastFinding } from '../model/report/report-history.ts';
import { type Telling, tellingOf } from './policy.ts';

const NOW = '2026-11-21T12:00:00.000Z';
const A = found('DM010', 'a');
const notice = found('DM050', 'n', 'notice');
const past = (severity: PastFinding['severity']): PastFinding => ({
  ...{ key: 'k', code: 'DM010', severity, subject: A.subject, title: 't', vmid: 119, since: NOW, lastSeen: NOW },
});

const state = (change: Partial<Change> = {}, status: OverallStatus | null = 'healthy'): ChannelState => ({
  change: { since: NOW, fresh: [], shifted: [], resolved: [], notJudged: [], ...change },
  status,
  lastDigestAt: null,
});
const NEW: ChannelState = state({ since: null }, null);

const tell = (policy: Policy, status: OverallStatus, what: ChannelState): Telling =>
  tellingOf(policy, { status, takenAt: NOW }, what, '07:00');

describe('always', () => {
  it.each(['healthy', 'warning', 'critical', 'unknown'] as const)('tells of %s', (status) => {
    expect(tell('always', status, state({}, status))).toBe('report');
  });
});

describe('on-problem', () => {
  it.each([
    ['healthy', 'silent'],
    ['warning', 'report'],
    ['critical', 'report'],
    ['unknown', 'report'],
  ] as const)('of %s: %s', (status, telling) => {
    expect(tell('on-problem', status, state({}, status))).toBe(telling);
    expect(tell('on-problem', status, NEW)).toBe(telling);
  });
});

describe('on-change', () => {
  it.each<readonly [string, OverallStatus, ChannelState, Telling]>([
    ['nothing new', 'warning', state({}, 'warning'), 'silent'],
    ['a new warning', 'warning', state({ fresh: [A] }, 'warning'), 'report'],
    ['a new critical one', 'critical', state({ fresh: [found('MNT001', 'm', 'critical')] }, 'critical'), 'report'],
    ['a new notice', 'warning', state({ fresh: [notice] }, 'warning'), 'silent'],
    ['one that is worse or milder', 'critical', state({ shifted: [A] }, 'critical'), 'report'],
    ['one that became a notice', 'warning', state({ shifted: [notice] }, 'warning'), 'report'],
    ['a warning that is resolved', 'warning', state({ resolved: [past('warning')] }, 'warning'), 'report'],
    ['a notice that is resolved', 'warning', state({ resolved: [past('notice')] }, 'warning'), 'silent'],
    ['one that could not be looked for', 'warning', state({ notJudged: [past('critical')] }, 'warning'), 'silent'],
    ['a status that became unknown', 'unknown', state({ notJudged: [past('critical')] }, 'warning'), 'report'],
    ['a status that became healthy', 'healthy', state({}, 'unknown'), 'report'],
    ['a first run without anything', 'healthy', NEW, 'up-to-date'],
    ['a first run with notices alone', 'healthy', state({ since: null, fresh: [notice] }, null), 'up-to-date'],
    ['a first run that is unknown', 'unknown', NEW, 'report'],
    ['a first run with a warning', 'warning', state({ since: null, fresh: [A] }, null), 'report'],
  ])('%s', (_name, status, what, telling) => {
    expect(tell('on-change', status, what)).toBe(telling);
  });
});

describe('daily-digest', () => {
  /** Local time of the machine that runs this, whatever its zone. */
  const local = (day: number, hours: number, minutes = 0): string =>
    new Date(2026, 10, day, hours, minutes).toISOString();
  const due = (now: string, last: string | null, digestAt = '07:00'): boolean =>
    tellingOf('daily-digest', { status: 'healthy', takenAt: now }, { ...state(), lastDigestAt: last }, digestAt) ===
    'digest';

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
