import { describe, expect, it } from 'vitest';
import { statusOf } from './grade.ts';
import type { CheckOutcome, CheckResult } from './report.ts';

const check = (outcome: CheckOutcome, because = ''): CheckResult => ({
  ...{ code: 'DM031', title: 'entry over a missing or failed device', outcome, because },
  findings: outcome === 'found' ? 1 : 0,
});
const exitCode = (critical: number, warnings: number, ...checks: readonly CheckResult[]) =>
  statusOf({ critical, warnings }, checks).exitCode;

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
});
