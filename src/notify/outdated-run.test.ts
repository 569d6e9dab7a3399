import { describe, expect, it } from 'vitest';
import { report } from '../../test/store/past-reports.ts';
import { changeBetween } from '../model/notify/change.ts';
import { lookOf, updateHistory } from '../model/report/history-state.ts';
import { composeMessage } from '../render/message/compose.ts';
import { asOfNow } from './outdated-run.ts';

const RUN = (() => {
  const healthy = report({ takenAt: '2026-10-10T02:00:00.000Z' });
  return { uuid: 'x', picture: updateHistory(null, lookOf(healthy)).state, report: healthy };
})();

describe('the digest of a node on which no check has run for weeks', () => {
  const run = asOfNow(RUN, new Date('2026-11-21T07:00:00.000Z'));
  const change = changeBetween(RUN.picture, run.picture, run.report);
  const { subject, text, severity } = composeMessage({
    ...{ id: 'i', createdAt: run.report.takenAt, report: run.report, change, kind: 'digest' },
  });

  it('is not OK, and says since when', () => {
    expect(subject).toBe('[UNKNOWN] pve1, daily digest: no check has run since 2026-10-10 02:00 UTC');
    expect(severity).toBe('unknown');
    expect(text).not.toContain('all checks could look');
    expect(text.replaceAll(/\s+/g, ' ')).toContain('the timer may be switched off, or each run fails');
  });

  it('is that of the run as long as it is not older than a day and a half', () => {
    expect(asOfNow(RUN, new Date('2026-10-11T13:59:00.000Z'))).toBe(RUN);
    expect(asOfNow(RUN, new Date('2026-10-09T00:00:00.000Z'))).toBe(RUN);
  });
});
