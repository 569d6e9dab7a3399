import type { NotJudged, NotJudgedKind } from '../../src/model/report/not-judged.ts';
import { type CheckResult, isUnjudged } from '../../src/model/report/report.ts';

/** A line of the list. */
export const leftOut = (kind: NotJudgedKind, over: Partial<NotJudged> = {}): NotJudged => ({
  ...{ kind, codes: null, subject: null, vmids: [], reason: 'it was not looked at', node: null, lastJudgedAt: null },
  ...over,
});

/** The list of a made-up report, as its checks have it. */
export const listOf = (checks: readonly CheckResult[]): readonly NotJudged[] =>
  checks.flatMap((check) => {
    const { code, outcome, because: reason } = check;
    if (outcome === 'not-applicable') return [leftOut('not-applicable', { codes: [code], reason })];
    return isUnjudged(check) ? [leftOut('hidden', { codes: [code], reason })] : [];
  });

/** A report whose list is that of its checks. */
export const withList = <T extends { readonly checks: readonly CheckResult[] }>(report: T) => ({
  ...report,
  notJudged: listOf(report.checks),
});
