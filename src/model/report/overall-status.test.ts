import { describe, expect, it } from 'vitest';
import { leftOut, listOf } from '../../../test/data/not-judged.ts';
import { statusOf } from './grade.ts';
import type { CheckOutcome, CheckResult } from './report.ts';

const check = (outcome: CheckOutcome, because = ''): CheckResult => ({
  ...{ code: 'DM031', title: 'entry over a missing or failed device', outcome, because },
  findings: outcome === 'found' ? 1 : 0,
});
const exitCode = (critical: number, warnings: number, ...checks: readonly CheckResult[]) =>
  statusOf({ critical, warnings }, listOf(checks)).exitCode;

describe('the exit status', () => {
  it('is 3 for a check that found something and could not look elsewhere', () => {
    expect(exitCode(0, 1, check('found', 'the state of sdc could not be read'))).toBe(3);
    expect(exitCode(0, 1, check('found'))).toBe(1);
  });

  it('is 2 for anything critical, whatever could not be judged beside it', () => {
    expect(exitCode(1, 0, check('found', 'the state of sdc could not be read'), check('unknown', 'no'))).toBe(2);
  });

  it('does not take what does not apply for what could not be judged', () => {
    expect(exitCode(0, 0, check('not-applicable', 'no such file'), check('clean'))).toBe(0);
  });

  it('is 0 for what waits for a task, and never healthy before somebody judged it', () => {
    const counts = { critical: 0, warnings: 0 };
    expect(statusOf(counts, [leftOut('busy')])).toEqual({ status: 'waiting', exitCode: 0 });
    const judged = leftOut('busy', { lastJudgedAt: '2026-11-20T02:00:00.000Z' });
    expect(statusOf(counts, [judged])).toEqual({ status: 'healthy', exitCode: 0 });
    expect(statusOf({ critical: 0, warnings: 1 }, [leftOut('busy')])).toEqual({ status: 'warning', exitCode: 1 });
  });
});
